"""Near care: every person's year made again from the contacts, in Python."""

import math
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from comparison import same
from scipy import stats

NAMES = {
    1: "Primärvårdens andel av kontakterna",
    2: "Primärvårdens andel av regionens kostnad",
    3: "Kontinuitet i primärvården",
    4: "Återinskrivning inom 30 dagar",
    5: "Akutbesök",
    6: "Vårdtillfällen",
    7: "Vårdtillfällen i kapitel med undvikbar slutenvård",
}
TIMES = {1: 100, 2: 100, 3: 100, 4: 100, 5: 1000, 6: 1000, 7: 1000}
AVOIDABLE = {"III", "IV", "VI", "VIII", "IX", "X", "XI", "XIV"}
Z = 1.959964
AGES = [("0–17 år", 0, 17), ("18–64 år", 18, 64), ("65–79 år", 65, 79), ("80 år och äldre", 80, 200)]


@pytest.fixture(scope="module")
def persons(lake) -> list[dict]:
    """Each person and year with the numerator and the denominator of each indicator."""
    contacts = defaultdict(list)
    stays = defaultdict(list)
    last = date(1900, 1, 1)
    for row in lake.rows("FROM regionvard"):
        contacts[row["person"], row["datum"].year].append(row)
        last = max(last, row["datum"])
        if row["vardniva"] == "Slutenvård":
            stays[row["person"]].append((row["datum"], row["vardtid"]))
    people = {(row["person"], row["ar"]): row for row in lake.rows("FROM befolkning")}
    discharged, again = Counter(), Counter()
    for person, admissions in stays.items():
        admissions.sort()
        for (begun, days), later in zip(admissions, [*admissions[1:], None]):
            out = begun + timedelta(days)
            place = (person, out.year)
            if place not in people or out + timedelta(30) > last or (later and later[0] <= out):
                continue
            register = people[place]
            if register["status"] == "avliden" and register["statusdatum"] and register["statusdatum"] <= out:
                continue
            discharged[place] += 1
            again[place] += later is not None and (later[0] - out).days <= 30
    found = []
    for place, person in people.items():
        rows = contacts.get(place, [])
        primary = [row for row in rows if row["vardniva"] == "Primärvård"]
        where = Counter(row["enhet"] for row in primary if row["kontakttyp"] != "Distanskontakt")
        visits = sum(where.values())
        inpatient = [row for row in rows if row["vardniva"] == "Slutenvård"]
        found.append({
            "ar": person["ar"], "kommun": person["kommun"], "kon": person["kon"],
            "alder": next(name for name, low, high in AGES if low <= person["alder"] <= high),
            1: (len(primary), len(rows)),
            2: (float(sum(row["kostnad"] for row in primary)), float(sum(row["kostnad"] for row in rows))),
            3: (max(where.values()) / visits, 1) if visits >= 3 else (0, 0),
            4: (again[place], discharged[place]),
            5: (sum(row["kontakttyp"] == "Akutbesök" for row in rows), 1),
            6: (len(inpatient), 1),
            7: (sum(row["diagnoskapitel"] in AVOIDABLE for row in inpatient), 1),
        })  # fmt: skip
    return found


def ratio(pairs: list) -> tuple[float | None, float | None]:
    """A ratio of two sums over persons with its error, linearised, persons without the denominator left out."""
    pairs = [(x, y) for x, y in pairs if y > 0]
    n, total = len(pairs), math.fsum(y for _, y in pairs)
    if not n:
        return None, None
    r = math.fsum(x for x, _ in pairs) / total
    if n < 2:
        return r, None
    return r, math.sqrt(n / (n - 1) * math.fsum((x - r * y) ** 2 for x, y in pairs)) / total


def standard(rows: list, weights: dict, number: int) -> tuple[float | None, float | None]:
    """The ratio if the groups had the weights."""
    groups = defaultdict(list)
    for row in rows:
        groups[row["kon"], row["alder"]].append(row[number])
    total = math.fsum(weights.values())
    parts = {group: ratio(groups.get(group, [])) for group, weight in weights.items() if weight}
    if any(r is None for r, _ in parts.values()):
        return None, None
    r = math.fsum(weights[group] / total * r for group, (r, _) in parts.items())
    if any(se is None for _, se in parts.values()):
        return r, None
    return r, math.sqrt(math.fsum((weights[group] / total * se) ** 2 for group, (_, se) in parts.items()))


