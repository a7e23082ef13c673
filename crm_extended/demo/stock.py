"""Deliveries and receipts that are done: dated back, some of them partial with a back order."""

from datetime import timedelta

#: Rests of partial deliveries that would have come within these last days are still open.
REST_OPEN = 30

#: Days from the promised day to the real one, drawn evenly.
DELAYS = (-2, -1, 0, 0, 0, 0, 1, 1, 3, 7)


def deliver(demo, rng, house, by_fate):
    """Deliver orders whose fate is `done` in full, those of `part` in part.

    `by_fate` maps fates to lists of (sale order, deal).
    """
    moments, fractions = {}, {}
    for fate in ("part", "done"):
        for order, deal in by_fate.get(fate, ()):
            for picking in order.picking_ids:
                day = order.commitment_date.date() + timedelta(days=rng.choice(DELAYS))
                day = max(deal.day, min(day, demo.day(-1)))
                moments[picking] = demo.moment(day, rng)
                if fate == "part":
                    fractions[picking] = rng.uniform(0.3, 0.8)
    validate(house.env, moments, fractions)
    _deliver_rest(demo, rng, house, by_fate.get("part", ()))


def _deliver_rest(demo, rng, house, partial):
    """Deliver the back orders of the orders that are older than some weeks."""
    moments = {}
    for order, _deal in partial:
        for picking in order.picking_ids.filtered(lambda picking: picking.state != "done"):
            first = max(order.picking_ids.filtered("date_done").mapped("date_done"))
            day = first.date() + timedelta(days=rng.randint(6, 24))
            if day < demo.day(-REST_OPEN):
                moments[picking] = demo.moment(demo.workday(day), rng)
    validate(house.env, moments, {})


def validate(env, moments, fractions):
    """Validate pickings and date them back.

    `moments` maps each picking to when it was done (UTC), `fractions` some of them to the part
    (0-1) of the quantities that was moved.
    """
    pickings = env["stock.picking"].browse([picking.id for picking in moments])
    pickings.mapped("scheduled_date")  # computed now: once all is done, Odoo would take this moment
    for picking in pickings:
        _set_quantities(picking, fractions.get(picking, 1))
    pickings._action_done()
    for picking, moment in moments.items():
        picking.date_done = moment
        done = picking.move_ids.filtered(lambda move: move.state == "done")
        done.date = moment
        done.move_line_ids.date = moment


def _set_quantities(picking, fraction):
    moved = {move: int(move.product_uom_qty * fraction) for move in picking.move_ids}
    if not any(moved.values()):  # nothing to divide: the first line is here, the rest comes later
        first = picking.move_ids[:1]
        moved[first] = first.product_uom_qty
    for move, quantity in moved.items():
        move.quantity = quantity
        move.picked = bool(quantity)
