from . import account_move_reversal
from . import dispute_resolve
from . import dunning_postpone
from . import collection_outcome
from . import credit_block
from . import credit_release
from . import credit_merge
