from . import test_processes_definition
from . import test_processes_run
from . import test_processes_faults
from . import test_processes_events
from . import test_processes_time
from . import test_processes_screens
from . import test_processes_ready_made
from . import test_processes_tour
