"""Need beside consumption: the survey against R's survey package, the registers against NumPy."""

import csv
import os
import subprocess
from collections import defaultdict
from pathlib import Path

import numpy
import pytest
from comparison import same
from lake import opened
from scipy.stats import t

Z = 1.959963984540054
NEED = "Dålig självskattad hälsa"
KINDS = {
    "Region och kommun": ["primarvard", "oppenvard", "slutenvard", "hemtjanst", "sarskilt_boende", "korttid", "lss", "ifo"],
    "Region": ["primarvard", "oppenvard", "slutenvard"],
    "Kommun": ["hemtjanst", "sarskilt_boende", "korttid", "lss", "ifo"],
    "Primärvård": ["primarvard"],
    "Öppen specialistvård": ["oppenvard"],
    "Slutenvård": ["slutenvard"],
    "Hemtjänst och särskilt boende": ["hemtjanst", "sarskilt_boende"],
}
CASES = [
    {},
    {"konsumtion": "Öppen specialistvård"},
    {"kriterium": "Låg tillit", "konsumtion": "Primärvård"},
    {"kriterium": "Ensamhet", "konsumtion": "Slutenvård"},
    {"kriterium": "Nedsatt psykiskt välbefinnande", "konsumtion": "Hemtjänst och särskilt boende"},
    # A year without registers.
    {"kriterium": "Daglig tobak", "ar": 2017},
]
ALL_AGES = ["18–29 år", "30–44 år", "45–64 år", "65–84 år"]


