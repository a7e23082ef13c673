from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class Substitution(models.Model):
    """Who has somebody's steps while he is away."""

    _name = "crmx.substitution"
    _description = "Substitution"
    _order = "date_from DESC, id DESC"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Away",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        ondelete="cascade",
    )
    substitute_id = fields.Many2one(
        "res.users", string="Stands in", required=True, domain="[('share', '=', False)]", ondelete="cascade"
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today)

    _dates = models.Constraint("CHECK (date_from <= date_to)", "The absence ends before it begins.")

    @api.constrains("user_id", "substitute_id")
    def _check_substitute(self):
        if any(one.user_id == one.substitute_id for one in self):
            raise ValidationError(self.env._("Nobody stands in for himself."))

    @api.model
    @api.private
    def _stand_ins(self, users):
        """Return {who is away today: who stands in}, also for one who stands in and is away himself."""
        today = fields.Date.context_today(self)
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT away.user_id, away.substitute_id FROM crmx_substitution away
                  JOIN res_users stands_in ON stands_in.id = away.substitute_id
                 WHERE %s BETWEEN away.date_from AND away.date_to AND stands_in.active
                 ORDER BY away.date_from DESC, away.id DESC
                """,
                today,
            )
        )
        stands_in = {users.browse(user): users.browse(substitute) for user, substitute in rows}
        result = {}
        for user in users.filtered(lambda user: user in stands_in):
            seen, stand_in = {user}, stands_in[user]
            while stand_in in stands_in and stand_in not in seen:
                seen.add(stand_in)
                stand_in = stands_in[stand_in]
            result[user] = stand_in
        return result
