"""The goals: the queries against values found by DuckDB and judged in exact decimals.

How uncertain a value is, is computed here once more: shares and counts from the persons of the
register, the survey's error by the engine's own survey function (which other tests hold against
R), life expectancy by a loop over the life tables.
"""

import csv
import io
import math
import shutil
import statistics
from decimal import Decimal

import pytest
from comparison import close, same
from conftest import answers
from lake import opened
from program import Program

KEY = ["malset", "mal", "kpi", "enhet"]
COLUMNS = [
    "basar", "basvarde", "ar", "varde", "forandring", "matt", "ambition", "ambition_enhet", "malar", "malvarde",
    "forandring_low", "forandring_high", "upptackbar", "status", "skal", "osakerhet",
]  # fmt: skip

# The ages behind a share or a count, the years that a value is of, and where own counts are.
AGES = {
    "N80401": (3, 3), "N15428": (16, 16), "N17461": (20, 20), "N02797": (16, 24), "N02904": (0, 19),
    "N20402": (80, 130), "N61602": (15, 130),
}  # fmt: skip
COUNTS = ("N20402", "N61602")
SPAN = {"N20402": 3, "U01425": 4, "N61602": 5, "N00923": 5, "N00925": 5}
OWN = {"U01901": "EGEN02", "EGEN01": "EGEN01", "EGEN02": "EGEN02"}
LIVES = {"N00923": "Män", "N00925": "Kvinnor"}
SURVEY = {
    "U01405": "halsa IN ('Mycket bra', 'Bra')",
    "U01413": "tillit = 'Nej'",
}
# N20402 counts per 100 000 residents from 2016; before, per 1 000.
SAME_UNIT_FROM = {"N20402": 2016}
Z, Z80 = 1.959964, 0.841621

VALUES = """
CREATE OR REPLACE TEMP TABLE varden AS
SELECT kpi, enhet, ar, kon, varde FROM kolada WHERE varde IS NOT NULL
"""
OWN_VALUES = """
INSERT INTO varden SELECT nyckeltal, enhet, ar, kon, varde FROM egna_nyckeltal WHERE varde IS NOT NULL
"""

GOALS = """
SELECT m.*, o.enhet, o.namn
FROM malset AS m, enheter AS o
WHERE m.malset = $malset
    AND (o.enhet = $enhet OR ($enhet IS NULL AND (o.enhet = '0017' OR (o.typ = 'K' AND o.enhet LIKE '17%'))))
    AND (o.typ = 'L' OR m.niva <> 'region')
"""


class Values:
    """Every value, its error and what is behind it."""

    def __init__(self, lake, errors: dict | None = None) -> None:
        lake.rows(VALUES)
        self.own: dict = {}
        self.errors = errors or {}
        if "egna_nyckeltal" in lake.tables():
            lake.rows(OWN_VALUES)
            self.own = {row["mal"]: row["nyckeltal"] for row in lake.rows("FROM egna_nyckeltal")}
        self.of: dict = {}
        for row in lake.rows("FROM varden"):
            self.of.setdefault((row["kpi"], row["enhet"], row["kon"]), {})[row["ar"]] = row["varde"]


def persons_of(lake):
    """The residents by age in a unit and year (the nearest that is known), of one sex or both."""
    persons: dict = {}
    for row in lake.rows(
        "SELECT ar, kommun, kon, alder, count(*) AS n FROM befolkning WHERE status IN ('bosatt', 'inflyttad')"
        " GROUP BY ALL"
    ):
        sex = "K" if row["kon"] == "Kvinnor" else "M"
        for unit in (row["kommun"], "0017"):
            for kon in ("T", sex):
                ages = persons.setdefault((row["ar"], unit, kon), {})
                ages[row["alder"]] = ages.get(row["alder"], 0) + row["n"]
    years = sorted({ar for ar, _, _ in persons})
    return lambda unit, ar, kon: persons.get((min(max(ar, years[0]), years[-1]), unit, kon), {})


