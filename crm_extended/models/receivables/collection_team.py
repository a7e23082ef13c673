from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.worklist import Territory


class CollectionTeam(models.Model):
    """People who see to overdue debts together."""

    _name = "crmx.collection.team"
    _description = "Collectors' Team"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Leader", domain="[('share', '=', False)]")
    member_ids = fields.Many2many(
        "res.users",
        "crmx_collection_team_member_rel",
        "team_id",
        "user_id",
        string="Collectors",
        domain="[('share', '=', False)]",
    )
    territory_ids = fields.One2many("crmx.collection.territory", "team_id", string="Territories")
    case_count = fields.Integer(string="Cases", compute="_compute_load")
    today_count = fields.Integer(string="To Contact Today", compute="_compute_load")
    amount = fields.Monetary(string="To Ask for", compute="_compute_load")

    def _compute_load(self):
        today = fields.Date.context_today(self)
        Case = self.env["crmx.collection.case"]
        mine = [("team_id", "in", self.ids), ("state", "!=", "clear")]
        loads = {
            team: (count, amount)
            for team, count, amount in Case._read_group(mine, ["team_id"], ["__count", "amount:sum"])
        }
        due = dict(Case._read_group([*mine, *Case._today_domain(today)], ["team_id"], ["__count"]))
        for team in self:
            team.case_count, team.amount = loads.get(team, (0, 0.0))
            team.today_count = due.get(team, 0)

    def action_open_cases(self):
        """List the team's cases."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_collection_case_action")
        return {**action, "domain": [("team_id", "=", self.id)], "context": {"search_default_open": 1}}

    def action_open_workload(self):
        """Show who of the team has how much."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extended.crmx_collection_case_action_workload"
        )
        return {**action, "domain": [("team_id", "=", self.id), ("state", "!=", "clear")]}


class CollectionTerritory(models.Model):
    """Which customers a team sees to. The first one that holds for a customer decides."""

    _name = "crmx.collection.territory"
    _description = "Collectors' Territory"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one("crmx.collection.team", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        domain="[('share', '=', False)]",
        help="Who gets all of it. Empty: each new customer goes to the member of the team who has least.",
    )
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="States")
    category_ids = fields.Many2many("res.partner.category", string="Tags", help="At least one of them.")
    amount_from = fields.Monetary(string="Overdue from")
    amount_to = fields.Monetary(string="Up to", help="0: any amount.")

    _amount_order = models.Constraint(
        "CHECK (amount_from >= 0 AND (amount_to = 0 OR amount_to >= amount_from))",
        "The amounts of a territory go from the smaller to the larger one.",
    )

    @api.constrains("user_id", "team_id")
    def _check_user(self):
        for territory in self:
            if territory.user_id and territory.user_id not in territory.team_id.member_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s is not in the team “%(team)s”.",
                        user=territory.user_id.name,
                        team=territory.team_id.name,
                    )
                )

    @api.model
    @api.private
    def _of_company(self, company):
        """Return the company's territories, as the kernel takes them."""
        found = self.search([("company_id", "=", company.id), ("team_id.active", "=", True)])
        return [
            Territory(
                territory,
                frozenset(territory.country_ids.ids),
                frozenset(territory.state_ids.ids),
                frozenset(territory.category_ids.ids),
                territory.amount_from,
                territory.amount_to,
            )
            for territory in found
        ]

    @api.private
    def _candidates(self):
        """Return who may get a case of the territory."""
        users = self.user_id or self.team_id.member_ids
        return users.filtered(lambda user: user.active).sorted("id")
