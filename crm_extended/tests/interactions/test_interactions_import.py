import base64
import csv
import io
import json
from datetime import datetime, timedelta
from unittest.mock import patch

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TimelineCase

RUN = "odoo.addons.crm_extended.models.interactions.interaction_import_run"
BATCH = "odoo.addons.crm_extended.models.common.batch_progress"
HEADER = "Date;Direction;Phone;Contact;Subject;Duration (sec)"


class ImportCase(TimelineCase):
    """Files made in memory, and the job that works them off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Import = cls.env["crmx.interaction.import"]
        cls.Interaction = cls.env["crmx.interaction"]
        cls.env.company.country_id = cls.env.ref("base.de")
        cls.call = cls.env.ref("crm_extended.crmx_interaction_type_call")
        cls.contact.phone = "+49 30 901820"
        cls.cron = cls.env.ref("crm_extended.ir_cron_interaction_import")

    def upload(self, content, name="calls.csv", **values):
        if isinstance(content, (list, tuple)):
            content = "\n".join(content)
        if isinstance(content, str):
            content = content.encode()
        values.setdefault("tz", "UTC")
        return self.Import.create({"file": base64.b64encode(content), "file_name": name, **values})

    def workbook(self, rows, **values):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return self.upload(stream.getvalue(), "calls.xlsx", **values)

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def check(self, batch):
        batch.action_check()
        self.run_cron()
        self.assertEqual((batch.stage, batch.state, batch.error), ("checked", "done", False))
        return self.counts(batch)

    def do_import(self, batch):
        self.check(batch)
        batch.action_import()
        self.run_cron()
        self.assertEqual((batch.stage, batch.state, batch.error), ("done", "done", False))
        return self.imported(batch)

    def counts(self, batch):
        return (batch.count_ready, batch.count_unmatched, batch.count_duplicate, batch.count_error)

    def imported(self, batch):
        return self.Interaction.search([("import_id", "=", batch.id)], order="import_row")

    def reasons(self, batch):
        return {row.number: row.reason for row in batch.row_ids}


@tagged("post_install", "-at_install")
class TestInteractionImport(ImportCase):
    """A call log becomes interactions, once."""

    def rows(self, count, start=0):
        first = datetime(2026, 1, 5, 8)
        return [
            f"{first + timedelta(minutes=i)};in;030 901820;;Call {i};{i}" for i in range(start, start + count)
        ]

    def test_call_log(self):
        batch = self.upload(
            [
                HEADER,
                "05.01.2026 09:30;incoming;030/901820;;Oil;90",
                "13.01.2026 10:00;out;;southern TRADERS;Tyres;",
                "14.01.2026 10:00;out;;Nobody Known;Glass;5",
            ],
            tz="Europe/Berlin",
        )
        self.assertEqual(
            (batch.encoding, batch.delimiter, batch.has_header, batch.date_order, batch.duration_unit),
            ("utf-8", ";", True, "dmy", "seconds"),
        )
        self.assertEqual(
            batch.column_ids.mapped("target"),
            ["date", "direction", "phone", "partner", "subject", "duration"],
        )
        self.assertIn("Oil", batch.preview)
        self.assertEqual(self.check(batch), (2, 1, 0, 0))
        self.assertFalse(self.imported(batch), "a check imports nothing")
        oil, tyres, glass = self.do_import(batch)
        self.assertEqual(
            (oil.partner_id, oil.date, oil.duration, oil.direction, oil.type_id, oil.name),
            (self.contact, datetime(2026, 1, 5, 8, 30), 0.025, "in", self.call, "Oil"),
        )
        self.assertEqual((tyres.partner_id, tyres.duration), (self.other, 0.0))
        self.assertFalse(glass.partner_id)
        self.assertEqual((glass.contact_name, glass.display_name), ("Nobody Known", "Glass"))
        self.assertEqual(self.reasons(batch), {4: "Nobody is known as Nobody Known."})
        self.assertEqual(self.rows_of(oil), [("call", self.contact.id, self.customer.id)])
        self.assertNoDrift()

    def rows_of(self, interaction):
        return TimelineCase.rows(self, interaction)

    def test_form(self):
        """As people do it: choose a file, save, correct a column."""
        form = Form(self.Import.with_user(self.seller))
        form.file = base64.b64encode(b"Date;Phone;Who;Duration (min)\n2026-01-01;030 901820;Ada;5")
        batch = form.save()
        self.assertEqual(
            (batch.has_header, batch.delimiter, batch.duration_unit, batch.column_ids.mapped("target")),
            (True, ";", "minutes", ["date", "phone", False, "duration"]),
        )
        with Form(batch) as form, form.column_ids.edit(2) as column:
            column.target = "partner"
        self.assertEqual(batch.column_ids.mapped("target"), ["date", "phone", "partner", "duration"])
        with Form(batch) as form:
            form.has_header = False
        self.assertFalse(any(batch.column_ids.mapped("header")))

    def test_pbx_log_tells_the_other_end(self):
        batch = self.upload(
            [
                "uniqueid,calldate,src,dst,direction,billsec",
                "17.1,2026-02-01 10:00:00,+4930901820,101,inbound,60",
                "17.2,2026-02-01 11:00:00,101,004930901820,outbound,0",
            ],
            provider="PBX",
        )
        first, second = self.do_import(batch)
        self.assertEqual((first + second).partner_id, self.contact)
        self.assertEqual((first.direction, second.direction), ("in", "out"))
        self.assertEqual((first + second).mapped("import_key"), ["id:pbx:17.1", "id:pbx:17.2"])
        self.assertEqual(second.duration, 0.0, "nobody answered: no default duration")

    def test_who_is_meant(self):
        self.other.write({"ref": "C-77", "vat": "DE 123-456"})
        second = self.env["res.partner"].create({"name": "Bo Kern", "parent_id": self.customer.id})
        second.phone = self.customer.phone = "+49 30 111111"
        twins = self.env["res.partner"].create([{"name": "Twin", "email": "twin@x.example"}] * 2)
        user_partner = self.seller.partner_id
        user_partner.email = "colleague@us.example"
        batch = self.upload(
            [
                "date,email,phone,tax id,customer no,name,subject",
                "2026-01-01,ADA@nordwind.example,,,,,by e-mail",
                "2026-01-01,,,de123456,,,by tax id",
                "2026-01-01,,,,C-77,,by reference",
                "2026-01-01,,030 111111,,,,number of two people is the company's",
                "2026-01-01,,030 111111,,,Bo Kern,name chooses among them",
                "2026-01-01,twin@x.example,,,,,several",
                "2026-01-01,colleague@us.example,,,,,a colleague is no partner",
            ]
        )
        interactions = self.do_import(batch)
        self.assertEqual(
            [i.partner_id.id for i in interactions],
            [self.contact.id, self.other.id, self.other.id, self.customer.id, second.id, False, False],
        )
        self.assertIn("Several partners are known as twin@x.example", self.reasons(batch)[7])
        self.assertTrue(twins)

    def test_duplicates(self):
        line = "2026-01-05 09:30;in;030 901820;;Oil;90"
        batch = self.upload([HEADER, line, line.replace("030 ", "+4930"), *self.rows(3)])
        self.assertEqual(self.check(batch), (4, 0, 1, 0))
        self.assertEqual(self.reasons(batch), {3: "The same contact is in row 2 already."})
        self.assertEqual(len(self.do_import(batch)), 4)
        again = self.upload([HEADER, line, *self.rows(5)])
        self.assertEqual(self.check(again), (2, 0, 4, 0))
        self.assertIn("imported before", self.reasons(again)[2])
        self.assertEqual(len(self.do_import(again)), 2)

    def test_same_contact_in_another_company(self):
        line = "2026-01-05 09:30;in;030 901820;;Oil;90"
        self.do_import(self.upload([HEADER, line]))
        abroad = self.env["res.company"].create({"name": "Abroad", "country_id": self.env.ref("base.de").id})
        self.env.user.company_ids += abroad
        batch = self.upload([HEADER, line], company_id=abroad.id)
        self.assertEqual(self.do_import(batch).company_id, abroad)

    def test_calls_that_the_telephone_system_told_of(self):
        provider = self.env["crmx.call.provider"].create(
            {
                "name": "Exchange",
                "code": "pbx",
                "secret": "told to nobody",
                "rule_ids": [
                    Command.create({"target": name, "source": name}) for name in ("callId", "event")
                ],
            }
        )
        self.env["crmx.call"].create(
            {
                "provider_id": provider.id,
                "external_id": "17.1",
                "company_id": self.env.company.id,
                "date_received": datetime(2026, 1, 5),
                "interaction_id": self.Interaction.create({"partner_id": self.customer.id}).id,
            }
        )
        lines = ["call id;date;phone", "17.1;2026-01-05;030 901820", "17.2;2026-01-05;030 901820"]
        self.assertEqual(self.check(self.upload(lines, provider="PBX")), (1, 0, 1, 0))
        self.assertEqual(self.check(self.upload(lines, provider="Another")), (2, 0, 0, 0))

    def test_unknown_partners_by_choice(self):
        lines = [
            "2026-01-05 09:30;in;030 555001;Fresh GmbH;One;",
            "2026-01-05 09:31;in;030 555001;Fresh GmbH;Two;",
            "2026-01-05 09:32;in;030 555002;;Three;",
            "2026-01-05 09:33;in;030 555003;;Four;",
        ]
        batch = self.upload([HEADER, *lines], unmatched="skip")
        self.assertEqual(self.check(batch), (0, 4, 0, 0))
        by_number = {row.number: row for row in batch.row_ids}
        (by_number[2] + by_number[3]).choice = "create"
        by_number[4].partner_id = self.other
        one, two, three = self.do_import(batch)
        self.assertEqual((one.partner_id.name, one.partner_id.phone), ("Fresh GmbH", "030 555001"))
        self.assertEqual((two.partner_id, batch.count_partner), (one.partner_id, 1))
        self.assertEqual(three.partner_id, self.other)
        self.assertEqual(batch.row_ids.mapped("number"), [5], "what was left out stays listed")
        # the rest, later
        batch.row_ids.choice = "keep"
        batch.action_import()
        self.run_cron()
        self.assertEqual(self.imported(batch).mapped("name"), ["One", "Two", "Three", "Four"])

    def test_run_again_names_the_partner(self):
        batch = self.upload([HEADER, "2026-01-05 09:30;in;030 555001;;One;"])
        interaction = self.do_import(batch)
        self.assertFalse(interaction.partner_id)
        self.other.phone = "+49 30 555001"
        batch.action_import()
        self.run_cron()
        self.assertEqual(interaction.partner_id, self.other)
        self.assertEqual(self.imported(batch), interaction)

    # -- chunks -----------------------------------------------------------

    def test_killed_between_chunks_and_resumed(self):
        batch = self.upload([HEADER, *self.rows(23)])
        with patch(f"{RUN}.CHUNK", 5):
            self.check(batch)
        batch.action_import()
        Batch = type(self.Import)
        create, calls = Batch._import_rows, []

        def dying(records, rows):
            create(records, rows)
            calls.append(len(rows))
            if len(calls) == 3:
                raise RuntimeError("the power went")

        with (
            patch.object(Batch, "_import_rows", dying),
            self.assertLogs(BATCH, "ERROR"),
        ):
            self.run_cron()
        self.assertEqual((batch.state, batch.done, batch.position), ("failed", 10, 2))
        self.assertIn("the power went", batch.error)
        self.assertEqual(len(self.imported(batch)), 10, "what was committed stays, the rest is undone")
        batch.action_resume()
        self.run_cron()
        self.assertEqual((batch.stage, batch.count_ready, batch.percentage), ("done", 23, 100.0))
        self.assertEqual(self.imported(batch).mapped("import_row"), list(range(2, 25)))

    def test_stopped_and_resumed(self):
        batch = self.upload([HEADER, *self.rows(12)])
        with patch(f"{RUN}.CHUNK", 5):
            self.check(batch)
        batch.action_import()
        Batch = type(self.Import)
        chunk = Batch._do_chunk

        def stopping(records):
            count = chunk(records)
            records.action_stop()
            return count

        with patch.object(Batch, "_do_chunk", stopping):
            self.run_cron()
        self.assertEqual((batch.state, batch.stage, batch.done), ("paused", "import", 5))
        self.run_cron()
        self.assertEqual(len(self.imported(batch)), 5, "stopped is stopped")
        batch.action_resume()
        self.run_cron()
        self.assertEqual(len(self.imported(batch)), 12)
        self.assertEqual(batch.stage, "done")

    def test_a_chunk_costs_the_same_queries_whatever_its_size(self):
        def queries(count, start):
            batch = self.upload([HEADER, *self.rows(count, start)])
            self.check(batch)
            batch.write({"stage": "import", "state": "running", "position": 0})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            batch.sudo()._do_chunk()
            self.env.cr.flush()
            self.assertEqual(len(self.imported(batch)), count)
            return self.env.cr.sql_log_count - before

        queries(2, 0)
        few, many = queries(5, 10), queries(400, 20)
        # the host inserts and prefetches in groups, so that large chunks take some statements more
        self.assertLessEqual(many, few + 12)

    def test_two_thousand_rows(self):
        batch = self.upload([HEADER, *self.rows(2000)])
        self.assertEqual(len(self.do_import(batch)), 2000)
        self.assertEqual(self.counts(batch), (2000, 0, 0, 0))

    # -- rights -----------------------------------------------------------

    def test_rights(self):
        second = mail_new_test_user(self.env, "im_second", groups="sales_team.group_sale_salesman")
        plain = mail_new_test_user(self.env, "im_plain", groups="base.group_user")
        manager = mail_new_test_user(self.env, "im_boss", groups="crm_extended.group_interactions_manager")
        values = {
            "file": base64.b64encode("\n".join([HEADER, *self.rows(2)]).encode()),
            "tz": "UTC",
            "unmatched": "keep",
        }
        with self.assertRaises(AccessError):
            self.Import.with_user(plain).create(values)
        own = self.Import.with_user(self.seller).create(values)
        own.action_check()
        self.run_cron()
        self.assertEqual(own.count_ready, 2)
        self.assertNotIn(own.id, self.Import.with_user(second).search([]).ids)
        self.assertIn(own.id, self.Import.with_user(manager).search([]).ids)
        for model_name in ("crmx.interaction.import.column", "crmx.interaction.import.row"):
            self.assertFalse(self.env[model_name].with_user(second).search([("import_id", "=", own.id)]))
        with self.assertRaises(AccessError):
            self.env["crmx.interaction.import.block"].with_user(manager).search([])
        own.action_import()
        self.run_cron()
        created = self.imported(own)
        self.assertEqual((created.create_uid, created.user_id), (self.seller, self.seller))

    def test_partners_he_may_not_read_are_not_matched(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        self.contact.company_id = abroad
        batch = self.upload([HEADER, *self.rows(1)])
        batch.user_id = self.seller
        self.assertEqual(self.check(batch), (0, 1, 0, 0))

    def test_creating_partners_needs_the_right(self):
        clerk = mail_new_test_user(self.env, "im_clerk", groups="crm_extended.group_interactions_user")
        self.assertFalse(self.env["res.partner"].with_user(clerk).has_access("create"))
        batch = self.Import.with_user(clerk).create(
            {"file": base64.b64encode(f"{HEADER}\n2026-01-05;in;123;X;Y;1".encode()), "unmatched": "create"}
        )
        batch.action_check()
        self.run_cron()
        with self.assertRaises(AccessError):
            batch.action_import()

    def test_other_company(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = mail_new_test_user(
            self.env,
            "im_stranger",
            groups="crm_extended.group_interactions_manager",
            company_id=abroad.id,
            company_ids=[Command.set(abroad.ids)],
        )
        batch = self.upload([HEADER, *self.rows(1)])
        self.assertFalse(batch.with_user(stranger).has_access("read"))

    def test_switched_off(self):
        batch = self.upload([HEADER, *self.rows(2)])
        self.check(batch)
        batch.action_import()
        batch.company_id.crmx_use_interactions = False
        self.run_cron()
        self.assertEqual((batch.state, len(self.imported(batch))), ("waiting", 0))
        with self.assertRaisesRegex(UserError, "does not use interactions"):
            self.upload([HEADER, *self.rows(2)]).action_check()

    def test_files_are_forgotten(self):
        batch = self.upload([HEADER, *self.rows(2), "no date;in;1;;;"])
        interactions = self.do_import(batch)
        self.Import._gc_files()
        self.assertTrue(batch.file and batch.row_ids)
        batch.date_end = datetime.now() - timedelta(days=31)
        self.Import._gc_files()
        self.env.invalidate_all()
        self.assertFalse(batch.file or batch.row_ids)
        self.assertEqual(len(interactions.exists()), 2)
        with self.assertRaisesRegex(UserError, "Upload it again"):
            batch.action_import()


@tagged("post_install", "-at_install")
class TestInteractionImportBadFiles(ImportCase):
    """Files as people have them: what is wrong is said with the row and the remedy."""

    def test_empty(self):
        for content in (b"", b" \n\r\n ", b"\xef\xbb\xbf\n"):
            with self.assertRaisesRegex(UserError, "The file is empty: choose one with rows"):
                self.upload(content)

    def test_header_only(self):
        batch = self.upload(HEADER)
        with mute_logger(BATCH):
            batch.action_check()
            self.run_cron()
        self.assertEqual(
            (batch.state, batch.error), ("failed", "The file has a header and no rows below it.")
        )

    def test_no_table(self):
        with self.assertRaisesRegex(UserError, "Choose a CSV or XLSX file"):
            self.upload(b"%PDF-1.7 ...")
        with self.assertRaisesRegex(UserError, "Save it as XLSX or CSV"):
            self.upload(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ...")
        with self.assertRaisesRegex(UserError, "The workbook is damaged"):
            self.upload(b"PK\x03\x04 and nothing that follows", "calls.xlsx")

    def test_too_large(self):
        with self.assertRaisesRegex(UserError, r"The file has 100\.\d+ Mb; up to 50\.0+ Mb can be imported"):
            self.Import.create({"file": b"QUFB" * (100 * 1024 * 1024 // 3)})

    def test_too_many_rows(self):
        batch = self.upload([HEADER, *(f"2026-01-0{i};in;123;;;" for i in range(1, 6))])
        batch.action_check()
        with patch(f"{RUN}.MAX_ROWS", 4), mute_logger(BATCH):
            self.run_cron()
        self.assertEqual(batch.error, "The file has 5 rows; up to 4 can be imported at once. Cut it up.")

    def test_no_header(self):
        batch = self.upload(
            [
                "05.01.2026 09:30;+49 30 901820;a@x.example;hello",
                "25.01.2026 09:30;+49 30 901820;b@x.example;bye",
            ]
        )
        self.assertFalse(batch.has_header)
        self.assertEqual(batch.column_ids.mapped("letter"), ["A", "B", "C", "D"])
        self.assertEqual(batch.column_ids.mapped("target"), ["date", "phone", "email", False])
        batch.column_ids[3].target = "subject"
        self.assertEqual(self.do_import(batch).mapped("name"), ["hello", "bye"])

    def test_no_date_column(self):
        batch = self.upload("phone;subject\n123;x")
        with self.assertRaisesRegex(UserError, "Say which column holds the date"):
            batch.action_check()
        batch = self.upload("date;subject\n2026-01-01;x")
        with self.assertRaisesRegex(UserError, "nobody is named"):
            batch.action_check()

    def test_duplicate_columns(self):
        batch = self.upload("date;phone;Phone;subject\n2026-01-01;123;456;x")
        self.assertEqual(batch.column_ids.mapped("target"), ["date", "phone", False, "subject"])
        batch.column_ids[2].target = "phone"
        with self.assertRaisesRegex(UserError, "Columns B, C both hold “Partner's number”. Keep one of them"):
            batch.action_check()

    def test_half_the_dates_wrong(self):
        good = [f"{day:02}.01.2026;in;030 901820;;Good {day};" for day in range(1, 21)]
        bad = ["31.02.2026", "yesterday", "", "2026-13-01", "01.01.2999", "1.1.1901"]
        lines = [f"{text};in;030 901820;;Bad {i};" for i, text in enumerate(bad * 4)]
        mixed = [line for pair in zip(good, lines, strict=False) for line in pair]
        batch = self.upload([HEADER, *mixed])
        self.assertEqual(batch.date_order, "dmy")
        self.assertEqual(self.check(batch), (20, 0, 0, 20))
        reasons = self.reasons(batch)
        self.assertEqual(
            reasons[3],
            "Column A “Date”: “31.02.2026” is no date in the chosen order of day, month"
            " and year. Correct it.",
        )
        self.assertEqual(reasons[7], "Column A “Date”: empty, but needed. Fill it in.")
        self.assertIn("lies in the future", reasons[11])
        self.assertIn("before 1980", reasons[13])
        self.assertEqual(len(self.do_import(batch)), 20)

    def test_ambiguous_dates(self):
        batch = self.upload([HEADER, "01/02/2026;in;123;;;", "03/04/2026;in;123;;;"])
        self.assertTrue(batch.date_ambiguous)
        batch.date_order = "dmy"
        self.assertEqual(self.do_import(batch).mapped("date"), [datetime(2026, 2, 1), datetime(2026, 4, 3)])

    def test_encodings(self):
        text = "Дата;Телефон;Тема\n" + "\n".join(
            f"{day:02}.01.2026;030 901820;Вопрос о поставке масла {day}" for day in range(10, 20)
        )
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r"):
            with self.subTest(encoding=encoding):
                batch = self.upload(text.encode(encoding))
                self.assertEqual(batch.column_ids.mapped("header"), ["Дата", "Телефон", "Тема"])
                self.assertEqual(batch.column_ids.mapped("target"), ["date", "phone", "subject"])

    def test_broken_encoding(self):
        lines = [f"2026-01-{day};in;030 901820;;Öl {day};".encode() for day in range(10, 20)]
        lines[3] = lines[3].replace("Ö".encode(), b"\xd6")
        lines[4] = lines[4].replace(b"l 14", b"l\x0014")
        batch = self.upload(b"\n".join([HEADER.encode(), *lines]))
        self.assertEqual(batch.encoding, "utf-8")
        self.assertEqual(self.check(batch), (8, 0, 0, 2))
        reasons = self.reasons(batch)
        self.assertEqual(sorted(reasons), [5, 6])
        self.assertIn("Column E “Subject”: has characters that are not in the chosen encoding", reasons[5])
        # another choice reads the bytes, if not the words
        batch.action_back()
        batch.encoding = "cp1252"
        self.assertEqual(self.check(batch)[3], 1)

    def test_formula_cells(self):
        batch = self.workbook(
            [
                ["Date", "Phone", "Subject", "Duration"],
                [datetime(2026, 1, 5, 9, 30), 4930901820, "plain", timedelta(minutes=2)],
                ["=A2+1", "030 901820", "formula", 5],
                [datetime(2026, 1, 7), "030 901820", "#N/A", 5],
            ]
        )
        self.assertEqual(
            (batch.is_workbook, batch.column_ids.mapped("target")),
            (True, ["date", "phone", "subject", "duration"]),
        )
        self.assertEqual(self.check(batch)[3], 2)
        reasons = self.reasons(batch)
        self.assertIn("Column A “Date”: a formula without a stored result. Open the file", reasons[3])
        self.assertIn("Column C “Subject”: the formula gives an error", reasons[4])
        plain = self.do_import(batch)
        self.assertEqual((plain.date, plain.duration), (datetime(2026, 1, 5, 9, 30), 2 / 60))

    def test_cells_that_cannot_be_used(self):
        batch = self.upload(
            [
                "date;direction;phone;email;type;topic;outcome;duration",
                "2026-01-01;sideways;1;;;;;",
                "2026-01-01;in;4,93E+10;;;;;",
                "2026-01-01;in;;nonsense;;;;",
                "2026-01-01;in;1;;Telepathy;;;",
                "2026-01-01;in;1;;;Weather;Done;",
                "2026-01-01;in;1;;;;;soon",
                "2026-01-01;in;;;;;;",
                "2026-01-01;in;1;;;;;5;and;more",
                "2026-01-01;in;1;;Visit;Offer;agreed;5",
            ]
        )
        self.assertEqual(self.check(batch), (0, 1, 0, 8))
        reasons = self.reasons(batch)
        expected = {
            2: "“sideways” is no direction. Write one of: in, incoming",
            3: "a spreadsheet has rounded the number to “4,93E+10”",
            4: "“nonsense” is no e-mail address",
            5: "there is no type “Telepathy”. Correct it, or add it under Configuration",
            6: "there is no outcome “Done”",
            7: "“soon” is no duration, like 90 or 1:30",
            8: "Names nobody: fill in a number, an e-mail, a name or a reference",
            9: "Has 10 cells, more than there are columns",
        }
        for number, words in expected.items():
            self.assertIn(words, reasons[number])
        self.assertIn("there is no topic “Weather”", reasons[6], "all that is wrong with a row")

    def test_open_quotation_mark(self):
        opened = ['2026-01-01;in;1;;"never closed;', "2026-01-01;in;2;;A;", "2026-01-01;in;3;;B;"]
        with self.assertRaisesRegex(UserError, "Near row 2 a quotation mark is opened and never closed"):
            self.upload([HEADER, *opened])
        batch = self.upload([HEADER, *[f"2026-01-01;in;{i};;;" for i in range(1500)], *opened])
        with mute_logger(BATCH):
            batch.action_check()
            self.run_cron()
        self.assertEqual(batch.state, "failed")
        self.assertIn("Near row 1502 a quotation mark", batch.error)

    def test_problems_as_a_file(self):
        batch = self.upload([HEADER, "soon;in;+49 30 901820;=1+2;Öl;5", "2026-01-01;in;030 901820;;B;"])
        self.check(batch)
        text = base64.b64decode(batch.problem_file).decode("utf-8-sig")
        header, row = csv.reader(io.StringIO(text), delimiter=";")
        self.assertEqual(header[:2] + header[-2:], ["Date", "Direction", "Row", "Problem"])
        self.assertEqual(row[:5], ["soon", "in", "+49 30 901820", "'=1+2", "Öl"])
        self.assertEqual(row[6], "2")
        self.assertIn("is no date", row[7])
        # corrected, it can be imported
        corrected = self.upload(text.replace("soon", "2026-03-01"))
        self.assertEqual(corrected.column_ids.mapped("target")[-2:], [False, False])
        self.assertEqual(self.do_import(corrected).contact_name, "=1+2")

    def test_unknown_colleague(self):
        batch = self.upload(
            [
                "date;phone;agent;note",
                "2026-01-01;030 901820;tl_seller;hello",
                "2026-01-02;030 901820;Gone Long Ago;<b>bye</b>",
            ]
        )
        first, second = self.do_import(batch)
        self.assertEqual((first.user_id, second.user_id), (self.seller, self.env.user))
        self.assertIn("Responsible in the file: Gone Long Ago", second.description)
        self.assertIn("&lt;b&gt;bye", second.description)

    def test_columns_are_locked_while_checked(self):
        batch = self.upload([HEADER, "2026-01-01;in;030 901820;;B;"])
        self.check(batch)
        with self.assertRaisesRegex(UserError, "Go back to the columns"):
            batch.delimiter = ","
        self.do_import(batch)
        with self.assertRaisesRegex(UserError, "imported already"):
            batch.action_back()

    def test_cells_are_kept_as_they_were(self):
        batch = self.upload([HEADER, 'bad;in;1;"A ""B""; C";D;'])
        self.check(batch)
        self.assertEqual(json.loads(json.dumps(batch.row_ids.cells))[3], 'A "B"; C')
