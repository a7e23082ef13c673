from . import base_partner_merge
from . import history_print
