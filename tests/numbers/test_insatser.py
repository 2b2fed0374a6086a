"""Measures: every draw of the municipalities made again by itertools.

The demo's planted effect (six municipalities with four-year-olds whose overweight falls by 4.5 points
from 2022, and a measure against smoking that changes nothing) needs the full county: among the 47
four-year-olds of 5 000 residents almost every count is one or two and hidden. On 284 000 residents
the queries say -4.9 (-7.2 to -2.7), p = 0.008, parallel before (p = 0.45); and +1.5 (-2.6 to 5.6).
Here the numbers are tested, and the same effect planted among as many children as there are.
"""

import itertools
import math
import random
import shutil
from datetime import date

import pytest
from comparison import same
from conftest import answers
from program import Program
from test_mal import SAME_UNIT_FROM, SPAN, behind_of

TOWNS = """
SELECT enhet, namn FROM enheter WHERE typ = 'K' AND enhet LIKE '17%' ORDER BY enhet
"""


class Measures:
    """Who had what when, and the values of each municipality."""

    def __init__(self, lake) -> None:
        self.towns = [row["enhet"] for row in lake.rows(TOWNS)]
        self.names = {row["enhet"]: row["namn"] for row in lake.rows(TOWNS)}
        self.rows = lake.rows("FROM insatser")
        self.behind = behind_of(lake)
        self.known: dict = {}
        self.hidden = set()
        for row in lake.rows("FROM kolada WHERE kon = 'T'"):
            if row["varde"] is not None and row["ar"] >= SAME_UNIT_FROM.get(row["kpi"], 0):
                self.known[row["kpi"], row["enhet"], row["ar"]] = row["varde"]
        for row in lake.rows("FROM egna_nyckeltal WHERE kon = 'T'"):
            place = (row["nyckeltal"], row["enhet"], row["ar"])
            if row["varde"] is not None:
                self.known[place] = row["varde"]
            elif row["namnare"]:
                # One or two of them: taken as one and a half.
                self.known[place] = 100 * min(1.5, row["namnare"]) / row["namnare"]
                self.hidden.add(place)

    def of(self, name: str) -> dict:
        """A measure: its indicator, who has it, who to compare with, and its years."""
        rows = [row for row in self.rows if row["insats"] == name]
        kpi = rows[0]["nyckeltal"]
        where = lambda rows: {t for row in rows for t in (self.towns if row["kommun"] == "0017" else [row["kommun"]])}
        having = where(rows)
        others = where(row for row in self.rows if row["insats"] != name and row["nyckeltal"] == kpi)
        ends = [row["till"] for row in rows if row["till"]]
        return {
            "kpi": kpi,
            "name": rows[0]["namn"],
            "with": having,
            "all": [town for town in self.towns if town in having or town not in others],
            "start": min(row["fran"].year for row in rows),
            "first": max(r["fran"].year + (r["fran"] != date(r["fran"].year, 1, 1)) for r in rows),
            "last": min((end.year - (end != date(end.year, 12, 31)) for end in ends), default=9999),
            "span": SPAN.get(kpi, 1),
        }

    def mean(self, kpi, town, years):
        """The mean over the years and its weight; None without values."""
        pairs = [
            (self.known[kpi, town, ar], self.behind(kpi, town, ar, "T") or 1)
            for ar in years
            if (kpi, town, ar) in self.known
        ]
        weight = sum(w for _, w in pairs)
        return (math.fsum(x * w for x, w in pairs) / weight, weight) if pairs else None


def phases(measure: dict, before: int, lag: int = 0) -> dict:
    start, span = measure["start"], measure["span"]
    years = range(1990, 2040)
    return {
        "dess": [ar for ar in years if start - 2 * before <= ar < start - before],
        "före": [ar for ar in years if start - before <= ar < start],
        "efter": [
            ar for ar in years
            if ar >= start and ar - span + 1 >= measure["first"] + lag and ar <= measure["last"] + lag
        ],
    }  # fmt: skip


def contrast(changes: dict, chosen) -> float:
    def mean(towns):
        return math.fsum(changes[t][0] * changes[t][1] for t in towns) / math.fsum(changes[t][1] for t in towns)

    rest = [t for t in changes if t not in chosen]
    return mean(chosen) - mean(rest)


