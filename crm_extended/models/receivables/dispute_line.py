from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .dispute import CLOSED, OPENING


class DisputeLine(models.Model):
    _name = "crmx.dispute.line"
    _inherit = "crmx.collection.line"
    _description = "Item of a dispute"
    _collection_parent = "dispute_id"

    dispute_id = fields.Many2one("crmx.dispute", required=True, ondelete="cascade", index=True)
    company_currency_id = fields.Many2one(related="dispute_id.company_id.currency_id", string="Currency")
    amount_company = fields.Monetary(
        currency_field="company_currency_id", compute="_compute_amount_company", store=True
    )
    claim = fields.Char(help="What is wrong with this item.")
    ordinal = fields.Integer(
        readonly=True, copy=False, aggregator=None, help="The item was contested so many times."
    )

    _item_uniq = models.UniqueIndex("(dispute_id, move_line_id)", "An item is in a dispute only once.")
    # Of two who contest an item at the same moment, neither sees the other's part.
    _ordinal_uniq = models.UniqueIndex(
        "(move_line_id, ordinal)",
        "Somebody else has just contested one of these items. Reload, and see what is left to contest.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(self._with_ordinals(vals_list))
        # sudo: what was open at the time is taken down whoever adds the item
        lines.sudo()._set_baselines()
        if self.env.context.get("crmx_opening") is not OPENING:
            lines._tell_change()
        return lines

    @api.model
    def _with_ordinals(self, vals_list):
        items = [vals.get("move_line_id") for vals in vals_list]
        lines = self.sudo()  # sudo: whoever contested an item counts
        last = lines._read_group([("move_line_id", "in", items)], ["move_line_id"], ["ordinal:max"])
        # lines from before there were ordinals have none
        ordinals = Counter({item.id: ordinal or 0 for item, ordinal in last})
        numbered = []
        for item, vals in zip(items, vals_list, strict=True):
            ordinals[item] += 1
            numbered.append({**vals, "ordinal": ordinals[item] if item else False})
        return numbered

    def write(self, vals):
        result = super().write(vals)
        if {"move_line_id", "amount", "claim"} & vals.keys():
            # sudo: compares with what was open when the dispute was opened
            self.sudo()._check_debts()
            self._tell_change()
        return result

    def unlink(self):
        disputes = self._check_open()
        result = super().unlink()
        disputes._log("dispute_changed")
        return result

    def _tell_change(self):
        """Take down what is contested from now on."""
        self._check_open()._log("dispute_changed")

    def _check_open(self):
        """Return the disputes.

        :raise UserError: when one is closed: it stays as it was
        """
        disputes = self.dispute_id
        if disputes.filtered(lambda dispute: dispute.state in CLOSED):
            raise UserError(self.env._("The dispute is closed. Use “Reopen” first."))
        return disputes

    @api.depends("amount", "move_line_id")
    def _compute_amount_company(self):
        for line in self:
            # sudo: the rate at which the item is booked
            item = line.sudo().move_line_id
            rate = item.balance / item.amount_currency if item.amount_currency else 1.0
            line.amount_company = line.company_currency_id.round(line.amount * rate)

    @api.constrains("move_line_id", "amount")
    def _check_not_twice(self):
        """One part of a debt is contested once: open disputes never exceed the debt."""
        lines = self.sudo()  # sudo: what is contested of an item counts, whoever contests it
        lines._collide()
        open_lines = lines.search(
            [("move_line_id", "in", lines.move_line_id.ids), ("dispute_id.state", "not in", CLOSED)]
        )
        totals = {
            item: sum(lines.mapped("amount"))
            for item, lines in open_lines.grouped("move_line_id").items()
            if len(lines) > 1
        }
        for item, total in totals.items():
            if item.currency_id.compare_amounts(total, abs(item.amount_currency)) > 0:
                raise ValidationError(
                    self.env._(
                        "Together, the open disputes contest more of “%s” than it ever was.",
                        item.display_name,
                    )
                )

    def _collide(self):
        """Touch what else is contested of the items, so that whoever changes it meanwhile is tried again."""
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET move_line_id = move_line_id"
                " WHERE move_line_id IN %(items)s AND id NOT IN %(lines)s",
                table=SQL.identifier(self._table),
                items=tuple(self.move_line_id.ids) or (0,),
                lines=tuple(self.ids),
            )
        )
