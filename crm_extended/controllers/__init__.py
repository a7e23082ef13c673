from . import receivables
from . import interactions
from . import interactions_privacy
from . import receivables_portal
from . import receivables_signed
from . import receivables_acts
from . import receivables_plans
from . import workshop_portal
