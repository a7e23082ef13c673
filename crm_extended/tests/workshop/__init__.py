from . import test_workshop_meters
from . import test_workshop_odometer
from . import test_workshop_couplings
from . import test_workshop_orders
from . import test_workshop_order_costs
from . import test_workshop_defects
from . import test_workshop_maintenance
