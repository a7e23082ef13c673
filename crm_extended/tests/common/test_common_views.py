import re

from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCommonViews(TransactionCase):
    """Views open: what the web client, and not the server, would miss is there."""

    def views(self, *kinds):
        """:return: (view, its tree) of our views of some kinds"""
        views = self.env["ir.ui.view"].search([("type", "in", kinds), ("inherit_id", "=", False)])
        for view in views.filtered(lambda view: view.xml_id.startswith("crm_extended.")):
            yield view, etree.fromstring(view.arch)

    def measures(self):
        """:return: (view, field) of what our pivots and graphs measure"""
        for view, tree in self.views("pivot", "graph"):
            for node in tree.iter("field"):
                if node.get("type") == "measure":
                    yield view, node.get("name")

    def test_cards_have_the_fields_that_they_use(self):
        found = 0
        for view, tree in self.views("kanban"):
            used = set(re.findall(r"\brecord\.(\w+)\.(?:raw_)?value", view.arch))
            found += len(used)
            with self.subTest(view=view.xml_id):
                self.assertLessEqual(used, {node.get("name") for node in tree.iter("field")})
        self.assertGreater(found, 10)

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
