from . import aged_report
from . import statement
from . import reconciliation_act
