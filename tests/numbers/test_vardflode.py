"""The flow between hospital and home: the queries against plain Python, from the deliveries' tables.

Nothing is planted about readmissions. What is planted shows in the order: help begins in the first months of the year
after a fall (truths.rs), so hospital care comes before the first service much more often than after it. Of 5 000 persons
some thirty get their first service in a year, too few to tell; all years together are compared.
"""

import csv
import subprocess
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from comparison import same
from consumption import ZERO, expected, population, share, wilson
from scipy.stats import norm

SERVICES = ("Hemtjänst", "Särskilt boende", "Korttidsboende")


def month(day: date) -> int:
    return 12 * day.year + day.month


def facts(lake) -> dict:
    """Who has services in which months, who died or moved when, and when the deliveries end."""
    if hasattr(lake, "facts"):
        return lake.facts
    services, months = defaultdict(set), set()
    first_year = {}
    for row in lake.rows("SELECT * FROM kommunvard"):
        number = 12 * row["ar"] + row["manad"]
        months.add(number)
        first_year[row["kommun"]] = min(row["ar"], first_year.get(row["kommun"], row["ar"]))
        given = row["mangdkod"] in ("Dygnet runt", "Uppgift saknas") or (row["mangd"] or 0) > 0
        if row["tjanst"] in SERVICES and given:
            services[row["person"]].add((number, row["tjanst"]))
    register, died, moved = {}, {}, defaultdict(list)
    for row in lake.rows("SELECT * FROM befolkning"):
        register[row["person"], row["ar"]] = row
        day = row["statusdatum"] or date(row["ar"], 12, 31)
        if row["status"] == "avliden":
            died[row["person"]] = min(day, died.get(row["person"], day))
        elif row["status"] == "utflyttad":
            moved[row["person"]].append(day)
    last = lake.rows("SELECT max(datum) AS dag FROM regionvard")[0]["dag"]
    lake.facts = {
        "services": services,
        "first": min(months),
        "last": max(months),
        "first_year": first_year,
        "register": register,
        "died": died,
        "moved": moved,
        "end": min(last, date(max(ar for _, ar in register), 12, 31)),
    }
    return lake.facts


def stays(lake) -> list[dict]:
    """The hospital stays: day by day, a stay is a run of days in hospital without one at home."""
    if hasattr(lake, "stays"):
        return lake.stays
    known = facts(lake)
    parts = defaultdict(list)
    for row in lake.rows("SELECT * FROM regionvard WHERE vardniva = 'Slutenvård'"):
        parts[row["person"]].append((row["datum"], row["datum"] + timedelta(row["vardtid"]), row))
    found = []
    for person, pieces in parts.items():
        days = {first + timedelta(n) for first, last, _ in pieces for n in range((last - first).days + 1)}
        # A run of nights: a day of discharge is followed by one of admission only if someone came back the day after.
        nights = {first + timedelta(n) for first, last, _ in pieces for n in range((last - first).days)}
        runs, current = [], []
        for day in sorted(days):
            # The night before this day was not in hospital: a new stay begins.
            if current and day - timedelta(1) not in nights:
                runs.append((current[0], current[-1]))
                current = []
            current.append(day)
        runs.append((current[0], current[-1]))
        for begins, ends in runs:
            here = [(a, b, row) for a, b, row in pieces if begins <= a <= ends]
            reason = min(here, key=lambda p: (p[0], -p[1].toordinal(), p[2]["diagnoskapitel"] or "~", p[2]["kostnad"]))
            year = known["register"].get((person, ends.year)) or known["register"].get((person, begins.year))
            if year is None:
                continue
            before = {s for m, s in known["services"][person] if 1 <= month(begins) - m <= 3}
            after = {s for m, s in known["services"][person] if 0 <= m - month(ends) <= 1}
            death = known["died"].get(person)
            moves = [day for day in known["moved"][person] if day >= begins]
            left = min(moves, default=None)
            found.append(
                {
                    "person": person,
                    "ar": ends.year,
                    "kommun": year["kommun"],
                    "kon": year["kon"],
                    "alder": year["alder"],
                    "inskriven": begins,
                    "utskriven": ends,
                    "delar": len(here),
                    "diagnoskapitel": reason[2]["diagnoskapitel"],
                    "kostnad": sum((row["kostnad"] for _, _, row in here), ZERO),
                    "insats_fore": "Okänt" if month(begins) - 3 < known["first"] else first_of(
                        before, "Särskilt boende", "Hemtjänst", "Korttidsboende"
                    ),
                    "insats_efter": "Avliden på sjukhuset" if death and death <= ends
                    else "Okänt" if month(ends) + 1 > known["last"]
                    else first_of(after, "Korttidsboende", "Särskilt boende", "Hemtjänst"),
                    "avliden": death,
                    "flyttad": left,
                    "nasta": min((a for a, _ in runs if a > begins), default=None),
                    "foljd_till": min(left or known["end"], known["end"]),
                }
            )  # fmt: skip
    lake.stays = found
    return found


