from .receivables import *
