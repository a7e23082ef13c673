from . import meter_change
from . import meter_correct
from . import work_order_reverse
from . import workshop_reason
from . import may_drive
from . import component_mount
from . import component_dismount
from . import work_order_bulk