def first_of(having: set, *order: str) -> str:
    return next((service for service in order if service in having), "Ingen insats")


def test_the_stays(lake):
    """The derived table, cell by cell."""
    theirs = stays(lake)
    assert any(stay["delar"] > 1 for stay in theirs)
    assert any(stay["insats_efter"] == "Avliden på sjukhuset" for stay in theirs)
    same(lake.rows("SELECT * FROM vardtillfallen"), theirs, ["person", "inskriven"], [])
    ours = {(row["person"], row["inskriven"]): row for row in lake.rows("SELECT * FROM vardtillfallen")}
    for stay in theirs:
        row = ours[stay["person"], stay["inskriven"]]
        assert row == stay


def chosen(lake, given: dict) -> list[dict]:
    """The stays that ended in the year or years, with what became of them."""
    days = timedelta(given.get("dagar", 30))
    oldest = given.get("alder_max", 200)
    picked = []
    for stay in stays(lake):
        if (
            0 <= given.get("ar", 2024) - stay["ar"] < given.get("antal_ar", 3)
            and given.get("alder_min", 65) <= stay["alder"] <= oldest
            and given.get("kommun") in (None, stay["kommun"])
        ):
            alive = stay["insats_efter"] != "Avliden på sjukhuset"
            followed = alive and stay["utskriven"] + days <= stay["foljd_till"]
            back = followed and stay["nasta"] is not None and stay["nasta"] - stay["utskriven"] <= days
            dead = followed and not back and stay["avliden"] is not None and stay["avliden"] - stay["utskriven"] <= days
            picked.append(stay | {"foljd": followed, "ater": back, "dod": dead})
    return picked


