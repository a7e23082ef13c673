"""Rights to release and write off become rights to approve, of all domains."""

COLUMNS = """
    company_id, purpose, group_id, is_unlimited, amount, create_uid, create_date, write_uid, write_date
"""


def migrate(cr, version):
    cr.execute(
        f"INSERT INTO crmx_approval_ladder ({COLUMNS}) SELECT {COLUMNS} FROM crmx_credit_ladder ORDER BY id"
    )
    # the host forgets a model that is gone, and leaves its table
    cr.execute("DROP TABLE crmx_credit_ladder")