def drawn(changes: dict, having: set) -> dict:
    """The effect, the share of draws with at least as large a one, and what 95 % of the draws give without it."""
    with_it = [t for t in changes if t in having]
    k = len(with_it)
    if not k or k == len(changes):
        return {"effect": None, "draws": 0}
    effect = contrast(changes, with_it)
    draws = list(itertools.combinations(changes, k))
    rests = {t: (x - effect * (t in having), w) for t, (x, w) in changes.items()}
    outcomes = [abs(contrast(changes, draw)) for draw in draws]
    chance = sorted(abs(contrast(rests, draw)) for draw in draws)
    return {
        "effect": effect,
        "draws": len(draws),
        "p": sum(x >= abs(effect) - 1e-9 for x in outcomes) / len(draws),
        "margin": chance[math.ceil(0.95 * len(draws)) - 1],
    }


def changed(measures: Measures, measure: dict, first, then) -> dict:
    found = {}
    for town in measure["all"]:
        a, b = (measures.mean(measure["kpi"], town, years) for years in (first, then))
        if a and b:
            found[town] = (b[0] - a[0], 1 / (1 / a[1] + 1 / b[1]), a[0], b[0])
    return found


def expected(measures: Measures, name: str, before: int, lag: int) -> dict:
    measure = measures.of(name)
    phase = phases(measure, before, lag)
    changes = changed(measures, measure, phase["före"], phase["efter"])
    earlier = changed(measures, measure, phase["dess"], phase["före"])
    two = lambda x: {t: v[:2] for t, v in x.items()}
    test, placebo = drawn(two(changes), measure["with"]), drawn(two(earlier), measure["with"])
    sides = {}
    for side, towns in (("med", measure["with"]), ("utan", set(measure["all"]) - measure["with"])):
        inside = [changes[t] for t in changes if t in towns]
        weight = sum(w for _, w, _, _ in inside)
        sides[f"{side}_fore"] = sum(w * a for _, w, a, _ in inside) / weight if inside else None
        sides[f"{side}_efter"] = sum(w * b for _, w, _, b in inside) / weight if inside else None
        sides[f"kommuner_{side}"] = len(inside)

    def span(years):
        have = [ar for ar in years if any((measure["kpi"], t, ar) in measures.known for t in measure["all"])]
        if not have:
            return None
        return str(have[0]) if have[0] == have[-1] else f"{have[0]}–{have[-1]}"

    can = test["draws"] >= 20
    parallel = placebo["p"] if placebo["draws"] >= 20 else None
    kpi = measure["kpi"]
    earlier_years = {ar for ar in phase["dess"] if any((kpi, t, ar) in measures.known for t in measure["all"])}
    why = None
    if span(phase["före"]) is None:
        why = "värden före insatsen saknas"
    elif span(phase["efter"]) is None:
        why = "inget helår med värden efter insatsen"
    elif not can:
        why = "för få kommuner med och utan insatsen"
    elif parallel is not None and parallel < 0.05:
        why = "utvecklingen skilde sig redan före insatsen"
    elif kpi in ("U21454", "U23505") and span(phase["före"])[:4] < "2023" <= span(phase["efter"])[-4:]:
        why = "metodbyte 2023: antas ha slagit lika överallt"
    elif parallel is None:
        why = "utvecklingen dessförinnan kan inte prövas"
    elif len(earlier_years) == 1:
        why = "bara ett år dessförinnan: förutsättningen är svagt prövad"
    elif measure["span"] > 1:
        why = "medelvärdena delar år: förutsättningen är svagt prövad"
    conclusion = "kan inte bedömas"
    if can and not (parallel is not None and parallel < 0.05):
        conclusion = "ingen säkerställd effekt"
        if test["p"] < 0.05:
            conclusion = "lägre än utan insatsen" if test["effect"] < 0 else "högre än utan insatsen"
    return sides | {
        "insats": name,
        "fore": span(phase["före"]),
        "efter": span(phase["efter"]),
        "effekt": test["effect"],
        "effekt_low": test["effect"] - test["margin"] if can else None,
        "effekt_high": test["effect"] + test["margin"] if can else None,
        "p": test["p"] if can else None,
        "fore_effekt": placebo["effect"] if placebo["draws"] >= 20 else None,
        "fore_p": parallel,
        "slutsats": conclusion,
        "skal": why,
        "dolda": sum(
            (measure["kpi"], t, ar) in measures.hidden for t in measure["all"] for ar in phase["före"] + phase["efter"]
        ),
    }