def outcome(group: list[dict]) -> tuple[dict, tuple]:
    """Counts and the share that came back, with limits that know whose stays they are."""
    followed = [stay for stay in group if stay["foljd"]]
    n, x = len(followed), sum(stay["ater"] for stay in followed)
    persons = defaultdict(lambda: [0, 0])
    for stay in followed:
        persons[stay["person"]][0] += 1
        persons[stay["person"]][1] += stay["ater"]
    row = {
        "tillfallen": len(group),
        "personer": len({stay["person"] for stay in group}),
        "foljda": n,
        "ater": x,
        "andel_ater": share(x, n),
        "avlidna": sum(stay["dod"] for stay in group),
        "andel_avlidna": share(sum(stay["dod"] for stay in group), n),
        "andel_ater_low": None,
        "andel_ater_high": None,
    }
    counts = [
        row["personer"],
        len({stay["person"] for stay in followed if stay["ater"]}),
        len({stay["person"] for stay in followed if stay["dod"]}),
    ]
    row["minst"] = min(count for count in counts if count)
    worth = None
    if n:
        p, worth = x / n, len(persons)
        if 0 < p < 1 and len(persons) > 1:
            residuals = sum((y - p * m) ** 2 for m, y in persons.values())
            variance = residuals * len(persons) / (len(persons) - 1) / n**2
            worth = min(n, p * (1 - p) / variance) if variance > 1e-15 else n
        low, high = wilson(p * worth, worth)
        row |= {"andel_ater_low": 100 * low, "andel_ater_high": 100 * high}
    return row, worth


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ar": 2019},
        {"ar": 2022, "dagar": 90, "alder_min": 0},
        {"ar": 2021, "kommun": "1780", "alder_min": 18, "alder_max": 79, "dagar": 7},
        {"ar": 2023, "kommun": "1762", "dagar": 365},
        {"antal_ar": 1, "kommun": "1762"},
    ],
    ids=str,
)
def test_the_flow(answer, lake, given):
    picked = chosen(lake, given)
    ways = defaultdict(list)
    for stay in picked:
        ways[stay["insats_fore"], stay["insats_efter"]].append(stay)
    theirs = []
    for (before, after), group in ways.items():
        row = outcome(group)[0] | {"insats_fore": before, "insats_efter": after, "skal": None}
        row |= {"vag": f"{before} → {after.lower()}", "ar": given.get("ar", 2024)}
        row["fran_ar"] = max(row["ar"] - given.get("antal_ar", 3) + 1, 2019)
        row["andel_tillfallen"] = share(len(group), len(picked))
        row["vardtid"] = sum((s["utskriven"] - s["inskriven"]).days for s in group) / len(group)
        if after == "Avliden på sjukhuset":
            row["skal"] = "avlidna kan inte komma tillbaka"
        elif not row["foljda"]:
            row["skal"] = "ingen har följts hela tiden"
        theirs.append(row)
    key = ["insats_fore", "insats_efter"]
    same(answer("vardflode", **given), theirs, key, theirs[0].keys() - set(key))


