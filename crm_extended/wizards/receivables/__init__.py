from . import account_move_reversal
from . import dispute_resolve
from . import dunning_postpone