def behind_of(lake):
    """How many persons are behind a value, times the years that it is of; 0 where nobody knows."""
    ages = persons_of(lake)
    examined = {
        (row["nyckeltal"], row["enhet"], row["ar"], row["kon"]): row["namnare"]
        for row in lake.rows("FROM egna_nyckeltal")
    }

    def behind(kpi, unit, ar, kon):
        if kpi not in AGES:
            return examined.get((OWN.get(kpi), unit, ar, kon), 0)
        low, high = AGES[kpi]
        return SPAN.get(kpi, 1) * sum(k for age, k in ages(unit, ar, kon).items() if low <= age <= high)

    return behind


def errors_of(lake, program) -> dict:
    """The standard error of each value that chance is known for: kpi, unit, year and sex (T, K, M)."""
    found = {}
    behind = behind_of(lake)
    for row in lake.rows("FROM varden"):
        kpi, value = row["kpi"], row["varde"]
        place = (kpi, row["enhet"], row["ar"], row["kon"])
        n = behind(*place)
        if not n or row["ar"] < SAME_UNIT_FROM.get(kpi, 0):
            continue
        if kpi in COUNTS:
            found[place] = 1e5 / n * math.sqrt(value * n / 1e5 + 1)
        else:
            p = (value * n / 100 + 1) / (n + 2)
            found[place] = 100 * math.sqrt(p * (1 - p) / (n + 2))
    return found | _of_survey(program) | _of_lives(lake, persons_of(lake))


def _of_survey(program) -> dict:
    found = {}
    for kpi, answer in SURVEY.items():
        out = program.run(
            "query", "--format", "csv", "--sql",
            f"SELECT ar, coalesce(kommun, '0017') AS enhet, coalesce(left(kon, 1), 'T') AS kon,"
            f" (survey_mean({answer}, design))['se'] AS se FROM liv_halsa"
            f" GROUP BY GROUPING SETS ((ar), (ar, kon), (ar, kommun), (ar, kommun, kon))",
        )  # fmt: skip
        for row in csv.DictReader(io.StringIO(out.stdout)):
            # Where all answer the same the sample says nothing of how answers vary.
            if row["se"] and float(row["se"]) > 1e-11:
                found[kpi, row["enhet"], int(row["ar"]), row["kon"]] = 100 * float(row["se"])
    return found


def _of_lives(lake, ages) -> dict:
    tables: dict = {}
    for row in lake.rows("FROM livslangd ORDER BY alder"):
        tables.setdefault((row["enhet"], row["kon"], row["period"]), []).append(row)
    errors: dict = {}
    for (unit, kon, period), rows in tables.items():
        first, last = map(int, period.split("-"))
        people = ages(unit, last, kon[0])
        variance, persons = 0.0, 0
        for row, later in zip(rows, rows[1:]):
            n = (last - first + 1) * people.get(row["alder"], 0)
            q = row["dodsrisk"] / 1000
            if n:
                variance += (row["kvarlevande"] / 1e5 * (0.5 + later["aterstaende"])) ** 2 * q * (1 - q) / n
                persons += n
        if persons:
            errors.setdefault((unit, kon), {})[last] = math.sqrt(variance)
    found = {}
    for row in lake.rows("FROM varden WHERE kpi IN ('N00923', 'N00925') AND kon = 'T'"):
        known = errors.get((row["enhet"], LIVES[row["kpi"]]), {})
        if known:
            near = min(known, key=lambda last: (abs(last - row["ar"]), -last))
            found[row["kpi"], row["enhet"], row["ar"], "T"] = known[near]
    return found


def judged(lake, malset: str, enhet: str | None, ar: int | None = None, errors: dict | None = None) -> list[dict]:
    """Each goal in each area it holds for, also those without values."""
    values = Values(lake, errors)
    return [judge(goal, values, ar) for goal in lake.rows(GOALS, {"malset": malset, "enhet": enhet})]


def comparable(goal: dict, kpi: str, ar: int) -> bool:
    """Whether a year can be compared with the baseline: no break and no other unit between them."""
    breaks = [x for x in (goal["brott"], SAME_UNIT_FROM.get(kpi)) if x is not None]
    return all((ar < x) == (goal["basar"] < x) for x in breaks)


