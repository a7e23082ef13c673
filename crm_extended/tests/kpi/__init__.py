from . import test_kpi_kernels
from . import test_kpi_indicator
from . import test_kpi_catalogue
from . import test_kpi_facts
from . import test_kpi_closing
from . import test_kpi_targets
from . import test_kpi_cards
from . import test_kpi_alerts
