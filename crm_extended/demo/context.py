"""What every topic of the demo company works with: the day, the dice, the two companies."""

import logging
import random
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as clock

from odoo import fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Prefix of the external ids of the demo records. Not the add-on's own name: uninstalling the
#: add-on would else try to delete companies with a ledger.
MODULE = "crm_extended_demo"

#: History begins this many days before today.
HISTORY_DAYS = 730

#: No mail, no followers, no tracking: 24 months are made within a minute.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "no_reset_password": True,
    "no_mail_to_attendees": True,
    "dont_notify": True,
    "mail_activity_quick_update": True,
    "lang": "en_US",
    "tz": "UTC",
}


@dataclass
class House:
    """One of the two companies with what the topics look up again and again.

    `foreign` is the currency beside the company's own, `export` the fiscal position of trade with
    other countries; `journals`, `accounts`, `terms`,
    `pricelists`, `products` and `teams` map short keys to records.
    """

    key: str
    company: models.Model
    env: object
    foreign: models.Model
    warehouse: models.Model = None
    export: models.Model = None
    journals: dict = field(default_factory=dict)
    accounts: dict = field(default_factory=dict)
    terms: dict = field(default_factory=dict)
    pricelists: dict = field(default_factory=dict)
    products: dict = field(default_factory=dict)
    teams: dict = field(default_factory=dict)

    @property
    def currency(self):
        return self.company.currency_id


@dataclass
class Customer:
    """A customer with how it buys and pays.

    `habit` is punctual, late, slow, insolvent or prepaid; `weight` its share of the turnover;
    `contacts` its persons by kind of address.
    """

    key: str
    partner: models.Model
    habit: str
    serves: str
    weight: int
    foreign_in: tuple
    salesperson: dict
    contacts: dict


class Demo:
    """State of one load: environment, today, seeded dice, scale and the records made so far."""

    def __init__(self, env, today, seed, scale):
        self.env = env(context={**env.context, **QUIET})
        self.today = today
        self.start = today - timedelta(days=HISTORY_DAYS)
        self.seed = seed
        self.scale = scale
        self.began = env.cr.now()
        self.now = min(datetime.combine(today, clock(23, 59)), fields.Datetime.now())
        self.houses = {}
        self.users = {}
        self.employees = {}
        self.customers = []
        self.suppliers = {}
        self.partners = {}
        self.vehicles = []
        self.orders = []
        self.leads = []

    def rng(self, topic):
        """Dice of a topic: a change in one topic leaves the others as they were."""
        return random.Random(f"{self.seed}/{topic}")

    def count(self, number):
        """`number` at full scale, scaled, at least 1."""
        return max(1, round(number * self.scale))

    def day(self, offset):
        """The day `offset` days from today (negative: past)."""
        return self.today + timedelta(days=offset)

    def moment(self, day, rng, first=7, last=16):
        """A moment in working hours of `day` (UTC); never later than now for a day past or today."""
        moment = datetime.combine(day, clock(rng.randint(first, last), rng.choice((0, 10, 20, 40))))
        return min(moment, self.now) if day <= self.today else moment

    def workday(self, day):
        """`day`, or the Friday before when it falls on a weekend."""
        return day - timedelta(days=max(0, day.weekday() - 4))

    @property
    def buyers(self):
        """The customers who are not our own sister company."""
        return [customer for customer in self.customers if customer.key != "sister"]

    def customer(self, key):
        """The customer of that key in `names`."""
        return next(customer for customer in self.customers if customer.key == key)

    def country(self, code):
        """The country of an ISO code; Odoo's external id of Great Britain is its own."""
        return self.env.ref(f"base.{'uk' if code == 'GB' else code.lower()}")

    def overdue_invoices(self):
        """Invoices of both companies that are overdue today, oldest first."""
        return self.env["account.move"].search(
            [
                ("company_id", "in", [house.company.id for house in self.houses.values()]),
                ("move_type", "=", "out_invoice"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("state", "=", "posted"),
                ("invoice_date_due", "<", self.today),
            ],
            order="id",
        )

    def find_or_create(self, model, name):
        """A record of a catalogue that the database may have already."""
        return self.env[model].search([("name", "=", name)], limit=1) or self.env[model].create(
            {"name": name}
        )

    def message(self, record, moment, author, body, kind="email"):
        """Values of a message of the past in the chatter of a record.

        `kind` is email (came in), comment (went out) or note (internal).
        """
        subtype = "mail.mt_note" if kind == "note" else "mail.mt_comment"
        return {
            "model": record._name,
            "res_id": record.id,
            "date": moment,
            "author_id": author.id,
            "email_from": author.email_formatted,
            "message_type": "email" if kind == "email" else "comment",
            "subtype_id": self.env.ref(subtype).id,
            "body": body,
        }

    def register(self, name, record):
        """Give `record` an external id, so that tests, tours and screenshots find it again."""
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"{MODULE}.{name}", "record": record, "noupdate": True}]
        )
        return record

    @contextmanager
    def timed(self, topic):
        """Log how long a topic took."""
        start = time.monotonic()
        yield
        self.env.flush_all()
        _logger.info("demo company: %s in %.1f s", topic, time.monotonic() - start)


def analyze(env, *models):
    """Tell PostgreSQL's planner how many rows there are now.

    It has seen these tables empty, and would join thousands of lines row by row.
    """
    env.flush_all()
    tables = SQL(", ").join(SQL.identifier(env[model]._table) for model in models)
    env.cr.execute(SQL("ANALYZE %s", tables))


def batches(items, size=100):
    """Slices of a list, for creates and posts that would be slow all at once."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