BY = {
    "Alla": lambda s: "Alla",
    "Kommun": lambda s: s["kommun"],
    "Kön": lambda s: s["kon"],
    "Diagnos": lambda s: s["diagnoskapitel"] or "-",
}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ar": 2021, "dagar": 90, "alder_min": 18},
        {"ar": 2019, "grupptyp": "Kommun", "dagar": 365},
        {"ar": 2023, "antal_ar": 10},
    ],
    ids=str,
)
def test_back_in_hospital(answer, lake, given):
    picked = chosen(lake, given)
    followed = [stay for stay in picked if stay["foljd"]]
    youngest = given.get("alder_min", 65)
    by = BY | {
        "Ålder": lambda s: "90 år och äldre" if s["alder"] >= 90
        else f"{max(s['alder'] // 5 * 5, youngest)}–{s['alder'] // 5 * 5 + 4} år"
    }  # fmt: skip
    theirs = []
    for kind, name in by.items():
        if given.get("grupptyp", kind) != kind:
            continue
        for which in {name(stay) for stay in picked}:
            group = [stay for stay in picked if name(stay) == which]
            row, worth = outcome(group)
            row |= {"grupptyp": kind, "vilken": which, "jamforelse": None}
            row |= {"vantade": None, "kvot": None, "kvot_low": None, "kvot_high": None}
            waited = expected(
                [stay for stay in group if stay["foljd"]],
                followed,
                lambda s: (s["kon"], min(s["alder"] // 5, 18)),
                lambda s: s["ater"],
            )
            if not row["foljda"]:
                row["jamforelse"] = "kan inte bedömas: ingen har följts hela tiden"
            elif kind in ("Kommun", "Diagnos"):
                row["jamforelse"] = "kan inte bedömas: ingen väntas tillbaka"
                if waited:
                    n, p = row["foljda"], row["ater"] / row["foljda"]
                    low, high = (limit * n / waited for limit in wilson(p * worth, worth))
                    least, most = (limit * n / waited for limit in wilson(p * worth, worth, norm.ppf(0.999)))
                    row |= {"vantade": waited, "kvot": p * n / waited, "kvot_low": low, "kvot_high": high}
                    if least > 1:
                        row["jamforelse"] = "fler än väntat"
                    else:
                        row["jamforelse"] = "färre än väntat" if most < 1 else "ingen säker skillnad"
            theirs.append(row)
    ours = answer("vardflode_aterinskrivning", **given)
    for row in ours:
        row["vilken"] = row["kod"] or row["grupp"]
        assert row["grupp"]
    same(ours, theirs, ["grupptyp", "vilken"], theirs[0].keys() - {"grupptyp", "vilken"})


def test_the_limits_are_those_of_a_cluster_sample(answer, lake, tmp_path):
    """R's survey package, with persons as clusters: its standard error says how many stays the followed are worth."""
    followed = [stay for stay in chosen(lake, {"antal_ar": 6, "dagar": 90}) if stay["foljd"]]
    lines = [f"{stay['person']},{stay['kommun']},{int(stay['ater'])}" for stay in followed]
    (tmp_path / "in.csv").write_text("\n".join(["person,kommun,ater", *lines]), encoding="ascii")
    script = Path(__file__).with_name("vardflode.R")
    subprocess.run(["Rscript", "--vanilla", script, tmp_path / "in.csv", tmp_path / "ut.csv"], check=True)
    ours = {row["kod"]: row for row in answer("vardflode_aterinskrivning", antal_ar=6, dagar=90, grupptyp="Kommun")}
    with open(tmp_path / "ut.csv", encoding="ascii", newline="") as file:
        theirs = list(csv.DictReader(file))
    assert len(theirs) == len(ours) == 16
    for row in theirs:
        n, p, se = int(row["n"]), float(row["andel"]), float(row["se"])
        worth = min(n, p * (1 - p) / se**2)
        low, high = wilson(p * worth, worth)
        mine = ours[row["kommun"].strip()]
        assert mine["foljda"] == n
        assert [mine["andel_ater"], mine["andel_ater_low"], mine["andel_ater_high"]] == pytest.approx(
            [100 * p, 100 * low, 100 * high], rel=1e-9
        )


def test_every_way_of_dividing_has_all_stays(answer):
    """The groups of each kind add up to all, and so do the expected numbers."""
    rows = answer("vardflode_aterinskrivning", ar=2023)
    everyone = next(row for row in rows if row["grupptyp"] == "Alla")
    for kind in ("Kommun", "Kön", "Ålder", "Diagnos"):
        group = [row for row in rows if row["grupptyp"] == kind]
        for column in ("tillfallen", "foljda", "ater", "avlidna"):
            assert sum(row[column] for row in group) == everyone[column]
    assert sum(row["vantade"] for row in rows if row["grupptyp"] == "Kommun") == pytest.approx(everyone["ater"])


@pytest.mark.parametrize("given", [{}, {"ar": 2020, "kommun": "1762"}, {"alder_min": 95}], ids=str)
def test_who_is_met_by_both(answer, lake, given):
    people = population(lake, given.get("ar", 2024), given.get("alder_min", 65))
    theirs = []
    for kommun in sorted({p.kommun for p in people}) + ["0017"]:
        if given.get("kommun", kommun) != kommun:
            continue
        here = [p for p in people if kommun in ("0017", p.kommun)]
        whole = sum((p.total for p in here), ZERO)
        for name, region, kommunen in (
            ("Båda", True, True),
            ("Bara regionen", True, False),
            ("Bara kommunen", False, True),
            ("Ingen", False, False),
        ):
            group = [p for p in here if (p.contacts > 0) == region and (p.kommunal > 0) == kommunen]
            cost = sum((p.total for p in group), ZERO)
            low, high = wilson(len(group), len(here))
            theirs.append(
                {
                    "kommun": kommun,
                    "mote": name,
                    "personer": len(group),
                    "andel": share(len(group), len(here)),
                    "andel_low": 100 * low,
                    "andel_high": 100 * high,
                    "kostnad": cost,
                    "andel_kostnad": share(cost, whole),
                    "medelkostnad": float(cost) / len(group) if group else None,
                    "storsta": max((p.total for p in group), default=ZERO),
                }
            )
    ours = answer("vardflode_moten", **given)
    same(ours, theirs, ["kommun", "mote"], theirs[0].keys() - {"kommun", "mote"})
    assert all(row["namn"] for row in ours)


ORDERS = ["Sjukhuset före", "Samma månad", "Kommunen före", "Inte på sjukhus", "Inte följd"]


def beginners(lake, years: range, alder_min: int, dagar: int) -> dict[int, tuple[str, str]]:
    """Those with a first service in the years: municipality, and what came first."""
    known = facts(lake)
    at_hospital = defaultdict(list)
    for stay in stays(lake):
        at_hospital[stay["person"]].append(stay)
    found = {}
    for person, given in known["services"].items():
        months = sorted({m for m, _ in given})
        for start in months:
            ar, number = (start - 1) // 12, (start - 1) % 12 + 1
            now, before = known["register"].get((person, ar)), known["register"].get((person, ar - 1))
            if (
                person not in found
                and ar in years
                and not any(start - 12 <= earlier < start for earlier in months)
                and now
                and now["alder"] >= alder_min
                and before
                and before["status"] == "bosatt"
                and known["first_year"].get(now["kommun"], ar) < ar
            ):
                first = date(ar, number, 1)
                last = (first + timedelta(31)).replace(day=1) - timedelta(1)
                moves = [day for day in known["moved"][person] if day >= first]
                own = at_hospital[person]
                found[person] = (
                    now["kommun"],
                    order(own, first, last, timedelta(dagar), min([known["end"], *moves])),
                )
    return found


def order(own: list[dict], first: date, last: date, around: timedelta, seen_until: date) -> str:
    """What came first: hospital or the service that began in the month from first to last."""
    if last + around > seen_until:
        return "Inte följd"
    if any(stay["inskriven"] < first and stay["utskriven"] >= first - around for stay in own):
        return "Sjukhuset före"
    if any(first <= stay["inskriven"] <= last for stay in own):
        return "Samma månad"
    if any(last < stay["inskriven"] <= last + around for stay in own):
        return "Kommunen före"
    return "Inte på sjukhus"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ar": 2022, "dagar": 365},
        {"ar": 2021, "kommun": "1780", "alder_min": 80},
        {"ar": 2019},
        {"antal_ar": 1, "dagar": 30},
        {"ar": 2023, "antal_ar": 10},
    ],
    ids=str,
)
def test_who_came_first(answer, lake, given):
    ar = given.get("ar", 2024)
    years = range(ar - given.get("antal_ar", 3) + 1, ar + 1)
    found = beginners(lake, years, given.get("alder_min", 65), given.get("dagar", 90))
    assert found or ar == 2019
    theirs = []
    for kommun in sorted(facts(lake)["first_year"]) + ["0017"]:
        if given.get("kommun", kommun) != kommun:
            continue
        kinds = [kind for place, kind in found.values() if kommun in ("0017", place)]
        followed = sum(kind != "Inte följd" for kind in kinds)
        for kind in ORDERS:
            n = kinds.count(kind)
            row = {"kommun": kommun, "ordning": kind, "ar": ar, "personer": n, "foljda": followed, "skal": None}
            row |= {"andel": None, "andel_low": None, "andel_high": None, "fran_ar": max(years.start, 2020)}
            if ar == 2019:
                row |= {"skal": "året före saknas i leveranserna", "fran_ar": None}
            elif kind == "Inte följd":
                row["skal"] = "dagarna efter syns inte"
            elif not followed:
                row["skal"] = "ingen följd med ny insats"
            if followed and kind != "Inte följd":
                low, high = wilson(n, followed)
                row |= {"andel": share(n, followed), "andel_low": 100 * low, "andel_high": 100 * high}
            theirs.append(row)
    ours = answer("vardflode_ordning", **given)
    same(ours, theirs, ["kommun", "ordning"], theirs[0].keys() - {"kommun", "ordning"})


def test_hospital_comes_before_the_first_service_more_often_than_after(answer):
    """The planted cause: help from January or February on after a fall the year before."""
    rows = {row["ordning"]: row for row in answer("vardflode_ordning", antal_ar=5) if row["kommun"] == "0017"}
    assert rows["Sjukhuset före"]["personer"] > rows["Kommunen före"]["personer"] > 0
