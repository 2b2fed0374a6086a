"""High, medium and low consumers: the queries against plain Python, from the deliveries' tables.

The persons, their care and its prices are put together in consumption.py, so that the derived table `person_year` is
checked as well. Truths of the generator that show among 5 000 persons are tested here; with so few the figures move by
several points from one county to another, so the bounds are wider than those of the truths.
"""

import math
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from comparison import close, same
from consumption import (
    KOMMUN,
    ORE,
    REGION,
    Z,
    ZERO,
    everybody,
    expected,
    poisson,
    population,
    prices,
    rounded,
    share,
    wilson,
)
from scipy.stats import t as student

YEARS = range(2019, 2025)


def only(given: dict, *names: str) -> dict:
    return {name: given[name] for name in names if name in given}


def where(given: dict) -> dict:
    return only(given, "alder_min", "alder_max", "kommun")


# ------------------------------------------------------------ high, medium and low

CUTS = {
    "indelning": "personer",
    "hog": 0.2,
    "medel": 0.3,
    "hog_kostnad": 0.8,
    "medel_kostnad": 0.15,
    "hog_kr": 200_000.0,
    "medel_kr": 20_000.0,
}


def divided(people: list, cuts: dict) -> dict[str, list]:
    """The population in three groups."""
    groups = {"Hög": [], "Medel": [], "Låg": []}
    total = sum((p.total for p in people), ZERO)
    before = ZERO
    for place, person in enumerate(people, start=1):
        match cuts["indelning"]:
            case "personer":
                high = place <= rounded(len(people) * cuts["hog"])
                medium = place <= rounded(len(people) * (cuts["hog"] + cuts["medel"]))
            case "kostnad":
                high = person.total and float(before) < float(total) * cuts["hog_kostnad"]
                medium = person.total and float(before) < float(total) * (cuts["hog_kostnad"] + cuts["medel_kostnad"])
            case "kronor":
                high, medium = float(person.total) >= cuts["hog_kr"], float(person.total) >= cuts["medel_kr"]
        groups["Hög" if high else "Medel" if medium else "Låg"].append(person)
        before += person.total
    return groups


def groups_of(lake, given: dict) -> list[dict]:
    rows = []
    for ar in [given["ar"]] if "ar" in given else YEARS:
        people = population(lake, ar, **where(given))
        everything = sum((p.total for p in people), ZERO)
        for name, group in divided(people, CUTS | given).items():
            cost, region = sum((p.total for p in group), ZERO), sum((p.region for p in group), ZERO)
            if not people:
                why = "ingen i befolkningen har den åldern där"
            elif not group:
                why = "ingen hamnar i gruppen med de gränserna"
            else:
                why = None if cost else "ingen i gruppen har kostat något"
            rows.append(
                {
                    "ar": ar,
                    "grupp": name,
                    "personer": len(group),
                    "andel_personer": share(len(group), len(people)),
                    "kostnad": cost,
                    "andel_kostnad": share(cost, everything),
                    "medelkostnad": float(cost) / len(group) if group else None,
                    "andel_region": share(region, cost),
                    "andel_kommun": share(cost - region, cost),
                    "skal": why,
                    "storsta": max((p.total for p in group), default=ZERO),
                }
            )
    return rows


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ar": 2021, "kommun": "1780"},
        {"alder_min": 0},
        {"alder_min": 18, "alder_max": 64, "hog": 0.1, "medel": 0.25},
        {"ar": 2022, "hog": 0.0, "medel": 1.0},
        {"indelning": "kostnad"},
        {"indelning": "kostnad", "ar": 2023, "hog_kostnad": 1.0},
        {"indelning": "kostnad", "ar": 2023, "hog_kostnad": 0.5, "medel_kostnad": 0.0, "kommun": "1762"},
        {"indelning": "kronor"},
        {"indelning": "kronor", "ar": 2024, "hog_kr": 1e9, "medel_kr": 0.01},
        {"alder_min": 121},
    ],
    ids=str,
)
def test_groups(answer, lake, given):
    theirs = groups_of(lake, given)
    same(answer("hogkonsumenter", **given), theirs, ["ar", "grupp"], theirs[0].keys() - {"ar", "grupp"})