@pytest.fixture(scope="module")
def by_r(program, tmp_path_factory):
    """What R says of a year and a need: a mapping from municipality, sex and age."""
    lake = opened(program.workspace, "parquet")
    asked = {}

    def run(ar: int, need: str) -> dict:
        if (ar, need) not in asked:
            folder = tmp_path_factory.mktemp("r")
            lake.rows(f"COPY (SELECT * FROM behov WHERE ar = {ar} AND kriterium = '{need}') TO '{folder}/in.csv' (HEADER)")
            subprocess.run(
                ["Rscript", "--vanilla", Path(__file__).with_name("behov_och_konsumtion.R"), folder / "in.csv", folder / "ut.csv"],
                check=True,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
            with open(folder / "ut.csv", encoding="utf-8", newline="") as file:
                asked[ar, need] = {
                    (row["kommun"], row["kon"], row["alder"]): {
                        name: None if row[name] == "NA" else float(row[name])
                        for name in ("n", "andel", "se", "low", "high", "standard", "standard_se")
                    }
                    for row in csv.DictReader(file)
                }
        return asked[ar, need]

    return run


def costs(lake, ar: int, kind: str) -> dict:
    """Every resident's cost, an array for each municipality, sex and age, and all of each."""
    amount = " + ".join(f"kostnad_{part}" for part in KINDS[kind])
    found = defaultdict(list)
    for row in lake.rows(f"SELECT kommun, kon, alder, {amount} AS kr FROM person_year WHERE ar = {ar}"):
        if 18 <= row["alder"] <= 84:
            age = ALL_AGES[sum(row["alder"] >= limit for limit in (30, 45, 65))]
            for kommun in (row["kommun"], "Länet"):
                for kon in (row["kon"], "Båda"):
                    for alder in (age, "Alla"):
                        found[kommun, kon, alder].append(float(row["kr"]))
    return {key: numpy.array(values) for key, values in found.items()}


def tells(values) -> bool:
    """Whether a sum tells of one person: fewer than five behind it, or one with most of it."""
    return values is not None and (1 <= (values > 0).sum() <= 4 or values.max() > values.sum() / 2)


def mean(values) -> tuple:
    """The mean with Student's limits, and its variance."""
    if values is None or len(values) < 2:
        return (None if values is None else float(values.mean()), None, None, None)
    variance = values.var(ddof=1) / len(values)
    half = t.ppf(0.975, len(values) - 1) * variance**0.5
    return values.mean(), values.mean() - half, values.mean() + half, variance


def side(low, high, whole) -> int | None:
    if low is None or whole is None:
        return None
    return 1 if low > whole else -1 if high < whole else 0


def wording(need: int | None, cost: int | None) -> str | None:
    if need is None or cost is None:
        return None
    if need == cost == 0:
        return "ingen säker skillnad"
    of_need = {1: "större behov", -1: "mindre behov", 0: "ingen säker skillnad i behov"}[need]
    of_cost = {1: "högre kostnad", -1: "lägre kostnad", 0: "ingen säker skillnad i kostnad"}[cost]
    return f"{of_need}, {of_cost}"


def ratio(a, b):
    return None if a is None or not b else a / b


def hundred(x):
    return None if x is None else 100 * x


@pytest.mark.parametrize("given", CASES, ids=str)
def test_municipalities_beside_each_other(answer, lake, by_r, given):
    ar, need = given.get("ar", 2022), given.get("kriterium", NEED)
    r = by_r(ar, need)
    money = costs(lake, ar, given.get("konsumtion", "Region och kommun"))
    ages = lake.rows(
        f"SELECT aldersgrupp, sum(vikt) AS w FROM liv_halsa WHERE ar = {ar} GROUP BY ALL ORDER BY aldersgrupp"
    )
    assert [row["aldersgrupp"] for row in ages] == ALL_AGES
    shares = [row["w"] / sum(row["w"] for row in ages) for row in ages]
    names = {row["enhet"]: row["namn"] for row in lake.rows("SELECT enhet, namn FROM enheter")}

    def standard_cost(kommun, kon):
        cells = [mean(money.get((kommun, kon, age))) for age in ALL_AGES]
        if any(cell[3] is None for cell in cells):
            return None, None, None
        middle = sum(w * cell[0] for w, cell in zip(shares, cells, strict=True))
        half = Z * sum(w * w * cell[3] for w, cell in zip(shares, cells, strict=True)) ** 0.5
        return middle, middle - half, middle + half

    everyone = {(kommun, kon): values for (kommun, kon, age), values in money.items() if age == "Alla"}
    anywhere = any(tells(values) for values in everyone.values())
    county_tells = any(tells(values) for (kommun, _), values in everyone.items() if kommun == "Länet")
    hidden_anywhere = False
    theirs = []
    for kommun, kon, age in r:
        if age != "Alla":
            continue
        survey, county = r[kommun, kon, age], r["Länet", kon, age]
        low = high = None
        if survey["standard"] is not None:
            low = max(survey["standard"] - Z * survey["standard_se"], 0)
            high = min(survey["standard"] + Z * survey["standard_se"], 1)
        everybody = money.get((kommun, kon, "Alla"))
        cost = mean(everybody)
        cost_standard, county_cost = standard_cost(kommun, kon), standard_cost("Länet", kon)[0]
        hidden = county_tells or (anywhere and kommun != "Länet")
        if hidden and everybody is not None:
            hidden_anywhere = True
            cost, cost_standard = (None, None, None, None), (None, None, None)
            county_cost = None if county_tells else county_cost
        of_need = side(low, high, county["standard"])
        of_cost = side(cost_standard[1], cost_standard[2], county_cost)
        theirs.append(
            {
                "kommun": None if kommun == "Länet" else kommun,
                "omrade": names.get(kommun, kommun),
                "kon": kon,
                "n": survey["n"],
                "andel": hundred(survey["andel"]),
                "andel_se": hundred(survey["se"]),
                "andel_low": hundred(survey["low"]),
                "andel_high": hundred(survey["high"]),
                "standard_andel": hundred(survey["standard"]),
                "standard_andel_low": hundred(low),
                "standard_andel_high": hundred(high),
                "personer": None if everybody is None else len(everybody),
                "kostnad": cost[0],
                "kostnad_low": cost[1],
                "kostnad_high": cost[2],
                "standard_kostnad": cost_standard[0],
                "standard_kostnad_low": cost_standard[1],
                "standard_kostnad_high": cost_standard[2],
                "behov_mot_lanet": ratio(survey["standard"], county["standard"]),
                "kostnad_mot_lanet": ratio(cost_standard[0], county_cost),
                "lage": None if kommun == "Länet" else wording(of_need, of_cost),
            }
        )
    assert hidden_anywhere == (anywhere and ar == 2022)
    ours = answer("behov_och_konsumtion", **given)
    same(ours, theirs, ["kommun", "kon"], [column for column in theirs[0] if column not in ("kommun", "kon")])
    assert len(ours) == 17 * 3
    assert [row["kommun"] for row in ours] == sorted((row["kommun"] for row in ours), key=lambda code: code or "")
    for row in ours:
        assert (row["standard_andel"] is None or row["standard_kostnad"] is None) == (row["skal"] is not None), row


@pytest.mark.parametrize("given", CASES, ids=str)
def test_ages_beside_each_other(answer, lake, by_r, given):
    ar, need = given.get("ar", 2022), given.get("kriterium", NEED)
    place = "Länet"
    r = by_r(ar, need)
    money = costs(lake, ar, given.get("konsumtion", "Region och kommun"))
    cells = {key[1:]: values for key, values in money.items() if key[0] == place}
    anywhere = any(tells(values) for values in cells.values())
    whole, whole_cost = r[place, "Båda", "Alla"]["andel"], mean(money.get((place, "Båda", "Alla")))[0]
    theirs = []
    for (kommun, kon, alder), survey in r.items():
        if kommun != place or survey["n"] == 0:
            continue
        everybody = money.get((place, kon, alder))
        cost = mean(everybody)
        assert not (alder == "Alla" and tells(everybody))
        if anywhere and alder != "Alla":
            cost = (None, None, None, None)
        part = (kon, alder) != ("Båda", "Alla")
        theirs.append(
            {
                "kon": kon,
                "alder": alder,
                "n": survey["n"],
                "andel": hundred(survey["andel"]),
                "andel_se": hundred(survey["se"]),
                "andel_low": hundred(survey["low"]),
                "andel_high": hundred(survey["high"]),
                "personer": None if everybody is None else len(everybody),
                "kostnad": cost[0],
                "kostnad_low": cost[1],
                "kostnad_high": cost[2],
                "behov_mot_alla": ratio(survey["andel"], whole) if part else None,
                "kostnad_mot_alla": ratio(cost[0], whole_cost) if part else None,
                "lage": wording(side(survey["low"], survey["high"], whole), side(cost[1], cost[2], whole_cost))
                if part
                else None,
            }
        )
    ours = answer("behov_och_konsumtion_alder", **given)
    same(ours, theirs, ["kon", "alder"], [column for column in theirs[0] if column not in ("kon", "alder")])
    assert [(row["kon"], row["alder"]) for row in ours] == sorted((row["kon"], row["alder"]) for row in ours)


def test_one_municipality_stands_beside_the_county(answer):
    everywhere = {(row["kommun"], row["kon"]): row for row in answer("behov_och_konsumtion")}
    ours = answer("behov_och_konsumtion", kommun="1780")
    assert [(row["kommun"], row["kon"]) for row in ours] == [
        (kommun, kon) for kommun in (None, "1780") for kon in ("Båda", "Kvinnor", "Män")
    ]
    same(ours, [everywhere[row["kommun"], row["kon"]] for row in ours], ["kommun", "kon"], ours[0])


def test_a_cost_that_tells_of_somebody_is_not_there(answer):
    """Home care of the young: a handful in the county. No other row lets it be computed."""
    rows = answer("behov_och_konsumtion_alder", konsumtion="Hemtjänst och särskilt boende")
    assert {row["alder"] for row in rows if row["kostnad"] is not None} == {"Alla"}
    assert all(row["skal"] for row in rows if row["kostnad"] is None)
    rows = answer("behov_och_konsumtion", konsumtion="Hemtjänst och särskilt boende")
    assert {row["kommun"] for row in rows if row["kostnad"] is not None} <= {None}
    rows = answer("behov_och_konsumtion", konsumtion="Primärvård")
    assert all(row["kostnad"] is not None for row in rows)


def test_what_was_not_asked_says_so(answer):
    for query in ("behov_och_konsumtion", "behov_och_konsumtion_alder"):
        rows = answer(query, ar=2004, kriterium="Ensamhet")
        assert rows
        assert all(row["n"] == 0 and row["andel"] is None and row["lage"] is None and row["skal"] for row in rows)


def test_young_women_have_the_largest_need_and_little_care(answer):
    """Planted: poor mental wellbeing is most common among women 18–29 (35 %); costs rise with age."""
    rows = {
        (row["kon"], row["alder"]): row
        for row in answer("behov_och_konsumtion_alder", kriterium="Nedsatt psykiskt välbefinnande")
    }
    ages = {key: row for key, row in rows.items() if "Båda" not in key and "Alla" not in key}
    young = rows["Kvinnor", "18–29 år"]
    assert max(ages.values(), key=lambda row: row["andel"]) is young
    assert young["andel_low"] < 35 < young["andel_high"]
    assert young["lage"] == "större behov, lägre kostnad"
    assert rows["Män", "65–84 år"]["lage"] == "mindre behov, högre kostnad"
