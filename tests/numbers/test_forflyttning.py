"""Transitions: the queries against the same lives walked through in plain Python, and against R."""

import csv
import os
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from comparison import same
from lives import CHAPTERS, HERE, age_group, levels, lives, wilson
from scipy.stats import chi2

LEVELS = {1: "Låg", 2: "Medel", 3: "Hög"}
DEFAULTS = {
    "indelning": "Alla",
    "kommun": None,
    "alder_min": 65,
    "alder_max": None,
    "hog": 0.2,
    "medel": 0.3,
    "utfall": "Hög konsumtion",
    "ar": None,
}
CASES = [
    {},
    {"kommun": "1780"},
    {"alder_max": 79, "hog": 0.1, "medel": 0.25},
    {"alder_min": 18, "alder_max": 64},
    # Somewhere without enough people for every state, and nobody in between.
    {"kommun": "1762", "medel": 0},
]


@pytest.fixture(scope="module")
def told(lake):
    return lives(lake)


@pytest.fixture(scope="module")
def names(lake):
    return {row["enhet"]: row["namn"] for row in lake.rows("SELECT enhet, namn FROM enheter")}


def test_what_happened_is_what_the_deliveries_tell(lake, told):
    """Every column of every person's every year."""
    columns = [
        "kommun", "kon", "alder", "status", "finns_aret_efter", "kostnad", "omsorg",
        "fallskada", "utskrivning", "make_maka", *CHAPTERS.values(),
    ]  # fmt: skip
    ours = lake.rows("SELECT * FROM personbanor")
    assert len(ours) > 30_000
    same(ours, [year for years in told.values() for year in years.values()], ["person", "ar"], columns)
    events = Counter(row["utskrivning"] for row in ours)
    assert events["Utan uppföljning"] > 100 and events["Med uppföljning"] > 100


def started(year: dict, given: dict) -> bool:
    """Whether somebody lives here at the end of the year and is asked about."""
    return (
        year["status"] in HERE
        and given["alder_min"] <= year["alder"] <= (given["alder_max"] or 999)
        and given["kommun"] in (None, year["kommun"])
    )


def group(year: dict, division: str, names: dict) -> str:
    return {
        "Alla": "Alla",
        "Kön": year["kon"],
        "Ålder": age_group(year["alder"]),
        "Kommun": names[year["kommun"]],
        "Startnivå": LEVELS[year["niva"]],
    }[division]


def state(after: dict | None) -> str:
    if after is None:
        return "Uppgift saknas"
    if after["status"] == "utflyttad":
        return "Utflyttad"
    if after["status"] == "avliden":
        return "Avliden efter hög kostnad samma år" if after["niva"] == 3 else "Avliden"
    return LEVELS[after["niva"]]


STATES = ["Låg", "Medel", "Hög", "Avliden", "Avliden efter hög kostnad samma år", "Utflyttad"]


@pytest.mark.parametrize(
    "given",
    [*CASES, {"ar": 2019}, {"indelning": "Ålder"}, {"indelning": "Kön", "ar": 2021}, {"indelning": "Kommun"}],
    ids=str,
)
def test_the_matrix(answer, told, names, given):
    asked = DEFAULTS | given
    levels(told, asked["alder_min"], asked["hog"], asked["medel"])
    first = asked["ar"] or 2023
    counts: Counter = Counter()
    for years in told.values():
        year = years.get(first)
        if year and started(year, asked):
            place = group(year, asked["indelning"], names), LEVELS[year["niva"]]
            counts[*place, state(years.get(first + 1))] += 1
            counts[place] += 1
    theirs = []
    for place in [key for key in counts if len(key) == 2]:
        for to in STATES:
            x, n = counts[*place, to], counts[place]
            low, high = wilson(x, n)
            row = {"grupp": place[0], "fran": place[1], "till": to, "antal": x, "personer": n}
            theirs.append(row | {"andel": 100 * x / n, "andel_low": low, "andel_high": high, "skal": None})
    ours = answer("forflyttning", **given)
    columns = ["antal", "personer", "andel", "andel_low", "andel_high", "skal"]
    same(ours, theirs, ["grupp", "fran", "till"], columns)
    assert {(row["fran_ar"], row["till_ar"]) for row in ours} == {(first, first + 1)}


def test_the_matrix_is_in_order(answer):
    rows = [(row["fran"], row["till"]) for row in answer("forflyttning")]
    assert rows == [(fran, till) for fran in ("Låg", "Medel", "Hög") for till in STATES]


