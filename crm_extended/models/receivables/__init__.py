from . import aging_scheme
from . import open_item
from . import aged_report
from . import aged_report_query
from . import aged_report_actions
from . import res_partner
from . import recommendation_debt
