"""Children's and young people's needs: counted again from the registers and the school survey.

The planted shares show on 5 000 persons within their chance. That overweight at four doubles
caries at six asks for the full size: here only that the interval holds 2.0 is tested.
"""

import math
from collections import Counter

import numpy as np
import pytest
from comparison import close, same
from sample import Sample
from scipy.optimize import brentq
from scipy.stats import norm
from test_behovsgrupper import finite

Z = norm.ppf(0.975)

# Counted from the registers as they are, not from the long table: (need, register, age, when measured, who has it).
HEALTH_TALK = "elevhalsa"
AGES = {"Förskoleklass": 6, "Årskurs 4": 10, "Årskurs 8": 14, "Gymnasiet år 1": 16}
NEEDS = [
    ("Övervikt eller fetma vid 4 år", "barnhalsa", "viktklass", ("Övervikt", "Fetma"), 4),
    ("Rökning i hemmet vid 8 månader", "barnhalsa", "rokning", ("Ja",), 0),
    ("Avvikande språkundersökning vid 3 år", "barnhalsa", "sprak", ("Avvikande",), 3),
    ("Karies vid 3 år", "tandvard", "kariesfri", (False,), 3),
    ("Karies vid 6 år", "tandvard", "kariesfri", (False,), 6),
    ("Karies vid 12 år", "tandvard", "kariesfri", (False,), 12),
    ("Karies vid 19 år", "tandvard", "kariesfri", (False,), 19),
    ("Ofta eller alltid orolig", HEALTH_TALK, "oro", ("Ofta", "Alltid"), None),
    ("Dålig självskattad hälsa", HEALTH_TALK, "halsa", ("Dåligt", "Mycket dåligt"), None),
    ("Sover dåligt", HEALTH_TALK, "somn", ("Dåligt", "Mycket dåligt"), None),
    ("Frånvaro minst 15 procent", HEALTH_TALK, "franvaro", range(15, 101), None),
]
VISITS = {0: "8 mån", 3: "3 år", 4: "4 år"}


def measured(lake) -> list[dict]:
    """A row for each child, need and measurement: whether the child has it, or None."""
    found = []
    registers = {name: lake.rows(f"SELECT * FROM {name}") for name in ("barnhalsa", "tandvard", "elevhalsa")}
    for need, register, column, counted, age in NEEDS:
        for row in registers[register]:
            if register == "barnhalsa" and row["besok"] != VISITS[age]:
                continue
            if register == "tandvard" and row["alder"] != age:
                continue
            talk = register == HEALTH_TALK
            value = row[column]
            found.append(
                {
                    "kriterium": need,
                    "alder": AGES[row["arskurs"]] if talk else age,
                    "ar": int(row["lasar"][:4]) if talk else row["datum"].year,
                    "person": row["person"],
                    "kommun": row["kommun"],
                    "kon": row["kon"],
                    "utfall": None if value is None else value in counted,
                }
            )
    return found


@pytest.fixture(scope="module")
def children(lake):
    return measured(lake)


