from . import test_common_access_matrix
from . import test_common_boundaries
from . import test_common_companies
from . import test_common_demo_company
from . import test_common_screens
from . import test_common_views
