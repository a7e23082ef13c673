"""What every benchmark uses: databases, Odoo, measuring, printing."""