def score_limits(x: int, n: int) -> tuple:
    """Wilson's limits as what they are: the shares that a score test of x would just not refuse."""
    if n == 0:
        return None, None

    def test(p):
        return (x / n - p) ** 2 - Z**2 * p * (1 - p) / n

    # At nought and at one the share itself is a root, which is not the one that is sought.
    low = 0.0 if x == 0 else brentq(test, 0, min(x / n, 1 - 1e-6), xtol=1e-15)
    high = 1.0 if x == n else brentq(test, max(x / n, 1e-6), 1, xtol=1e-15)
    return low, high


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"grupptyp": "Alla", "ar": 2021, "kon": "Kvinnor"},
        {"grupptyp": "Kommun", "kriterium": "Karies vid 12 år"},
        {"grupptyp": "Kommun", "ar": 2023},
        {"grupptyp": "År", "kommun": "1780"},
    ],
    ids=str,
)
def test_registers_are_counted_again(answer, children, given):
    rows = answer("behov_unga", **given)
    finite(rows)
    division = given.get("grupptyp", "Kön")
    newest = {}
    for child in children:
        key = child["kriterium"], child["alder"]
        newest[key] = max(newest.get(key, 0), child["ar"])
    everyone, known, having = Counter(), Counter(), Counter()
    for child in children:
        if any(child[name] != given[name] for name in ("ar", "kommun", "kon", "kriterium") if name in given):
            continue
        if "ar" not in given and division != "År" and child["ar"] != newest[child["kriterium"], child["alder"]]:
            continue
        group = {"Alla": "Alla", "Kön": child["kon"], "Kommun": child["kommun"], "År": str(child["ar"])}[division]
        key = child["kriterium"], child["alder"], child["ar"], group
        everyone[key] += 1
        known[key] += child["utfall"] is not None
        having[key] += child["utfall"] is True
    expected = []
    for key, all_ in everyone.items():
        n, x = known[key], having[key]
        low, high = score_limits(x, n)
        expected.append(
            dict(zip(("kriterium", "alder", "ar", "grupp"), key))
            | {
                "matta": n, "med": x, "omatta": all_ - n,
                "andel": 100 * x / n if n else None,
                "andel_low": None if low is None else 100 * low,
                "andel_high": None if high is None else 100 * high,
                # Fewest of those with and those without; a group of nobody tells nothing of anybody.
                "minsta": min((part for part in (x, n - x) if part), default=0) if 0 < x < n else n,
            }
        )  # fmt: skip
    columns = ["matta", "med", "omatta", "andel", "andel_low", "andel_high", "minsta"]
    same(rows, expected, ["kriterium", "alder", "ar", "grupp"], columns)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"kon": "Kvinnor"},
        {"tidigare": "Sover dåligt", "senare": "Ofta eller alltid orolig"},
        {"tidigare": "Karies vid 3 år", "senare": "Karies vid 6 år"},
        {"senare": "Frånvaro minst 15 procent", "kommun": "1780"},
    ],
    ids=str,
)
def test_the_child_is_found_in_both_registers(answer, children, given):
    rows = answer("behov_unga_samband", **given)
    finite(rows)
    chosen = [
        ("Övervikt eller fetma vid 4 år", "Karies vid 6 år"),
        ("Rökning i hemmet vid 8 månader", "Avvikande språkundersökning vid 3 år"),
        ("Rökning i hemmet vid 8 månader", "Övervikt eller fetma vid 4 år"),
        ("Rökning i hemmet vid 8 månader", "Karies vid 3 år"),
        ("Avvikande språkundersökning vid 3 år", "Frånvaro minst 15 procent"),
        ("Ofta eller alltid orolig", "Frånvaro minst 15 procent"),
        ("Sover dåligt", "Frånvaro minst 15 procent"),
    ]
    if "tidigare" in given or "senare" in given:
        every = [need for need, *_ in NEEDS]
        chosen = [
            (before, after)
            for before in every for after in every
            if given.get("tidigare", before) == before and given.get("senare", after) == after
        ]  # fmt: skip
    by_need: dict = {need: {} for need, *_ in NEEDS}
    for child in children:
        if child["utfall"] is not None:
            by_need[child["kriterium"]].setdefault(child["person"], []).append(child)
    cells = Counter()
    for before, after in chosen:
        for person, first in by_need[before].items():
            for one in first:
                for two in by_need[after].get(person, []):
                    later = two["alder"] > one["alder"]
                    at_once = (two["alder"], two["ar"]) == (one["alder"], one["ar"]) and before != after
                    wanted = all(two[name] == given[name] for name in ("kon", "kommun") if name in given)
                    if (later or at_once) and wanted:
                        cells[before, one["alder"], after, two["alder"], one["utfall"], two["utfall"]] += 1
    expected = []
    for key in {cell[:4] for cell in cells}:
        a, b, c, d = (cells[(*key, one, two)] for one in (True, False) for two in (True, False))
        ratio = (a / (a + b)) / (c / (c + d)) if a and c else None
        out = math.exp(1.96 * math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))) if a and c else None
        with_, without = score_limits(a, a + b), score_limits(c, c + d)
        expected.append(
            dict(zip(("tidigare", "tidigare_alder", "senare", "senare_alder"), key))
            | {
                "barn_med": a + b, "barn_utan": c + d, "fall_med": a, "fall_utan": c,
                "andel_med": 100 * a / (a + b) if a + b else None,
                "andel_utan": 100 * c / (c + d) if c + d else None,
                "andel_med_low": 100 * with_[0] if a + b else None,
                "andel_utan_high": 100 * without[1] if c + d else None,
                "kvot": ratio, "kvot_low": ratio and ratio / out, "kvot_high": ratio and ratio * out,
                "minsta": min(part for part in (a, b, c, d) if part),
            }
        )  # fmt: skip
    nobody = [row for row in rows if row["senare_alder"] is None]
    assert {(row["tidigare"], row["senare"]) for row in nobody} == set(chosen) - {(key[0], key[2]) for key in cells}
    assert all("inget barn" in row["bedomning"] and row["minsta"] == 0 for row in nobody)
    rows = [row for row in rows if row not in nobody]
    columns = [name for name in expected[0] if not name.startswith(("tidigare", "senare"))]
    same(rows, expected, ["tidigare", "tidigare_alder", "senare", "senare_alder"], columns)
    for row in rows:
        judged = (
            "kan inte sägas" if min(row["fall_med"], row["fall_utan"]) < 5 or row["kvot_low"] <= 1 <= row["kvot_high"]
            else "vanligare" if row["kvot_low"] > 1 else "ovanligare"
        )  # fmt: skip
        assert row["bedomning"].startswith(judged), row


