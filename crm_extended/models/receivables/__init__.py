from . import aging_scheme
from . import open_item
from . import aged_report
