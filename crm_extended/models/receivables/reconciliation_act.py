from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.statement import digest
from .statement_ledger import SIDE_LABELS

REPORT = "crm_extended.crmx_reconciliation_act_action_report"
#: What the act is about: changing it draws the act up anew.
ABOUT = {"partner_id", "company_id", "side", "date_from", "date_to"}
#: Set by what happens to the act alone.
HAPPENED = {"line_ids", "digest", "version", "seen_on", "dispute_id", "is_outdated"}


class ReconciliationAct(models.Model):
    """What one party's books say of the other for a period, to be compared and signed by both."""

    _name = "crmx.reconciliation.act"
    _description = "Reconciliation Act"
    _inherit = [
        "crmx.document",
        "crmx.signed.document",
        "crmx.outgoing.message",
        "portal.mixin",
        "mail.activity.mixin",
    ]
    _order = "date_to DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id"]
    _outgoing_cron = "crm_extended.ir_cron_reconciliation_act_send"
    _happened = HAPPENED
    _signed_report = REPORT
    _signed_fields = ABOUT | HAPPENED | {"name", "state"}

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict", check_company=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Other party", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    side = fields.Selection(SIDE_LABELS, string="About them", required=True, default="both")
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env["crmx.statement.ledger"].period()[0]
    )
    date_to = fields.Date(
        string="Up to", required=True, default=lambda self: self.env["crmx.statement.ledger"].period()[1]
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("seen", "Seen"),
            ("differs", "Differs"),
            ("signed", "Signed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("crmx.reconciliation.act.line", "act_id", string="Lines", readonly=True)
    version = fields.Integer(readonly=True, copy=False, default=0, help="How often it was drawn up.")
    digest = fields.Char(
        string="Contents",
        readonly=True,
        copy=False,
        help="SHA-256 of what the act says, and is signed.",
    )
    is_outdated = fields.Boolean(
        string="Books have changed",
        readonly=True,
        copy=False,
        help="Since it was drawn up, something was booked in its period.",
    )
    seen_on = fields.Datetime(readonly=True, copy=False)
    dispute_id = fields.Many2one(
        "crmx.dispute", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for act in self:
            act.access_url = f"/my/acts/{act.id}"
        return result

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for act in self:
            parts = [act.name or self.env._("Reconciliation act"), act.partner_id.name]
            act.display_name = " ".join(part for part in parts if part)

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        if self.filtered(lambda act: act.date_from > act.date_to):
            raise ValidationError(self.env._("The period ends before it begins."))

    @api.model_create_multi
    def create(self, vals_list):
        acts = super().create(vals_list)
        acts._draw_up()
        return acts

    def write(self, vals):
        if ABOUT & vals.keys() and self.filtered(lambda act: act.state not in ("draft", "cancelled")):
            raise UserError(self.env._("The other party has the act. Cancel it and make another one."))
        result = super().write(vals)
        if ABOUT & vals.keys():
            self._draw_up()
        return result

    # === CONTENT === #

    @api.private
    def _draw_up(self):
        """Take down what the ledger says now; for acts of one period and language in a few queries."""
        rows_of = self._read_rows()
        for act in self:
            rows = rows_of[act]
            # sudo: lines of an act that the user may change; they are what his ledger says
            act.sudo().write(
                {
                    "line_ids": [Command.clear(), *(Command.create(row) for row in rows)],
                    "digest": act._digest(rows),
                    "version": act.version + 1,
                    "is_outdated": False,
                }
            )

    @api.private
    def _read_rows(self):
        """Return {act: values of its lines}, read for all acts of a kind at once."""
        result = {}
        names = ("company_id", "side", "date_from", "date_to")
        kinds = self.grouped(lambda act: (act.partner_id.lang, *(act[name] for name in names)))
        for (lang, company, *period), acts in kinds.items():
            options = {"kind": "activity", **dict(zip(names[1:], period, strict=True))}
            ledger = self.env["crmx.statement.ledger"].with_context(lang=lang)
            found = ledger.statements(acts.partner_id, company, options)
            result.update((act, act._rows(found.get(act.commercial_partner_id.id, []))) for act in acts)
        return result

    @api.private
    def _rows(self, sections):
        """Return values of the lines: per currency the opening, each movement, and the closing balance."""
        rows = []
        for section in sections:
            currency = {"currency_id": section["currency"].id}
            rows.append({**currency, "kind": "opening", "date": self.date_from, "amount": section["opening"]})
            rows += [
                {
                    **currency,
                    "kind": "movement",
                    "date": line["date"],
                    "name": line["name"],
                    "ref": line["ref"],
                    "amount": line["amount"],
                    "move_line_id": line["line_id"],
                }
                for line in section["lines"]
            ]
            rows.append({**currency, "kind": "closing", "date": self.date_to, "amount": section["closing"]})
        return [{**row, "sequence": number} for number, row in enumerate(rows, 1)]

    @api.private
    def _digest(self, rows):
        """Return the hash of what the act says: parties, period and figures."""
        names = ("kind", "currency_id", "date", "name", "amount")
        return digest(
            {
                "parties": [self.company_id.id, self.partner_id.commercial_partner_id.id],
                "period": [self.date_from, self.date_to],
                "side": self.side,
                "lines": [[row.get(name) or None for name in names] for row in rows],
            }
        )

    @api.private
    def _check_books(self):
        """Return whether the ledger still says what the act says; remember when not."""
        self.ensure_one()
        # sudo: compares with the ledger for the customer, who sees the act only
        act = self.sudo()
        if act._digest(act._read_rows()[act]) == act.digest:
            return True
        if not act.is_outdated:
            act.is_outdated = True
            act._tell_responsible(self.env._("The books have changed: draw up the act anew."))
        return False

    @api.private
    def _tell_responsible(self, summary, note=""):
        user = self.user_id if self.user_id.active else self.create_uid
        self.activity_schedule("mail.mail_activity_data_todo", summary=summary, note=note, user_id=user.id)

    # === ACTIONS === #

    def action_draw_up(self):
        """Draw up the act anew; what the other party said of the version before is in the dispute."""
        self.check_access("write")
        if self.filtered(lambda act: act.state in ("signed", "cancelled")):
            raise UserError(self.env._("It is signed or cancelled."))
        self._draw_up()
        # sudo: only the state, of acts that the user may change
        self.sudo().write({"state": "draft"})
        for act in self:
            act.message_post(body=self.env._("Drawn up anew: version %s.", act.version))

    def action_cancel(self):
        """Withdraw acts that are not signed."""
        self.check_access("write")
        self.action_stop_sending()
        self.sudo().write({"state": "cancelled"})  # sudo: only the state
        self._log("act_cancelled")

    def action_mark_sent(self):
        """It was handed over otherwise."""
        self.check_access("write")
        self._set_sent()

    def action_print(self):
        """Print the acts, with columns for the other party to fill in."""
        return self.env.ref(REPORT).report_action(self, config=False)

    def action_preview(self):
        """Look at the page of the customer."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.get_portal_url(), "target": "new"}

    @api.private
    def _set_sent(self):
        drafts = self.sudo().filtered(lambda act: act.state == "draft")  # sudo: only the state
        drafts.write({"state": "sent"})
        drafts._log("act_sent")

    @api.private
    def _log(self, kind, **data):
        self.env["crmx.receivables.log"]._append(
            {
                "kind": kind,
                "record": act,
                "data": {"version": act.version, "digest": act.digest, "state": act.state, **data},
            }
            for act in self
        )

    # === MAIL === #

    @api.private
    def _outgoing_values(self):
        if self.state not in ("draft", "sent", "seen", "differs"):
            raise UserError(self.env._("It is signed or cancelled."))
        receiver = self._outgoing_receiver()
        self._portal_ensure_token()
        return self._outgoing_by_template(
            "crm_extended.mail_template_reconciliation_act", receiver, self._outgoing_print(REPORT)
        )

    @api.private
    def _outgoing_sent(self):
        self._set_sent()

    @api.private
    def _outgoing_user(self):
        return self.user_id or super()._outgoing_user()

    @api.model
    def _cron_send(self):
        self._outgoing_work_off()