def test_a_year_that_is_not_yet_followed_says_so(answer):
    rows = answer("forflyttning", ar=2024)
    assert {(row["till"], row["andel"], row["skal"]) for row in rows} == {
        ("Uppgift saknas", None, "året efter finns inte ännu")
    }
    assert sum(row["antal"] for row in rows) == sum(row["personer"] for row in rows) > 0


def test_nobody_is_no_rows_and_no_error(answer):
    for query in ("forflyttning", "forsta_hogaret"):
        assert answer(query, alder_min=130) == []
    assert answer("forsta_hogaret", hog=1) == []


ENDS = ["Hög", "Avliden efter hög kostnad samma år", "Avliden", "Utflyttad"]


def first_end(years: dict, start: int) -> tuple[int | None, str]:
    """When a follow-up ends, and how."""
    for ar in sorted(ar for ar in years if ar > start):
        to = state(years[ar])
        if to in ENDS:
            return ar, to
    return None, "Ännu inte hög"


@pytest.mark.parametrize(
    "given",
    [*CASES, {"startar": 2022}, {"indelning": "Ålder"}, {"indelning": "Startnivå"}, {"indelning": "Kommun"}],
    ids=str,
)
def test_the_time_to_the_first_high_year(answer, told, names, given):
    asked = DEFAULTS | {"startar": 2019} | given
    levels(told, asked["alder_min"], asked["hog"], asked["medel"])
    ends = defaultdict(list)
    for years in told.values():
        year = years.get(asked["startar"])
        if year and started(year, asked) and year["niva"] < 3:
            ends[group(year, asked["indelning"], names)].append(first_end(years, asked["startar"]))
    theirs = []
    for name, all_ends in ends.items():
        for ar in range(asked["startar"], 2025):
            over = Counter(how for when, how in all_ends if when and when <= ar)
            over["Ännu inte hög"] = len(all_ends) - over.total()
            for how in [*ENDS, "Ännu inte hög"]:
                low, high = wilson(over[how], len(all_ends))
                new = sum(1 for when, to in all_ends if (when, to) == (ar, how)) if how in ENDS else None
                theirs.append(
                    {
                        "grupp": name,
                        "ar": ar,
                        "efter_ar": ar - asked["startar"],
                        "lage": how,
                        "nya": new,
                        "antal": over[how],
                        "minsta": min((n for n in (new, over[how]) if n), default=0),
                        "personer": len(all_ends),
                        "andel": 100 * over[how] / len(all_ends),
                        "andel_low": low,
                        "andel_high": high,
                    }
                )
    ours = answer("forsta_hogaret", **given)
    columns = ["efter_ar", "nya", "antal", "minsta", "personer", "andel", "andel_low", "andel_high"]
    same(ours, theirs, ["grupp", "ar", "lage"], columns)
    if asked["indelning"] == "Alla":
        order = [(ar, how) for ar in range(asked["startar"], 2025) for how in [*ENDS, "Ännu inte hög"]]
        assert [(row["ar"], row["lage"]) for row in ours] == order


