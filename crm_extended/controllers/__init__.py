from . import receivables
from . import interactions
from . import interactions_privacy
