"""Rights to release and write off become rights to approve, of all domains."""


def migrate(cr, version):
    cr.execute(
        """
        INSERT INTO crmx_approval_ladder
               (company_id, purpose, group_id, is_unlimited, amount, create_uid, create_date, write_uid, write_date)
        SELECT company_id, purpose, group_id, is_unlimited, amount, create_uid, create_date, write_uid, write_date
          FROM crmx_credit_ladder
         ORDER BY id
        """
    )
