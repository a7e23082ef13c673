from . import process_cancel
from . import process_import
from . import process_migration
from . import process_trial
from . import work_item_act
