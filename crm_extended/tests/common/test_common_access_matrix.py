import ast
import csv
import os
import threading
from pathlib import Path
from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user, tagged

from .factory import our_models

TESTS = Path(__file__).parents[1]
SNAPSHOT = Path(__file__).with_suffix(".csv")
HEADER = ["model", "role", "rights"]
MODES = ("read", "write", "create", "unlink")
#: Roles of core whose rights on our models matter; ours are taken from the registry.
CORE_ROLES = (
    "base.group_public",
    "base.group_portal",
    "base.group_user",
    "base.group_system",
    "account.group_account_readonly",
    "account.group_account_invoice",
    "account.group_account_manager",
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_manager",
    "purchase.group_purchase_user",
    "stock.group_stock_user",
    "fleet.fleet_group_user",
    "fleet.fleet_group_manager",
)
#: Each route of ours, with the test that calls it as someone who may not.
ROUTES = {
    "/crmx/aged_report/xlsx": "receivables/test_receivables_access.py::test_nobody_else_downloads",
    "/crmx/statement/<int:statement_id>/xlsx": (
        "receivables/test_receivables_access.py::test_nobody_else_downloads_a_statement"
    ),
    "/crmx/processes/<string:token>": "processes/test_processes_starts.py::test_who_may_not",
    "/crmx/calls/<string:token>": "interactions/test_interactions_call_webhook.py::test_who_may_not",
}


@tagged("post_install", "-at_install")
class TestCommonAccessMatrix(TransactionCase):
    """Who may do what with our models, as a table that a reviewer reads.

    The roles of employees are listed with what they may do beyond every employee.
    CRMX_REFRESH_SNAPSHOTS=1 writes the table anew.
    """

    def roles(self):
        """:return: external ids of the groups that users are given, and of the three kinds of users"""
        ours = self.env["res.groups"].search([("privilege_id", "!=", False)]).get_external_id().values()
        return sorted({*CORE_ROLES, *(name for name in ours if name.startswith("crm_extended."))})

    def matrix(self):
        """:return: rows (model, role, rights) of all rights that are given"""
        employee = self.rights("base.group_user")
        return sorted(
            [model, role, rights]
            for role in self.roles()
            for model, rights in self.rights(role).items()
            if role == "base.group_user" or rights != employee.get(model)
        )

    def rights(self, role):
        """:return: ``{model: rights}`` of the models that the role may do anything with"""
        user = self.user_of(role)
        access = self.env["ir.model.access"].with_user(user)
        allowed = {mode: access._get_allowed_models(mode) for mode in MODES}
        return {
            model: " ".join(mode for mode in MODES if model in allowed[mode])
            for model in our_models(self.env)
            if any(model in models for models in allowed.values())
        }

    def user_of(self, role):
        """A user who has that group, and is an employee unless the group says otherwise."""
        kinds = self.env["res.groups"].concat(
            *(self.env.ref(f"base.group_{kind}") for kind in ("user", "portal", "public"))
        )
        if user := self.env["res.users"].search([("login", "=", f"matrix {role}")]):
            return user
        implied = self.env.ref(role).all_implied_ids
        groups = role if implied & kinds else f"base.group_user,{role}"
        context = {"no_reset_password": True, "mail_create_nosubscribe": True}
        return new_test_user(self.env, f"matrix {role}", groups=groups, context=context)

    def test_rights_are_those_of_the_table(self):
        rows = self.matrix()
        if os.environ.get("CRMX_REFRESH_SNAPSHOTS"):
            with SNAPSHOT.open("w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
        with SNAPSHOT.open(newline="") as file:
            expected = list(csv.reader(file))[1:]
        self.assertEqual(rows, expected)

    def test_every_model_has_rights(self):
        """A model without a row is closed to all, which is said by a row, not by its absence."""
        with_rows = set(self.env["ir.model.access"].search([]).model_id.mapped("model"))
        self.assertFalse(set(our_models(self.env)) - with_rows)

    def test_no_right_is_for_everybody(self):
        rows = self.env["ir.model.access"].search(
            [("model_id.model", "in", our_models(self.env)), ("group_id", "=", False)]
        )
        self.assertFalse(rows.mapped("name"), "rows without a group hold for the public too")

    def test_switches_give_no_rights(self):
        switches = self.env["res.groups"].search([("privilege_id", "=", False)])
        names = switches.get_external_id()
        ours = switches.filtered(lambda group: names[group.id].startswith("crm_extended."))
        self.assertTrue(ours)
        self.assertFalse(ours.model_access | ours.implied_ids.model_access)
        self.assertFalse(ours.rule_groups)


@tagged("post_install", "-at_install")
class TestCommonRoutes(TransactionCase):
    def test_every_route_is_refused_in_a_test(self):
        # the host reads the database's name off the thread; not every test runner puts it there
        with patch.object(threading.current_thread(), "dbname", self.env.cr.dbname, create=True):
            rules = self.env["ir.http"].routing_map().iter_rules()
        ours = {
            rule.rule
            for rule in rules
            if rule.endpoint.func.__module__.startswith("odoo.addons.crm_extended.")
            and rule.rule.startswith("/crmx")
        }
        self.assertEqual(ours, ROUTES.keys(), "name the test that calls the route as one who may not")

    def test_the_tests_named_are_there(self):
        for route, name in ROUTES.items():
            path, _separator, function = name.partition("::")
            names = {
                node.name
                for node in ast.walk(ast.parse((TESTS / path).read_text()))
                if isinstance(node, ast.FunctionDef)
            }
            with self.subTest(route=route):
                self.assertIn(function, names)
