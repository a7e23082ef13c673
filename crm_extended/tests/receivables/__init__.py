from . import test_receivables_access
from . import test_receivables_aged_report
from . import test_receivables_aged_tour
from . import test_receivables_buckets
from . import test_receivables_ledger
from . import test_receivables_menus
from . import test_receivables_partner
from . import test_receivables_screens
