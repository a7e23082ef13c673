"""Writes leads, messages, activities and meetings."""

from .documents import customer_number
from .plan import DAYS
from .writer import stamps


def fill(to):
    leads_after = write_leads(to)
    write_messages(to, leads_after)
    write_activities(to)
    write_meetings(to)


def days_ago(to, throw, most):
    return f"{to.plan.last_day} - {to.dice.between('n', throw, 0, most - 1)}"


def with_customers(select):
    """FROM item: the rows of the select with their customer's `partner_id`."""
    return f"""
        (SELECT drawn.*, partner_id FROM ({select}) AS drawn
        JOIN draft.customer ON customer.number = drawn.customer) AS s
    """


def write_leads(to):
    """A third won, a third lost; returns the id before the first."""
    dice, after = to.dice, to.last_id("crm_lead")
    source = with_customers(
        f"""
        SELECT n, {customer_number(to, "n", 81)} AS customer, {days_ago(to, 82, DAYS)} AS day,
            CASE WHEN {dice.uniform("n", 83)} < 0.3 THEN 'won'
                WHEN {dice.uniform("n", 83)} < 0.6 THEN 'lost' ELSE 'pending' END AS fate,
            {dice.uniform("n", 84)} AS luck,
            round((500 * exp({dice.normal("n", 85)}))::numeric, 2) AS revenue
        FROM generate_series(1, {to.plan.leads}) AS n
        """
    )
    guess = "round((s.luck * 90)::numeric, 2)"
    chance = f"CASE s.fate WHEN 'won' THEN 100 WHEN 'lost' THEN 0 ELSE {guess} END"
    last_day = to.plan.last_day
    to.copy_template(
        "crm_lead",
        source,
        to.template("lead"),
        {
            "id": f"{after} + s.n",
            "name": "'Opportunity ' || s.n",
            "type": "CASE WHEN s.luck < 0.3 THEN 'lead' ELSE 'opportunity' END",
            "partner_id": "CASE WHEN s.luck < 0.85 THEN s.partner_id END",
            "partner_name": "'Lead company ' || s.n",
            "email_from": "'l' || s.n || '@example.com'",
            "email_normalized": "'l' || s.n || '@example.com'",
            "phone": "'+1 557 ' || lpad(s.n::text, 7, '0')",
            "stage_id": stage(to),
            "user_id": to.seller("s.n"),
            "active": "s.fate <> 'lost'",
            "won_status": "s.fate",
            "probability": chance,
            "automated_probability": guess,
            "expected_revenue": "s.revenue",
            "prorated_revenue": f"round(s.revenue * {chance} / 100, 2)",
            "date_open": "s.day",
            "date_last_stage_update": "s.day",
            "date_closed": f"CASE WHEN s.fate <> 'pending' THEN least(s.day + 20, {last_day}) END",
            **stamps("s.day"),
        },
    )
    return after


def stage(to):
    """The won stage, or one of the others in turn."""
    won = to.value("SELECT min(id) FROM crm_stage WHERE is_won")
    others = to.value("SELECT array_agg(id ORDER BY sequence, id) FROM crm_stage WHERE is_won IS NOT TRUE")
    return f"CASE s.fate WHEN 'won' THEN {won} ELSE (ARRAY{others})[1 + s.n % {len(others)}] END"


