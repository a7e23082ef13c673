from . import work_cost
from . import maintenance_need
from . import vehicle_cost
from . import vehicle_month
from . import vehicle_replacement
from . import host_cost_report
from . import downtime
from . import work_norm
