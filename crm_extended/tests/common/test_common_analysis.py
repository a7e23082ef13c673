from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCommonAnalysis(TransactionCase):
    """Pivots and graphs open: the web client can add up each of their measures."""

    def measures(self):
        """:return: (view, field) of what our pivots and graphs measure"""
        views = self.env["ir.ui.view"].search([("type", "in", ("pivot", "graph"))])
        for view in views:
            if view.xml_id.startswith("crm_extended."):
                for node in etree.fromstring(view.arch).iter("field"):
                    if node.get("type") == "measure":
                        yield view, node.get("name")

    def test_measures_add_up(self):
        found = list(self.measures())
        self.assertGreater(len(found), 40)
        for view, name in found:
            with self.subTest(view=view.xml_id, field=name):
                self.assertTrue(self.env[view.model].fields_get([name])[name].get("aggregator"))
                self.env[view.model].formatted_read_group([], [], [f"{name}:sum"])

    def test_amounts_of_reports_add_up(self):
        """An amount can be added up only where its currency is a column, too."""
        for name, model in self.env.registry.items():
            if not name.startswith("crmx.") or model._auto or model._abstract:
                continue
            told = self.env[name].fields_get()
            for field in model._fields.values():
                if field.type == "monetary" and field.store and field.aggregator:
                    with self.subTest(model=name, field=field.name):
                        self.assertEqual(told[field.name].get("aggregator"), field.aggregator)
