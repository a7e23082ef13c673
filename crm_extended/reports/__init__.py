from . import kpi
from . import receivables
from . import interactions
from . import workshop
from . import processes
