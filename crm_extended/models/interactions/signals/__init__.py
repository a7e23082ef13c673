from . import contacts
from . import sales
from . import logistics
