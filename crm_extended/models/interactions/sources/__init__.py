from . import interactions
from . import messages
from . import plans
from . import sales
from . import accounting
from . import logistics
from . import feedback
from . import optional
