"""Takes indexes and foreign keys off the tables to be filled and puts them back.

A bulk insert into bare tables takes a tenth of the time; and as the foreign keys come back,
PostgreSQL itself checks every one of them.
"""

import time

TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "calendar_attendee",
    "calendar_event",
    "crm_lead",
    "fleet_vehicle_log_services",
    "fleet_vehicle_odometer",
    "mail_activity",
    "mail_message",
    "res_partner",
    "sale_order",
    "sale_order_line",
    "stock_move",
    "stock_picking",
    # relations
    "account_move__account_payment",
    "account_move_line_account_tax_rel",
    "account_tax_sale_order_line_rel",
    "calendar_event_res_partner_rel",
    "sale_order_line_invoice_rel",
)
INDEXES = """
    SELECT format('DROP INDEX public.%%I', indexname), indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = ANY(%s) AND NOT EXISTS (
        SELECT FROM pg_constraint JOIN pg_class ON pg_class.oid = conindid
        WHERE relname = indexname
    )
"""
FOREIGN_KEYS = """
    SELECT
        format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
               conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
"""


def take_off(cr):
    """Drop them; returns the statements that bring them back."""
    back = []
    for query in (FOREIGN_KEYS, INDEXES):
        cr.execute(query, (list(TABLES),))
        for drop, create in cr.fetchall():
            cr.execute(drop)
            back.append(create)
    return back


def put_back(cr, statements):
    start = time.perf_counter()
    # Indexes first: they were dropped last.
    for statement in reversed(statements):
        cr.execute(statement)
    print(
        f"  {'indexes and foreign keys':<42}{len(statements):>10,}     {time.perf_counter() - start:>8.2f} s",
        flush=True,
    )


def set_sequences(cr):
    """Let every sequence of ids go on after the last id of its table."""
    cr.execute(
        """
        SELECT refobjid::regclass, objid::regclass
        FROM pg_depend
        JOIN pg_class ON pg_class.oid = objid AND relkind = 'S'
        JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid AND attname = 'id'
        WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
        """
    )
    for table, sequence in cr.fetchall():
        cr.execute(f"SELECT setval('{sequence}', max(id)) FROM {table} HAVING max(id) IS NOT NULL")
