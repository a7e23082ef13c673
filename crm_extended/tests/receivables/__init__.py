from . import test_receivables_ledger
