from . import work_cost
from . import maintenance_need
