"""A large ledger, consistent with what Odoo itself would have booked, and the same for a seed."""