def judge(goal: dict, values: Values, until: int | None) -> dict:
    """Change, target and status of one goal in one area."""
    kpi = goal["kpi"] or values.own.get(goal["mal"])
    unit, base_year = goal["enhet"], goal["basar"]
    series = values.of.get((kpi, unit, "T"), {})
    years = [ar for ar in series if until is None or ar <= until]
    known = [ar for ar in years if comparable(goal, kpi, ar)]
    latest = max(known, default=None)
    base = series.get(base_year) if years else None
    # As printed: 73.1 less 71.1 is 2, whatever the binary fractions say.
    then, now, ambition = (
        None if x is None else Decimal(repr(x)) for x in (base, series.get(latest), goal["ambition"])
    )
    sign = 1 if (goal["riktning"] == "öka") != goal["inverterad"] else -1
    change = None if then is None or now is None else now - then
    why = None
    if kpi is None:
        why = "nyckeltal saknas"
    elif latest is None:
        why = "värden saknas"
    elif then is None:
        why = "basårets värde saknas"
    elif latest <= base_year:
        why = "värde efter basåret saknas"
    elif latest - SPAN.get(kpi, 1) + 1 <= base_year:
        why = "medelvärdet delar år med basårets"
    pair = [values.errors.get((kpi, unit, ar, "T")) for ar in (base_year, latest)]
    se = None if why or None in pair else math.hypot(*pair)
    uncertain = se is not None and abs(change) <= Z * se
    detectable = None if se is None else (Z + Z80) * se
    if why:
        status = "kan inte bedömas"
    elif uncertain or change == 0:
        status = "ingen säkerställd förändring"
        if se is not None and ambition is not None and ambition < detectable:
            status = "kan inte bedömas"
            why = (
                "målvärdet är nått, men så stor förändring kan slumpen ge"
                if sign * change >= ambition
                else "ambitionen är mindre än den minsta förändring som går att upptäcka"
            )
    elif sign * change < 0:
        status = "fel riktning"
    else:
        status = "nått" if ambition is not None and sign * change >= ambition else "rätt riktning"
    uncertainty = "inräknad" if se is not None else "inte känd: bedömt efter talen som de är"
    return goal | {
        "kpi": kpi,
        "basvarde": base,
        "ar": latest,
        "varde": series.get(latest),
        "forandring": change,
        "matt": goal["varde_enhet"] or (kpi and "procent"),
        "malvarde": None if then is None or ambition is None else then + sign * ambition,
        "forandring_low": None if se is None else float(change) - Z * se,
        "forandring_high": None if se is None else float(change) + Z * se,
        "upptackbar": detectable,
        "status": status,
        "skal": why,
        "osakerhet": None if status == "kan inte bedömas" and se is None else uncertainty,
        "sign": sign,
        "se_latest": pair[1],
    }


@pytest.fixture(scope="session")
def errors(lake, program) -> dict:
    lake.rows(VALUES)
    lake.rows(OWN_VALUES)
    return errors_of(lake, program)


@pytest.mark.parametrize(
    "given",
    [{}, {"enhet": "0017"}, {"enhet": "1780"}, {"enhet": "0001"}, {"ar": 2022}, {"enhet": "1762", "ar": 2019},
     {"enhet": "1762", "ar": 2015}],
    ids=str,
)  # fmt: skip
def test_the_same_as_duckdb_and_decimals_say(answer, lake, errors, given):
    ours = [{"malset": "2022"} | row for row in answer("mal", **given)]
    theirs = judged(lake, "2022", given.get("enhet"), given.get("ar"), errors)
    same(ours, theirs, KEY, COLUMNS)


def test_every_error_is_the_one_computed_here(lake, errors):
    """Also for the sexes, and nowhere an error that is not known."""
    ours = {
        (row["kpi"], row["enhet"], row["ar"], row["kon"]): row["medelfel"]
        for row in lake.rows("FROM malvarden WHERE medelfel IS NOT NULL")
    }
    have = {(row["kpi"], row["enhet"], row["ar"], row["kon"]) for row in lake.rows("FROM varden")}
    theirs = {place: error for place, error in errors.items() if place in have}
    assert ours.keys() == theirs.keys()
    for place, error in ours.items():
        assert close(error, theirs[place]), place
    assert {kpi for kpi, *_ in ours} == {*AGES, *OWN, *LIVES, *SURVEY}


