"""Reminders of documents that end, and the documents of vehicles and drivers on their own screens."""

from odoo import api, fields, models

#: Documents that a scheduled action works off before it commits.
CHUNK = 100


class VehicleDocument(models.Model):
    _inherit = "crmx.vehicle.document"

    @api.model
    @api.private
    def _cron_remind(self):
        """Give whoever is responsible an activity for each document that ends soon; once only."""
        companies = self.env["res.company"].search([("crmx_use_workshop", "=", True)])
        domain = [
            ("company_id", "in", companies.ids),
            ("date_warn", "<=", fields.Date.context_today(self)),
            ("date_reminded", "=", False),
            ("is_replaced", "=", False),
        ]
        left = self.search_count(domain)
        while left:
            # those that somebody else works on come with the next run
            documents = self.search(domain, limit=CHUNK).try_lock_for_update(allow_referencing=True)
            if not documents:
                break
            documents._remind()
            left = self.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(len(documents), remaining=left):
                break

    @api.private
    def _remind(self):
        today = fields.Date.context_today(self)
        for document in self:
            user = document._whom_to_remind()
            if user:
                document.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=max(document.date_to, today),
                    user_id=user.id,
                    automated=True,
                    summary=self.env._("Renew: %s", document.display_name),
                )
        # sudo: set by what happens alone
        self.sudo().date_reminded = today

    @api.private
    def _whom_to_remind(self):
        """Return the first of those who may be responsible who still works here."""
        self.ensure_one()
        candidates = (self.user_id, self.vehicle_id.manager_id, self.kind_id.user_id, self.create_uid)
        return next((user for user in candidates if user.active), self.env["res.users"])


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_document_ids = fields.One2many(
        "crmx.vehicle.document",
        "vehicle_id",
        string="Documents",
        groups="crm_extended.group_workshop_user",
    )

    def action_crmx_open_documents(self):
        """List the documents."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_vehicle_document_action"),
            "domain": [("vehicle_id", "in", self.ids)],
            "context": {"default_vehicle_id": self[:1].id},
        }
