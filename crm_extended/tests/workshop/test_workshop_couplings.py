"""Trailers: one place at a time, by the database and without its help; distance follows from coupling."""

from unittest.mock import patch

import psycopg2
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.workshop import exclusive_period
from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestWorkshopCouplings(WorkshopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.vehicle("241-D-1002", cls.truck_model)
        cls.trailer_model = cls.vehicle_model("Box 13.6", "trailer")
        cls.trailer = cls.vehicle("T-1", cls.trailer_model)

    def couple(self, start, end=False, tractor=None, trailer=None, position=1):
        return (
            self.env["crmx.coupling"]
            .with_user(self.user)
            .create(
                {
                    "tractor_id": (tractor or self.truck).id,
                    "trailer_id": (trailer or self.trailer).id,
                    "position": position,
                    "date_start": start,
                    "date_end": end,
                }
            )
        )

    def assertKeptApart(self):
        first = self.couple("2026-09-01", "2026-09-11")
        self.couple("2026-09-11", tractor=self.other)  # the end belongs to the next
        for start, end in (("2026-09-05", "2026-09-06"), ("2026-08-01", False), ("2026-09-20", "2026-09-21")):
            with self.subTest(start=start), self.refused(ValidationError, "End that first"):
                self.couple(start, end, tractor=self.other, position=2)
        second = self.vehicle("T-2", self.trailer_model)
        with self.refused(ValidationError, "T-1.* is behind .*1001"):
            self.couple("2026-09-05", "2026-09-06", trailer=second)
        self.couple("2026-09-05", "2026-09-06", trailer=second, position=2)
        with self.refused(ValidationError, "End that first"):
            first.date_end = "2026-09-12"

    def test_one_place_at_a_time(self):
        self.assertKeptApart()

    def test_without_the_databases_help(self):
        """Where the extension may not be installed, locks do it."""
        names = self.env["crmx.coupling"]._exclusions
        self.env.cr.execute(
            SQL(
                "ALTER TABLE crmx_coupling %s",
                SQL(", ").join(SQL("DROP CONSTRAINT IF EXISTS %s", SQL.identifier(n)) for n in names),
            )
        )
        self.assertKeptApart()

    def test_refused_extension_does_not_stop_the_installation(self):
        Coupling = type(self.env["crmx.coupling"])
        refusal = psycopg2.errors.InsufficientPrivilege("not yours")
        with (
            patch.object(Coupling, "_add_exclusions", autospec=True, side_effect=refusal) as add,
            patch.object(exclusive_period, "_logger") as logger,
        ):
            self.env["crmx.coupling"].init()
        add.assert_called_once()
        self.assertIn("by locks alone", logger.info.call_args.args[0])

    def test_database_excludes_overlaps(self):
        self.env["crmx.coupling"]._add_exclusions()  # there already: nothing happens
        self.couple("2026-09-01", "2026-09-11")
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(
                """INSERT INTO crmx_coupling (tractor_id, trailer_id, position, date_start)
                   VALUES (%s, %s, 3, '2026-09-05')""",
                (self.other.id, self.trailer.id),
            )
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the commit does

    def test_only_trailers_are_pulled(self):
        with self.refused(ValidationError, "no trailer"):
            self.couple("2026-09-01", trailer=self.other)

    def test_uncoupled_now(self):
        pair = self.couple("2026-09-01")
        pair.action_uncouple()
        self.assertTrue(pair.date_end)
        end = pair.date_end
        pair.action_uncouple()
        self.assertEqual(pair.date_end, end)

    def test_distance_of_a_trailer(self):
        """1,000 behind one, 500 behind the other, between readings as if they ran evenly."""
        self.enter("2026-09-01", 84000)
        self.enter("2026-09-21", 86000)
        self.enter("2026-09-01", 10000, vehicle=self.other)
        self.enter("2026-10-01", 13000, vehicle=self.other)
        first = self.couple("2026-09-06", "2026-09-16")
        self.couple("2026-09-16", "2026-09-21", tractor=self.other)
        self.assertAlmostEqual(first.distance, 1000, 1)
        self.trailer.invalidate_recordset()
        self.assertAlmostEqual(self.trailer.crmx_distance, 1500, 1)
        self.assertEqual(self.truck.crmx_distance, 86000)
        span = self.trailer._crmx_towed_distance(*self.days("2026-09-11", 2))
        self.assertAlmostEqual(span[self.trailer.id], 100, 1)

    def test_its_own_meter_wins(self):
        self.couple("2026-09-06", "2026-09-16")
        self.enter("2026-09-20", 777, vehicle=self.trailer)
        self.trailer.invalidate_recordset()
        self.assertEqual(self.trailer.crmx_distance, 777)
