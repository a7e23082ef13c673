from . import res_company
from . import res_config_settings
from . import batch_progress
from . import event_source
from . import event_projection
from . import matter_source
from . import recommendation_signal
from . import demo_company
