from . import fleet_sources
