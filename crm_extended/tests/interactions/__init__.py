from . import test_interactions_interaction
from . import test_interactions_messages
from . import test_interactions_page
from . import test_interactions_partners
from . import test_interactions_progress
from . import test_interactions_rights
from . import test_interactions_sources