def near(share: float, n: int, planted: float) -> bool:
    """Within four standard errors."""
    return abs(share - planted) < 4 * math.sqrt(planted * (1 - planted) / n)


def test_worry_in_year_8_is_found(answer):
    planted = {"Män": [0.10, 0.10, 0.11, 0.11, 0.12], "Kvinnor": [0.24, 0.26, 0.28, 0.30, 0.32]}
    girls = boys = 0
    for i, ar in enumerate(range(2019, 2024)):
        rows = [row for row in answer("behov_unga", kriterium="Ofta eller alltid orolig", ar=ar) if row["alder"] == 14]
        for row in rows:
            assert near(row["andel"] / 100, row["matta"], planted[row["grupp"]][i]), row
        girls += sum(row["med"] for row in rows if row["grupp"] == "Kvinnor")
        boys += sum(row["med"] for row in rows if row["grupp"] == "Män")
    assert girls > boys


def test_absence_by_worry_is_found_at_the_child(answer):
    rows = [
        row
        for row in answer("behov_unga_samband")
        if row["tidigare"] == "Ofta eller alltid orolig" and row["nar"] == "samma år"
    ]
    assert {row["tidigare_alder"] for row in rows} == {6, 10, 14, 16}
    for cases, children, planted in [("fall_utan", "barn_utan", 0.06), ("fall_med", "barn_med", 0.21)]:
        n = sum(row[children] for row in rows)
        assert near(sum(row[cases] for row in rows) / n, n, planted)


def test_caries_after_overweight_is_found_at_the_child(answer):
    row = answer("behov_unga_samband", tidigare="Övervikt eller fetma vid 4 år", senare="Karies vid 6 år")[0]
    assert row["kvot"] is None or row["kvot_low"] < 2.0 < row["kvot_high"]


# Each need of the school survey, and its question.
ASKED = {
    "Nedstämd varje vecka": "nedstamd IN ('Varje vecka', 'Nästan varje dag')",
    "Mobbad i år": "mobbad IN ('Någon gång', 'Flera gånger')",
    "Otrygg i skolan": "trygg NOT IN ('Stämmer helt', 'Stämmer ganska bra')",
    "Sover mindre än 7 timmar": "NOT somn >= 7",
    "Snusar eller röker dagligen": "tobak = 'Dagligen'",
    "Dålig ekonomi i familjen": "ekonomi = 'Dålig'",
}


