from . import interactions
