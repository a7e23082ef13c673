"""Requests by people who work with the portal only: what they may ask, and what they see of it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, html2plaintext, plaintext2html

from ...tools.processes_svg import draw

MAX_SUBJECT, MAX_TEXT, MAX_ANSWER = 200, 10_000, 2_000
#: The largest file, in bytes, and how many of them.
MAX_FILE, MAX_FILES = 15 * 1024 * 1024, 10
#: Questions that the form of the portal can ask, and the types of their inputs.
INPUTS = {
    "char": "text",
    "text": "textarea",
    "integer": "number",
    "float": "number",
    "date": "date",
    "datetime": "datetime-local",
    "boolean": "checkbox",
    "selection": "select",
}


class RequestKind(models.Model):
    _inherit = "crmx.request.kind"

    is_portal = fields.Boolean(
        string="Open to the portal", help="Customers and others who log in to the portal can ask for it."
    )

    @api.model
    @api.private
    def _portal_open(self):
        """Return the kinds that the user can ask for in the portal."""
        user = self.env.user
        companies = user.company_ids.filtered("crmx_use_processes")
        # sudo: users of the portal have no right on kinds; those that are open to them only
        kinds = self.sudo().search([("is_portal", "=", True)])
        return kinds.filtered(lambda kind: kind._portal_company(companies))

    @api.private
    def _portal_company(self, companies):
        """The company of the user that gets a request of the kind, none when there is none."""
        if self.company_id:
            tree = self.env["res.company"].browse(self.company_id._crmx_tree_ids())
            companies &= tree
        own = self.env.user.company_id
        return own if own in companies else companies[:1]

    @api.private
    def _portal_questions(self):
        """Return the questions that a form of the portal can ask: name, label, input, choices, default."""
        return [
            {
                "name": f"answer_{question['name']}",
                "key": question["name"],
                "label": question.get("string") or question["name"],
                "type": question["type"],
                "input": INPUTS[question["type"]],
                "choices": [choice[:2] for choice in question.get("selection") or []],
                "value": question.get("default") or "",
            }
            for question in self.request_properties or []
            if question["type"] in INPUTS
        ]

    @api.private
    def _portal_ask(self, post, files):
        """Make and send a request of what was entered.

        :raises UserError: something is missing or cannot be
        """
        self.ensure_one()
        subject = " ".join((post.get("name") or "").split())[:MAX_SUBJECT]
        if not subject:
            raise UserError(self.env._("Say what it is about."))
        asked = (
            self.env["crmx.request"]
            .sudo()  # sudo: users of the portal have no right on requests; one in their own name
            .create(
                {
                    "name": subject,
                    "kind_id": self.id,
                    "company_id": self._portal_company(
                        self.env.user.company_ids.filtered("crmx_use_processes")
                    ).id,
                    "requester_id": self.env.uid,
                    "description": plaintext2html((post.get("description") or "").strip()[:MAX_TEXT]),
                    "properties": {
                        question["key"]: self._portal_answer(question, post.get(question["name"]))
                        for question in self._portal_questions()
                    },
                }
            )
        )
        asked._portal_attach(files)
        asked.action_send()
        return asked

    @api.private
    def _portal_answer(self, question, text):
        text = (text or "").strip()[:MAX_ANSWER]
        kind = question["type"]
        if kind == "boolean":
            return bool(text)
        if not text:
            return False
        try:
            if kind in ("integer", "float"):
                return int(text) if kind == "integer" else float(text)
            if kind == "date":
                return fields.Date.to_string(fields.Date.from_string(text))
            if kind == "datetime":
                moment = fields.Datetime.from_string(text.replace("T", " ")[:16] + ":00")
                return fields.Datetime.to_string(moment)
        except ValueError:
            raise UserError(self.env._("“%s” cannot be read.", question["label"])) from None
        if kind == "selection" and text not in dict(question["choices"]):
            raise UserError(self.env._("“%s” cannot be read.", question["label"]))
        return text


class Request(models.Model):
    _inherit = "crmx.request"

    @api.model
    @api.private
    def _portal_own(self):
        # sudo: users of the portal have no right on requests; always searched with _portal_domain
        return self.sudo()

    @api.model
    @api.private
    def _portal_domain(self):
        """What a user of the portal sees: what he asked for."""
        return Domain("requester_id", "=", self.env.uid) & Domain("state", "!=", "draft")

    @api.private
    def _portal_attach(self, files):
        files = [file for file in files if file.filename]
        if len(files) > MAX_FILES:
            raise UserError(self.env._("At most %s files.", MAX_FILES))
        for file in files:
            content = file.read(MAX_FILE + 1)
            if len(content) > MAX_FILE:
                raise UserError(self.env._("“%s” is too large.", file.filename))
            self.env["ir.attachment"].create(
                {
                    "name": file.filename[:MAX_SUBJECT],
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )

    @api.private
    def _portal_standing(self):
        """Return where the request is: picture, steps done and due, and the answers as they were given."""
        run = self.env["crmx.process.instance"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], limit=1
        )
        standing = run.token_ids.filtered(lambda token: token.state in ("active", "incident"))
        states = {token.node_id.ref: "done" if token.state == "done" else "now" for token in run.token_ids}
        states |= {token.node_id.ref: "now" for token in standing}
        items = run.item_ids.filtered(lambda item: item.state != "withdrawn").sorted("id")
        return {
            "picture": draw(run.version_id._graph(), states) if run else "",
            "steps": [
                {
                    "name": item.name,
                    "is_done": item.state == "done",
                    "date": item.date_done or item.date_deadline,
                }
                for item in items
            ],
            "answers": [
                (question["label"], self._portal_shown(question))
                for question in self.kind_id._portal_questions()
            ],
            "text": html2plaintext(self.description or ""),
        }

    @api.private
    def _portal_shown(self, question):
        # not get(), which does not give the label of a choice
        value = self.properties[question["key"]] if question["key"] in self.properties else False  # noqa: SIM401
        if question["type"] == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if value and question["type"] == "date":
            return format_date(self.env, value)
        if value and question["type"] == "datetime":
            return format_datetime(self.env, value)
        return value if value not in (False, None) else ""
