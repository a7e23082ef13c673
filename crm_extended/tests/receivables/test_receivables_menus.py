from odoo.tests import TransactionCase, new_test_user, tagged

REPORT = "crm_extended.crmx_open_item_menu_aged_receivables"
BUCKETS = "crm_extended.crmx_aging_scheme_menu"
INVOICING = "crm_extended.crmx_open_item_menu_aged_receivables_reporting"


@tagged("post_install", "-at_install")
class TestReceivablesMenus(TransactionCase):
    """Who finds the receivables screens, and where."""

    def assertMenus(self, groups, *expected):
        user = new_test_user(self.env, login=f"crmx_{len(groups)}", groups=groups)
        visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        found = set()
        for xml_id in (REPORT, BUCKETS, INVOICING):
            path = self.env.ref(xml_id).parent_path.strip("/").split("/")
            if visible.issuperset(map(int, path)):
                found.add(xml_id)
        self.assertEqual(found, set(expected))

    def test_receivables_user(self):
        self.assertMenus("base.group_user,crm_extended.group_receivables_user", REPORT)

    def test_receivables_manager(self):
        self.assertMenus("base.group_user,crm_extended.group_receivables_manager", REPORT, BUCKETS)

    def test_invoicing_user(self):
        self.assertMenus("account.group_account_invoice", REPORT, INVOICING)

    def test_sales_person(self):
        self.assertMenus("sales_team.group_sale_salesman")

    def test_switched_off(self):
        self.env["res.company"].search([]).crmx_use_receivables = False
        self.assertMenus("account.group_account_invoice")
