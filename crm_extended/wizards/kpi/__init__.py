from . import plan_import
