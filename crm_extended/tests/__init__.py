from .receivables import *
from .interactions import *