@pytest.mark.parametrize(
    "given",
    [{}, {"fore": 2}, {"insats": "I04", "fordrojning": 3}, {"insats": "I03", "fore": 4}, {"insats": "I06", "fore": 10}],
    ids=str,
)  # fmt: skip
def test_every_draw_again(answer, lake, given):
    measures = Measures(lake)
    names = [given["insats"]] if "insats" in given else sorted({row["insats"] for row in measures.rows})
    theirs = [expected(measures, name, given.get("fore", 3), given.get("fordrojning", 0)) for name in names]
    same(answer("insatser", **given), theirs, ["insats"], [name for name in theirs[0] if name != "insats"])


@pytest.mark.parametrize(
    "given", [{}, {"insats": "I02"}, {"insats": "I03", "fore": 5}, {"insats": "I05", "fore": 2}], ids=str
)
def test_year_by_year(answer, lake, given):
    measures = Measures(lake)
    measure = measures.of(given.get("insats", "I01"))
    kpi, start = measure["kpi"], measure["start"]
    window = range(start - given.get("fore", 3), start)
    theirs = []
    for ar in sorted({year for name, town, year in measures.known if name == kpi and town in measure["all"]}):
        reference = [x for x in window if x != ar]
        changes = {t: v[:2] for t, v in changed(measures, measure, reference, [ar]).items()}
        test = drawn(changes, measure["with"])
        sides = {}
        for side, towns in (("med", measure["with"]), ("utan", set(measure["all"]) - measure["with"])):
            have = [t for t in towns if (kpi, t, ar) in measures.known]
            weights = [measures.behind(kpi, t, ar, "T") or 1 for t in have]
            values = [measures.known[kpi, t, ar] for t in have]
            sides[side] = math.fsum(map(math.prod, zip(weights, values))) / sum(weights) if have else None
            sides[f"kommuner_{side}"] = len(have)
        margin = test["margin"] if test["draws"] >= 20 else None
        theirs.append(sides | {
            "ar": ar, "avvikelse": test["effect"], "marginal": margin,
            "skede": "dessförinnan" if ar < window[0] else "före" if ar < start
            else "efter att insatsen slutat" if ar > measure["last"]
            else "efter" if ar - measure["span"] + 1 >= measure["first"] else "övergång",
            "utfall": "kan inte bedömas" if margin is None
            else "inom slumpen" if abs(test["effect"]) <= margin else "större än slumpen",
        })  # fmt: skip
    same(answer("insatser_ar", **given), theirs, ["ar"], [name for name in theirs[0] if name != "ar"])


@pytest.mark.parametrize("given", [{}, {"insats": "I04", "fordrojning": 3}, {"insats": "I05"}], ids=str)
def test_without_one_municipality_at_a_time(answer, lake, given):
    measures = Measures(lake)
    measure = measures.of(given.get("insats", "I01"))
    phase = phases(measure, 3, given.get("fordrojning", 0))
    changes = changed(measures, measure, phase["före"], phase["efter"])
    theirs = []
    for town in measure["all"]:
        a, b = (measures.mean(measure["kpi"], town, phase[x]) for x in ("före", "efter"))
        row = {"kommun": town, "kommunnamn": measures.names[town], "fore": a and a[0], "efter": b and b[0],
               "forandring": None, "effekt_utan": None, "vikt": None,
               "med_insats": "med" if town in measure["with"] else "utan"}  # fmt: skip
        if town in changes:
            rest = {t: v[:2] for t, v in changes.items() if t != town}
            group = [t for t in changes if (t in measure["with"]) == (town in measure["with"])]
            row["forandring"] = changes[town][0]
            row["vikt"] = 100 * changes[town][1] / sum(changes[t][1] for t in group)
            with_it = [t for t in rest if t in measure["with"]]
            if with_it and len(with_it) < len(rest):
                row["effekt_utan"] = contrast(rest, with_it)
        theirs.append(row)
    same(answer("insatser_kommuner", **given), theirs, ["kommun"], [name for name in theirs[0] if name != "kommun"])


