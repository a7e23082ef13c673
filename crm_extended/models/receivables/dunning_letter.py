from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..common.plain_fields import PlainMany2one

#: What a reviewer may change of a message that is only proposed.
REVIEWED = {"level_id", "contact_id"}
#: States in which a message is as it left, or may have left.
GONE = ("sending", "sent", "unknown")


class DunningLetter(models.Model):
    """One message to one customer about all of his items on one level, in all currencies."""

    _name = "crmx.dunning.letter"
    _description = "Reminder"
    _inherit = ["mail.thread"]
    _order = "run_id DESC, id"
    _rec_names_search = ["partner_id", "subject"]
    _check_company_auto = True

    run_id = fields.Many2one("crmx.dunning.run", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Addressee",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="The contact for invoices, or the customer itself.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        readonly=True,
        index="btree_not_null",
        help="The customer's salesperson, or who is responsible for the run. Gets the tasks.",
    )
    level_id = fields.Many2one("crmx.dunning.level", ondelete="restrict", required=True, index=True)
    level_number = fields.Integer(string="Level No.", readonly=True, aggregator="max")
    amount_company = fields.Monetary(
        string="In Company Currency",
        readonly=True,
        help="All currencies together, in the company's, at the rates at which the items are booked.",
    )
    amounts = fields.Char(
        string="To Pay",
        compute="_compute_amounts",
        compute_sudo=True,
        help="What is asked for, in the items' currencies.",
    )
    line_ids = fields.One2many(
        "crmx.dunning.line", "letter_id", string="Items", domain=[("reason", "=", False)]
    )
    dropped_line_ids = fields.One2many(
        "crmx.dunning.line", "letter_id", string="Dropped", domain=[("reason", "!=", False)]
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("excluded", "Excluded"),
            ("postponed", "Postponed"),
            ("queued", "To be sent"),
            ("sending", "Being sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("unknown", "Unknown"),
            ("dropped", "Dropped"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        help="Unknown: the server stopped while it was being sent. It is never sent again unasked.\n"
        "Dropped: nothing was left to ask for when its turn came.",
    )
    lang = fields.Char(
        string="Language", compute="_compute_lang", help="The addressee's language, or the company's."
    )
    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS"), ("letter", "Letter"), ("call", "Call")],
        string="Sent by",
        readonly=True,
        copy=False,
    )
    channels_done = fields.Char(readonly=True, copy=False, help="Channels that were used or failed.")
    date_sent = fields.Datetime(string="Sent on", readonly=True, copy=False)
    date_retry = fields.Datetime(string="Next Try", readonly=True, copy=False)
    attempts = fields.Integer(readonly=True, copy=False, aggregator=None)
    error = fields.Text(string="What Happened", readonly=True, copy=False)
    subject = fields.Char(readonly=True, copy=False, help="As it was sent.")
    body = fields.Html(string="Text", readonly=True, copy=False, sanitize=False, help="As it was sent.")
    sent_to = fields.Char(readonly=True, copy=False, help="Mail address, number or postal address.")
    message_id_sent = fields.Char(string="Message-ID", readonly=True, copy=False, index="btree_not_null")
    mail_message_id = PlainMany2one("mail.message", readonly=True, copy=False, index="btree_not_null")
    hold = fields.Boolean(
        string="Holds Orders",
        readonly=True,
        copy=False,
        help="Set when it is sent, if its level holds orders.",
    )
    preview_subject = fields.Char(string="Subject Line", compute="_compute_preview", compute_sudo=True)
    preview_body = fields.Html(
        string="As the Customer Sees It", compute="_compute_preview", compute_sudo=True, sanitize=False
    )
    items_table = fields.Html(compute="_compute_items_table", compute_sudo=True, sanitize=False)

    @api.depends("line_ids.amount", "line_ids.currency_id")
    @api.depends_context("lang")
    def _compute_amounts(self):
        groups = self.env["crmx.dunning.line"]._read_group(
            [("letter_id", "in", self.ids), ("reason", "=", False)],
            ["letter_id", "currency_id"],
            ["amount:sum"],
        )
        for letter in self:
            letter.amounts = " + ".join(
                format_amount(self.env, amount, currency) for of, currency, amount in groups if of == letter
            )

    @api.depends("contact_id.lang", "partner_id.lang", "company_id.partner_id.lang")
    def _compute_lang(self):
        for letter in self:
            letter.lang = (
                letter.contact_id.lang
                or letter.partner_id.lang
                or letter.company_id.partner_id.lang
                or self.env.lang
                or "en_US"
            )

    @api.depends("partner_id", "level_id")
    def _compute_display_name(self):
        for letter in self:
            parts = [letter.partner_id.name, letter.level_id.name]
            letter.display_name = ": ".join(part for part in parts if part)

    # === CRUD === #

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - REVIEWED:
                raise UserError(self.env._("What a reminder says comes from the ledger and its level."))
            self._check_in_review()
        if "level_id" in vals:
            level = self.env["crmx.dunning.level"].browse(vals["level_id"])
            vals = {**vals, "level_number": level.number}
            # sudo: the items follow the level of messages that the user may change
            self.sudo().line_ids.write({"level_number": level.number})
        return super().write(vals)

    @api.private
    def _check_in_review(self):
        if self.filtered(lambda letter: letter.state not in ("proposed", "excluded", "postponed")):
            raise UserError(self.env._("The reminder is not in review any more."))

    @api.constrains("level_id")
    def _check_level(self):
        """Nobody gets the same level twice: choose a later one, or leave it out."""
        for letter in self:
            before = max(letter.line_ids.mapped("previous_number"), default=0)
            if letter.level_id.number <= before:
                raise UserError(
                    self.env._(
                        "%(customer)s had level %(before)s already for some items: choose a later one.",
                        customer=letter.partner_id.name,
                        before=before,
                    )
                )

    # === REVIEW === #

    def action_exclude(self):
        """Leave the messages out of this run."""
        self._review({"state": "excluded"})

    def action_include(self):
        """Take the messages back into the run."""
        self._review({"state": "proposed"})

    @api.private
    def _review(self, vals):
        self.check_access("write")
        self._check_in_review()
        # sudo: only the state, of messages in review that the user may change
        self.sudo().write(vals)

    @api.private
    def _postpone(self, until, note):
        """No reminders to these customers until a day, in this run and later ones."""
        self._review({"state": "postponed"})
        for company, letters in self.grouped("company_id").items():
            self.env["crmx.dunning.exception"]._pause(company, letters.partner_id, until, note)
