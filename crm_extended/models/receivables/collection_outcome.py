"""What a call ended with: each makes an interaction, and the document that follows from it."""

from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...tools.worklist import next_workday

#: What the contact ended with, for each outcome of a call.
OUTCOMES = {
    "promise": "crm_extended.crmx_interaction_outcome_agreed",
    "dispute": "crm_extended.crmx_interaction_outcome_thinking",
    "back": "crm_extended.crmx_interaction_outcome_thinking",
    "number": "crm_extended.crmx_interaction_outcome_wrong_number",
    "missed": "crm_extended.crmx_interaction_outcome_no_answer",
}
#: Days until somebody asks again, after a customer has contested all of it.
DISPUTE_DAYS = 7


class CollectionCase(models.Model):
    _inherit = "crmx.collection.case"

    # === BUTTONS === #

    def action_promise(self):
        """Take down what the customer promises."""
        return self._outcome_action("promise", self.env._("Promise to Pay"))

    def action_dispute(self):
        """Take down why the customer does not pay."""
        return self._outcome_action("dispute", self.env._("Dispute"))

    def action_call_back(self):
        """Take down when to call again."""
        return self._outcome_action("back", self.env._("Call Back"))

    def action_wrong_number(self):
        """Take down that it is not his number."""
        return self._outcome_action("number", self.env._("Wrong Number"))

    def action_no_answer(self):
        """Nobody answered: try again on the next working day."""
        for case in self:
            case._take_down("missed", {"date": next_workday(fields.Date.context_today(self))})

    @api.private
    def _outcome_action(self, kind, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crmx.collection.outcome",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id, "default_kind": kind},
        }

    # === WHAT FOLLOWS === #

    @api.private
    def _take_down(self, kind, said):
        """Log the call with what follows from it, and see when the customer is to be contacted again.

        :param kind: "promise", "dispute", "back", "number" or "missed" (nobody answered)
        :param said: dictionary of what was said: `date`, `amount`, `currency_id`, `reason_id`, `moves`,
            `note`, `phone`; each where the kind needs it
        :return: the interaction
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "clear":
            raise UserError(self.env._("%s owes nothing that is overdue any more.", self.partner_id.name))
        steps = getattr(self, f"_step_{kind}")(said)
        # sudo: whoever works on the list logs his calls, whatever his rights on other contacts
        interaction = self.env["crmx.interaction"].sudo()
        interaction = interaction.create({**self._call_values(kind, said), **steps})
        is_wrong = kind == "number" and not said.get("phone")
        back = said.get("date") or next_workday(fields.Date.context_today(self))
        # sudo: the list follows from what was said
        case = self.sudo()
        case.write(
            {
                "date_back": back,
                "wrong_phone": case.phone if is_wrong else case.wrong_phone,
                "user_id": case.user_id.id or self.env.uid,
            }
        )
        case._refresh(case.company_id, case.partner_id)
        self.invalidate_recordset(["interaction_ids", "date_contact", "last_outcome"])
        return interaction

    def _call_values(self, kind, said):
        return {
            "type_id": self.env.ref("crm_extended.crmx_interaction_type_call").id,
            "direction": "out",
            "topic_id": self.env.ref("crm_extended.crmx_interaction_topic_payment").id,
            "outcome_id": self.env.ref(OUTCOMES[kind]).id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": self.env.uid,
            "name": self.env._("Call about %(amounts)s", amounts=self.amounts or self.env._("debts")),
            "description": said.get("note") or False,
        }

    def _step_promise(self, said):
        return {
            "next_step": "promise",
            "next_date": _noon(said["date"]),
            "next_summary": said.get("note") or False,
            "next_user_id": self.env.uid,
            "crmx_promised_amount": said["amount"],
            "crmx_promised_currency_id": said["currency_id"],
        }

    def _step_dispute(self, said):
        moves = said.get("moves") or self.env["account.move"]
        said["date"] = fields.Date.context_today(self) + relativedelta(days=DISPUTE_DAYS)
        return {
            "next_step": "dispute",
            "next_user_id": False,  # the reason of the dispute says who looks into it
            "crmx_dispute_reason_id": said["reason_id"],
            "document_ids": [
                Command.create({"res_model": "account.move", "res_id": move.id}) for move in moves
            ],
        }

    def _step_back(self, said):
        return self._step_activity(
            "mail.mail_activity_data_call",
            self.env._("Call %(customer)s back", customer=self.partner_id.name),
            said["date"],
            self.env.user,
        )

    def _step_number(self, said):
        if said.get("phone"):
            self._set_phone(said["phone"])
            return {}
        user = self.partner_id.user_id or self.env.user
        return self._step_activity(
            "mail.mail_activity_data_todo",
            self.env._("Find the right number of %(customer)s", customer=self.partner_id.name),
            next_workday(fields.Date.context_today(self)),
            user,
        )

    def _step_missed(self, _said):
        return {}

    def _step_activity(self, kind, summary, day, user):
        return {
            "next_step": "activity",
            "next_activity_type_id": self.env.ref(kind).id,
            "next_summary": summary,
            "next_date": _noon(day),
            "next_user_id": user.id,
        }

    def _set_phone(self, phone):
        """Enter the right number where the wrong one was."""
        # sudo: looks for the contact whose number was called; it is changed under the user's own rights
        contacts = self.partner_id.sudo() | self.partner_id.sudo().child_ids  # sudo: as above
        called = contacts.filtered(lambda contact: contact.phone == self.phone)[:1] or self.partner_id
        called.sudo(False).phone = phone


def _noon(day):
    """Return noon of a day, which is the same day in every time zone but the outermost."""
    return datetime.combine(day, time(12))
