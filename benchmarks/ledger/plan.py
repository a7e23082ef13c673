"""How much of everything a ledger holds, and the dice that decide the rest."""

from dataclasses import dataclass
from datetime import date

SEED = 7
# A fixed last day: the same ledger, to the cent, on any machine at any time.
LAST_DAY = date(2025, 12, 31)
DAYS = 3 * 365
TEMPLATE_DAY = date(2020, 1, 15)


@dataclass(frozen=True)
class Plan:
    """Sizes at a scale: 1 is 20,000 customers, 200,000 invoices and 1.35 M journal items."""

    scale: float
    seed: int = SEED

    @property
    def last_day(self):
        """The ledger's last day, as an SQL expression."""
        return f"DATE '{LAST_DAY}'"

    @property
    def customers(self):
        """Companies and persons that buy; every fifth is a company with three contacts."""
        return self._count(20_000, at_least=200)

    @property
    def products(self):
        return self._count(500, at_least=200)

    @property
    def invoices(self):
        """Posted invoices and credit notes, about."""
        return self._count(200_000)

    @property
    def orders(self):
        return self._count(150_000)

    @property
    def leads(self):
        return self._count(20_000)

    @property
    def messages(self):
        return self._count(400_000)

    @property
    def activities(self):
        return self._count(20_000)

    @property
    def meetings(self):
        return self._count(30_000)

    @property
    def stock_moves(self):
        return self._count(100_000)

    @property
    def vehicles(self):
        return self._count(200, at_least=20)

    @property
    def vehicle_logs(self):
        """Service logs, and as many odometer readings."""
        return self._count(50_000)

    def _count(self, at_scale_one, at_least=1):
        return max(at_least, round(at_scale_one * self.scale))


@dataclass(frozen=True)
class Dice:
    """Random numbers as SQL expressions of a row's key: independent of the order of the rows.

    `key` is an SQL integer expression; each `throw` (a number) is another die.
    """

    seed: int

    def uniform(self, key, throw):
        """Evenly spread in [0, 1)."""
        hashed = f"hashint8extended(({key})::bigint, {self.seed * 100_000 + throw})"
        return f"(({hashed} & 9007199254740991)::float8 / 9007199254740992.0)"

    def normal(self, key, throw):
        """About standard normal: the sum of four even throws."""
        throws = " + ".join(self.uniform(key, throw + 5_000 * n) for n in range(4))
        return f"(({throws} - 2.0) * 1.732)"

    def rank(self, key, throw, count, shift):
        """A rank in [0, count), rank r about 1/(r + shift) often: few customers buy most."""
        base = (count + shift) / shift
        chance = self.uniform(key, throw)
        return f"least({count - 1}, floor({shift} * (power({base}, {chance}) - 1)))::int"

    def between(self, key, throw, low, high):
        """A whole number from low to high, both included."""
        return f"({low} + floor({self.uniform(key, throw)} * {high - low + 1})::int)"
