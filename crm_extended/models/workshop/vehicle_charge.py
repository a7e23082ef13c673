"""Costs of vehicles that no document in the books says: entered in the fleet alone, once each."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.plain_fields import PlainMany2one


class VehicleCharge(models.Model):
    """What a service, a contract or a document of a vehicle cost on a day, and its analytic line.

    Made and kept by its source alone: services, contracts and documents call `_keep` when they change. What
    comes by a vendor bill, from the stock or from a work order has its analytic line from there.
    """

    _name = "crmx.vehicle.charge"
    _description = "Charge of a vehicle"
    _order = "date DESC, id DESC"
    _rec_name = "name"

    name = fields.Char(required=True)
    res_model = fields.Char(required=True, string="Source model")
    res_id = fields.Many2oneReference(model_field="res_model", required=True, string="Source")
    kind = fields.Selection(
        [("service", "Service log"), ("contract", "Contract"), ("document", "Document")], required=True
    )
    vehicle_id = fields.Many2one("fleet.vehicle", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True, string="Cost")
    partner_id = fields.Many2one("res.partner", string="Vendor", ondelete="set null", index="btree_not_null")
    analytic_line_id = PlainMany2one("account.analytic.line", index="btree_not_null")

    _once = models.UniqueIndex("(res_model, res_id, date)", "Each source has one charge a day.")

    @api.model_create_multi
    def create(self, vals_list):
        charges = super().create(vals_list)
        charges._write_analytic_lines()
        return charges

    def write(self, vals):
        result = super().write(vals)
        if "analytic_line_id" not in vals:
            self._write_analytic_lines()
        return result

    def unlink(self):
        # sudo: lines that these charges made, and the host deletes with nothing else
        lines = self.sudo().analytic_line_id.exists()
        result = super().unlink()
        lines.unlink()
        return result

    @api.private
    def _write_analytic_lines(self):
        """Have one analytic line for each, on the account of its vehicle."""
        # sudo: who enters a cost of a vehicle need not do so in the books
        charges = self.sudo()
        charges.vehicle_id._crmx_analytic_accounts()
        existing = charges.analytic_line_id.exists()
        fresh = charges.filtered(lambda charge: charge.analytic_line_id not in existing)
        for charge in charges - fresh:
            charge.analytic_line_id.write(charge._analytic_vals())
        lines = existing.create([charge._analytic_vals() for charge in fresh])
        for charge, line in zip(fresh, lines, strict=True):
            charge.analytic_line_id = line

    @api.model
    @api.private
    def _keep(self, records, vals_list):
        """Have the charges of records say what these say; nothing is written where they do already."""
        # sudo: the charges of what the user may write
        charges = self.sudo()
        mine = charges.search([("res_model", "=", records._name), ("res_id", "in", records.ids)])
        found = {(charge.res_id, charge.date): charge for charge in mine}
        new = []
        for vals in vals_list:
            charge = found.pop((vals["res_id"], vals["date"]), None)
            if not charge:
                new.append({"res_model": records._name, **vals})
            elif changed := charge._changed(vals):
                charge.write(changed)
        charges.union(*found.values()).unlink()
        charges.create(new)

    @api.private
    def _changed(self, vals):
        """Return those of the values that are not so yet."""
        self.ensure_one()
        result = {}
        for name, value in vals.items():
            mine = self[name].id if self._fields[name].type == "many2one" else self[name]
            same = self.currency_id.compare_amounts(mine, value) == 0 if name == "amount" else mine == value
            if not same:
                result[name] = value
        return result

    @api.private
    def _analytic_vals(self):
        account = self.vehicle_id.crmx_analytic_account_id
        return {
            "name": self.name,
            account.root_plan_id._column_name(): account.id,
            "date": self.date,
            "amount": -self.amount,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "category": "other",
        }


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    @api.ondelete(at_uninstall=False)
    def _crmx_unlink_of_charges(self):
        """Refuse for lines of charges: the vehicle would have cost less than its documents say."""
        # sudo: whether there are any, whoever wants to delete the line
        charges = self.env["crmx.vehicle.charge"].sudo()
        found = charges.search([("analytic_line_id", "in", self.ids)], limit=1)
        if found and not self.env.su:
            raise UserError(self.env._("The line is of “%s”, in the fleet. Change it there.", found.name))