def weights_of(rows: list, number: int) -> dict:
    found: dict = defaultdict(float)
    for row in rows:
        found[row["kon"], row["alder"]] += row[number][1]
    return found


def measured(rows: list, weights: dict, number: int) -> dict:
    """The columns of one place, year and indicator."""
    times = TIMES[number]
    pairs = [row[number] for row in rows]
    events = sum(x > 0 for x, _ in pairs)
    found = {
        "personer": sum(y > 0 for _, y in pairs),
        "personer_med": events,
        "taljare": math.fsum(x for x, _ in pairs),
        "storsta": max(x for x, _ in pairs),
    }
    found["minst"] = found["personer"] if found["personer"] < 5 else events
    for name, (r, se) in (("varde", ratio(pairs)), ("standardiserat", standard(rows, weights, number))):
        found[name] = None if r is None else times * r
        sure = events and se is not None
        found[f"{name}_low"] = times * max(r - Z * se, 0) if sure else None
        found[f"{name}_high"] = times * (min(r + Z * se, 1) if times == 100 else r + Z * se) if sure else None
    return found


def chosen(persons: list, age: str) -> list:
    ages = {name for name, low, _ in AGES if age in ("Alla", name) or (age == "65 år och äldre" and low >= 65)}
    return [row for row in persons if row["alder"] in ages]


@pytest.mark.parametrize(
    "given",
    [{}, {"ar": 2019}, {"alder": "65 år och äldre", "ar": 2021}, {"alder": "80 år och äldre", "indikator": NAMES[4]},
     {"omrade": "Länet"}, {"kommun": "1762", "indikator": NAMES[2]}, {"alder": "0–17 år"}],
    ids=str,
)  # fmt: skip
def test_each_municipality(answer, persons, given):
    year = given.get("ar", 2024)
    rows = [row for row in chosen(persons, given.get("alder", "Alla")) if row["ar"] == year]
    theirs = []
    for number, name in NAMES.items():
        if given.get("indikator", name) != name:
            continue
        weights = weights_of(rows, number)
        places = {"0017": rows} if given.get("omrade") == "Länet" else defaultdict(list)
        if not places:
            for row in rows:
                if given.get("kommun", row["kommun"]) == row["kommun"]:
                    places[row["kommun"]].append(row)
        for place, inside in places.items():
            row = {"indikator": name, "kommun": place, "ar": year, "namnare": math.fsum(r[number][1] for r in inside)}
            theirs.append(row | measured(inside, weights, number))
    columns = [name for name in theirs[0] if name not in ("indikator", "kommun")]
    same(answer("nara_vard", **given), theirs, ["indikator", "kommun"], columns)


@pytest.mark.parametrize("given", [{}, {"kommun": "1780", "alder": "65–79 år"}, {"kommun": "1762"}], ids=str)
def test_year_by_year(answer, persons, given):
    rows = chosen(persons, given.get("alder", "Alla"))
    years = sorted({row["ar"] for row in rows})
    theirs = []
    for number, name in NAMES.items():
        weights = weights_of([row for row in rows if row["ar"] == years[-1]], number)
        first = None
        for ar in years:
            inside = [row for row in rows if row["ar"] == ar and given.get("kommun", row["kommun"]) == row["kommun"]]
            r, se = standard(inside, weights, number)
            row = {"indikator": name, "ar": ar, "forandring": None, "forandring_low": None}
            row |= measured(inside, weights, number)
            if first is None:
                first, row["utfall"] = (r, se), "första året"
            elif None in (r, se, *first):
                row["utfall"] = "kan inte bedömas: en åldersgrupp saknas"
                row["forandring"] = None if r is None or first[0] is None else TIMES[number] * (r - first[0])
            else:
                change, margin = r - first[0], Z * math.hypot(se, first[1])
                row["forandring"] = TIMES[number] * change
                row["forandring_low"] = TIMES[number] * (change - margin)
                one = number == 3 and row["varde"] == 100
                row["utfall"] = (
                    "kan inte bedömas: alla går till en enda mottagning" if one
                    else "ingen säkerställd förändring" if abs(change) <= margin
                    else "högre" if change > 0 else "lägre"
                )  # fmt: skip
            theirs.append(row)
    columns = [name for name in theirs[0] if name not in ("indikator", "ar")]
    same(answer("nara_vard_utveckling", **given), theirs, ["indikator", "ar"], columns)


