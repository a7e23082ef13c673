"""What a reminder says: rendered from the texts of its level, in the addressee's language."""

from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.tools import html2plaintext


class DunningLetter(models.Model):
    _inherit = "crmx.dunning.letter"

    @api.depends("state", "level_id", "contact_id", "line_ids.amount")
    def _compute_preview(self):
        """As it was sent, or as it would be."""
        sent = self.filtered("subject")
        for letter in sent:
            letter.preview_subject, letter.preview_body = letter.subject, letter.body
        texts = (self - sent)._render_texts()
        for letter in self - sent:
            letter.preview_subject, letter.preview_body = texts[letter.id]

    @api.private
    def _render_texts(self):
        """Return {id: (subject, HTML body)}, each in its addressee's language."""
        texts = {}
        for template, letters in self.grouped(lambda letter: letter.level_id.mail_template_id).items():
            # sudo: the company's texts about messages that the user reads
            template = template.sudo()
            subjects = template._render_field("subject", letters.ids, compute_lang=True)
            bodies = template._render_field(
                "body_html", letters.ids, compute_lang=True, options={"post_process": True}
            )
            texts.update({id_: (subjects[id_], Markup(bodies[id_])) for id_ in letters.ids})
        return texts

    @api.private
    def _render_sms(self):
        """Return the text of the SMS."""
        self.ensure_one()
        # sudo: the company's text about a message that the user reads
        template = self.level_id.sms_template_id.sudo()
        body = template._render_field("body", self.ids, compute_lang=True)[self.id]
        return html2plaintext(body).strip()

    @api.depends("line_ids.amount")
    @api.depends_context("lang")
    def _compute_items_table(self):
        for letter in self:
            letter.items_table = self.env["ir.qweb"]._render(
                "crm_extended.dunning_items", letter._items_values()
            )

    @api.private
    def _items_values(self):
        """What the table of a message shows; documents by name, for readers without rights on them."""
        totals = defaultdict(float)
        # sudo: the documents of a reminder that the user reads are named in it
        lines = self.sudo().line_ids.sorted(lambda line: (line.date_maturity, line.id))
        for line in lines:
            totals[line.currency_id] += line.amount
        return {
            "letter": self,
            "lines": lines,
            "is_reduced": any(line.open_amount != line.amount for line in lines),
            "totals": sorted(totals.items(), key=lambda total: total[0].name),
        }

    @api.private
    def _postal_address(self):
        """Return the addressee's postal address without blank lines; empty when there is none."""
        partner = self.contact_id
        if not (partner.street or partner.street2) or not (partner.city or partner.zip):
            partner = self.partner_id
        if not (partner.street or partner.street2) or not (partner.city or partner.zip):
            return ""
        lines = [self.partner_id.name]
        if self.contact_id != self.partner_id and self.contact_id.name:
            lines.append(self.contact_id.name)
        lines += partner._display_address(without_company=True).splitlines()
        return "\n".join(line for line in lines if line.strip())
