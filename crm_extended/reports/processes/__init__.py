from . import work_item_report
