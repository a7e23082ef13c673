from odoo.tests import TransactionCase

from odoo.addons.mail.tests.common import mail_new_test_user


class OneBaseCase(TransactionCase):
    """Contacts who are alike, and users of all kinds who look at them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True})
        cls.Partner = cls.env["res.partner"]
        cls.Duplicate = cls.env["crmx.duplicate"]
        cls.Key = cls.env["crmx.partner.key"]
        cls.germany = cls.env.ref("base.de")
        cls.customer = cls.company("Zibbelmoor Kräutlager GmbH & Co. KG", country_id=cls.germany.id)
        groups = {
            "ob_seller": "sales_team.group_sale_salesman,base.group_partner_manager",
            "ob_accountant": "account.group_account_invoice",
            "ob_employee": "base.group_user",
            "ob_officer": "crm_extended.group_privacy_officer",
            "ob_portal": "base.group_portal",
        }
        cls.users = {
            login: mail_new_test_user(cls.env, login, name=login.title(), groups=names)
            for login, names in groups.items()
        }
        cls.seller, cls.portal = cls.users["ob_seller"], cls.users["ob_portal"]
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere Ltd"})
        cls.foreigner = mail_new_test_user(
            cls.env,
            "ob_foreigner",
            groups="sales_team.group_sale_manager,base.group_partner_manager",
            company_id=cls.elsewhere.id,
            company_ids=[cls.elsewhere.id],
        )

    @classmethod
    def company(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **values})

    @classmethod
    def person(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, **values})

    def search_pairs(self, *partners):
        """Look for the pairs of partners as the scheduled action does.

        :return: ``{(one, other): (score, reasons)}`` of those to review, of these partners
        """
        ids = [partner.id for partner in partners]
        self.env.flush_all()
        self.Key._search_pairs(ids)
        return self.pairs(*partners)

    def pairs(self, *partners, state="review"):
        ids = [partner.id for partner in partners]
        found = self.Duplicate.search(
            [("state", "=", state), "|", ("partner_id", "in", ids), ("other_id", "in", ids)]
        )
        return {(pair.partner_id, pair.other_id): (pair.score, pair.reasons) for pair in found}

    def run_cron(self, xmlid):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()
