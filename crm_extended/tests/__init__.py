from .common import *
from .receivables import *
from .interactions import *
from .workshop import *
from .kpi import *
from .processes import *
