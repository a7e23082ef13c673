from . import common
from . import receivables