def test_no_status_is_said_where_chance_could_be_it(answer):
    """Every status is one of five, and the strong ones leave chance out where it is known."""
    rows = answer("mal")
    known = {"nått", "rätt riktning", "ingen säkerställd förändring", "fel riktning", "kan inte bedömas"}
    assert {row["status"] for row in rows} <= known
    for row in rows:
        if row["osakerhet"] == "inräknad" and row["status"] in ("nått", "rätt riktning", "fel riktning"):
            assert row["forandring_low"] * row["forandring_high"] > 0, row
        if row["status"] == "ingen säkerställd förändring" and row["ambition"] and row["upptackbar"]:
            assert row["ambition"] >= row["upptackbar"], row
        assert (row["skal"] is not None) == (row["status"] == "kan inte bedömas"), row


def test_means_that_share_years_are_not_compared(answer):
    """N61602 is a mean of five years: 2021 has 2017 in it, as the baseline has."""
    row = next(row for row in answer("mal", enhet="0017") if row["kpi"] == "N61602")
    assert (row["ar"], row["status"], row["skal"]) == (2021, "kan inte bedömas", "medelvärdet delar år med basårets")
    falls = {
        ar: next(row for row in answer("mal", enhet="0017", ar=ar) if row["kpi"] == "N20402") for ar in (2019, 2020)
    }
    assert falls[2019]["skal"] == "medelvärdet delar år med basårets"
    assert falls[2020]["osakerhet"] == "inräknad"


def test_nothing_is_compared_over_a_break(answer, lake):
    """User surveys changed in 2023: the last value before is the latest."""
    broken = {row["kpi"]: row["brott"] for row in lake.rows("FROM malset WHERE brott IS NOT NULL")}
    assert broken == {"U21454": 2023, "U23505": 2023}
    for row in answer("mal"):
        assert row["ar"] is None or row["ar"] < broken.get(row["kpi"], 9999)


def test_an_indicator_that_counts_the_opposite_of_its_goal_should_fall(answer, lake):
    """U01413 counts *lack* of trust, so a fall is the right direction."""
    goal = lake.rows("SELECT riktning, inverterad FROM malset WHERE kpi = 'U01413'")[0]
    assert (goal["riktning"], goal["inverterad"]) == ("öka", True)
    rows = [row for row in answer("mal") if row["kpi"] == "U01413" and row["forandring"]]
    assert rows
    for row in rows:
        assert row["malvarde"] < row["basvarde"]
        if row["status"] in ("rätt riktning", "nått"):
            assert row["forandring"] < 0, row


def test_every_goal_of_the_set_is_answered(answer, lake):
    """Also the one without an indicator in Kolada: the region's own follows it."""
    goals = {(row["mal"], row["kpi"]) for row in lake.rows("SELECT mal, kpi FROM malset WHERE malset = '2022'")}
    rows = answer("mal", enhet="0017")
    assert len(goals) == len(rows) == 26
    own = {(row["mal"], row["kpi"]) for row in rows} - goals
    assert own == {("Färre andel 4-åringar med övervikt eller fetma", "EGEN01")}


def test_goals_for_the_county_are_for_the_county_only(answer):
    county = {row["kpi"] for row in answer("mal", enhet="0017")}
    town = {row["kpi"] for row in answer("mal", enhet="1780")}
    assert county - town == {"N80401", "N61602", "U71455", "U71454", "U71452"}
    assert not town - county


# What the generator planted for the county, from the values alone.
PLANTED = {
    "U01901": 2, "N80401": 1, "N15428": 1, "N17461": 2, "U33602": -1, "N02797": 1, "N00973": 2, "U01425": -1,
    "N20402": 1, "N61602": 1, "N15557": -1, "N15553": -1, "N15551": 1, "U21454": -1, "U23505": -1, "U30453": 2,
    "U28532": 1, "U71455": -1, "U71454": 1, "U71452": 1, "N00923": 1, "N00925": 1, "N02904": 2, "U01405": -1,
    "U01413": -1,
}  # fmt: skip


