from . import base_partner_merge
from . import history_print
from . import phone_merge
from . import call_link
from . import relation_merge
from . import merge_pointers
from . import partner_merge
