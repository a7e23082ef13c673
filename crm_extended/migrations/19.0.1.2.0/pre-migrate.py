"""The screen of the rights to release keeps its address, which only one action may have."""


def migrate(cr, version):
    for before, now in (
        ("crmx_credit_ladder_action", "crmx_approval_ladder_action_receivables"),
        ("crmx_credit_ladder_menu", "crmx_approval_ladder_menu_receivables"),
    ):
        cr.execute(
            "UPDATE ir_model_data SET name = %s WHERE module = 'crm_extended' AND name = %s", [now, before]
        )
