"""What every benchmark uses: databases, Odoo, measuring, printing."""


class Failure(Exception):
    """What stops a benchmark, in a sentence for whoever runs it."""