def test_who_consumes_nothing_is_counted(answer, lake):
    """Everybody aged 65 or more is in one of the three groups, care or not."""
    people = population(lake, 2024)
    assert any(p.total == 0 for p in people)
    assert sum(row["personer"] for row in answer("hogkonsumenter", ar=2024)) == len(people)


def test_the_demo_is_skewed_as_reality_is(answer):
    """A fifth of those aged 65 or more take about four fifths of the cost; each costs about half a million."""
    high = next(row for row in answer("hogkonsumenter", ar=2024) if row["grupp"] == "Hög")
    assert 72 < high["andel_kostnad"] < 88
    assert 400_000 < high["medelkostnad"] < 600_000


# ------------------------------------------------------------ by municipality


@pytest.mark.parametrize(
    "given", [{}, {"ar": 2021, "hog": 0.05}, {"alder_min": 80, "alder_max": 89}, {"hog": 0.0}], ids=str
)
def test_municipalities(answer, lake, given):
    people = population(lake, given.get("ar", 2024), **where(given))
    high = {p.person for p in people[: rounded(len(people) * given.get("hog", 0.2))]}
    names = {row["enhet"]: row["namn"] for row in lake.rows("SELECT enhet, namn FROM enheter WHERE typ = 'K'")}
    theirs = []
    for kommun in sorted({p.kommun for p in people}):
        here = [p for p in people if p.kommun == kommun]
        n, x = len(here), sum(p.person in high for p in here)
        waited = expected(here, people, lambda p: (p.kon, p.alder // 5), lambda p: p.person in high)
        costs = np.array([float(p.total) for p in here])
        spread = student.ppf(0.975, n - 1) * costs.std(ddof=1) / math.sqrt(n) if n > 1 else None
        row = {
            "kommun": kommun,
            "namn": names[kommun],
            "personer": n,
            "hoga": x,
            "andel": 100 * x / n,
            "andel_low": 100 * wilson(x, n)[0],
            "andel_high": 100 * wilson(x, n)[1],
            "vantade": waited,
            "kvot": x / waited if waited else None,
            "kvot_low": poisson(x)[0] / waited if waited else None,
            "kvot_high": poisson(x)[1] / waited if waited else None,
            "kostnad": sum((p.total for p in here), ZERO),
            "medelkostnad": costs.mean(),
            "medelkostnad_low": max(costs.mean() - spread, 0) if n > 1 else None,
            "medelkostnad_high": costs.mean() + spread if n > 1 else None,
            "andel_region": share(sum(p.region for p in here), sum(p.total for p in here)),
            "storsta": max(p.total for p in here),
        }
        low, high_ = poisson(x, 0.998)
        if not waited:
            row["jamforelse"] = "kan inte bedömas: inga högkonsumenter väntas"
        elif low > waited:
            row["jamforelse"] = "fler än väntat"
        else:
            row["jamforelse"] = "färre än väntat" if high_ < waited else "ingen säker skillnad"
        theirs.append(row)
    same(answer("hogkonsumenter_kommun", **given), theirs, ["kommun"], theirs[0].keys() - {"kommun"})


def test_municipalities_add_up_to_the_county(answer):
    """As many high consumers as are expected in all, and as many as in the county."""
    rows = answer("hogkonsumenter_kommun", ar=2023)
    county = next(row for row in answer("hogkonsumenter", ar=2023) if row["grupp"] == "Hög")
    assert sum(row["hoga"] for row in rows) == county["personer"]
    assert sum(row["vantade"] for row in rows) == pytest.approx(county["personer"])


# ------------------------------------------------------------ the curve and its measures


@pytest.mark.parametrize("given", [{}, {"ar": 2019, "kommun": "1762"}, {"alder_min": 0}, {"alder_min": 121}], ids=str)
def test_curve(answer, lake, given):
    people = population(lake, given.get("ar", 2024), **where(given))
    whole = sum((p.total for p in people), ZERO)
    theirs = []
    for percent in (1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100):
        first = people[: rounded(len(people) * percent / 100)]
        cost = sum((p.total for p in first), ZERO)
        why = None if first else "så liten del är mindre än en person"
        theirs.append(
            {
                "andel_personer": percent,
                "personer": len(first),
                "kostnad": cost,
                "andel_kostnad": share(cost, whole) if first else None,
                "medelkostnad": float(cost) / len(first) if first else None,
                "skal": why if people else "ingen i befolkningen har den åldern där",
                "minst": len(first) - (theirs[-1]["personer"] if theirs else 0),
                "storsta": people[0].total if first else ZERO,
            }
        )
    same(answer("hogkonsumenter_kurva", **given), theirs, ["andel_personer"], theirs[0].keys() - {"andel_personer"})


def test_the_curve_meets_the_groups(answer):
    """The costliest 20 per cent of the curve are the high consumers."""
    point = next(row for row in answer("hogkonsumenter_kurva", ar=2022) if row["andel_personer"] == 20)
    high = next(row for row in answer("hogkonsumenter", ar=2022) if row["grupp"] == "Hög")
    assert (point["personer"], point["kostnad"]) == (high["personer"], high["kostnad"])


def lorenz(costs: np.ndarray, p: float) -> float:
    """What the share p with the least holds, along the straight lines of the curve."""
    x = np.arange(len(costs) + 1) / len(costs)
    y = np.concatenate([[0], np.cumsum(np.sort(costs))]) / costs.sum()
    return float(np.interp(p, x, y))


def measured(people: list) -> dict:
    costs = np.sort(np.array([float(p.total) for p in people]))
    n = len(costs)
    spread = student.ppf(0.975, n - 1) * costs.std(ddof=1) / math.sqrt(n)
    # How few have half: the curve read the other way.
    x = np.arange(n + 1) / n
    y = np.concatenate([[0], np.cumsum(costs[::-1])]) / costs.sum()
    return {
        "personer": n,
        "andel_utan": 100 * (costs == 0).sum() / n,
        "kostnad": sum(p.total for p in people),
        "medelkostnad": costs.mean(),
        "medelkostnad_low": max(costs.mean() - spread, 0),
        "medelkostnad_high": costs.mean() + spread,
        # Half the mean difference between two persons over the mean.
        "gini": float(np.abs(costs[:, None] - costs[None, :]).mean() / (2 * costs.mean())),
        "topp1": 100 * (1 - lorenz(costs, 0.99)),
        "topp20": 100 * (1 - lorenz(costs, 0.8)),
        "halva": 100 * float(np.interp(0.5, y[: np.argmax(y >= 1 - 1e-12) + 1], x[: np.argmax(y >= 1 - 1e-12) + 1])),
        "storsta": max(p.total for p in people),
    }


@pytest.mark.parametrize("given", [{}, {"ar": 2024, "alder_min": 18}, {"kommun": "1780", "alder_min": 70}], ids=str)
def test_measures(answer, lake, given):
    theirs = []
    for ar in [given["ar"]] if "ar" in given else YEARS:
        people = population(lake, ar, **where(given))
        groups = defaultdict(list)
        for p in people:
            groups["Alla"].append(p)
            groups["Under 65 år" if p.alder < 65 else "65–79 år" if p.alder < 80 else "80 år och äldre"].append(p)
        theirs += [{"ar": ar, "aldersgrupp": name} | measured(group) for name, group in groups.items()]
    key = ["ar", "aldersgrupp"]
    same(answer("hogkonsumenter_matt", **given), theirs, key, theirs[0].keys() - set(key))


# ------------------------------------------------------------ what the cost is made of


@pytest.mark.parametrize(
    "given", [{}, {"ar": 2020, "kommun": "1784"}, {"alder_min": 0, "hog": 0.01, "medel": 0.0}], ids=str
)
def test_levels_of_care(answer, lake, given):
    people = population(lake, given.get("ar", 2024), **where(given))
    groups = divided(people, CUTS | given)
    theirs = []
    for name, group in ({name: group for name, group in groups.items() if group} | {"Alla": people}).items():
        whole = sum(p.total for p in group)
        for care in REGION + KOMMUN:
            costs = [p.cost[care] for p in group]
            receivers = sum(cost > 0 for cost in costs)
            theirs.append(
                {
                    "grupp": name,
                    "vard": care,
                    "organisation": "Regionen" if care in REGION else "Kommunerna",
                    "personer": receivers,
                    "andel_personer": share(receivers, len(group)),
                    "kostnad": sum(costs, ZERO),
                    "andel_kostnad": share(sum(costs, ZERO), whole),
                    "per_person": float(sum(costs)) / len(group),
                    "per_mottagare": float(sum(costs)) / receivers if receivers else None,
                    "storsta": max(costs),
                }
            )
    key = ["grupp", "vard"]
    same(answer("hogkonsumenter_vardnivaer", **given), theirs, key, theirs[0].keys() - set(key))


# ------------------------------------------------------------ region and municipality


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ar": 2020, "kommun": "1762"},
        {"alder_min": 0},
        {"alder_min": 67, "alder_max": 93},
        {"kommun": "1762", "alder_min": 88},
    ],
    ids=str,
)
def test_region_and_municipality_by_age(answer, lake, given):
    people = population(lake, given.get("ar", 2024), **where(given))
    youngest, oldest = given.get("alder_min", 65), given.get("alder_max")
    bands = defaultdict(list)
    for p in people:
        first = min(p.alder // 5 * 5, 90)
        if first == 90 and oldest is None:
            name = f"{max(90, youngest)} år och äldre"
        else:
            last = oldest if first == 90 else first + 4
            name = f"{max(first, youngest)}–{min(last, oldest or 200)} år"
        bands["Alla"].append(p)
        bands[name].append(p)
    theirs = []
    for name, group in bands.items():
        region = np.array([float(p.region) for p in group])
        total = np.array([float(p.total) for p in group])
        row = {
            "alder": name,
            "personer": len(group),
            "kostnad_region": sum(p.region for p in group),
            "kostnad_kommun": sum(p.kommunal for p in group),
            "kostnad": sum(p.total for p in group),
            "region_per_person": region.mean(),
            "kommun_per_person": float(sum(p.kommunal for p in group)) / len(group),
            "andel_region": None,
            "andel_region_low": None,
            "andel_region_high": None,
            "delning": "kan inte sägas: ingen har kostat något",
            "storsta": max(p.total for p in group),
        }
        if total.sum():
            p = region.sum() / total.sum()
            row |= {"andel_region": 100 * p, "delning": "kan inte sägas: en enda person"}
            if len(group) > 1:
                # The deviations have mean 0, so this is the error of a total over the total.
                error = np.std(region - p * total, ddof=1) * math.sqrt(len(group)) / total.sum()
                low, high = max(p - Z * error, 0), min(p + Z * error, 1)
                row |= {"andel_region_low": 100 * low, "andel_region_high": 100 * high}
                if low >= 0.45 and high <= 0.55:
                    row["delning"] = "ungefär hälften var"
                elif low > 0.5:
                    row["delning"] = "regionen mer"
                else:
                    row["delning"] = "kommunerna mer" if high < 0.5 else "kan inte sägas säkert"
        theirs.append(row)
    ours = answer("hogkonsumenter_delning", **given)
    # Where the error is 0 or next to it, its last digits are the rounding of the two ways.
    for row in ours + theirs:
        for limit in ("andel_region_low", "andel_region_high"):
            row[limit] = row[limit] and round(row[limit], 5)
    same(ours, theirs, ["alder"], theirs[0].keys() - {"alder"})


def test_the_demo_is_split_as_planted(answer):
    """About half each for those aged 65 or more (± 5 points, and some more for the chance of 5 000 persons), the
    region's part falling with age."""
    rows = {row["alder"]: row for row in answer("hogkonsumenter_delning")}
    assert 40 < rows["Alla"]["andel_region"] < 60
    assert rows["65–69 år"]["andel_region"] > 60 > 40 > rows["85–89 år"]["andel_region"]


@pytest.mark.parametrize(
    "given", [{}, {"ar": 2021, "insats": "Hemtjänst"}, {"kommun": "1780", "alder_min": 75}], ids=str
)
def test_what_both_organisations_share(answer, lake, given):
    people = population(lake, given.get("ar", 2024), **where(given))
    services = {"Någon insats": lambda p: p.kommunal} | {s: (lambda p, s=s: p.cost[s]) for s in KOMMUN}
    if "insats" in given:
        services = {given["insats"]: services[given["insats"]]}
    theirs = []
    for service, cost in services.items():
        having = [p for p in people if cost(p) > 0]
        for chapter in {chapter for p in people for chapter in p.chapters}:
            ill = [p for p in people if chapter in p.chapters]
            both = [p for p in ill if cost(p) > 0]
            if not both:
                continue
            waited = expected(ill, people, lambda p: (p.kon, p.alder // 5), lambda p: cost(p) > 0)
            low, high = poisson(len(both))
            region, kommun = sum(p.chapters[chapter] for p in both), sum(cost(p) for p in both)
            theirs.append(
                {
                    "kapitel": chapter,
                    "insats": service,
                    "personer": len(both),
                    "andel_av_diagnos": share(len(both), len(ill)),
                    "andel_av_insats": share(len(both), len(having)),
                    "vantade": waited,
                    "kvot": len(both) / waited,
                    "kvot_low": low / waited,
                    "kvot_high": high / waited,
                    "kostnad_region": region,
                    "kostnad_kommun": kommun,
                    "kostnad": region + kommun,
                    "storsta": max(p.chapters[chapter] + cost(p) for p in both),
                }
            )
    ours = answer("hogkonsumenter_gemensamma", **given)
    same(ours, theirs, ["kapitel", "insats"], theirs[0].keys() - {"kapitel", "insats"})
    assert all(row["diagnos"] for row in ours)


# ------------------------------------------------------------ other prices


def side(part: float) -> str:
    """Who has the larger part of the cost."""
    if 0.45 <= part <= 0.55:
        return "ungefär hälften var"
    return "regionen mer" if part > 0.5 else "kommunerna mer"


def priced_anew(person, own, price, change=None) -> Decimal:
    """What a person costs with another price list: each service's difference is rounded to the öre."""
    lines = defaultdict(lambda: [ZERO, ZERO])
    for (kommun, service, unit), amount in person.amounts.items():
        line = lines[service, unit == "dygnet runt"]
        line[0] += amount * own(kommun, service, unit)
        line[1] += amount * price(kommun, service, unit)
    cost = person.total
    for (service, around_the_clock), (now, then) in lines.items():
        unit = "dygnet runt" if around_the_clock else "annat"
        more = now * change(service, unit) if change else then - now
        cost += more.quantize(ORE, ROUND_HALF_UP)
    return cost


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ar": 2020, "andring": 0.5, "prislista": "1762"},
        {"kommun": "1780", "hog": 0.1, "prislista": "1715"},
        {"andring": 1.0, "alder_min": 18},
        {"hog": 0.0},
    ],
    ids=str,
)
def test_other_prices(answer, lake, given):
    """Everybody is priced and ranked anew with each list, in exact decimals."""
    ar = given.get("ar", 2024)
    people = population(lake, ar, **where(given))
    listed = {(k, s, u): pris for (k, year, s, u), pris in prices(lake).items() if year == ar}
    kommuner = {kommun for kommun, _, _ in listed}
    mean = {
        (s, u): (sum(listed[k, s, u] for k in kommuner) / len(kommuner)).quantize(ORE, ROUND_HALF_UP)
        for _, s, u in listed
    }

    def own(kommun, service, unit):
        return listed[kommun, service, unit]

    step = Decimal(str(given.get("andring", 0.2)))
    lists = {("Prislistan som den är", None): (own, None)}
    lines = {"Alla insatser": lambda s, u: True, "Hemtjänst dygnet runt": lambda s, u: u == "dygnet runt"}
    lines |= {s: (lambda a, u, s=s: a == s and u != "dygnet runt") for s in KOMMUN}
    for name, concerns in lines.items():
        for sign in (1, -1):
            lists[f"{name} {'dyrare' if sign > 0 else 'billigare'}", float(100 * sign * step)] = (
                own,
                lambda s, u, concerns=concerns, sign=sign: sign * step if concerns(s, u) else ZERO,
            )
    lists["Samma pris i alla kommuner", None] = (lambda k, s, u: mean[s, u], None)
    if "prislista" in given:
        name = lake.rows("SELECT namn FROM enheter WHERE enhet = $1", [given["prislista"]])[0]["namn"]
        lists[f"Som i {name}", None] = (lambda k, s, u: listed[given["prislista"], s, u], None)

    number = rounded(len(people) * given.get("hog", 0.2))
    now = {p.person for p in people[:number]}
    theirs = []
    for (name, percent), (price, change) in lists.items():
        costs = {p.person: priced_anew(p, own, price, change) for p in people}
        high = sorted(people, key=lambda p: (-costs[p.person], p.person))[:number]
        total, cost = sum(costs.values()), sum((costs[p.person] for p in high), ZERO)
        part = float(sum(p.region for p in people) / total)
        theirs.append(
            {
                "priser": name,
                "andring": percent,
                "kostnad": total,
                "andel_region": 100 * part,
                "delning": side(part),
                "personer": number,
                "kostnad_hog": cost,
                "andel_kostnad": share(cost, total),
                "medelkostnad": float(cost) / number if number else None,
                "kvar": share(sum(p.person in now for p in high), number),
                "storsta": max((costs[p.person] for p in high), default=ZERO),
            }
        )
    key = ["priser", "andring"]
    same(answer("hogkonsumenter_priser", **given), theirs, key, theirs[0].keys() - set(key))


def test_the_list_as_it_is_gives_the_groups(answer):
    """With the prices as they are, the figures are those of the query of the groups."""
    row = answer("hogkonsumenter_priser", ar=2021)[0]
    high = next(row for row in answer("hogkonsumenter", ar=2021) if row["grupp"] == "Hög")
    assert row["priser"] == "Prislistan som den är"
    for ours, theirs in (("personer", "personer"), ("kostnad_hog", "kostnad"), ("andel_kostnad", "andel_kostnad")):
        assert close(row[ours], high[theirs])


def test_a_tenth_on_the_prices_changes_little(answer):
    """50/50 and 20/80 stand when every price is a tenth off (some points to either side), for the same persons."""
    rows = [row for row in answer("hogkonsumenter_priser", andring=0.1)]
    for row in rows:
        assert 40 < row["andel_region"] < 60
        assert 72 < row["andel_kostnad"] < 88
        assert row["kvar"] > 95


def test_person_year_is_what_was_delivered(lake):
    """The derived table holds everybody's costs to the öre."""
    people = everybody(lake)
    rows = lake.rows("SELECT person, ar, kommun, kostnad_region, kostnad_kommun, kostnad, kontakter FROM person_year")
    assert len(rows) == len(people)
    for row in rows:
        p = people[row["person"], row["ar"]]
        ours = (row["kommun"], row["kostnad_region"], row["kostnad_kommun"], row["kostnad"], row["kontakter"])
        assert ours == (p.kommun, p.region, p.kommunal, p.total, p.contacts)
