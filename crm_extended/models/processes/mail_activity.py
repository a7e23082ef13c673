from odoo import api, fields, models
from odoo.exceptions import UserError


class WorkItem(models.Model):
    _inherit = "crmx.work.item"

    @api.private
    def _project(self):
        """Make the activities of steps as the steps are; the process goes on by the steps only."""
        for process, items in self.grouped("process_id").items():
            stale = items.filtered(lambda item: item.activity_id and item.activity_id.user_id != item.user_id)
            stale |= items.filtered(lambda item: item.activity_id and item.state != "open")
            # sudo: the activity is an image of the step, whoever did it
            stale.activity_id.sudo().with_context(crmx_projection=True).unlink()
            if process.shows_activities:
                items._add_activities()

    @api.private
    def _add_activities(self):
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        for item in self.filtered(
            lambda item: item.state == "open" and item.user_id and not item.activity_id
        ):
            if "activity_ids" not in self.env[item.res_model]:
                continue
            deadline = item.date_deadline or fields.Datetime.now()
            item.activity_id = (
                self.env["mail.activity"]
                .with_context(mail_activity_quick_update=True)
                .create(
                    {
                        "activity_type_id": todo.id if todo else False,
                        "res_model_id": self.env["ir.model"]._get_id(item.res_model),
                        "res_id": item.res_id,
                        "user_id": item.user_id.id,
                        "summary": item.name,
                        "date_deadline": fields.Date.to_date(deadline),
                    }
                )
            )


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """The activity of a step is done by finishing the step."""
        # sudo: whether an activity stands for a step; the step itself is finished with the user's rights
        steps = self.env["crmx.work.item"].sudo()
        items = steps.search([("activity_id", "in", self.ids), ("state", "=", "open")])
        if not items:
            return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for item in items.sudo(False):
            if item._outcomes():
                raise UserError(
                    self.env._("Choose how “%s” ends, above the document or in My Steps.", item.name)
                )
        others = self - items.activity_id
        result = super(MailActivity, others)._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for item in items.sudo(False):
            item.finish(comment=feedback or None)
        return result
