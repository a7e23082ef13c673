from odoo import api, fields, models


class WorkshopJob(models.Model):
    """A job of the catalogue, with the hours that it takes, by model where they differ."""

    _name = "crmx.workshop.job"
    _description = "Workshop Job"
    _order = "code, name"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    norm_hours = fields.Float(string="Norm (hours)", help="For models that have none of their own.")
    norm_ids = fields.One2many("crmx.workshop.job.norm", "job_id", string="By model", copy=True)
    description = fields.Text(string="What is done")

    _norm_positive = models.Constraint("CHECK (norm_hours >= 0)", "A job takes no less than no time.")

    @api.depends("name", "code")
    def _compute_display_name(self):
        for job in self:
            job.display_name = " ".join(part for part in (job.code, job.name) if part)

    @api.private
    def _norm(self, model):
        """Return the hours that the job takes on a model of vehicles."""
        self.ensure_one()
        own = self.norm_ids.filtered(lambda norm: norm.model_id == model)
        return own[:1].norm_hours if own else self.norm_hours


class WorkshopJobNorm(models.Model):
    _name = "crmx.workshop.job.norm"
    _description = "Norm of a job for a model"
    _order = "job_id, model_id"
    _rec_name = "model_id"

    job_id = fields.Many2one("crmx.workshop.job", required=True, ondelete="cascade", index=True)
    model_id = fields.Many2one("fleet.vehicle.model", required=True, ondelete="cascade")
    norm_hours = fields.Float(string="Norm (hours)", required=True)

    _once = models.UniqueIndex("(job_id, model_id)", "The model has a norm already.")
    _norm_positive = models.Constraint("CHECK (norm_hours >= 0)", "A job takes no less than no time.")


class WorkshopBay(models.Model):
    _name = "crmx.workshop.bay"
    _description = "Bay"
    _order = "sequence, name"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
