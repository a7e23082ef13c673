"""Eight steps of people: asked for and approved, then two at the same time, then the rest."""

STEPS = ("Ask", "Approve", "Order", "Pay", "Receive", "Check", "Store", "Close")
#: What people do, in order: it is refused once, asked for again, and goes through.
SCRIPT = (
    ("Ask", None),
    ("Approve", "No"),
    ("Ask", None),
    ("Approve", "Yes"),
    ("Order", None),
    ("Pay", None),
    ("Receive", None),
    ("Check", None),
    ("Store", None),
    ("Close", None),
)
#: Steps that begin when one is done with an outcome; "Order" and "Pay" go on together.
NEXT = {
    ("Ask", None): ("Approve",),
    ("Approve", "No"): ("Ask",),
    ("Approve", "Yes"): ("Order", "Pay"),
    ("Receive", None): ("Check",),
    ("Check", None): ("Store",),
    ("Store", None): ("Close",),
}
JOINED, AFTER_JOIN = ("Order", "Pay"), "Receive"
HOURS = 8
PEOPLE = 3
#: Runs from the first step to the last that are measured at a time.
RUNS = 3


def person(step):
    """The number of the one who does a step."""
    return STEPS.index(step) % PEOPLE


def people(env):
    """Those who do the steps; made once."""
    logins = [f"bench_process_{number}" for number in range(PEOPLE)]
    users = env["res.users"].search([("login", "in", logins)], order="login")
    groups = [env.ref("base.group_user").id, env.ref("base.group_partner_manager").id]
    if not users:
        users = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create([{"name": login, "login": login, "group_ids": [(6, 0, groups)]} for login in logins])
        )
    return users


def document(env):
    """A document that nothing else concerns."""
    name = "Benchmark of processes"
    found = env["res.partner"].search([("name", "=", name)])
    return found or env["res.partner"].create({"name": name})