def test_a_measure_that_cannot_be_judged_says_why(answer):
    """A measure of 2018 has no years after it that late; its reason is told, and nothing is infinite."""
    for row in answer("insatser", fordrojning=10):
        assert row["slutsats"] == "kan inte bedömas" and row["skal"], row
        assert row["p"] is None and row["effekt_low"] is None


def test_wrong_uses_are_told(program):
    for query in ("insatser", "insatser_ar", "insatser_kommuner"):
        for given, words in (("insats=I99", "I99"), ("fore=0", "fore"), ("fore=tre", "fore")):
            done = program.run("query", query, "--param", given, code=None)
            assert done.returncode != 0 and words in done.stderr, (query, given)


# Four-year-olds examined a year, about as many as there are.
CHILDREN = {
    "1715": 115, "1730": 70, "1737": 90, "1760": 30, "1761": 165, "1762": 30, "1763": 110, "1764": 75, "1765": 80,
    "1766": 110, "1780": 1000, "1781": 210, "1782": 80, "1783": 85, "1784": 230, "1785": 130,
}  # fmt: skip


@pytest.fixture(scope="module")
def planted(program, tmp_path_factory):
    """A workspace where the measure takes 4.5 points from 2022 on, and the other nothing."""
    workspace = tmp_path_factory.mktemp("planted") / "demo"
    shutil.copytree(program.workspace, workspace)
    delivered = workspace / "data/deliveries/egna_nyckeltal/egna_nyckeltal.csv"
    head = delivered.read_text(encoding="windows-1252").splitlines()[:4]
    chance = random.Random(20260)
    lines = []
    for kpi, base in (("EGEN01", 0.125), ("EGEN02", 0.14)):
        for town, children in CHILDREN.items():
            level = base + chance.gauss(0, 0.01)
            for ar in range(2015, 2025):
                effect = -0.045 if kpi == "EGEN01" and ar >= 2022 and town in WITH_MEASURE else 0
                girls = sum(chance.random() < level + effect for _ in range(children // 2))
                boys = sum(chance.random() < level + effect for _ in range(children - children // 2))
                for kon, count, n in (
                    ("T", girls + boys, children), ("K", girls, children // 2), ("M", boys, children - children // 2)
                ):  # fmt: skip
                    share = f"{100 * count / n:.1f}".replace(".", ",")
                    shown = ("..", "..") if count in (1, 2) else (str(count), share)
                    lines.append(f"{kpi};Namn;Mål {kpi};{town};{ar};{kon};{shown[0]};{n};{shown[1]}")
    delivered.write_text("\r\n".join([*head, *lines]) + "\r\n", encoding="windows-1252")
    changed = Program(program.binary, workspace)
    changed.run("refresh")
    return changed


WITH_MEASURE = {"1730", "1737", "1765", "1766", "1784", "1785"}


def test_the_planted_effect_is_found_and_nothing_else(planted, tmp_path):
    rows = {row["insats"]: row for row in answers(planted, tmp_path)("insatser")}
    found = rows["I01"]
    assert found["slutsats"] == "lägre än utan insatsen" and found["skal"] is None, found
    assert -6.5 < found["effekt"] < -2.5 and found["effekt_low"] < -4.5 < found["effekt_high"]
    assert found["fore_p"] > 0.05 and abs(found["fore_effekt"]) < 3
    nothing = rows["I02"]
    assert nothing["slutsats"] == "ingen säkerställd effekt" and nothing["effekt_low"] < 0 < nothing["effekt_high"]
    years = {row["ar"]: row for row in answers(planted, tmp_path)("insatser_ar")}
    # A year by itself tells less than three together.
    larger = {ar for ar, row in years.items() if row["utfall"] == "större än slumpen"}
    assert len(larger & {2022, 2023, 2024}) >= 2 and len(larger - {2022, 2023, 2024}) <= 1, larger
    assert all(years[ar]["avvikelse"] < -1 for ar in (2022, 2023, 2024))
    for row in answers(planted, tmp_path)("insatser_kommuner"):
        assert -7 < row["effekt_utan"] < -2, row
