"""Everybody's care and its cost, from the deliveries' tables in plain Python."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from scipy.stats import chi2, norm

ORE = Decimal("0.01")
ZERO = Decimal(0)
REGION = ("Primärvård", "Öppen specialistvård", "Slutenvård")
KOMMUN = ("Hemtjänst", "Korttidsboende", "Särskilt boende", "LSS", "Individ- och familjeomsorg")
Z = norm.ppf(0.975)


@dataclass
class Person:
    """A person's year."""

    person: int
    ar: int
    kommun: str
    kon: str
    alder: int
    status: str
    cost: dict = field(default_factory=lambda: defaultdict(lambda: ZERO))
    # What the cost of each service is made of: (service, unit) → amount.
    amounts: dict = field(default_factory=lambda: defaultdict(lambda: ZERO))
    # Chapter of diagnosis → the region's cost.
    chapters: dict = field(default_factory=lambda: defaultdict(lambda: ZERO))
    contacts: int = 0

    @property
    def region(self) -> Decimal:
        return sum((self.cost[level] for level in REGION), ZERO)

    @property
    def kommunal(self) -> Decimal:
        return sum((self.cost[service] for service in KOMMUN), ZERO)

    @property
    def total(self) -> Decimal:
        return self.region + self.kommunal


def everybody(lake) -> dict[tuple[int, int], Person]:
    """Everybody in the register, by person and year."""
    if hasattr(lake, "everybody"):
        return lake.everybody
    found = {
        (row["person"], row["ar"]): Person(**row)
        for row in lake.rows("SELECT person, ar, kommun, kon, alder, status FROM befolkning")
    }
    for row in lake.rows("SELECT person, datum, vardniva, diagnoskapitel, kostnad FROM regionvard"):
        person = found.get((row["person"], row["datum"].year))
        if person:
            person.cost[row["vardniva"]] += row["kostnad"]
            person.chapters[row["diagnoskapitel"] or "-"] += row["kostnad"]
            person.contacts += 1
    price = prices(lake)
    priced = defaultdict(lambda: ZERO)
    for row in lake.rows("SELECT * FROM kommunvard"):
        person = found.get((row["person"], row["ar"]))
        around_the_clock = row["mangdkod"] == "Dygnet runt"
        if not person or (row["mangd"] is None and not around_the_clock):
            continue
        unit = "dygnet runt" if around_the_clock else row["enhet"]
        amount = Decimal(1) if around_the_clock else Decimal(str(row["mangd"]))
        # The municipality that gives it sets the price.
        person.amounts[row["kommun"], row["tjanst"], unit] += amount
        priced[row["person"], row["ar"], row["tjanst"]] += (
            amount * price[row["kommun"], row["ar"], row["tjanst"], unit]
        )
    for (person, ar, service), cost in priced.items():
        found[person, ar].cost[service] += cost.quantize(ORE, ROUND_HALF_UP)
    lake.everybody = found
    return found


def prices(lake) -> dict:
    """The price list."""
    return {
        (row["kommun"], row["ar"], row["tjanst"], row["enhet"]): row["pris"]
        for row in lake.rows("SELECT * FROM prislista")
    }


def population(lake, ar, alder_min=65, alder_max=None, kommun=None) -> list[Person]:
    """Those of a year within an age and place, the most costly first; the pseudonym decides between equals."""
    oldest = math.inf if alder_max is None else alder_max
    chosen = (
        p
        for p in everybody(lake).values()
        if p.ar == ar and alder_min <= p.alder <= oldest and kommun in (None, p.kommun)
    )
    return sorted(chosen, key=lambda p: (-p.total, p.person))


def rounded(number: float) -> int:
    """A whole number, half upwards as SQL does."""
    return math.floor(number + 0.5)


def share(part, whole):
    """Per cent, or nothing of nothing."""
    return 100 * float(part) / float(whole) if whole else None


def wilson(x: float, n: float, z: float = Z) -> tuple[float, float]:
    """Wilson's limits."""
    p = x / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    width = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(middle - width, 0), min(middle + width, 1)


def poisson(x: int, level: float = 0.95) -> tuple[float, float]:
    """The limits of a count: exact below ten, Byar's from ten."""
    tail = (1 - level) / 2
    if x < 10:
        return (chi2.ppf(tail, 2 * x) / 2 if x else 0.0), chi2.ppf(1 - tail, 2 * x + 2) / 2
    z = norm.ppf(1 - tail)
    low = x * (1 - 1 / (9 * x) - z / (3 * math.sqrt(x))) ** 3
    high = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * math.sqrt(x + 1))) ** 3
    return low, high


def expected(members: list, everyone: list, stratum, event) -> float:
    """How many of the members would have the event at the rates of everyone in the same stratum."""
    n, events = Counter(), Counter()
    for one in everyone:
        n[stratum(one)] += 1
        events[stratum(one)] += bool(event(one))
    return sum(events[stratum(one)] / n[stratum(one)] for one in members)
