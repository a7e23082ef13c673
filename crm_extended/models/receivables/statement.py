from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.outgoing_message import GIVEN
from ..common.plain_fields import PlainMany2one
from .statement_ledger import KINDS, SIDE_LABELS

REPORT = "crm_extended.crmx_statement_action_report"


class Statement(models.Model):
    """A statement of account of one customer, and what became of it.

    Until it is sent, it shows what the ledger says; what was sent is kept as it was sent.
    """

    _name = "crmx.statement"
    _description = "Statement of Account"
    _inherit = "crmx.outgoing.message"
    _order = "date_to DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["partner_id"]
    _outgoing_cron = "crm_extended.ir_cron_statement_send"
    _outgoing_given = GIVEN | {"attachment_id"}

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    run_id = fields.Many2one("crmx.statement.run", readonly=True, index="btree_not_null", ondelete="cascade")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="outstanding",
        help="What is open on a day, or all that happened in a period with the balance before and after.",
    )
    side = fields.Selection(SIDE_LABELS, required=True, default="receivable")
    date_from = fields.Date(string="From", default=lambda self: self.env["crmx.statement.ledger"].period()[0])
    date_to = fields.Date(string="Up to", required=True, default=fields.Date.context_today)
    attachment_id = PlainMany2one("ir.attachment", string="As it was sent", readonly=True, copy=False)
    preview = fields.Html(
        string="What it says now",
        compute="_compute_preview",
        sanitize=False,
        help="From the ledger, until it is sent; then the file says what was sent.",
    )

    @api.depends("partner_id", "date_to", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = self.env._(
                "Statement %(date)s %(partner)s",
                date=statement.date_to or "",
                partner=statement.partner_id.name or "",
            )

    @api.depends("partner_id", "company_id", "kind", "side", "date_from", "date_to", "attachment_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        qweb = self.env["ir.qweb"]
        for statement in self:
            is_period = statement.kind != "activity" or (
                statement.date_from and statement.date_from <= statement.date_to
            )
            statement.preview = (
                qweb._render(
                    "crm_extended.statement_preview", {"document": statement.document(self.env.lang)}
                )
                if statement.partner_id and statement.date_to and is_period and not statement.attachment_id
                else False
            )

    @api.constrains("kind", "date_from", "date_to")
    def _check_period(self):
        for statement in self:
            if statement.kind == "activity" and (
                not statement.date_from or statement.date_from > statement.date_to
            ):
                raise ValidationError(self.env._("The period ends before it begins."))

    def write(self, vals):
        given = {"partner_id", "company_id", "kind", "side", "date_from", "date_to", "attachment_id"}
        if given & vals.keys() and self.filtered("attachment_id"):
            raise UserError(self.env._("A statement that was sent stays as it was. Make a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unsent(self):
        if self.filtered(lambda statement: statement.send_state not in ("draft", "failed")):
            raise UserError(self.env._("A statement that was sent stays on record."))

    # === CONTENT === #

    @api.private
    def options(self):
        """Return what the ledger is asked for."""
        self.ensure_one()
        return {
            "kind": self.kind,
            "side": self.side,
            "date_from": self.date_from if self.kind == "activity" else None,
            "date_to": self.date_to,
        }

    @api.private
    def document(self, lang=None):
        """Return what a print or a page says, in a language."""
        self.ensure_one()
        statement = self.with_context(lang=lang or self.partner_id.lang)
        partner = statement.partner_id.commercial_partner_id
        ledger = statement.env["crmx.statement.ledger"]
        sections = ledger.statements(partner, statement.company_id, statement.options()).get(partner.id, [])
        contacts = {line["contact_id"] for section in sections for line in section["lines"]}
        return {
            "title": statement._title(),
            "company": statement.company_id,
            "partner": partner,
            "statement": statement,
            "sections": sections,
            # who, only where it is not always the company itself
            "contacts": bool(contacts - {partner.id}),
        }

    @api.model
    def _title(self):
        if self.kind == "activity":
            return self.env._("Statement of account")
        return self.env._("Open items")

    # === MAIL === #

    @api.private
    def _outgoing_values(self):
        receiver = self._outgoing_receiver()
        self._keep_pdf()
        files = [Command.link(self.attachment_id.id)]
        return self._outgoing_by_template("crm_extended.mail_template_statement", receiver, files)

    @api.private
    def _keep_pdf(self):
        """Print it, once: what was sent before is sent again as it was."""
        if self.attachment_id:
            return
        # sudo: the report of a statement that the caller may send
        report = self.env["ir.actions.report"].sudo()
        content, _type = report._render_qweb_pdf(REPORT, self.ids)
        # sudo: a file of the statement, which who may write it may not write himself
        self.attachment_id = self.env["ir.attachment"].sudo().create(
            {
                "name": f"{self._title()} {self.date_to}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )  # fmt: skip

    @api.private
    def _outgoing_sent(self):
        self.env["crmx.receivables.log"]._append(
            {
                "kind": "statement_sent",
                "record": statement,
                "data": {"to": statement.send_to or "", "sha1": statement.attachment_id.checksum or ""},
            }
            for statement in self
        )

    @api.private
    def _outgoing_user(self):
        return self.run_id.create_uid or super()._outgoing_user()

    @api.model
    def _cron_send(self):
        self._outgoing_work_off()

    # === ACTIONS === #

    def action_print(self):
        """Print the statements, each in the language of its customer."""
        return self.env.ref(REPORT).report_action(self, config=False)

    def action_xlsx(self):
        """Download the statement as a spreadsheet."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/crmx/statement/{self.id}/xlsx", "target": "download"}
