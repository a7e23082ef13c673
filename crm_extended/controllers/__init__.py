from . import receivables
from . import interactions
