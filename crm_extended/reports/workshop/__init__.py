from . import work_cost
