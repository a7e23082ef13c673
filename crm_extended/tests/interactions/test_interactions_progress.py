from unittest.mock import patch

from odoo.tests import tagged

from .common import TimelineCase

PROGRESS = "odoo.addons.crm_extended.models.interactions.timeline_progress"


@tagged("post_install", "-at_install")
class TestTimelineProgress(TimelineCase):
    """Filling in the past, killed and resumed; the nightly check and its report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"].create(
            [{"name": f"L{i}", "partner_id": cls.customer.id} for i in range(23)]
        )
        cls.env.cr.flush()
        cls.Progress = cls.env["crmx.timeline.progress"]
        cls.Progress._sync_sources()
        cls.fill_row = cls.Progress.search(
            [("source", "=", "crmx.event.source.crm.lead"), ("task", "=", "fill")]
        )
        cls.check_row = cls.Progress.search(
            [("source", "=", "crmx.event.source.crm.lead"), ("task", "=", "check")]
        )
        cls.fill_cron = cls.env.ref("crm_extended.ir_cron_timeline_fill")
        cls.check_cron = cls.env.ref("crm_extended.ir_cron_timeline_check")

    def forget(self):
        """As on a database that had its history before the add-on came."""
        self.env.cr.execute("DELETE FROM crmx_timeline_event")
        self.env.invalidate_all()
        self.Progress.search([])._restart()

    def run_cron(self, cron):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def run_all(self, cron, row):
        """Run it as often as all sources take: one run has its time."""
        self.run_cron(cron)
        going = [("task", "=", row.task), ("state", "in", ("waiting", "running"))]
        for _run in range(60):
            if not self.Progress.search_count(going):
                break
            self.run_cron(cron)

    def run_to_end(self, cron, row):
        self.run_all(cron, row)
        self.assertEqual(row.state, "done")

    def lead_rows(self):
        return self.rows(self.leads)

    def test_fill(self):
        expected = self.lead_rows()
        self.assertEqual(len(expected), 23)
        self.forget()
        page = self.env["crmx.timeline.event"].get_page(partner_id=self.customer.id)
        self.assertEqual((page["events"], page["filled"]), ([], 0.0))
        with patch(f"{PROGRESS}.CHUNK", 5):
            self.run_all(self.fill_cron, self.fill_row)
        page = self.env["crmx.timeline.event"].get_page(partner_id=self.customer.id, limit=5)
        self.assertEqual((len(page["events"]), page["filled"]), (5, None))
        self.assertEqual(self.lead_rows(), expected)
        self.assertEqual(set(self.Progress.search([("task", "=", "fill")]).mapped("state")), {"done"})
        self.assertEqual(self.fill_row.percentage, 100.0)
        self.assertNoDrift()

    def test_fill_killed_and_resumed(self):
        self.forget()
        Ledger = type(self.env["crmx.timeline.event"])
        append, calls = Ledger._append, []

        def dying(ledger, source, scope):
            if source._name == self.fill_row.source:
                calls.append(scope)
                if len(calls) == 3:
                    raise RuntimeError("the power went")
            return append(ledger, source, scope)

        with (
            patch(f"{PROGRESS}.CHUNK", 5),
            patch.object(Ledger, "_append", dying),
            self.assertLogs("odoo.addons.crm_extended.models.common.batch_progress", "ERROR"),
        ):
            self.run_all(self.fill_cron, self.fill_row)
        self.assertEqual((self.fill_row.state, self.fill_row.done), ("failed", 10))
        self.assertIn("the power went", self.fill_row.error)
        # newest first, and what was committed stays
        newest = self.leads.sorted("id")[-10:]
        self.assertEqual(len(self.rows(newest)), 10)
        self.assertEqual(len(self.lead_rows()), 10)
        others = self.Progress.search([("task", "=", "fill")]) - self.fill_row
        self.assertEqual(set(others.mapped("state")), {"done"}, "the others went on")
        position = self.fill_row.position
        self.fill_row.state = "running"
        calls.clear()

        def counting(ledger, source, scope):
            if source._name == self.fill_row.source:
                calls.append(scope)
            return append(ledger, source, scope)

        with patch(f"{PROGRESS}.CHUNK", 5), patch.object(Ledger, "_append", counting):
            self.run_all(self.fill_cron, self.fill_row)
        self.assertEqual(self.fill_row.state, "done")
        self.assertEqual(max(scope.high for scope in calls), position, "no chunk was done twice")
        self.assertEqual(len(self.lead_rows()), 23)

    def test_filling_twice_adds_nothing(self):
        self.fill_row._restart()
        self.run_all(self.fill_cron, self.fill_row)
        before = self.lead_rows()
        self.fill_row._restart()
        self.run_all(self.fill_cron, self.fill_row)
        self.assertEqual((self.fill_row.state, self.fill_row.rows), ("done", 0))
        self.assertEqual(self.lead_rows(), before)

    def test_check_finds_nothing_to_correct(self):
        self.run_to_end(self.fill_cron, self.fill_row)
        self.run_to_end(self.check_cron, self.check_row)
        reports = self.env["crmx.timeline.drift"].search([])
        self.assertIn(self.check_row.source, reports.mapped("source"))
        self.assertEqual(sum(reports.mapped("drift")), 0, reports.mapped("sample"))

    def test_check_reports_and_corrects(self):
        self.run_to_end(self.fill_cron, self.fill_row)
        missing, wrong, gone = self.leads[:3]
        self.env.cr.execute(
            "DELETE FROM crmx_timeline_event WHERE res_model='crm.lead' AND res_id=%s", [missing.id]
        )
        self.env.cr.execute(
            "UPDATE crmx_timeline_event SET date = '2001-01-01', partner_id = %s"
            " WHERE res_model = 'crm.lead' AND res_id = %s",
            [self.customer.id, wrong.id],
        )
        self.env.cr.execute(
            """INSERT INTO crmx_timeline_event
                   (partner_id, commercial_partner_id, res_model, res_id, doc_model, doc_res_id,
                    kind, date)
               VALUES (%(partner)s, %(partner)s, 'crm.lead', %(lead)s, 'crm.lead', %(lead)s,
                       'won', now())""",
            {"partner": self.other.id, "lead": gone.id},
        )
        self.env.cr.execute(
            """INSERT INTO crmx_timeline_event
                   (partner_id, commercial_partner_id, res_model, res_id, doc_model, doc_res_id,
                    kind, date)
               VALUES (%(partner)s, %(partner)s, 'crm.lead', 2000000000, 'crm.lead', 2000000000,
                       'lead', now())""",
            {"partner": self.other.id},
        )
        self.run_to_end(self.check_cron, self.check_row)
        report = self.env["crmx.timeline.drift"].search([("source", "=", self.check_row.source)], limit=1)
        self.assertEqual(
            (report.missing, report.wrong, report.surplus, report.orphaned, report.drift),
            (1, 1, 1, 1, 4),
        )
        self.assertIn(f"missing {missing.id}", report.sample)
        self.assertTrue(report.full)
        self.assertNoDrift()
        # the next night looks at what was written since, and finds all in order
        self.run_to_end(self.check_cron, self.check_row)
        second = self.env["crmx.timeline.drift"].search([("source", "=", self.check_row.source)], limit=1)
        self.assertNotEqual(second, report)
        self.assertEqual((second.drift, second.full), (0, False))

    def test_switched_off_and_on(self):
        companies = self.env["res.company"].search([])
        companies.crmx_use_interactions = False
        lead = self.env["crm.lead"].create({"name": "unseen", "partner_id": self.customer.id})
        self.assertEqual(self.rows(lead), [])
        self.leads[0].partner_id = self.other
        self.env.cr.flush()
        companies[0].crmx_use_interactions = True
        self.assertEqual(self.fill_row.state, "waiting")
        self.run_to_end(self.fill_cron, self.fill_row)
        self.run_to_end(self.check_cron, self.check_row)
        self.assertEqual(self.kinds(lead), ["lead"])
        self.assertNoDrift()

    def test_batch_over_a_source_that_went_away(self):
        ghost = self.Progress.create(
            {"source": "crmx.event.source.gone", "res_model": "gone.model", "task": "fill"}
        )
        self.env.cr.execute(
            """INSERT INTO crmx_timeline_event
                   (partner_id, commercial_partner_id, res_model, res_id, doc_model, doc_res_id, kind, date)
               SELECT %(partner)s, %(partner)s, 'gone.model', n, 'gone.model', n, 'gone', now()
                 FROM generate_series(1, 3) n""",
            {"partner": self.customer.id},
        )
        page = self.env["crmx.timeline.event"].get_page(partner_id=self.customer.id)
        self.assertNotIn("gone.model", {line["model"] for line in page["events"]})
        before = len(self.lead_rows())
        self.run_all(self.check_cron, self.check_row)
        self.assertFalse(ghost.exists())
        self.assertFalse(self.env["crmx.timeline.event"].search([("res_model", "=", "gone.model")]))
        self.assertEqual(len(self.lead_rows()), before)
