from . import interactions
from . import receivables