def test_each_need_of_the_school_survey_comes_from_its_question(lake):
    expected = []
    for need, question in ASKED.items():
        expected += lake.rows(
            f"""
            SELECT ar, arskurs, kommun, '{need}' AS kriterium, count(*) AS elever, count({question}) AS svar,
                count(*) FILTER (WHERE {question}) AS med, sum(vikt) AS vikt
            FROM skolenkat GROUP BY ALL
            """
        )
    ours = lake.rows(
        "SELECT ar, arskurs, kommun, kriterium, count(*) AS elever, count(utfall) AS svar,"
        " coalesce(sum(utfall), 0) AS med, sum(design_weight) AS vikt FROM behov_elever GROUP BY ALL"
    )
    same(ours, expected, ["ar", "arskurs", "kommun", "kriterium"], ["elever", "svar", "med", "vikt"])


@pytest.mark.parametrize(
    "given",
    [{}, {"grupptyp": "Ekonomi", "ar": 2021}, {"grupptyp": "Kommun", "kriterium": "Mobbad i år"}, {"grupptyp": "År"}],
    ids=str,
)
def test_the_school_survey_from_the_influence_of_every_answer(answer, lake, given):
    rows = answer("behov_elever", **given)
    finite(rows)
    division = given.get("grupptyp", "Kön och årskurs")
    seen = 0
    for row in rows:
        answers = Sample.read(
            lake, "SELECT * FROM behov_elever WHERE kriterium = $k AND ar = $ar",
            {"k": row["kriterium"], "ar": row["ar"]},
        )  # fmt: skip
        assert not (division == "Ekonomi" and row["kriterium"] == "Dålig ekonomi i familjen")
        names = {
            "Ekonomi": answers["ekonomi"], "Kommun": answers["kommun"], "År": answers["ar"].astype(str),
            "Kön och årskurs": np.array([f"{a}, {k}" for a, k in zip(answers["arskurs"], answers["kon"])]),
        }  # fmt: skip
        found = answers.group(names[division] == row["grupp"], adjust=True)
        assert row["n"] == found["n"], row
        if not found["n"]:
            continue
        seen += 1
        assert close(row["andel"], 100 * found["p"]), row
        assert close(row["elever"], found["total"])
        if found["n"] > 1:
            assert close(row["andel_se"], 100 * found["se"]), (row, found)
            assert close(row["andel_low"], None if found["low"] is None else 100 * found["low"]), (row, found)
            assert close(row["elever_high"], found["total_high"]), (row, found)
            assert close(row["elever_low"], max(found["total_low"], 0)), (row, found)
    assert seen


def test_low_mood_and_bullying_are_found(answer):
    planted = {("Årskurs 9, Män", 2019): 0.13, ("Årskurs 9, Män", 2021): 0.14, ("Årskurs 9, Män", 2023): 0.15,
               ("Årskurs 9, Kvinnor", 2019): 0.30, ("Årskurs 9, Kvinnor", 2021): 0.35,
               ("Årskurs 9, Kvinnor", 2023): 0.40}  # fmt: skip
    for (group, ar), share in planted.items():
        row = next(
            row for row in answer("behov_elever", ar=ar, kriterium="Nedstämd varje vecka") if row["grupp"] == group
        )
        assert near(row["andel"] / 100, row["n"], share), row
    for ar in (2019, 2021, 2023):
        for row in answer("behov_elever", ar=ar, kriterium="Mobbad i år", grupptyp="Ekonomi"):
            share = {"God": 0.07, "Varken god eller dålig": 0.10, "Dålig": 0.21}[row["grupp"]]
            assert near(row["andel"] / 100, row["n"], share), row
