from . import interactions
from . import receivables
from . import workshop
from . import processes
