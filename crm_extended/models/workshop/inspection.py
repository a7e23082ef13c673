from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .defect import SEVERITIES
from .inspection_template import ANSWERS


class Inspection(models.Model):
    """A vehicle looked at point by point; what fails becomes a defect."""

    _name = "crmx.inspection"
    _description = "Inspection"
    _inherit = ["crmx.document", "mail.thread"]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "vehicle_id"]

    vehicle_id = fields.Many2one(
        "fleet.vehicle", required=True, index=True, ondelete="restrict", check_company=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    template_id = fields.Many2one(
        "crmx.inspection.template",
        string="Checklist",
        required=True,
        ondelete="restrict",
        check_company=True,
        compute="_compute_template_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Inspector", default=lambda self: self.env.user)
    distance = fields.Float(string="Distance shown", digits=(16, 1), copy=False)
    line_ids = fields.One2many(
        "crmx.inspection.line",
        "inspection_id",
        string="Points",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    state = fields.Selection(
        [("draft", "Open"), ("passed", "Passed"), ("failed", "Failed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    defect_count = fields.Integer(string="Defects", compute="_compute_defect_count")
    note = fields.Text()

    @api.depends("vehicle_id")
    def _compute_company_id(self):
        for inspection in self:
            inspection.company_id = (
                inspection.vehicle_id.company_id or inspection.company_id or self.env.company
            )

    @api.depends("vehicle_id")
    def _compute_template_id(self):
        for inspection in self:
            if inspection.template_id or not inspection.vehicle_id:
                continue
            vehicle = inspection.vehicle_id
            inspection.template_id = self.env["crmx.inspection.template"].search(
                [
                    ("vehicle_type", "in", (vehicle.vehicle_type, False)),
                    ("category_id", "in", (vehicle.category_id.id, False)),
                    ("company_id", "in", (inspection.company_id.id, False)),
                ],
                order="category_id, vehicle_type, sequence, id",
                limit=1,
            )

    @api.depends("template_id")
    def _compute_line_ids(self):
        for inspection in self.filtered(lambda i: i.state == "draft"):
            points = inspection.template_id.line_ids._copied()
            inspection.line_ids = [Command.clear(), *(Command.create(vals) for vals in points)]

    def _compute_defect_count(self):
        counts = dict(
            self.env["crmx.defect"]._read_group(
                [("inspection_line_id.inspection_id", "in", self.ids)],
                ["inspection_line_id.inspection_id"],
                ["__count"],
            )
        )
        for inspection in self:
            inspection.defect_count = counts.get(inspection, 0)

    @api.depends("name", "vehicle_id")
    def _compute_display_name(self):
        for inspection in self:
            parts = (inspection.name, inspection.vehicle_id.license_plate)
            inspection.display_name = " ".join(part for part in parts if part)

    def write(self, vals):
        finished = self.filtered(lambda inspection: inspection.state != "draft")
        if not self.env.su and finished and vals.keys() - {"note"}:
            raise UserError(self.env._("A finished inspection stays as it is."))
        return super().write(vals)

    def action_finish(self):
        """Judge it, and make a defect of each point that failed."""
        for inspection in self:
            inspection._lock("draft")
            lines = inspection.line_ids
            left = lines.filtered(lambda line: line.result == "open")
            if left or not lines:
                raise UserError(
                    self.env._(
                        "Not looked at yet: %s", ", ".join(left.mapped("name")) or self.env._("anything")
                    )
                )
            inspection._enter_reading()
            failed = lines.filtered(lambda line: line.result == "fail")
            inspection._become("failed" if failed else "passed")
            failed._make_defects()

    @api.private
    def _enter_reading(self):
        if self.distance:
            self.env["crmx.meter.reading"].create(
                {"vehicle_id": self.vehicle_id.id, "date": self.date, "value": self.distance}
            )

    def action_open_defects(self):
        """List what it found."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_defect_action"),
            "domain": [("inspection_line_id.inspection_id", "=", self.id)],
            "context": {},
        }


class InspectionLine(models.Model):
    _name = "crmx.inspection.line"
    _description = "Point of an inspection"
    _order = "inspection_id, sequence, id"

    inspection_id = fields.Many2one("crmx.inspection", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What to look at", required=True)
    answer = fields.Selection(ANSWERS, required=True, default="pass", readonly=True)
    has_low = fields.Boolean(readonly=True)
    low = fields.Float(digits=(16, 2), readonly=True)
    has_high = fields.Boolean(readonly=True)
    high = fields.Float(digits=(16, 2), readonly=True)
    uom = fields.Char(string="Unit", readonly=True)
    severity = fields.Selection(SEVERITIES, string="When it fails", required=True, default="major")
    is_measured = fields.Boolean(string="Measured")
    value = fields.Float(digits=(16, 2))
    verdict = fields.Selection([("pass", "Pass"), ("fail", "Fail"), ("none", "Not applicable")])
    limits = fields.Char(compute="_compute_limits")
    result = fields.Selection(
        [("open", "Open"), ("pass", "Pass"), ("fail", "Fail"), ("none", "Not applicable")],
        compute="_compute_result",
        store=True,
    )
    note = fields.Char(string="Remark")
    image = fields.Image(string="Photo", max_width=1920, max_height=1920)

    @api.depends("has_low", "low", "has_high", "high", "uom")
    def _compute_limits(self):
        for line in self:
            parts = [f"≥ {line.low:g}" if line.has_low else "", f"≤ {line.high:g}" if line.has_high else ""]
            line.limits = " ".join(part for part in (*parts, line.uom if any(parts) else "") if part)

    @api.depends("answer", "verdict", "is_measured", "value", "has_low", "low", "has_high", "high")
    def _compute_result(self):
        for line in self:
            if line.answer == "pass" or line.verdict == "none":
                line.result = line.verdict or "open"
            elif not line.is_measured:
                line.result = "open"
            else:
                low = line.has_low and line.value < line.low
                high = line.has_high and line.value > line.high
                line.result = "fail" if low or high else "pass"

    @api.onchange("value")
    def _onchange_value(self):
        if self.value:
            self.is_measured = True

    def write(self, vals):
        closed = self.inspection_id.filtered(lambda inspection: inspection.state != "draft")
        if closed and not self.env.su:
            raise UserError(self.env._("A finished inspection stays as it is."))
        return super().write(vals)

    @api.private
    def _make_defects(self):
        defects = self.env["crmx.defect"]
        values = [
            {
                "title": line.name,
                "description": " ".join(
                    part
                    for part in (
                        f"{line.value:g} {line.uom or ''} ({line.limits})".strip()
                        if line.answer == "value"
                        else "",
                        line.note,
                    )
                    if part
                ),
                "vehicle_id": line.inspection_id.vehicle_id.id,
                "company_id": line.inspection_id.company_id.id,
                "date": line.inspection_id.date,
                "severity": line.severity,
                "image": line.image,
                "inspection_line_id": line.id,
            }
            for line in self
        ]
        return defects.create(values)