def write_messages(to, leads_after):
    """On customers, orders, leads and invoices."""
    invoices, moves_after = counted(to, "draft.invoice", "move_id")
    orders, orders_after = counted(to, "draft.ordered", "order_id")
    source = with_customers(
        f"""
        SELECT n, {to.dice.uniform("n", 91)} AS chance, {to.dice.uniform("n", 92)} AS luck,
            {customer_number(to, "n", 93)} AS customer, {days_ago(to, 94, DAYS)} AS day
        FROM generate_series(1, {to.plan.messages}) AS n
        """
    )
    text = "'Message text number ' || s.n || ' about the delivery and the invoice. '"
    document = (
        "CASE WHEN s.chance < 0.35 THEN {} WHEN s.chance < 0.7 THEN {} "
        "WHEN s.chance < 0.82 THEN {} ELSE {} END"
    )
    one_of = "{} + 1 + floor(s.luck * {})::int"
    to.copy_template(
        "mail_message",
        source,
        to.template("message"),
        {
            "id": f"{to.last_id('mail_message')} + s.n",
            "model": document.format("'res.partner'", "'sale.order'", "'crm.lead'", "'account.move'"),
            "res_id": document.format(
                "s.partner_id",
                one_of.format(orders_after, orders),
                one_of.format(leads_after, to.plan.leads),
                one_of.format(moves_after, invoices),
            ),
            "body": f"'<p>' || repeat({text}, 1 + s.n % 6) || '</p>'",
            "message_id": "'<benchmark-' || s.n || '@example.com>'",
            "message_type": "(ARRAY['notification', 'comment', 'email', 'email_outgoing'])"
            "[(ARRAY[1, 1, 1, 1, 2, 2, 2, 3, 3, 4])[1 + s.n % 10]]",
            "subtype_id": f"CASE WHEN s.n % 3 = 0 THEN {to.xmlid('mail.mt_comment')} "
            f"ELSE {to.xmlid('mail.mt_note')} END",
            "author_id": "CASE WHEN s.n % 4 = 0 THEN s.partner_id ELSE t.author_id END",
            "date": "s.day + (s.n % 86400) * interval '1 second'",
            **stamps("s.day"),
        },
    )


def counted(to, table, column):
    """How many ids there are, and the one before the first."""
    count = to.value(f"SELECT count(*) FROM {table}")
    return count, to.value(f"SELECT min({column}) - 1 FROM {table}")


def write_activities(to):
    """Half of them done."""
    source = with_customers(
        f"""
        SELECT n, {customer_number(to, "n", 101)} AS customer, {days_ago(to, 102, 700)} AS day
        FROM generate_series(1, {to.plan.activities}) AS n
        """
    )
    to.copy_template(
        "mail_activity",
        source,
        to.template("activity"),
        {
            "id": f"{to.last_id('mail_activity')} + s.n",
            "res_id": "s.partner_id",
            "res_name": "'Customer'",
            "summary": "'Call ' || s.n",
            "date_deadline": "s.day",
            "active": "s.n % 2 = 0",
            "date_done": "CASE WHEN s.n % 2 = 1 THEN s.day END",
            **stamps("(s.day - 5)"),
        },
    )


def write_meetings(to):
    source = with_customers(
        f"""
        SELECT n, {customer_number(to, "n", 111)} AS customer, {days_ago(to, 112, DAYS)} AS day,
            {to.last_id("calendar_event")} + n AS event_id
        FROM generate_series(1, {to.plan.meetings}) AS n
        """
    )
    to.run(f"CREATE TABLE draft.meeting AS SELECT * FROM {source}")
    to.copy_template(
        "calendar_event",
        "draft.meeting AS s",
        to.template("event"),
        {
            "id": "s.event_id",
            "name": "'Meeting ' || s.n",
            "start": "s.day + time '10:00'",
            "stop": "s.day + time '11:00'",
            **stamps("(s.day - 7)"),
        },
    )
    to.copy_template(
        "calendar_attendee",
        "draft.meeting AS s",
        to.template("attendee"),
        {
            "id": f"{to.last_id('calendar_attendee')} + s.n",
            "event_id": "s.event_id",
            "partner_id": "s.partner_id",
            "common_name": "'Customer'",
            "access_token": "md5(s.n::text)",
            **stamps("s.day"),
        },
    )
    to.run(
        """
        INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
        SELECT event_id, partner_id FROM draft.meeting
        """,
        "calendar_event_res_partner_rel",
    )