@pytest.mark.parametrize("ar", [2022, None])
def test_the_county_goes_where_it_was_planted_to_go(answer, ar):
    """2 reached, 1 the right way, -1 the wrong way; a status that leaves chance out never says another."""
    rows = {row["kpi"]: row for row in answer("mal", enhet="0017", **({"ar": ar} if ar else {}))}
    for kpi, planted in PLANTED.items():
        row = rows[kpi]
        upwards = (kpi not in ("U01901", "N02797", "U01425", "N20402", "N61602", "N02904", "U01413")) * 2 - 1
        progress = upwards * row["forandring"]
        reached = row["ambition"] is not None and progress >= row["ambition"]
        assert (2 if reached else 1 if progress > 0 else -1) == planted, kpi
        said = {"nått": 2, "rätt riktning": 1, "fel riktning": -1}.get(row["status"], planted)
        assert said == planted, kpi


SEXES = {"T": "Alla", "K": "Kvinnor", "M": "Män"}


@pytest.mark.parametrize("given", [{}, {"enhet": "1780", "kon": "Var för sig"}, {"kpi": "N20402"}], ids=str)
def test_the_series_has_every_value(answer, lake, errors, given):
    values = Values(lake, errors)
    unit, wanted = given.get("enhet", "0017"), given.get("kon", "Alla")
    theirs = []
    for goal in lake.rows(GOALS, {"malset": "2022", "enhet": unit}):
        kpi = goal["kpi"] or values.own.get(goal["mal"])
        if "kpi" in given and given["kpi"] != kpi:
            continue
        for kon, name in SEXES.items():
            if (wanted == "Var för sig") != (kon != "T"):
                continue
            for ar, value in values.of.get((kpi, unit, kon), {}).items():
                error, span = values.errors.get((kpi, unit, ar, kon)), SPAN.get(kpi, 1)
                base = goal["basar"]
                theirs.append({
                    "kpi": kpi, "kon": name, "ar": ar, "varde": value, "fran": ar - span + 1,
                    "low": None if error is None else max(value - Z * error, 0),
                    "high": None if error is None else min(value + Z * error, 1e9 if kpi in (*COUNTS, *LIVES) else 100),
                    "skede": "basåret" if ar == base else "före basåret" if ar < base
                    else "till målåret" if ar <= goal["malar"] else "efter målåret",
                    "jamforbart": "är basåret" if ar == base
                    else "nej, brott i serien" if goal["brott"] and (ar < goal["brott"]) != (base < goal["brott"])
                    else "nej, annan enhet" if not comparable(goal, kpi, ar)
                    else "nej, delar år" if abs(ar - base) < span else "ja",
                })  # fmt: skip
    columns = ["varde", "fran", "low", "high", "skede", "jamforbart"]
    same(answer("mal_serie", **given), theirs, ["kpi", "kon", "ar"], columns)


def members(lake, name: str) -> tuple[str | None, list[str]]:
    """The newest group of similar municipalities of one, and who is in it."""
    rows = [
        row for row in lake.rows("FROM enhetsgrupper")
        if row["gruppnamn"].startswith(f"Liknande kommuner övergripande, {name}, ")
    ]  # fmt: skip
    if not rows:
        return None, []
    newest = max(row["gruppnamn"] for row in rows)
    rows = [row for row in rows if row["gruppnamn"] == newest]
    return rows[0]["grupp"], [row["enhet"] for row in rows]


