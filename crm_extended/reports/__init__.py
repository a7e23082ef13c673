from . import receivables
from . import interactions
from . import workshop
