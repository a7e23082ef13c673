from . import common
from . import interactions
from . import receivables