@pytest.mark.parametrize(
    "given", [{}, {"verksamhet": "Hemtjänst"}, {"ar": 2024, "verksamhet": "Särskilt boende"}], ids=str
)
def test_person_centred_care(answer, lake, given):
    """The sums with the reversed items turned here; the error between units, Student's t with their number."""
    turned = {int(row["fraga"]) for row in lake.rows("FROM pcat_nyckel WHERE omvand")}
    units: dict = defaultdict(list)
    asked: dict = {}
    for row in lake.rows("FROM pcat"):
        if given.get("verksamhet", row["verksamhet"]) != row["verksamhet"]:
            continue
        answers = [row[f"p{i}"] for i in range(1, 14)]
        whole = None not in answers
        score = sum(6 - a if i in turned else a for i, a in enumerate(answers, 1)) if whole else None
        place = (row["ar"], row["kommun"], row["verksamhet"], row["enhet"])
        units[place].append(score)
        asked[place] = row["tillfragade"]
    theirs = []
    for ar in sorted({place[0] for place in units}):
        if given.get("ar", ar) != ar:
            continue
        towns = sorted({place[1] for place in units if place[0] == ar})
        for towns_of in [[town] for town in towns] + [towns]:
            inside = [place for place in units if place[0] == ar and place[1] in towns_of]
            scores = [s for place in inside for s in units[place] if s is not None]
            answering = [place for place in inside if any(s is not None for s in units[place])]
            mean = sum(scores) / len(scores) if scores else None
            row = {"ar": ar, "kommun": towns_of[0] if len(towns_of) == 1 else "0017", "medel": mean,
                   "n": len(scores), "svar": sum(len(units[place]) for place in inside),
                   "tillfragade": sum(asked[place] for place in inside), "enheter": len(answering)}  # fmt: skip
            row["svarsandel"] = 100 * row["svar"] / row["tillfragade"]
            variance = 0.0
            for town in towns_of:
                z = [
                    sum(s - mean for s in units[place] if s is not None) / len(scores)
                    for place in inside if place[1] == town
                ]  # fmt: skip
                if len(z) > 1:
                    middle = sum(z) / len(z)
                    variance += len(z) / (len(z) - 1) * sum((x - middle) ** 2 for x in z)
                else:
                    # A stratum of one unit: from the middle of all, which is 0 here.
                    variance += z[0] ** 2
            se = math.sqrt(variance)
            row["medel_se"] = se if len(answering) > 2 else None
            df = len(answering) - len({place[1] for place in answering})
            if len(answering) > 2 and df > 0:
                t = stats.t.ppf(0.975, df)
                row["medel_low"], row["medel_high"] = max(mean - t * se, 13), min(mean + t * se, 65)
            else:
                row["medel_low"] = row["medel_high"] = None
            theirs.append(row)
    columns = [name for name in theirs[0] if name not in ("ar", "kommun")]
    same(answer("nara_vard_personcentrering", **given), theirs, ["ar", "kommun"], columns)


def test_wrong_uses_are_told(program):
    for query, given in (
        ("nara_vard", "kommun=9999"), ("nara_vard", "alder=65"), ("nara_vard", "ar=1999"),
        ("nara_vard", "omrade=Riket"), ("nara_vard", "indikator=Väntetid"), ("nara_vard_utveckling", "kommun=17"),
        ("nara_vard_personcentrering", "verksamhet=Skola"),
    ):  # fmt: skip
        done = program.run("query", query, "--param", given, code=None)
        assert done.returncode != 0 and given.split("=")[0] in done.stderr, (query, given)


def test_nothing_is_endless_and_small_groups_say_why(answer):
    for row in answer("nara_vard", alder="0–17 år"):
        for value in row.values():
            assert not isinstance(value, float) or math.isfinite(value), row
        if row["varde"] is None or row["standardiserat"] is None or row["taljare"] == 0:
            assert row["skal"], row