@pytest.mark.parametrize("enhet", ["0017", "1780", "1784", "0000", "0001"])
def test_others_are_compared_in_the_latest_common_year(answer, lake, errors, enhet):
    values = Values(lake, errors)
    units = {row["enhet"]: row for row in lake.rows("FROM enheter")}
    kind = units[enhet]["typ"]
    group, who = members(lake, units[enhet]["namn"])
    # The members that have a value, of a value that Kolada made.
    behind = {
        (row["kpi"], row["ar"]): row["antal"]
        for row in lake.rows("FROM kolada WHERE enhet = $group AND kon = 'T'", {"group": group})
    }
    regions = [unit for unit, row in units.items() if row["typ"] == "L" and unit not in ("0000", enhet)]
    theirs = []
    for goal in lake.rows(GOALS, {"malset": "2022", "enhet": enhet}):
        judgement = judge(goal, values, None)
        kpi = judgement["kpi"]
        own = values.of.get((kpi, enhet, "T"), {})

        def of(unit, kpi=kpi):
            return {ar: (x, 1) for ar, x in values.of.get((kpi, unit, "T"), {}).items()}

        def together(units, least, how, kpi=kpi):
            found: dict = {}
            for unit in units:
                for ar, x in values.of.get((kpi, unit, "T"), {}).items():
                    found.setdefault(ar, []).append(x)
            return {ar: (how(xs), len(xs)) for ar, xs in found.items() if len(xs) >= least}

        others = {"Riket": of("0000") if enhet != "0000" else {}}
        if kind == "L":
            others["Mitten av regionerna"] = together(regions, 3, statistics.median)
        else:
            others["Länet"] = of("0017")
            others["Liknande kommuner"] = together(who, 3, statistics.fmean) | {
                ar: (x, behind[kpi, ar]) for ar, (x, _) in of(group).items()
            }
        found = False
        for name, series in others.items():
            common = own.keys() & series.keys()
            if not common:
                continue
            found = True
            ar = max(common)
            value, (other, count) = own[ar], series[ar]
            difference = Decimal(repr(value)) - round(Decimal(other), 12)
            error = values.errors.get((kpi, enhet, ar, "T"))
            sides = kpi in SURVEY and name != "Länet"
            good = judgement["sign"] * difference > 0
            base = goal["basar"]
            whole = ar > base and not (goal["brott"] and (ar < goal["brott"]) != (base < goal["brott"]))
            theirs.append({
                "kpi": kpi, "jamforelse": name, "ar": ar, "varde": value, "andras": other, "omraden": count,
                "skillnad": difference,
                "skillnad_low": None if error is None else value - other - Z * error,
                "utfall": "bedöms inte" if sides else "lika" if round(difference, 9) == 0
                else "ingen säkerställd skillnad" if error is not None and abs(difference) <= Z * error
                else ("bättre" if good else "sämre") + (" som talen är" if error is None else ""),
                "forandring": value - own[base] if whole and base in own else None,
                "andras_forandring": other - series[base][0] if whole and base in series else None,
            })  # fmt: skip
        if not found:
            nothing = dict.fromkeys(("ar", "varde", "andras", "omraden", "skillnad", "skillnad_low", "forandring",
                                     "andras_forandring"))  # fmt: skip
            theirs.append({"kpi": kpi, "jamforelse": None, "utfall": "bedöms inte"} | nothing)
    columns = [name for name in theirs[0] if name not in ("kpi", "jamforelse")]
    same(answer("mal_jamforelse", enhet=enhet), theirs, ["kpi", "jamforelse"], columns)


@pytest.mark.parametrize("enhet", ["0017", "1780", "1762"])
def test_the_gap_between_the_sexes(answer, lake, errors, enhet):
    values = Values(lake, errors)
    theirs = []
    for goal in lake.rows(GOALS, {"malset": "2022", "enhet": enhet}):
        kpi = goal["kpi"] or values.own.get(goal["mal"])
        if kpi == "N00925":
            continue
        places = [(kpi, enhet, "K"), (kpi, enhet, "M")]
        if kpi == "N00923":
            kpi, places = "N00925 och N00923", [("N00925", enhet, "T"), ("N00923", enhet, "T")]
        women, men = (values.of.get(place, {}) for place in places)
        span = SPAN.get(places[0][0], 1)
        base = goal["basar"]
        both = [
            ar for ar in women.keys() & men.keys()
            if ar - span + 1 > base and comparable(goal, kpi, ar)
        ]  # fmt: skip
        if not both or base not in women or base not in men:
            continue
        ar = max(both)
        then, now = (Decimal(repr(women[x])) - Decimal(repr(men[x])) for x in (base, ar))
        four = [values.errors.get((a, b, x, c)) for a, b, c in places for x in (base, ar)]
        margin = None if None in four else Z * math.hypot(*four)
        status = "kan inte bedömas"
        if margin is not None:
            status = "ingen säkerställd förändring"
            if abs(now - then) > margin:
                status = "minskar" if abs(now) < abs(then) else "ökar" if abs(now) > abs(then) else "byter riktning"
        theirs.append({
            "kpi": kpi, "bas_skillnad": then, "ar": ar, "skillnad": now, "forandring": abs(now) - abs(then),
            "marginal": margin, "status": status,
        })  # fmt: skip
    ours = [row for row in answer("mal_skillnader", enhet=enhet) if row["mellan"] == "kvinnor och män"]
    columns = ["bas_skillnad", "ar", "skillnad", "forandring", "marginal", "status"]
    same(ours, theirs, ["kpi"], columns)


