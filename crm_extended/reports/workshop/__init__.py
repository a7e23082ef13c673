from . import work_cost
from . import maintenance_need
from . import downtime
from . import work_norm
