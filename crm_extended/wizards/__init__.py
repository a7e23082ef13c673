from . import interactions
from . import kpi
from . import receivables
from . import workshop
from . import processes
