from odoo.tests import tagged

from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesEvents(ProcessCase):
    """What documents begin and complete by what they are like."""

    def of(self, process):
        return self.env["crmx.process.instance"].search([("process_id", "=", process.id)])

    def test_begins_once_when_a_document_is_like_this(self):
        process = self.approval(starts_by_event=True, start_domain="[('color', '=', 7)]")
        document = self.document.with_user(self.asker)
        document.write({"name": "Other name"})
        self.env.cr.flush()
        self.assertFalse(self.of(process))
        document.color = 7
        document.color = 7
        self.env.cr.flush()
        instance = self.of(process)
        self.assertEqual((len(instance), instance.initiator_id), (1, self.asker))
        instance.with_user(self.asker).action_cancel("Enough")
        document.color = 1
        document.color = 7
        self.env.cr.flush()
        self.assertEqual(len(self.of(process)), 1, "a document begins it once")
        made = self.env["res.partner"].with_user(self.asker).create([{"name": "New", "color": 7}] * 3)
        self.env.cr.flush()
        self.assertEqual(sorted(self.of(process).mapped("res_id")), sorted((document | made).ids))

    def test_begins_again_when_so_set(self):
        process = self.approval(starts_by_event=True, starts_again=True, start_domain="[('color', '=', 7)]")
        self.document.color = 7
        self.env.cr.flush()
        self.document.write({"color": 7})
        self.env.cr.flush()
        self.assertEqual(len(self.of(process)), 1)
        self.of(process).with_user(self.admin).action_cancel("Once more")
        self.document.write({"color": 7})
        self.env.cr.flush()
        self.assertEqual(sorted(self.of(process).mapped("state")), ["cancelled", "running"])

    def test_others_pay_nothing(self):
        Partner, Country = self.env.registry["res.partner"], self.env.registry["res.country"]

        def queries(values):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.document.write(values)
            self.env.cr.flush()
            return self.cr.sql_log_count - before

        queries({"ref": "warm"})
        without = queries({"ref": "without"})
        for _number in range(3):
            self.approval(starts_by_event=True, start_domain="[('color', '=', 7)]")
        self.assertTrue(hasattr(Partner.write, "origin"))
        self.assertNotIn("write", vars(Country))
        queries({"ref": "warm"})
        self.assertLessEqual(queries({"ref": "with"}), without)
        # as it is watched: who waits, what begins, whether the document fits each
        self.assertLess(queries({"color": 3}), without + 25)

    def test_archived_processes_begin_no_more(self):
        process = self.approval(starts_by_event=True, start_domain="[('color', '=', 7)]")
        process.active = False
        self.document.color = 7
        self.env.cr.flush()
        self.assertFalse(self.of(process))

    def test_switched_off_companies_begin_nothing(self):
        process = self.approval(starts_by_event=True, start_domain="[('color', '=', 7)]")
        self.env.company.crmx_use_processes = False
        self.document.color = 7
        self.env.cr.flush()
        self.assertFalse(self.of(process))

    def test_a_document_completes_the_step(self):
        process = self.process(
            {"name": "Number", "performer": "initiator", "completion_domain": "[('ref', '!=', False)]"},
            {
                "name": "Contact",
                "kind": "receive",
                "document_path": "child_ids",
                "completion_domain": "[('email', '!=', False)]",
            },
            {"name": "After", "performer": "initiator"},
        )
        instance = self.begin(process)
        self.assertEqual(self.names(instance), ["Number"])
        self.document.with_user(self.boss).ref = "A1"
        self.env.cr.flush()
        self.assertEqual(self.names(instance), [])
        child = self.env["res.partner"].create({"name": "Anna", "parent_id": self.document.id})
        self.env.cr.flush()
        self.assertEqual(self.names(instance), [])
        child.email = "anna@example.com"
        self.env.cr.flush()
        self.assertEqual(self.names(instance), ["After"])

    def test_done_already_is_not_asked_for(self):
        self.document.ref = "A1"
        process = self.process(
            {"name": "Number", "performer": "initiator", "completion_domain": "[('ref', '!=', False)]"},
            {"name": "After", "performer": "initiator"},
        )
        instance = self.begin(process)
        self.assertEqual(instance.item_ids.mapped("name"), ["After"])

    def test_a_purchase_from_order_to_receipt(self):
        product = self.env["product.product"].create({"name": "Paper", "is_storable": True})
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.document.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_qty": 5, "price_unit": 2})],
            }
        )
        process = self.process(
            {"name": "Order", "performer": "initiator", "completion_domain": "[('state', '=', 'purchase')]"},
            {
                "name": "Receive",
                "kind": "receive",
                "document_path": "picking_ids",
                "completion_domain": "[('state', '=', 'done')]",
            },
            {"name": "See", "performer": "user", "user_id": self.env.ref("base.user_admin").id},
            model_id=self.env["ir.model"]._get_id("purchase.order"),
        )
        instance = self.begin(process, order, self.env.ref("base.user_admin"))
        order.button_confirm()
        self.env.cr.flush()
        self.assertEqual(self.names(instance), [])
        self.assertEqual(instance.now, "Receive")
        order.picking_ids.move_ids.quantity = 5
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        self.env.cr.flush()
        self.assertEqual(self.names(instance), ["See"])
