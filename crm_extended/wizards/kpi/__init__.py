from . import plan_import
from . import bonus_export
from . import bonus_simulation
