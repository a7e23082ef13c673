from odoo import fields, models


class BonusJointShare(models.Model):
    """Somebody's share of a joint deal."""

    _name = "crmx.bonus.joint.share"
    _description = "Share of a Joint Deal"
    _order = "joint_id, share DESC, id"
    _rec_name = "user_id"

    joint_id = fields.Many2one("crmx.bonus.joint", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        index=True,
    )
    share = fields.Float(string="Share (%)", required=True, default=50)

    _positive = models.Constraint("CHECK (share > 0)", "A share is above zero.")
    _user_uniq = models.UniqueIndex("(joint_id, user_id)", "Each person has one share.")
