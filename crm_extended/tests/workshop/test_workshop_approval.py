"""Estimates above a limit: who approves them, what waits for it, and what asks again."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import WorkshopCommon
from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopApproval(OrderMixin, WorkshopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.receive(cls.pads, 100, 50)
        cls.company.write(
            {"crmx_estimate_approval": True, "crmx_estimate_limit": 1000, "crmx_estimate_tolerance": 5}
        )
        cls.env["crmx.approval.ladder"].search([("purpose", "=", "work_order")]).unlink()
        cls.foreman = cls.person("crmx_foreman", "crm_extended.group_workshop_user")
        cls.chief = cls.person("crmx_chief", "crm_extended.group_workshop_manager")

    @classmethod
    def person(cls, login, group):
        return new_test_user(
            cls.env, login, groups=group, company_id=cls.company.id, company_ids=cls.company.ids
        )

    def estimate(self, pads, **values):
        return self.order("draft", parts=[(self.pads, pads)], **values).with_user(self.user)

    def test_small_ones_and_switched_off(self):
        self.estimate(20).action_confirm()
        self.company.crmx_estimate_approval = False
        self.estimate(90).action_confirm()

    def test_asked_approved_planned(self):
        order = self.estimate(24)
        self.assertTrue(order.needs_approval)
        with self.refused(UserError, "has to be approved first"):
            order.action_confirm()
        with self.refused(UserError, "Nobody asks"):
            order.with_user(self.chief).action_approve()
        order.action_ask()
        with self.refused(UserError, "asked for already"):
            order.action_ask()
        with self.refused(UserError, "You may approve up to"):
            order.action_approve()
        self.assertIn(order, order.search([("approval", "=", "asked")]))
        self.assertTrue(order.sudo().activity_ids, "somebody has it to do")
        order.with_user(self.chief).action_approve()
        self.assertFalse(order.needs_approval)
        self.assertEqual((order.approval, order.approval_amount), ("approved", 1200))
        self.assertEqual(order.approved_by_id, self.chief)
        order.action_confirm()
        order.action_start()
        order.action_finish()
        self.assertEqual(order.state, "done")

    def test_four_eyes(self):
        order = self.estimate(24).with_user(self.chief)
        order.action_ask()
        with self.refused(UserError, "You asked for"):
            order.action_approve()
        with self.refused(UserError, "only its own buttons set"):
            order.approval = "approved"

    def test_ladder(self):
        """The foreman approves up to 2,000, the administrator more only when a line says so."""
        ladder = self.env["crmx.approval.ladder"]
        line = {"company_id": self.company.root_id.id, "purpose": "work_order"}
        ladder.create(
            {**line, "group_id": self.env.ref("crm_extended.group_workshop_user").id, "amount": 2000}
        )
        order = self.estimate(40)
        order.action_ask()
        order.with_user(self.foreman).action_approve()
        large = self.estimate(41)
        large.action_ask()
        for user in (self.foreman, self.chief):
            with self.refused(UserError, "You may approve up to"):
                large.with_user(user).action_approve()
        ladder.create(
            {
                **line,
                "group_id": self.env.ref("crm_extended.group_workshop_manager").id,
                "is_unlimited": True,
            }
        )
        large.with_user(self.chief).action_approve()

    def test_to_do_is_the_managers(self):
        self.truck.manager_id = self.chief
        order = self.estimate(24)
        order.action_ask()
        self.assertEqual(order.sudo().activity_ids.user_id, self.chief)
        order.with_user(self.chief).action_approve()
        self.assertFalse(order.sudo().activity_ids)

    def test_refused_with_a_reason(self):
        order = self.estimate(24)
        order.action_ask()
        action = order.with_user(self.chief).action_refuse()
        wizard = self.env[action["res_model"]].with_user(self.chief).with_context(**action["context"])
        wizard.create({"reason": "Sell the truck"}).action_apply()
        self.assertEqual(order.approval, "refused")
        self.assertIn("Sell the truck", order.message_ids[0].body)
        with self.refused(UserError, "has to be approved first"):
            order.action_confirm()
        order.action_ask()
        forged = wizard.create({"reason": "x", "kind": "unlink"})
        with self.refused(UserError, "on the document itself"):
            forged.action_apply()

    def approved(self, pads):
        order = self.estimate(pads)
        order.action_ask()
        order.with_user(self.chief).action_approve()
        return order

    def test_a_rise_asks_again(self):
        """5 % is tolerated: 1,260 of 1,200; one more part asks again, and nothing is issued before."""
        order = self.approved(24)
        order.action_confirm()
        order.part_ids.quantity = 25
        self.assertEqual(order.approval, "approved")
        order.action_reserve()
        order.part_ids.quantity = 26
        self.assertEqual((order.approval, order.needs_approval), ("none", True))
        self.assertIn("risen", order.message_ids[0].body)
        for action in ("action_reserve", "action_start"):
            with self.refused(UserError, "has to be approved first"):
                getattr(order, action)()
        order.action_ask()
        order.with_user(self.chief).action_approve()
        order.action_start()

    def test_changed_while_it_is_looked_at(self):
        order = self.estimate(24)
        order.action_ask()
        order.part_ids.quantity = 60
        with self.refused(UserError, "Nobody asks"):
            order.with_user(self.chief).action_approve()

    def test_outside_work_waits(self):
        vendor = self.env["res.partner"].create({"name": "Gearworks"})
        order = self.approved(24)
        order.action_confirm()
        order.outside_ids = [
            Command.create({"partner_id": vendor.id, "product_id": self.repair.id, "price_unit": 4000})
        ]
        with self.refused(UserError, "has to be approved first"):
            order.action_purchase()

    def test_work_in_progress_is_not_stopped(self):
        """Hours that were worked are a fact: the order is finished, though it was not approved again."""
        order = self.approved(24)
        order.action_confirm()
        order.action_start()
        order.sudo().part_ids = [Command.create({"product_id": self.part("Drum", 900).id})]
        self.assertEqual(order.approval, "none")
        self.work(order, 2)
        order.action_finish()
        self.assertFalse(order.needs_approval)

    def test_labour_that_nobody_is_planned_on(self):
        self.company.crmx_mechanic_hour = 500
        job = self.env["crmx.workshop.job"].create({"name": "Engine out", "norm_hours": 3})
        order = self.order("draft", job_ids=[Command.create({"job_id": job.id})])
        self.assertEqual((order.estimate, order.needs_approval), (1500, True))
        order.job_ids.employee_ids = self.mechanic
        self.assertEqual(order.estimate, 1800)
