"""Two processes at work: quotations that wait for approval, and goods that are waited for."""

from datetime import timedelta

from odoo import Command

#: Quotations by how far their approval has gone: asked, with the director, sent back, refused.
STAGES = ("asked", "with", "back", "refused")


def make(demo):
    """The approval of quotations and the way of a purchase, in the trading company."""
    house = demo.houses["trading"]
    env = house.env
    director, keeper = demo.users["manager"], demo.users["warehouse"]
    approval = _process(
        env,
        "Approval of a quotation",
        "sale.order",
        director,
        "Quotations beyond what a salesperson may decide go to the managing director.",
        [
            {"name": "Explain the price", "performer": "initiator", "deadline_hours": 4},
            {
                "name": "Approve",
                "performer": "user",
                "user_id": director.id,
                "four_eyes": "initiator",
                "deadline_hours": 8,
                "instructions": "Look at the margin and at what the customer owes.",
                "escalation_ids": [
                    Command.create({"hours": 0, "action": "remind"}),
                    Command.create({"hours": 8, "action": "priority"}),
                ],
            },
            {"name": "Send it to the customer", "performer": "initiator", "deadline_hours": 8},
        ],
    )
    approve, explain = approval.step_ids[1], approval.step_ids[0]
    approve.branch_ids = [
        Command.create({"name": "Approve"}),
        Command.create({"name": "Ask again", "next_step_id": explain.id, "needs_comment": True}),
        Command.create({"name": "Refuse", "is_last": True, "needs_comment": True}),
    ]
    purchase = _process(
        env,
        "Goods on their way",
        "purchase.order",
        keeper,
        "From the confirmed order to the goods in the warehouse.",
        [
            {
                "name": "Ask the supplier for a date",
                "performer": "field",
                "performer_path": "user_id",
                "deadline_hours": 16,
            },
            {
                "name": "Receive the goods",
                "kind": "receive",
                "document_path": "picking_ids",
                "completion_domain": "[('state', '=', 'done')]",
            },
            {"name": "Tell production", "performer": "user", "user_id": keeper.id},
        ],
    )
    (approval | purchase).action_publish()
    _run_approvals(demo, env, approval)
    _run_purchases(demo, env, purchase, keeper)


def _process(env, name, model_name, owner, description, steps):
    return env["crmx.process"].create(
        {
            "name": name,
            "model_id": env["ir.model"]._get_id(model_name),
            "owner_id": owner.id,
            "company_id": env.company.id,
            "description": description,
            "step_ids": [Command.create({"sequence": number, **step}) for number, step in enumerate(steps)],
        }
    )


def _run_approvals(demo, env, process):
    """Four quotations, each a stage further."""
    director = demo.users["manager"]
    quotations = env["sale.order"].search(
        [
            ("company_id", "=", env.company.id),
            ("state", "in", ("draft", "sent")),
            ("user_id", "!=", False),
            ("user_id", "!=", director.id),
        ],
        limit=len(STAGES),
        order="id DESC",
    )
    for number, (order, stage) in enumerate(zip(quotations, STAGES, strict=False)):
        seller = order.user_id
        instance = env["crmx.process.instance"]._begin(process.version_id, order.with_user(seller), seller)
        if stage != "asked":
            _do(instance, seller)
        if stage in ("back", "refused"):
            outcome = "Ask again" if stage == "back" else "Refuse"
            _do(instance, director, outcome, "The margin is too small.")
        _date(demo, instance, number + 1)


def _run_purchases(demo, env, process, keeper):
    orders = env["purchase.order"].search(
        [("company_id", "=", env.company.id), ("state", "=", "purchase")], limit=2, order="id DESC"
    )
    for number, order in enumerate(orders):
        instance = env["crmx.process.instance"]._begin(process.version_id, order.with_user(keeper), keeper)
        _date(demo, instance, number + 2)


def _do(instance, user, outcome=None, comment=None):
    item = instance.item_ids.filtered(lambda item: item.state == "open").with_user(user)
    item = item.with_context(allowed_company_ids=instance.company_id.ids)
    ways = {way["name"]: way["ref"] for way in item.get_outcomes()}
    item.finish(ways[outcome] if outcome else None, comment)


def _date(demo, instance, days):
    """Let the run have begun so many days ago."""
    begun = demo.now - timedelta(days=days)
    instance.date_start = begun
    for number, item in enumerate(instance.item_ids.sorted("id")):
        opened = begun + timedelta(hours=2 * number)
        late = item.date_deadline and opened + timedelta(days=1)
        item.write({"date_open": opened, "date_deadline": late})
        if item.date_done:
            item.date_done = opened + timedelta(hours=1)
    if instance.date_end:
        instance.date_end = begun + timedelta(hours=6)