def test_the_gap_between_municipalities(answer, lake, errors):
    """The spread without chance, and whether it changed by Pitman and Morgan's test."""
    values = Values(lake, errors)
    towns = [row["enhet"] for row in lake.rows("FROM enheter WHERE typ = 'K' AND enhet LIKE '17%'")]
    theirs = []
    for goal in lake.rows(GOALS, {"malset": "2022", "enhet": "0017"}):
        kpi, base = goal["kpi"] or values.own.get(goal["mal"]), goal["basar"]
        if goal["niva"] == "region":
            continue
        series = {unit: values.of.get((kpi, unit, "T"), {}) for unit in towns}
        candidates = {ar for x in series.values() for ar in x}
        for ar in sorted(candidates, reverse=True):
            who = [unit for unit in towns if base in series[unit] and ar in series[unit]]
            if ar - SPAN.get(kpi, 1) + 1 > base and comparable(goal, kpi, ar) and len(who) >= 8:
                break
        else:
            continue
        spread = []
        for year in (base, ar):
            xs = [series[unit][year] for unit in who]
            chance = [values.errors.get((kpi, unit, year, "T")) for unit in who]
            chance = 0 if None in chance else statistics.fmean(x * x for x in chance)
            spread.append((statistics.variance(xs), math.sqrt(max(statistics.variance(xs) - chance, 0))))
        then, now = ([series[unit][year] for unit in who] for year in (base, ar))
        r = statistics.correlation([b + a for a, b in zip(then, now)], [b - a for a, b in zip(then, now)])
        z = math.atanh(r) * math.sqrt(len(who) - 3)
        status = "ingen säkerställd förändring"
        if abs(z) > Z:
            status = "minskar" if spread[1][0] < spread[0][0] else "ökar"
        theirs.append({
            "kpi": kpi, "ar": ar, "kommuner": len(who), "bas_skillnad": spread[0][1], "skillnad": spread[1][1],
            "status": status,
        })  # fmt: skip
    ours = [row for row in answer("mal_skillnader") if row["mellan"] == "kommunerna"]
    same(ours, theirs, ["kpi"], ["ar", "kommuner", "bas_skillnad", "skillnad", "status"])


