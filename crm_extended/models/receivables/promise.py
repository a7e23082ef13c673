from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: What a promise is cannot be changed afterwards: it is withdrawn, and another one made.
FROZEN = {"partner_id", "company_id", "currency_id", "date", "date_promised", "tolerance_days", "amount",
          "line_ids"}  # fmt: skip
#: What only the ledger and the buttons say.
GIVEN = {"state", "received", "baseline", "date_judged", "date_checked", "previous_id", "level"}
#: In the context of those who make a promise with its items: nobody can send it from outside.
OPENING = object()
#: What has been judged, and may be judged anew when the ledger changes.
JUDGED = ("kept", "partly", "broken", "void")


class Promise(models.Model):
    """A customer's word to pay an amount by a day: parts of open items, or something of what he owes.

    What became of it is read from the ledger (see `_judge`), never entered. While it is open, nobody
    should dun for the amount.
    """

    _name = "crmx.promise"
    _description = "Promise to Pay"
    _inherit = "crmx.collection.agreement"
    _order = "date_promised DESC, id DESC"
    _rec_names_search = ["partner_id", "note"]

    partner_id = fields.Many2one(help="Who promised: the company, or the person there.")
    user_id = fields.Many2one(help="Who heard it, and gets the task when it is broken.")
    date_promised = fields.Date(string="Promised for", required=True, index=True)
    tolerance_days = fields.Integer(help="Days after the promised one on which a payment still counts.")
    date_deadline = fields.Date(
        string="Last Day", compute="_compute_date_deadline", store=True, help="The last day that counts."
    )
    amount = fields.Monetary(
        help="The sum of the items, or without items what was promised of all that is owed."
    )
    line_ids = fields.One2many("crmx.promise.line", "promise_id", string="Items")
    received = fields.Monetary(
        help="What came of it by the last day, or by now. Money that served another promise does not count."
    )
    baseline = fields.Monetary(
        readonly=True, copy=False, help="Payments of the day it was made that were known when it was made."
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("kept", "Kept"),
            ("partly", "Partly kept"),
            ("broken", "Broken"),
            ("void", "Nothing left to pay"),
            ("withdrawn", "Withdrawn"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    previous_id = fields.Many2one(
        "crmx.promise",
        string="After",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The promise about the same debt that was not kept.",
    )
    level = fields.Integer(
        default=1, readonly=True, copy=False, aggregator="max", help="The how manieth promise it is."
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A promise needs an amount above zero.")
    _date_order = models.Constraint(
        "CHECK (date_promised >= date)", "Nobody promises to pay on a day that has passed."
    )
    _tolerance_range = models.Constraint(
        "CHECK (tolerance_days BETWEEN 0 AND 365)", "The tolerance is between 0 and 365 days."
    )

    # === COMPUTES === #

    @api.depends("date_promised", "tolerance_days")
    def _compute_date_deadline(self):
        for promise in self:
            day = promise.date_promised
            promise.date_deadline = day and day + relativedelta(days=promise.tolerance_days)

    @api.depends("partner_id", "amount", "currency_id", "date_promised")
    def _compute_display_name(self):
        for promise in self:
            values = {
                "partner": promise.partner_id.name,
                "amount": promise.currency_id.format(promise.amount),
                "date": self.env["ir.qweb.field.date"].value_to_html(promise.date_promised, {}),
            }
            promise.display_name = (
                self.env._("%(partner)s: %(amount)s by %(date)s", **values)
                if promise.partner_id and promise.date_promised
                else self.env._("New promise")
            )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(GIVEN & vals.keys() for vals in vals_list):
            raise UserError(self.env._("What became of a promise is read from the ledger."))
        promises = super(Promise, self.with_context(crmx_opening=OPENING)).create(vals_list)
        promises = promises.with_env(self.env)
        # sudo: what was open and paid at the time is taken down whoever logs the promise
        made = promises.sudo()
        made.line_ids._set_baselines()
        made._set_paid_baselines()
        made._set_previous()
        promises._log("promise_made")
        return promises

    def write(self, vals):
        if not self.env.su and GIVEN & vals.keys():
            raise UserError(self.env._("What became of a promise is read from the ledger."))
        if frozen := FROZEN & vals.keys():
            self._check_frozen(vals, frozen)
        return super().write(vals)

    @api.private
    def _check_frozen(self, vals, names):
        """Let pass what changes nothing, such as what a form sends along."""
        for promise in self:
            for name in names:
                field = self._fields[name]
                old = field.convert_to_write(promise[name], promise)
                if field.type == "one2many" or field.convert_to_cache(
                    vals[name], promise
                ) != field.convert_to_cache(old, promise):
                    raise UserError(
                        self.env._(
                            "A promise stays as it was made. Withdraw it, and log another one instead."
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A promise stays on record. Withdraw it instead."))

    @api.private
    def _log_data(self):
        return {
            "amount": self.amount,
            "currency": self.currency_id.name,
            "date": self.date,
            "date_promised": self.date_promised,
            "tolerance_days": self.tolerance_days,
            "received": self.received,
            "state": self.state,
            "items": [
                {"item": line.move_line_id.display_name, "id": line.move_line_id.id, "amount": line.amount}
                for line in self.line_ids
            ],
        }

    @api.private
    def _set_previous(self):
        """Find the last promise about the same debt that was not kept."""
        failed = self.search(
            [
                ("state", "in", ("partly", "broken")),
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            order="date_promised DESC, id DESC",
        )
        by_debtor = failed.grouped(lambda promise: (promise.company_id, promise.commercial_partner_id))
        for promise in self:
            items = promise.line_ids.move_line_id
            for earlier in by_debtor.get((promise.company_id, promise.commercial_partner_id), ()):
                same_items = earlier.line_ids.move_line_id & items
                if same_items or not (items or earlier.line_ids):
                    promise.previous_id = earlier
                    promise.level = earlier.level + 1
                    break

    # === ACTIONS === #

    def action_withdraw(self):
        """Take back a promise that was logged by mistake, or that the customer took back."""
        live = self.filtered(lambda promise: promise.state == "open")
        if live != self:
            raise UserError(self.env._("Only open promises can be withdrawn."))
        live.check_access("write")
        # sudo: only the state, of promises that the user may change
        live.sudo().write({"state": "withdrawn", "date_judged": fields.Date.context_today(self)})
        live._log("promise_withdrawn")

    def action_promise_again(self):
        """Log another promise about what is still open of this one's debts."""
        self.ensure_one()
        return self.env["crmx.open.item"]._new_promise_action(
            self.partner_id, self.line_ids.move_line_id, self.company_id, currency=self.currency_id
        )

    def action_open_items(self):
        """List what the debtor owes."""
        self.ensure_one()
        return self.partner_id.action_crmx_open_receivables()
