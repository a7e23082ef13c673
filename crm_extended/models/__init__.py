from . import common
from . import receivables
from . import interactions
