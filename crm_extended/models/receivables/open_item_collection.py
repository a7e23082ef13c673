from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .open_item import PARAMETERS


class OpenItem(models.Model):
    """What was promised, agreed in instalments and contested of open items, and how to log each."""

    _inherit = "crmx.open.item"

    promised_amount = fields.Monetary(
        string="Promised",
        currency_field="currency_id",
        compute="_compute_collection",
        depends_context=PARAMETERS,
        help="In the document's currency, by promises that were open on the as-of date.",
    )
    disputed_amount = fields.Monetary(
        string="Disputed",
        currency_field="currency_id",
        compute="_compute_collection",
        search="_search_disputed_amount",
        depends_context=PARAMETERS,
        help="In the document's currency, by disputes that were open on the as-of date.",
    )

    planned_amount = fields.Monetary(
        string="In Instalments",
        currency_field="currency_id",
        compute="_compute_collection",
        search="_search_planned_amount",
        depends_context=PARAMETERS,
        help="In the document's currency, by instalment plans that were under way on the as-of date.",
    )

    @api.depends_context("uid", "company", *PARAMETERS)
    def _compute_collection(self):
        promised = self._agreed_amounts(self._promised_sql())
        planned = self._agreed_amounts(self._planned_sql())
        disputed = self._agreed_amounts(self._disputed_sql())
        for item in self:
            most = max(0.0, item.residual_currency)
            item.promised_amount = min(most, promised.get(item.id, 0.0))
            item.disputed_amount = min(most, disputed.get(item.id, 0.0))
            item.planned_amount = min(most, planned.get(item.id, 0.0))

    def _search_disputed_amount(self, operator, value):
        """Find items that are contested: the amount itself is compared with zero only."""
        return self._agreed_domain(operator, value, "_disputed_sql")

    def _search_planned_amount(self, operator, value):
        """Find items that are in a plan, likewise."""
        return self._agreed_domain(operator, value, "_planned_sql")

    @api.model
    def _agreed_domain(self, operator, value, amounts):
        if operator not in (">", "!=") or value:
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (SELECT line_id FROM (%s) agreed)",
                SQL.identifier(alias, "id"),
                getattr(model, amounts)(),
            )
        )

    @api.private
    def _agreed_amounts(self, amounts):
        if not self.ids:
            return {}
        rows = self.env.execute_query(
            SQL("SELECT line_id, amount FROM (%s) agreed WHERE line_id IN %s", amounts, tuple(self.ids))
        )
        return dict(rows)

    @api.model
    def _disputed_sql(self):
        """Return a query of (line_id, amount): what open disputes contested on the as-of date."""
        as_of, _side, _basis = self._crmx_parameters()
        self.env["crmx.dispute"].flush_model(["company_id", "date", "date_closed"])
        self.env["crmx.dispute.line"].flush_model(["dispute_id", "move_line_id", "amount"])
        return SQL(_DISPUTED, as_of=as_of, companies=tuple(self.env.companies.ids))

    @api.model
    def _promised_sql(self):
        """Return a query of (line_id, amount): what open promises covered on the as-of date."""
        return self._agreed_sql("crmx.promise.line", "promise_id", "date", "open")

    @api.model
    def _planned_sql(self):
        """Return a query of (line_id, amount): what instalment plans under way covered on the as-of date."""
        return self._agreed_sql("crmx.instalment.item", "plan_id", "date_start", "live")

    @api.model
    def _agreed_sql(self, lines_model, parent, since, live):
        """Return a query of (line_id, amount) for documents that hold from a day on until they are judged."""
        as_of, _side, _basis = self._crmx_parameters()
        Line = self.env[lines_model]
        Document = self.env[Line._fields[parent].comodel_name]
        Document.flush_model(["company_id", since, "date_judged", "state"])
        Line.flush_model([parent, "move_line_id", "amount", "received"])
        return SQL(
            _AGREED,
            as_of=as_of,
            companies=tuple(self.env.companies.ids),
            lines=SQL.identifier(Line._table),
            documents=SQL.identifier(Document._table),
            parent=SQL.identifier(parent),
            since=SQL.identifier(since),
            live=live,
        )

    # === LOGGING === #

    def action_crmx_log_promise(self):
        """Open a new promise about the selected items."""
        debts = self._one_debtor()
        if len(debts.currency_id) > 1:
            raise UserError(
                self.env._("A promise is in one currency. Select items of one currency at a time.")
            )
        return self._new_promise_action(
            debts.commercial_partner_id, debts.move_line_id, debts.company_id, debts.currency_id
        )

    def action_crmx_open_dispute(self):
        """Open a new dispute about the selected items."""
        debts = self._one_debtor()
        return self._new_dispute_action(debts.commercial_partner_id, debts.move_line_id, debts.company_id)

    def action_crmx_plan_instalments(self):
        """Open a new instalment plan for the selected items."""
        debts = self._one_debtor()
        if len(debts.currency_id) > 1:
            raise UserError(
                self.env._("An instalment plan is in one currency. Select items of one currency at a time.")
            )
        return self._new_plan_action(debts.commercial_partner_id, debts.move_line_id, debts.company_id)

    @api.private
    def _one_debtor(self):
        """Return the debts among the items.

        :raise UserError: none, or those of several customers or companies
        """
        debts = self.filtered(lambda item: item.residual_currency > 0)
        if not debts:
            raise UserError(self.env._("There is no open debt among the selected items."))
        if len(debts.commercial_partner_id) > 1 or len(debts.company_id) > 1:
            raise UserError(self.env._("Select items of one customer and one company."))
        return debts

    @api.model
    @api.private
    def _new_promise_action(self, partner, items, company, currency=None):
        context = self._debt_context(partner, items, company)
        if currency and not items:
            context["default_currency_id"] = currency.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise to Pay"),
            "res_model": "crmx.promise",
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    @api.model
    @api.private
    def _new_dispute_action(self, partner, items, company):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispute"),
            "res_model": "crmx.dispute",
            "view_mode": "form",
            "target": "new",
            "context": self._debt_context(partner, items, company),
        }

    @api.model
    @api.private
    def _new_plan_action(self, partner, items, company, previous=None):
        context = self._debt_context(partner, items, company)
        if previous:
            context["default_previous_id"] = previous.id
            context["default_currency_id"] = previous.currency_id.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Instalment Plan"),
            "res_model": "crmx.instalment.plan",
            "view_mode": "form",
            "context": context,
        }

    @api.model
    def _debt_context(self, partner, items, company):
        residuals = self.env["crmx.collection.line"]._open_residuals(items)
        return {
            "default_partner_id": partner.id,
            "default_company_id": company.id,
            "default_line_ids": [
                fields.Command.create({"move_line_id": item_id, "amount": amount})
                for item_id, amount in residuals.items()
                if amount > 0
            ],
        }


_DISPUTED = """
    SELECT contested.move_line_id AS line_id, SUM(contested.amount) AS amount
      FROM crmx_dispute_line contested
      JOIN crmx_dispute dispute ON dispute.id = contested.dispute_id
     WHERE dispute.company_id IN %(companies)s
       AND dispute.date <= %(as_of)s
       AND (dispute.date_closed IS NULL OR dispute.date_closed > %(as_of)s)
       AND contested.move_line_id IS NOT NULL
     GROUP BY contested.move_line_id
"""

# What was received is not open any more, so it is agreed no more.
_AGREED = """
    SELECT line.move_line_id AS line_id,
           SUM(line.amount - CASE WHEN document.state = %(live)s THEN COALESCE(line.received, 0)
                                  ELSE 0 END) AS amount
      FROM %(lines)s line
      JOIN %(documents)s document ON document.id = line.%(parent)s
     WHERE document.company_id IN %(companies)s
       AND document.%(since)s <= %(as_of)s
       AND (document.state = %(live)s OR document.date_judged > %(as_of)s)
       AND line.move_line_id IS NOT NULL
     GROUP BY line.move_line_id
"""