def test_the_cumulative_incidence_is_that_of_r(answer, told, tmp_path):
    """Aalen and Johansen's estimator in R's survival package, the deaths and moves competing."""
    levels(told, 65, 0.2, 0.3)
    with open(tmp_path / "in.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["tid", "handelse"])
        for years in told.values():
            year = years.get(2019)
            if year and started(year, DEFAULTS) and year["niva"] < 3:
                when, how = first_end(years, 2019)
                out.writerow([(when or 2024) - 2019, how if when else "censurerad"])
    run_r("forflyttning.R", tmp_path / "in.csv", tmp_path / "ut.csv")
    with open(tmp_path / "ut.csv", encoding="utf-8", newline="") as file:
        theirs = [{**row, "efter_ar": int(row["efter_ar"]), "andel": float(row["andel"])} for row in csv.DictReader(file)]
    ours = [row for row in answer("forsta_hogaret") if row["efter_ar"] > 0]
    same(ours, theirs, ["efter_ar", "lage"], ["andel"])


def run_r(script: str, *arguments: Path) -> None:
    subprocess.run(
        ["Rscript", "--vanilla", Path(__file__).with_name(script), *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


EVENTS = {
    "Alla": lambda year: True,
    "Fallskada": lambda year: year["fallskada"],
    "Utskriven utan uppföljning": lambda year: {"Utan uppföljning": True, "Med uppföljning": False}.get(year["utskrivning"]),
    "Förlorade make eller maka": lambda year: {"Förlorad": True, "Gift": False}.get(year["make_maka"]),
    "Ny diagnos: tumörer (II)": lambda year: year["ny_tumor"],
    "Ny diagnos: psykiska sjukdomar (V)": lambda year: year["ny_psykisk"],
    "Ny diagnos: nervsystemet (VI)": lambda year: year["ny_nerv"],
    "Ny diagnos: cirkulationsorganen (IX)": lambda year: year["ny_cirkulation"],
    "Ny diagnos: andningsorganen (X)": lambda year: year["ny_andning"],
}


def at_risk(told, asked):
    """Everybody who can move, a pair for each year: what happened, and whether they moved the year after."""
    levels(told, asked["alder_min"], asked["hog"], asked["medel"])

    def reached(year: dict) -> bool:
        if year["status"] == "utflyttad" or year["alder"] < asked["alder_min"]:
            return False
        return year["omsorg"] if asked["utfall"] == "Omsorg" else year["niva"] == 3

    for years in told.values():
        for ar in sorted(years):
            if reached(years[ar]):
                break
            after = years.get(ar + 1)
            if ar > 2019 and after and started(years[ar], asked) and asked["ar"] in (None, ar + 1):
                yield years[ar], reached(after)


RATE_CASES = [
    *({name: value for name, value in case.items() if name != "medel"} for case in CASES),
    {"ar": 2023},
    {"utfall": "Omsorg"},
    {"utfall": "Omsorg", "alder_min": 75, "ar": 2024},
    {"hog": 0},
]


@pytest.mark.parametrize("given", RATE_CASES, ids=str)
def test_what_goes_before(answer, told, given):
    pairs = list(at_risk(told, DEFAULTS | given))
    moves = sum(moved for _, moved in pairs)
    theirs = []
    for name, exposure in EVENTS.items():
        strata = defaultdict(lambda: [[0, 0], [0, 0]])
        for year, moved in pairs:
            exposed = exposure(year)
            if exposed is not None:
                cell = strata[year["ar"], year["kon"], min(year["alder"] // 5, 18)][not exposed]
                cell[0] += 1
                cell[1] += moved
        n1, a, n0, b = (sum(cells[i][j] for cells in strata.values()) for i in (0, 1) for j in (0, 1))
        theirs.append(
            {
                "handelse": name,
                "personer": n1,
                "flyttade": a,
                "andel": 100 * a / n1 if n1 else None,
                "andel_low": wilson(a, n1)[0] if n1 else None,
                "andel_high": wilson(a, n1)[1] if n1 else None,
                "personer_utan": None if name == "Alla" else n0,
                "flyttade_utan": None if name == "Alla" else b,
                "andel_utan": 100 * b / n0 if n0 else None,
                "kvot_ra": (a / n1) / (b / n0) if a and b else None,
                "andel_av_flyttar": 100 * a / moves if moves else None,
                "minsta": min((n for n in (a, n1 - a, b, n0 - b) if n), default=0),
            }
            | mantel_haenszel(strata.values())
        )
    ours = answer("foregas_av", **given)
    columns = [column for column in theirs[0] if column != "handelse"]
    same(ours, theirs, ["handelse"], columns)
    assert [row["handelse"] for row in ours] == list(EVENTS)
    for row in ours:
        assert (row["kvot"] is None) == (row["skal"] is not None or row["handelse"] == "Alla"), row


def mantel_haenszel(strata) -> dict:
    """The ratio of risks over strata with Greenland and Robins's limits (1985)."""
    both = [cells for cells in strata if cells[0][0] and cells[1][0]]
    up = sum(a * n0 / (n1 + n0) for (n1, a), (n0, _) in both)
    down = sum(b * n1 / (n1 + n0) for (n1, _), (n0, b) in both)
    if not up or not down:
        return {"kvot": None, "kvot_low": None, "kvot_high": None}
    spread = sum(
        n1 * n0 * (a + b) / (n1 + n0) ** 2 - a * b / (n1 + n0) for (n1, a), (n0, b) in both
    )
    factor = 2.718281828459045 ** (1.959963984540054 * (spread / up / down) ** 0.5)
    return {"kvot": up / down, "kvot_low": up / down / factor, "kvot_high": up / down * factor}


def test_the_ratio_of_one_stratum_has_the_textbook_error():
    """In one 2 × 2 table the variance of the logarithm is 1/a − 1/n₁ + 1/b − 1/n₀."""
    ratio = mantel_haenszel([[[120, 30], [400, 40]]])
    assert ratio["kvot"] == pytest.approx(2.5)
    error = (1 / 30 - 1 / 120 + 1 / 40 - 1 / 400) ** 0.5
    assert ratio["kvot_high"] == pytest.approx(2.5 * 2.718281828459045 ** (1.959963984540054 * error))


@pytest.mark.parametrize("given", RATE_CASES, ids=str)
def test_who_could_have_been_reached_early(answer, told, given):
    cells = defaultdict(lambda: [0, 0])
    for year, moved in at_risk(told, DEFAULTS | given):
        flags = (
            year["fallskada"],
            year["utskrivning"] == "Utan uppföljning",
            year["make_maka"] == "Förlorad",
            any(year[name] for name in CHAPTERS.values()),
        )
        cell = cells[flags, (year["kon"], min(year["alder"] // 5, 18))]
        cell[0] += 1
        cell[1] += moved
    risk = {like: x / n for (flags, like), (n, x) in cells.items() if not any(flags)}
    groups = {
        "Fallskada": lambda flags: flags[0],
        "Utskriven utan uppföljning": lambda flags: flags[1],
        "Förlorade make eller maka": lambda flags: flags[2],
        "Ny diagnos": lambda flags: flags[3],
        "Två eller fler av dem": lambda flags: sum(flags) >= 2,
        "Minst en av dem": any,
        "Ingen av dem": lambda flags: not any(flags),
        "Alla": lambda flags: True,
    }
    everybody = [sum(cell[i] for cell in cells.values()) for i in (0, 1)]
    theirs = []
    for name, member in groups.items():
        within = [(like, *cell) for (flags, like), cell in cells.items() if member(flags)]
        n, x = (sum(row[i] for row in within) for i in (1, 2))
        expected = None
        if within and name not in ("Ingen av dem", "Alla") and all(like in risk for like, _, _ in within):
            expected = sum(persons * risk[like] for like, persons, _ in within)
        exact = (chi2.ppf(0.025, 2 * x) / 2 if x else 0, chi2.ppf(0.975, 2 * x + 2) / 2)
        theirs.append(
            {
                "grupp": name,
                "personer": n,
                "andel_personer": 100 * n / everybody[0] if everybody[0] else None,
                "flyttade": x,
                "andel_flyttade": 100 * x / everybody[1] if everybody[1] else None,
                "risk": 100 * x / n if n else None,
                "risk_low": wilson(x, n)[0] if n else None,
                "risk_high": wilson(x, n)[1] if n else None,
                "personer_per_flytt": n / x if x else None,
                "vantade": expected,
                "utover": None if expected is None else x - expected,
                "utover_low": None if expected is None else exact[0] - expected,
                "utover_high": None if expected is None else exact[1] - expected,
                "andel_utover": None if expected is None or not everybody[1] else 100 * (x - expected) / everybody[1],
                "minsta": min((k for k in (x, n - x) if k), default=0),
            }
        )
    # Those with and without any of it are everybody: one tells of the other.
    some, none = theirs[5], theirs[6]
    some["minsta"] = none["minsta"] = min((row["minsta"] for row in (some, none) if row["minsta"]), default=0)
    ours = answer("nas_tidigt", **given)
    same(ours, theirs, ["grupp"], [column for column in theirs[0] if column != "grupp"])
    assert [row["grupp"] for row in ours] == list(groups)


def test_the_first_two_years_cannot_be_judged(answer):
    """A new diagnosis needs a year to compare with, so nobody is followed into them."""
    for ar in (2019, 2020):
        for query in ("foregas_av", "nas_tidigt"):
            rows = answer(query, ar=ar)
            assert all(row["personer"] == 0 and row["skal"] for row in rows)


def test_a_fall_goes_before_care_as_planted(answer):
    """Planted: 40 % have home care or special housing the year after a fall, at most 5 % without.

    Some 100 falls among 5 000 residents: the interval must reach the truth. With 284 000 it is
    40.4 % (39.1–41.7) against 2.0 %.
    """
    rows = {row["handelse"]: row for row in answer("foregas_av", utfall="Omsorg")}
    fall = rows["Fallskada"]
    assert fall["andel_low"] < 40 < fall["andel_high"]
    assert abs(fall["andel"] - 40) < 12
    assert fall["andel_utan"] < 5
    assert fall["kvot_low"] > 3


def test_a_loss_goes_before_care_as_planted(answer):
    """Planted: care 2.3 times (± 0.5) as often after losing a spouse, among the equally old.

    Some 80 losses among 5 000 residents are too few to be told from chance: here the interval
    must reach the truth. With 284 000 the ratio is 1.97 (1.74–2.23), and the crude one 3.1.
    """
    rows = {row["handelse"]: row for row in answer("foregas_av", utfall="Omsorg")}
    loss = rows["Förlorade make eller maka"]
    assert loss["kvot_low"] < 2.3 < loss["kvot_high"]
