import io

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesPortal(ProcessCase, HttpCase):
    """A customer asks for something in the portal, and sees where it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.crmx_use_processes = True
        cls.customer, cls.other = (
            new_test_user(cls.env, login=login, groups="base.group_portal")
            for login in ("crmx_customer", "crmx_other")
        )
        cls.run_of_kind = cls.process(
            {"name": "Look at it", "performer": "user", "user_id": cls.boss.id},
            {"name": "Do it", "performer": "user", "user_id": cls.buyer.id},
            name="Requests of ours",
            model_id=cls.env["ir.model"]._get_id("crmx.request"),
            starts_by_hand=False,
        )
        cls.kind, cls.closed = cls.env["crmx.request.kind"].create(
            [
                {
                    "name": "A visit of ours",
                    "process_id": cls.run_of_kind.id,
                    "is_portal": True,
                    "request_properties": [
                        {"name": "people", "string": "How many come", "type": "integer"},
                        {"name": "day", "string": "Day", "type": "date"},
                        {"name": "lunch", "string": "Lunch", "type": "boolean"},
                        {
                            "name": "place",
                            "string": "Place",
                            "type": "selection",
                            "selection": [["north", "North"], ["south", "South"]],
                        },
                        {"name": "guide", "string": "Guide", "type": "many2one", "comodel": "res.users"},
                    ],
                },
                {"name": "For the house only"},
            ]
        )

    def ask(self, kind=None, login="crmx_customer", files=None, **values):
        self.authenticate(login, login)
        url = f"/my/requests/new/{(kind or self.kind).id}"
        page = self.url_open(url)
        if page.status_code != 200:
            return page
        data = {"csrf_token": Request.csrf_token(self), "name": "Six of us", **values}
        return self.url_open(url, data=data, files=files)

    def asked(self):
        return self.env["crmx.request"].search([("kind_id", "in", (self.kind | self.closed).ids)])

    def test_asked_done_and_seen(self):
        answers = {"answer_people": "6", "answer_day": "2026-12-24", "answer_place": "south"}
        file = ("files", ("list.txt", io.BytesIO(b"the six"), "text/plain"))
        page = self.ask(description="<b>Soon</b>", files=[file], **answers)
        self.assertEqual(page.status_code, 200)
        request = self.asked()
        self.assertEqual((request.requester_id, request.state), (self.customer, "running"))
        self.assertEqual(
            {name: request.properties[name] for name in ("people", "day", "lunch", "place")},
            {"people": 6, "day": "2026-12-24", "lunch": False, "place": "South"},
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "crmx.request"), ("res_id", "=", request.id)]
        )
        self.assertEqual([(file.name, file.raw) for file in files], [("list.txt", b"the six")])
        for text in (request.number, "South", "&lt;b&gt;Soon", "o_crmx_process_now", "Look at it"):
            self.assertIn(text, page.text)
        instance = self.env["crmx.process.instance"].search([("process_id", "=", self.run_of_kind.id)])
        self.do(instance, "Look at it", self.boss)
        self.do(instance, "Do it", self.buyer)
        self.assertEqual(request.state, "done")
        page = self.url_open(f"/my/requests/{request.id}")
        self.assertNotIn("o_crmx_process_now", page.text.split("o_crmx_process_picture")[1])
        page = self.url_open("/my/requests")
        self.assertIn(request.number, page.text)
        self.assertNotIn("For the house only", page.text)

    def test_what_is_refused(self):
        self.assertIn("Say what it is about", self.ask(name="  ").text)
        self.assertIn("“How many come” cannot be read", self.ask(answer_people="many").text)
        self.assertIn("“Day” cannot be read", self.ask(answer_day="tomorrow").text)
        self.assertIn("“Place” cannot be read", self.ask(answer_place="east").text)
        self.assertFalse(self.asked(), "nothing is left of what was refused")

    def test_who_may_not(self):
        self.assertEqual(self.ask(kind=self.closed).status_code, 404, "it is not open to the portal")
        self.ask()
        request = self.asked()
        self.authenticate("crmx_other", "crmx_other")
        self.assertEqual(self.url_open(f"/my/requests/{request.id}").status_code, 404)
        self.assertNotIn(request.number, self.url_open("/my/requests").text)
        self.assertFalse(self.env["crmx.request"].with_user(self.other).has_access("read"))
        self.authenticate(None, None)
        for path in ("", f"/{request.id}", f"/new/{self.kind.id}"):
            self.assertIn("/web/login", self.url_open(f"/my/requests{path}").url)
        self.env.company.crmx_use_processes = False
        self.assertEqual(self.ask().status_code, 404, "processes are switched off")
        self.assertEqual(self.asked(), request)
