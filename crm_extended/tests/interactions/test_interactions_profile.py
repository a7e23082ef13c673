from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_card import CardCase


@tagged("post_install", "-at_install")
class TestPartnerProfile(CardCase):
    """Birthdays across the year's end, hours, languages, consents."""

    def persons(self, *days):
        return self.env["res.partner"].create(
            [{"name": f"Born {day}", "crmx_birthdate": day, "parent_id": self.customer.id} for day in days]
        )

    def within(self, days, persons, operator="<="):
        domain = [("id", "in", persons.ids), ("crmx_birthday_days", operator, days)]
        return self.env["res.partner"].search(domain, order="id")

    @freeze_time("2026-12-28 12:00:00")
    def test_birthdays_across_the_year(self):
        eve, today, january, february = self.persons("1980-12-27", "1990-12-28", "1970-01-03", "1970-02-03")
        everyone = eve + today + january + february
        self.assertEqual(self.within(0, everyone), today)
        self.assertEqual(self.within(6, everyone), today + january)
        self.assertEqual(self.within(5, everyone), today)
        self.assertEqual(self.within(7, everyone, "<"), today + january)
        self.assertEqual(self.within(6, everyone, "="), january)
        self.assertEqual(self.within(400, everyone), everyone)
        self.assertEqual(everyone.mapped("crmx_birthday_days"), [364, 0, 6, 37])
        nobody = self.env["res.partner"].create({"name": "Unknown"})
        self.assertFalse(self.within(400, nobody))

    def test_leap_day(self):
        person = self.persons("1980-02-29")
        with freeze_time("2027-02-27 12:00:00"):
            self.assertEqual(self.within(1, person), person)
            self.assertFalse(self.within(0, person))
            person.invalidate_recordset()
            self.assertEqual(person.crmx_birthday_days, 1)
        with freeze_time("2028-02-27 12:00:00"):
            self.assertFalse(self.within(1, person))
            self.assertEqual(self.within(2, person), person)
        with freeze_time("2027-03-01 12:00:00"):
            self.assertFalse(self.within(300, person))

    def test_checks(self):
        with self.assertRaises(ValidationError):
            self.persons(fields.Date.today() + timedelta(days=1))
        with self.assertRaises(ValidationError):
            self.contact.write({"crmx_hour_from": 12, "crmx_hour_to": 9})
        with self.assertRaises(ValidationError):
            self.contact.write({"crmx_hour_from": 0, "crmx_hour_to": 25})

    @freeze_time("2026-05-05 08:30:00")
    def test_profile(self):
        french = self.env["res.lang"].with_context(active_test=False).search([("code", "=", "fr_FR")])
        self.contact.write(
            {
                "crmx_birthdate": date(1980, 5, 6),
                "crmx_language_ids": french.ids,
                "crmx_preferred_channel": "call",
                "crmx_hour_from": 10,
                "crmx_hour_to": 12,
                "tz": "Europe/Berlin",
                "lang": "en_US",
            }
        )
        profile = self.contact.with_user(self.seller)._crmx_profile()[self.contact.id]
        self.assertEqual(profile["birthday"], {"date": date(2026, 5, 6), "days": 1, "age": 46})
        self.assertEqual(profile["languages"][1:], french.mapped("name"))
        self.assertEqual(profile["channel"], "Phone call")
        self.assertEqual((profile["hours"]["now"], profile["hours"]["local"]), (True, "10:30"))
        with freeze_time("2026-05-05 10:00:00"):
            self.assertFalse(self.contact._crmx_profile()[self.contact.id]["hours"]["now"])

    # -- consents ---------------------------------------------------------

    def agree(self, status="given", days=1, **values):
        Consent = self.env["crmx.consent"].with_user(self.seller)
        return Consent.create(
            {
                "partner_id": self.contact.id,
                "channel": "email",
                "status": status,
                "date": self.ago(days),
                "source": "Form",
                **values,
            }
        )

    def consents(self, partner=None):
        partner = (partner or self.contact).with_user(self.seller)
        lines = partner._crmx_profile()[partner.id]["consents"]
        return {line["channel"]: (line["status"], line["blacklisted"]) for line in lines}

    def test_last_answer_counts_and_history_stays(self):
        self.agree("refused", days=2)
        first = self.agree(days=9)
        self.agree("given", days=5, channel="sms")
        self.assertEqual(self.consents(), {"email": ("refused", False), "sms": ("given", False)})
        self.assertEqual(len(self.contact.crmx_consent_ids), 3)
        self.assertEqual(first.user_id, self.seller)
        for user in (self.seller, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                first.with_user(user).write({"status": "refused"})
            with self.assertRaises(UserError):
                first.with_user(user).unlink()
        for act in (lambda: first.sudo().write({"status": "refused"}), first.sudo().unlink):
            with self.assertRaises(UserError):
                act()

    def test_nobody_signs_for_another(self):
        consent = self.agree(user_id=self.manager.id)
        self.assertEqual(consent.user_id, self.seller)
        with self.assertRaises(UserError):
            self.agree(days=-1)

    def test_blacklists_of_the_host(self):
        self.agree()
        self.env["mail.blacklist"]._add(self.contact.email)
        self.contact.phone = "+32471123456"
        self.env["phone.blacklist"].create({"number": "+32471123456"})
        self.env.invalidate_all()
        unknown = ("unknown", True)
        self.assertEqual(self.consents(), {"email": ("given", True), "phone": unknown, "sms": unknown})
        self.assertEqual(len(self.contact.crmx_consent_ids), 1, "shown, not copied")

    def test_rights(self):
        consent = self.agree()
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                consent.with_user(user).check_access("read")
        self.assertFalse(self.env["crmx.consent"].with_user(self.foreigner).search([("id", "=", consent.id)]))
        self.assertEqual(self.contact.with_user(self.employee)._crmx_consents(), {})

    def test_queries_do_not_grow(self):
        many = self.persons(*["1980-01-01"] * 20)
        self.env["crmx.consent"].create([{"partner_id": p.id, "source": "x"} for p in many])
        few = self.queries(lambda: many[:1].with_user(self.seller)._crmx_profile())
        self.assertLessEqual(self.queries(lambda: many.with_user(self.seller)._crmx_profile()), few)