@pytest.mark.parametrize("enhet", ["0017", "1780", "1762"])
def test_what_a_raised_ambition_can_rest_on(answer, lake, errors, enhet):
    values = Values(lake, errors)
    units = {row["enhet"]: row["typ"] for row in lake.rows("FROM enheter")}
    towns = [unit for unit, kind in units.items() if kind == "K" and unit.startswith("17")]
    theirs = []
    for goal in lake.rows(GOALS, {"malset": "2022", "enhet": enhet}):
        row = judge(goal, values, None)
        kpi, base, sign = row["kpi"], goal["basar"], row["sign"]
        series = values.of.get((kpi, enhet, "T"), {})
        later = sorted(ar for ar in series if ar > base and comparable(goal, kpi, ar))
        expected = {"kpi": kpi, "nadd_sedan": None, "marginal": None, "riket": None, "kommuner_nadda": None,
                    "kommuner": None, "jamforbara": None, "basta_fjardedelen": None, "minsta_ambition": None,
                    "takt": None}  # fmt: skip
        judgements = [judge(goal | {"enhet": unit}, values, None) for unit in towns if goal["niva"] == "alla"]
        judgements = [x for x in judgements if x["ar"] is not None and x["ar"] > base]
        if judgements:
            expected["kommuner_nadda"] = sum(x["status"] == "nått" for x in judgements)
            expected["kommuner"] = sum(x["status"] != "kan inte bedömas" for x in judgements)
        if later:
            ar = later[-1]
            if row["malvarde"] is not None:
                since = None
                for x in reversed(later):
                    if sign * (Decimal(repr(series[x])) - row["malvarde"]) < 0:
                        break
                    since = x
                expected["nadd_sedan"] = since
                expected["marginal"] = sign * (Decimal(repr(series[ar])) - row["malvarde"])
            if row["forandring"] is not None:
                expected["takt"] = float(sign * row["forandring"]) / (ar - base)
            expected["riket"] = values.of.get((kpi, "0000", "T"), {}).get(ar)
            peers = sorted(
                sign * values.of[kpi, unit, "T"][ar] for unit, kind in units.items()
                if kind == units[enhet] and unit not in (enhet, "0000") and ar in values.of.get((kpi, unit, "T"), {})
            )  # fmt: skip
            if len(peers) >= 4:
                expected["jamforbara"] = len(peers)
                expected["basta_fjardedelen"] = sign * statistics.quantiles(peers, n=4, method="inclusive")[2]
            error = values.errors.get((kpi, enhet, ar, "T"))
            expected["minsta_ambition"] = None if error is None else (Z + Z80) * math.sqrt(2) * error
        theirs.append(expected)
    ours = answer("mal_underlag", enhet=enhet)
    same(ours, theirs, ["kpi"], [name for name in theirs[0] if name != "kpi"])
    for row in ours:
        assert ("kan höjas" in row["underlag"]) <= (row["status"] == "nått"), row


@pytest.mark.parametrize("query", ["mal", "mal_serie", "mal_jamforelse", "mal_skillnader", "mal_underlag"])
def test_a_wrong_area_or_set_is_told(program, query):
    for given in ("enhet=9999", "malset=1999", "enhet="):
        done = program.run("query", query, "--param", given, code=None)
        assert done.returncode != 0 and given.split("=")[0] in done.stderr, given


@pytest.fixture(scope="module")
def later(program, tmp_path_factory):
    """A workspace with one more set of goals: raised ambitions against 2023, after the break of 2023."""
    workspace = tmp_path_factory.mktemp("later") / "demo"
    shutil.copytree(program.workspace, workspace)
    delivered = workspace / "data/deliveries/malset/malset.csv"
    with open(delivered, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {"malset": "2026", "basar": "2023", "malar": "2026"}
        if row["ambition"] and row["ambition_enhet"] == "procentenheter":
            row["ambition"] = str(float(row["ambition"]) + 1)
    # A goal turned round, and one for the county only.
    rows[3] |= {"riktning": "minska"}
    rows[4] |= {"niva": "region"}
    with open(delivered.with_name("malset_2026.csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    changed = Program(program.binary, workspace)
    changed.run("refresh")
    return changed


@pytest.mark.parametrize("malset", ["2022", "2026"])
def test_each_version_of_the_goals_is_judged_by_its_own(later, tmp_path, malset):
    """A baseline after the break is compared with the years after it, and the older version stays as it was."""
    lake = opened(later.workspace, "parquet")
    Values(lake)
    errors = errors_of(lake, later)
    ours = [{"malset": malset} | row for row in answers(later, tmp_path)("mal", malset=malset)]
    same(ours, judged(lake, malset, None, None, errors), KEY, COLUMNS)
    if malset == "2026":
        users = [row for row in ours if row["kpi"] == "U21454" and row["status"] != "kan inte bedömas"]
        assert users and all((row["basar"], row["ar"]) == (2023, 2024) for row in users)
        # Three-year means share years with 2023 until 2026.
        falls = {row["skal"] for row in ours if row["kpi"] == "N20402" and row["basvarde"]}
        assert falls == {"medelvärdet delar år med basårets"}
        assert {row["enhet"] for row in ours if row["kpi"] == "N17461"} == {"0017"}
