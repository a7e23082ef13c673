# One record of each kind that add-ons outside of the dependencies bring, with what became of it in the
# history; run in Odoo's shell, with these add-ons installed.
from datetime import datetime

from odoo.addons.crm_extended.models.common.event_source import Scope

now = datetime.now().replace(microsecond=0)
customer = env["res.partner"].create({"name": "Nordwind", "is_company": True})
person = customer  # each kind has its own contact
other = env["res.partner"].create({"name": "Southern"})
Ledger = env["crmx.timeline.event"]


def kinds(record, partner=None):
    """Kinds of the record's rows for the partner, or for the contact."""
    partner = partner or person
    env.flush_all()
    env.cr.precommit.run()
    env.cr.execute(
        """SELECT kind FROM crmx_timeline_event
           WHERE res_model = %s AND res_id = ANY(%s) AND partner_id = %s AND commercial_partner_id = %s
           ORDER BY kind""",
        [record._name, record.ids, partner.id, partner.commercial_partner_id.id],
    )
    return [kind for [kind] in env.cr.fetchall()]


def expect(record, *wanted, partner=None):
    found = kinds(record, partner)
    assert found == list(wanted), (record, found, wanted)


def lines(record):
    """What the reader sees of it."""
    page = Ledger.get_page(partner_id=customer.id)
    return [
        event for event in page["events"] if (event["model"], event["res_id"]) == (record._name, record.id)
    ]


def survey():
    questions = env["survey.survey"].create({"title": "How was it?"})
    answer = env["survey.user_input"].create({"survey_id": questions.id, "partner_id": person.id})
    expect(answer)
    answer._mark_done()
    expect(answer, "survey")
    answer.partner_id = other
    expect(answer)
    expect(answer, "survey", partner=other)
    answer.partner_id = person
    return answer


def mailing():
    campaign = env["mailing.mailing"].create(
        {
            "subject": "Spring tyres",
            "body_html": "<p>New</p>",
            "mailing_model_id": env["ir.model"]._get_id("res.partner"),
        }
    )
    trace = env["mailing.trace"].create(
        {"mass_mailing_id": campaign.id, "model": "res.partner", "res_id": person.id, "trace_type": "mail"}
    )
    expect(trace)
    trace.set_opened()
    expect(trace, "mailing_opened")
    trace.set_clicked()
    expect(trace, "mailing_clicked", "mailing_opened")
    assert {line["title"] for line in lines(trace)} == {"Spring tyres"}
    return trace


def livechat():
    channel = env["im_livechat.channel"].create({"name": "Shop"})
    talk = env["discuss.channel"].create(
        {
            "name": "Ada",
            "channel_type": "livechat",
            "livechat_channel_id": channel.id,
            "livechat_operator_id": env.user.partner_id.id,
        }
    )
    member = env["discuss.channel.member"].create({"channel_id": talk.id, "partner_id": person.id})
    history = env["im_livechat.channel.member.history"].search([("member_id", "=", member.id)])
    if not history:
        history = env["im_livechat.channel.member.history"].create({"member_id": member.id})
    history.livechat_member_type = "visitor"
    expect(history, "livechat")
    history.livechat_member_type = "agent"
    expect(history)
    history.livechat_member_type = "visitor"
    return history


def repair():
    product = env["product.product"].create({"name": "Truck", "is_storable": True})
    order = env["repair.order"].create({"partner_id": person.id, "product_id": product.id})
    expect(order, "repair")
    order.action_repair_cancel()
    expect(order, "repair")
    return order


def task():
    project = env["project.project"].create({"name": "Yard"})
    job = env["project.task"].create({"name": "Fence", "project_id": project.id, "partner_id": person.id})
    expect(job, "task")
    job.write({"state": "1_done", "date_end": now})
    expect(job, "task", "task_done")
    job.state = "01_in_progress"
    expect(job, "task")
    return job


def check(record):
    """It is seen, it is what a rebuild would make, it follows a merge, and it goes with its record."""
    assert lines(record), record
    before = kinds(record)
    for source in env["crmx.event.source"]._sources_of(record._name):
        assert Ledger._refresh(source, Scope(ids=record.ids)) == [], source
    twin = person.copy({"name": "Ada again", "email": "again@nordwind.example"})
    env["base.partner.merge.automatic.wizard"]._merge((person + twin).ids, dst_partner=twin)
    expect(record, *before, partner=twin)
    record.unlink()
    expect(record, partner=twin)


for make in (survey, mailing, livechat, repair, task):
    person = env["res.partner"].create(
        {"name": "Ada", "parent_id": customer.id, "email": f"{make.__name__}@nordwind.example"}
    )
    check(make())
    print("joined:", make.__name__)
