"""Needs groups: the queries against R's survey package, DuckDB and the influence of every answer.

Everything shows on 5 000 persons (about 2 500 answers in a wave) except that loneliness and
other needs differ between small groups: what is planted about mental wellbeing by sex and age
is asked for within its standard errors.
"""

import csv
import math
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from comparison import close, from_r, same
from lake import opened
from sample import Sample
from scipy import stats

KEY = ["kriterium", "grupptyp", "grupp"]
DIVISIONS = {
    "Alla": [],
    "Kön": ["kon"],
    "Ålder": ["aldersgrupp"],
    "Kön och ålder": ["kon", "aldersgrupp"],
    "Utbildning": ["utbildning"],
    "Ekonomi": ["ekonomi"],
    "Bakgrund": ["bakgrund"],
}

@pytest.mark.parametrize("ar, kommun", [(2022, None), (2017, None), (2022, "1780")])
def test_shares_errors_and_intervals_are_those_of_r(answer, program, tmp_path, ar, kommun):
    lake = opened(program.workspace, "parquet")
    given = {"ar": ar} | ({"kommun": kommun} if kommun else {})
    theirs = from_r(lake, tmp_path, ar, kommun)
    same(answer("behovsgrupper", **given), theirs, KEY, ["andel", "andel_se", "andel_low", "andel_high", "n"])


def test_sizes_and_over_representation_are_those_of_duckdb(answer, lake):
    theirs = []
    for division, columns in DIVISIONS.items():
        name = " || ' ' || ".join(columns) or "'Alla'"
        theirs += lake.rows(
            f"""
            WITH grupper AS (
                SELECT
                    kriterium,
                    {name} AS grupp,
                    sum(design_weight * utfall) AS personer,
                    sum(design_weight) AS alla
                FROM behov
                WHERE ar = 2022 AND utfall IS NOT NULL
                GROUP BY ALL
            ),
            lanet AS (
                SELECT kriterium, sum(design_weight * utfall) AS personer, sum(design_weight) AS alla
                FROM behov
                WHERE ar = 2022 AND utfall IS NOT NULL
                GROUP BY ALL
            )
            SELECT
                kriterium,
                '{division}' AS grupptyp,
                grupp,
                g.personer,
                CASE WHEN '{division}' <> 'Alla'
                    THEN 100 * (l.personer - g.personer) / (l.alla - g.alla) END AS ovriga,
                -- Where nobody else has the need there is nothing to be over-represented against.
                CASE WHEN '{division}' <> 'Alla' AND (l.personer - g.personer) / l.alla > 1e-9
                    THEN (g.personer / g.alla) / ((l.personer - g.personer) / (l.alla - g.alla))
                END AS overrepresentation
            FROM grupper AS g
            JOIN lanet AS l USING (kriterium)
            WHERE grupp IS NOT NULL
            """
        )
    same(answer("behovsgrupper", ar=2022), theirs, KEY, ["personer", "ovriga", "overrepresentation"])


# Each need, and what has to be answered to know of it.
NEEDS = {
    "Nedsatt psykiskt välbefinnande": ("psykiskt_valbefinnande = 'Dåligt'", ["psykiskt_valbefinnande"]),
    "Ensamhet": ("ensamhet = 'Ofta'", ["ensamhet"]),
    "Ekonomisk stress": ("lopande_utgifter LIKE 'Ja%'", ["lopande_utgifter"]),
    "Avstått från vård": ("avstatt_vard = 'Ja'", ["avstatt_vard"]),
    "Stillasittande mer än 7 timmar": ("stillasittande SIMILAR TO 'Mer än (7|10).*'", ["stillasittande"]),
    "Daglig tobak": ("'Dagligen' IN (rokning, snus)", ["rokning", "snus"]),
    "Riskabla alkoholvanor": ("alkohol = 'Riskabla'", ["alkohol"]),
    "Låg tillit": ("tillit = 'Nej'", ["tillit"]),
    "Fetma": ("bmi_klass = 'Fetma'", ["bmi_klass"]),
    "Ingen att vända sig till": ("nagon_att_vanda_sig_till LIKE 'Nej%'", ["nagon_att_vanda_sig_till"]),
    "Dålig självskattad hälsa": ("halsa ILIKE '%dåligt'", ["halsa"]),
}


def test_needs_are_what_was_answered(lake):
    """Counted here from the answers, one by one; several at once only where every question was asked."""
    columns = ", ".join(
        f"CASE WHEN {need} THEN true WHEN {' AND '.join(f'{c} IS NOT NULL' for c in asked)} THEN false END AS b{i}"
        for i, (need, asked) in enumerate(NEEDS.values())
    )
    waves: dict[int, list[list]] = {}
    for row in lake.rows(f"SELECT ar, {columns} FROM liv_halsa"):
        waves.setdefault(row["ar"], []).append([row[f"b{i}"] for i in range(len(NEEDS))])
    expected = []
    for ar, answers in waves.items():
        for i, name in enumerate(NEEDS):
            expected.append({"ar": ar, "kriterium": name, "utfall": [row[i] for row in answers]})
        whole = all(any(row[i] is not None for row in answers) for i in range(len(NEEDS)))
        several = [
            None if not whole else True if row.count(True) >= 3 else False if row.count(False) > 8 else None
            for row in answers
        ]
        expected.append({"ar": ar, "kriterium": "Flera behov samtidigt", "utfall": several})
    for row in expected:
        known = [x for x in row.pop("utfall") if x is not None]
        row |= {"svar": len(known), "behov": sum(known) if known else None}
    ours = lake.rows("SELECT ar, kriterium, count(utfall) AS svar, sum(utfall) AS behov FROM behov GROUP BY ALL")
    same(ours, expected, ["ar", "kriterium"], ["svar", "behov"])
    asked = {row["ar"] for row in expected if row["kriterium"] == "Flera behov samtidigt" and row["svar"]}
    assert asked == {2012, 2017, 2022}


def test_what_a_wave_did_not_ask_is_no_row(answer):
    rows = answer("behovsgrupper", ar=2004)
    assert {"Ensamhet", "Flera behov samtidigt"}.isdisjoint(row["kriterium"] for row in rows)
    assert all(row["n"] is not None for row in rows)


def test_the_design_is_that_of_the_sample(lake):
    """Each criterion asks every respondent, so each has the whole sample's strata."""
    sample = "SELECT ar, stratum, count(*) AS n, any_value(stratumstorlek) AS N FROM liv_halsa GROUP BY ALL"
    wrong = lake.rows(
        f"""
        WITH urval AS ({sample}),
        behovens AS (
            SELECT ar, kriterium, design_stratum, count(*) AS n,
                any_value(design_psus) AS psus, any_value(design_fpc) AS fpc
            FROM behov GROUP BY ALL
        )
        SELECT kriterium, ar, count(*) AS n FROM behovens
        WHERE n <> psus OR fpc < psus GROUP BY ALL
        """
    )
    assert wrong == []
    strata = lake.rows(f"SELECT ar, count(*) AS strata, sum(n) AS svar FROM ({sample}) GROUP BY ar ORDER BY ar")
    found = lake.rows(
        "SELECT ar, count(DISTINCT design_stratum) AS strata, count(*) AS svar FROM behov"
        " WHERE kriterium = (SELECT min(kriterium) FROM behov) GROUP BY ar ORDER BY ar"
    )
    assert strata == found


def divided(samples: Sample, division: str) -> np.ndarray:
    """The group of every answer, None for those without one."""
    columns = [samples[name] for name in DIVISIONS[division]]
    if not columns:
        return np.array(["Alla"] * len(samples.weight), dtype=object)
    return np.array([None if None in row else " ".join(row) for row in zip(*columns)], dtype=object)


def of_one(lake, kriterium: str, ar: int) -> Sample:
    """The whole sample's answers about one need in one wave."""
    return Sample.read(lake, "SELECT * FROM behov WHERE kriterium = $k AND ar = $ar", {"k": kriterium, "ar": ar})


def hundred(value):
    return None if value is None else 100 * value


def finite(rows: list[dict]) -> None:
    """No infinity and no NaN anywhere."""
    for row in rows:
        for column, value in row.items():
            assert not isinstance(value, float) or math.isfinite(value), (column, row)


@pytest.mark.parametrize("ar, kommun", [(2022, None), (2017, "1780"), (2012, "1762")])
def test_limits_of_the_number_of_persons_come_from_the_influence_of_every_answer(answer, lake, ar, kommun):
    rows = answer("behovsgrupper", ar=ar, **({"kommun": kommun} if kommun else {}))
    finite(rows)
    seen = 0
    for kriterium in {row["kriterium"] for row in rows}:
        answers = of_one(lake, kriterium, ar)
        here = answers["kommun"] == kommun if kommun else np.ones(len(answers.weight), bool)
        for row in (row for row in rows if row["kriterium"] == kriterium):
            found = answers.group(here & (divided(answers, row["grupptyp"]) == row["grupp"]))
            assert found["n"] == row["n"], row
            if not row["n"]:
                continue
            assert close(row["personer"], found["total"]), row
            assert close(row["personer_low"], max(found["total_low"], 0)), (row, found)
            assert close(row["personer_high"], found["total_high"]), (row, found)
            seen += 1
    assert seen > 100


def compared(lake, folder: Path, sql: str) -> list[dict]:
    """Differences and ratios of two groups by R's survey package."""
    lake.rows(f"COPY ({sql}) TO '{folder}/svar.csv' (HEADER)")
    script = Path(__file__).with_name("behovsskillnader.R")
    subprocess.run(
        ["Rscript", "--vanilla", script, folder / "svar.csv", folder / "ut.csv"],
        check=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    with open(folder / "ut.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = ("kriterium", "grupp")
    return [
        {name: value if name in texts else None if value == "NA" else float(value) for name, value in row.items()}
        for row in rows
    ]


@pytest.mark.parametrize("division, column", [("Utbildning", "utbildning")])
def test_over_representation_is_that_of_r(answer, program, tmp_path, division, column):
    """Education crosses the strata, so a group and the others covary."""
    lake = opened(program.workspace, "parquet")
    theirs = compared(
        lake,
        tmp_path,
        f"""
        SELECT b.*, g.jamford, CASE WHEN {column} = g.jamford THEN 1 ELSE 0 END AS grupp
        FROM behov AS b CROSS JOIN (
            SELECT DISTINCT {column} AS jamford FROM behov WHERE {column} IS NOT NULL
        ) AS g
        WHERE b.ar = 2022
        """,
    )
    ours = answer("overrepresentation", ar=2022, grupptyp=division)
    finite(ours)
    columns = ["skillnad", "skillnad_se", "skillnad_low", "skillnad_high", "p", "kvot", "kvot_low", "kvot_high"]
    same(ours, theirs, ["kriterium", "grupp"], columns)


@pytest.mark.parametrize(
    "given", [{}, {"grupptyp": "Ekonomi"}, {"kommun": "1766", "ar": 2012}, {"grupptyp": "Bakgrund", "kommun": "1760"}],
    ids=str,
)  # fmt: skip
def test_over_representation_from_the_influence_of_every_answer(answer, lake, given):
    rows = answer("overrepresentation", **given)
    finite(rows)
    ar, kommun, division = given.get("ar", 2022), given.get("kommun"), given.get("grupptyp", "Kön och ålder")
    for kriterium in NEEDS | {"Flera behov samtidigt": None}:
        answers = of_one(lake, kriterium, ar)
        here = answers["kommun"] == kommun if kommun else np.ones(len(answers.weight), bool)
        groups = divided(answers, division)
        expected = {group for group in groups[here] if group is not None}
        mine = [row for row in rows if row["kriterium"] == kriterium]
        assert {row["grupp"] for row in mine} == expected
        for row in mine:
            one, other = here & (groups == row["grupp"]), here & (groups != row["grupp"])
            group, others = answers.group(one), answers.group(other)
            assert (row["n_grupp"], row["n_ovriga"]) == (group["n"], others["n"])
            assert row["n"] == min(group["n"], others["n"])
            assert close(row["andel"], hundred(group.get("p"))) and close(row["ovriga"], hundred(others.get("p")))
            found = answers.difference(one, other)
            assert close(row["skillnad"], hundred(found.get("difference"))), (row, found)
            if min(group["n"], others["n"]) < 2:
                assert row["bedomning"].startswith("kan inte sägas")
                continue
            assert close(row["skillnad_se"], hundred(found["se"])), (row, found)
            assert close(row["p"], found.get("p")) and close(row["minsta"], hundred(found.get("detectable")))
            assert close(row["personer_utover"], found["difference"] * group["size"])
            if found["se"] > 1e-12:
                for ours, theirs in [("kvot", "ratio"), ("kvot_low", "ratio_low"), ("kvot_high", "ratio_high")]:
                    assert close(row[ours], found.get(theirs)), (ours, row, found)
                certain = None not in (group["low"], others["low"]) and row["n"] >= 30
                judged = "kan inte sägas: för få" if not certain else "vanligare" if found["low"] > 0 else "ovanligare" if found["high"] < 0 else "kan inte sägas"
                assert row["bedomning"].startswith(judged), (row, found)


@pytest.mark.parametrize(
    "given", [{}, {"grupptyp": "Utbildning", "ar": 2017}, {"kommun": "1780", "grupptyp": "Kön"}], ids=str
)
def test_the_gap_to_the_best_off(answer, lake, given):
    rows = answer("behov_gap", **given)
    finite(rows)
    ar, kommun, division = given.get("ar", 2022), given.get("kommun"), given.get("grupptyp", "Kön och ålder")
    for kriterium in NEEDS | {"Flera behov samtidigt": None}:
        answers = of_one(lake, kriterium, ar)
        here = answers["kommun"] == kommun if kommun else np.ones(len(answers.weight), bool)
        groups = divided(answers, division)
        found = {group: answers.group(here & (groups == group)) for group in set(groups[here]) - {None}}
        enough = {group: one["p"] for group, one in found.items() if one["n"] >= 30}
        best = min(enough, key=lambda group: (enough[group], group)) if enough else None
        mine = [row for row in rows if row["kriterium"] == kriterium]
        assert {row["grupp"] for row in mine} == set(found)
        for row in mine:
            one = found[row["grupp"]]
            assert row["bast"] == best and row["n"] == one["n"]
            assert close(row["andel"], hundred(one.get("p")))
            if row["grupp"] == best:
                assert row["bedomning"] == "har det bäst" and row["gap"] is None
                continue
            if best is None or one["n"] < 2:
                assert row["bedomning"].startswith("kan inte sägas")
                continue
            gap = answers.difference(here & (groups == row["grupp"]), here & (groups == best))
            for ours, theirs in [("gap", "difference"), ("gap_se", "se"), ("gap_low", "low"), ("gap_high", "high")]:
                assert close(row[ours], 100 * gap[theirs]), (ours, row, gap)
            for ours, theirs in [("att_vinna", "difference"), ("att_vinna_low", "low"), ("att_vinna_high", "high")]:
                assert close(row[ours], gap[theirs] * one["size"])
            certain = None not in (one["low"], found[best]["low"]) and one["n"] >= 30
            assert (row["bedomning"] == "har det sämre") == (gap["low"] > 0 and certain)


def test_change_between_two_waves_is_that_of_r(answer, program, tmp_path):
    lake = opened(program.workspace, "parquet")
    waves = "SELECT *, 'Alla' AS jamford, CASE ar WHEN 2022 THEN 1 ELSE 0 END AS grupp FROM behov"
    theirs = compared(lake, tmp_path, f"{waves} WHERE ar IN (2012, 2022)")
    names = {"skillnad": "forandring", "skillnad_se": "forandring_se",
             "skillnad_low": "forandring_low", "skillnad_high": "forandring_high"}  # fmt: skip
    theirs = [{names.get(key, key): value for key, value in row.items()} for row in theirs]
    ours = answer("behov_forandring", fran=2012, till=2022)
    same(ours, theirs, ["kriterium", "grupp"], [*names.values(), "p"])


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"fran": 2004, "till": 2022, "grupptyp": "Kön och ålder", "relevant": 1.5},
        {"fran": 2012, "till": 2017, "kommun": "1780", "grupptyp": "Utbildning", "relevant": 20},
        {"till": 2008, "grupptyp": "Bakgrund"},
    ],
    ids=str,
)
def test_change_from_the_influence_of_every_answer(answer, lake, given):
    rows = answer("behov_forandring", **given)
    finite(rows)
    earlier = {2022: 2017, 2008: 2004}
    till = given.get("till", 2022)
    fran, kommun = given.get("fran", earlier.get(till)), given.get("kommun")
    relevant = given.get("relevant", 3.0)
    assert all((row["fran"], row["till"]) == (fran, till) for row in rows)
    expected = {}
    for row in rows:
        answers = Sample.read(
            lake, "SELECT * FROM behov WHERE kriterium = $k AND ar IN ($fran, $till)",
            {"k": row["kriterium"], "fran": fran, "till": till},
        )  # fmt: skip
        here = divided(answers, row["grupptyp"]) == row["grupp"]
        if kommun:
            here &= answers["kommun"] == kommun
        waves = answers["ar"].astype(int)
        before, after = answers.group(here & (waves == fran)), answers.group(here & (waves == till))
        assert (row["n_fran"], row["n_till"]) == (before["n"], after["n"])
        assert row["n"] == min(before["n"], after["n"])
        assert close(row["andel_fran"], hundred(before.get("p"))) and close(row["andel_till"], hundred(after.get("p")))
        found = answers.difference(here & (waves == till), here & (waves == fran))
        if min(before["n"], after["n"]) < 2 or found["se"] < 1e-12:
            assert row["bedomning"] == "kan inte bedömas" and row["skal"]
            continue
        for ours, theirs in [("forandring", "difference"), ("forandring_se", "se"), ("forandring_low", "low"),
                             ("forandring_high", "high"), ("minsta", "detectable")]:  # fmt: skip
            assert close(row[ours], 100 * found[theirs]), (ours, row, found)
        assert close(row["p"], found["p"])
        inside = -relevant <= 100 * found["low"] and 100 * found["high"] <= relevant
        verdict = (
            "kan inte bedömas" if None in (before["low"], after["low"]) or row["n"] < 30 else "oförändrat" if inside else "ökat" if found["low"] > 0 else "minskat" if found["high"] < 0
            else "kan inte bedömas"
        )  # fmt: skip
        assert row["bedomning"] == verdict, (row, found)
        assert (row["skal"] is None) == (verdict != "kan inte bedömas")
        expected[row["kriterium"], row["grupp"]] = found["p"]
    # Holm: step by step, as a loop.
    largest = 0.0
    for rank, key in enumerate(sorted(expected, key=lambda key: (expected[key], key))):
        largest = max(largest, (len(expected) - rank) * expected[key])
        ours = next(row["p_justerat"] for row in rows if (row["kriterium"], row["grupp"]) == key)
        assert math.isclose(ours, min(1, largest), rel_tol=1e-6, abs_tol=1e-12), key


def test_change_that_cannot_be_asked_for_says_why(answer):
    backwards = answer("behov_forandring", fran=2022, till=2012, kriterium="Fetma")
    assert [row["skal"] for row in backwards] == ["den undersökning som ska vara tidigare är det inte"]
    first = answer("behov_forandring", till=2004, kriterium="Fetma")
    assert [row["skal"] for row in first] == ["det finns ingen tidigare undersökning att jämföra med"]
    new = answer("behov_forandring", fran=2004, till=2022, kriterium="Ensamhet")
    assert [row["skal"] for row in new] == ["frågan ställdes inte den tidigare gången, eller ingen har svarat"]


@pytest.mark.parametrize("given", [{}, {"grupptyp": "Kön", "kommun": "1780"}, {"kriterium": "Ensamhet"}], ids=str)
def test_over_time_is_each_wave_by_itself(answer, given):
    """Each wave is what behovsgrupper says of it; a wave that did not ask has no row."""
    rows = answer("behov_over_tid", **given)
    division = given.get("grupptyp", "Alla")
    expected = []
    for ar in (2004, 2008, 2012, 2017, 2022):
        expected += [
            row for row in answer("behovsgrupper", **{**given, "grupptyp": division, "ar": ar}) if row["n"] > 0
        ]
    same(rows, expected, ["ar", "kriterium", "grupp"], ["andel", "andel_se", "andel_low", "andel_high", "personer", "n"])


@pytest.mark.parametrize(
    "given",
    [{}, {"kriterium": "Daglig tobak", "ar": 2017, "kon": "Män"}, {"kriterium": "Fetma", "aldersgrupp": "65–84 år"}],
    ids=str,
)
def test_every_kommun_from_the_influence_of_every_answer(answer, lake, given):
    rows = answer("behov_kommun", **given)
    finite(rows)
    names = {row["enhet"]: row["namn"] for row in lake.rows("SELECT enhet, namn FROM enheter")}
    answers = of_one(lake, given.get("kriterium", "Nedsatt psykiskt välbefinnande"), given.get("ar", 2022))
    here = np.ones(len(answers.weight), bool)
    for column in ("kon", "aldersgrupp"):
        if column in given:
            here &= answers[column] == given[column]
    assert [row["kommun"] for row in rows] == sorted(set(answers["kommun"][here]))
    for row in rows:
        one, other = here & (answers["kommun"] == row["kommun"]), here & (answers["kommun"] != row["kommun"])
        group, found = answers.group(one), answers.difference(one, other)
        assert row["namn"] == names[row["kommun"]] and row["n"] == group["n"]
        assert close(row["andel"], 100 * group["p"]) and close(row["andel_se"], hundred(group["se"]))
        assert close(row["andel_low"], hundred(group["low"])) and close(row["andel_high"], hundred(group["high"]))
        assert close(row["personer"], group["total"]) and close(row["personer_high"], group["total_high"])
        assert close(row["personer_low"], max(group["total_low"], 0))
        assert close(row["skillnad"], 100 * found["difference"])
        if group["n"] > 1:
            assert close(row["skillnad_low"], 100 * found["low"]) and close(row["skillnad_high"], 100 * found["high"])
            assert close(row["p"], found.get("p")) and close(row["minsta"], hundred(found.get("detectable")))
            certain = None not in (group["low"], found.get("p")) and group["n"] >= 30
            judged = (
                "kan inte sägas" if not certain or found["low"] <= 0 <= found["high"]
                else "vanligare" if found["low"] > 0 else "ovanligare"
            )  # fmt: skip
            assert row["bedomning"].startswith(judged), (row, found)


def test_a_question_that_was_not_asked_is_said_to_be(answer):
    for name in ("behov_kommun", "behov_gap", "overrepresentation", "behov_tillsammans"):
        rows = answer(name, kriterium="Ensamhet", ar=2004)
        assert rows and all(row["bedomning"].startswith("kan inte sägas: frågan ställdes inte") for row in rows)
        assert all(row["n"] == 0 for row in rows)


@pytest.mark.parametrize(
    "given", [{}, {"kriterium": "Fetma", "ar": 2012}, {"kriterium": "Ensamhet", "kommun": "1780"}], ids=str
)
def test_needs_that_go_together_from_the_influence_of_every_answer(answer, lake, given):
    """Each respondent's two answers are put side by side by number and wave in the survey itself."""
    rows = answer("behov_tillsammans", **given)
    finite(rows)
    chosen, ar = given.get("kriterium", "Nedsatt psykiskt välbefinnande"), given.get("ar", 2022)
    asked = {need: sql for need, (sql, _) in NEEDS.items() if need != chosen}
    assert {row["annat"] for row in rows} == set(asked)
    for row in rows:
        one, two = (
            f"CASE WHEN {NEEDS[need][0]} THEN 1 WHEN {' AND '.join(f'{c} IS NOT NULL' for c in NEEDS[need][1])}"
            " THEN 0 END"
            for need in (chosen, row["annat"])
        )
        answers = Sample.read(
            lake, f"SELECT *, {two} AS utfall, {one} AS forst FROM liv_halsa WHERE ar = $ar", {"ar": ar}
        )  # fmt: skip
        here = answers["kommun"] == given["kommun"] if "kommun" in given else np.ones(len(answers.weight), bool)
        first = answers["forst"]
        have, lack = here & (first == 1), here & (first == 0)
        with_, without = answers.group(have), answers.group(lack)
        assert (row["n_med"], row["n_utan"]) == (with_["n"], without["n"])
        assert close(row["andel_med"], hundred(with_.get("p"))) and close(row["andel_utan"], hundred(without.get("p")))
        if with_["n"] < 2:
            assert row["bedomning"].startswith("kan inte sägas")
            continue
        found = answers.difference(have, lack)
        for ours, theirs in [("skillnad", "difference"), ("skillnad_se", "se"), ("skillnad_low", "low")]:
            assert close(row[ours], 100 * found[theirs]), (ours, row, found)
        for ours, theirs in [("kvot", "ratio"), ("kvot_low", "ratio_low"), ("kvot_high", "ratio_high")]:
            assert close(row[ours], found.get(theirs)), (ours, row, found)
        both = answers.group(here & np.array([value is not None for value in first]))
        y = np.where(have & answers.answers(), answers.outcome(), 0.0)
        assert close(row["har_bada"], float(np.sum(answers.weight * y)))
        out = stats.t.ppf(0.975, answers.df) * math.sqrt(answers.variance(y))
        assert close(row["har_bada_high"], row["har_bada"] + out) and both["n"] == with_["n"] + without["n"]


def test_young_women_are_found_to_feel_worst(answer):
    """Planted: 35 per cent of women and 21 of men aged 18–29 in 2022, highest and rising."""
    planted = {
        "Män 18–29 år": 21, "Män 30–44 år": 17, "Män 45–64 år": 13, "Män 65–84 år": 8,
        "Kvinnor 18–29 år": 35, "Kvinnor 30–44 år": 24, "Kvinnor 45–64 år": 18, "Kvinnor 65–84 år": 11,
    }  # fmt: skip
    need = "Nedsatt psykiskt välbefinnande"
    rows = {row["grupp"]: row for row in answer("behovsgrupper", grupptyp="Kön och ålder", kriterium=need)}
    for group, share in planted.items():
        assert abs(rows[group]["andel"] - share) < 4 * rows[group]["andel_se"], group
    over = {row["grupp"]: row for row in answer("overrepresentation", kriterium=need)}
    assert max(over.values(), key=lambda row: row["kvot"])["grupp"] == "Kvinnor 18–29 år"
    assert over["Kvinnor 18–29 år"]["bedomning"] == "vanligare"
    assert over["Män 65–84 år"]["bedomning"] == "ovanligare"
    gap = {row["grupp"]: row for row in answer("behov_gap", kriterium=need)}
    assert gap["Kvinnor 18–29 år"]["bast"] in ("Män 65–84 år", "Kvinnor 65–84 år")
    assert gap["Kvinnor 18–29 år"]["gap_low"] > 0
    change = answer("behov_forandring", fran=2012, till=2022, kriterium=need, grupptyp="Kön och ålder")
    young = next(row for row in change if row["grupp"] == "Kvinnor 18–29 år")
    assert young["forandring_low"] < 19 < young["forandring_high"]


def test_economic_stress_falls_with_education(answer):
    shares = {
        row["grupp"]: row["andel"]
        for row in answer("behovsgrupper", grupptyp="Utbildning", kriterium="Ekonomisk stress", ar=2022)
    }
    assert shares["Förgymnasial"] > shares["Gymnasial"] > shares["Eftergymnasial"]
    gap = answer("behov_gap", grupptyp="Utbildning", kriterium="Ekonomisk stress", ar=2022)
    assert {row["bast"] for row in gap} == {"Eftergymnasial"}


def test_every_need_has_a_definition(answer, lake):
    rows = answer("begrepp")
    for row in rows:
        table = row["tabell"]
        years = lake.rows(
            f"SELECT ar, count(*) AS alla, count(utfall) AS svar FROM {table} WHERE kriterium = $k"
            " GROUP BY ar ORDER BY ar",
            {"k": row["kriterium"]},
        )
        asked = [year for year in years if year["svar"]]
        assert row["omgangar"] == ", ".join(str(year["ar"]) for year in asked)
        assert (row["senaste"], row["svar"]) == (asked[-1]["ar"], asked[-1]["svar"])
        assert close(row["saknas"], 100 * (1 - asked[-1]["svar"] / asked[-1]["alla"]))
        texts = ("fraga", "raknas", "raknas_inte", "okant", "forvaxla", "livsperspektiv", "utmaning", "kalla")
        assert all(row[text] and row[text].strip() == row[text] for text in texts)
    assert len({(row["tabell"], row["kriterium"]) for row in rows}) == len(rows)
    for table in ("behov", "behov_unga", "behov_elever"):
        needs = {row["kriterium"] for row in lake.rows(f"SELECT DISTINCT kriterium FROM {table}")}
        assert needs == {row["kriterium"] for row in rows if row["tabell"] == table}
    one = answer("begrepp", kalla="Elevhälsan", utmaning="Psykisk ohälsa")
    assert {row["kriterium"] for row in one} == {"Ofta eller alltid orolig", "Dålig självskattad hälsa", "Sover dåligt"}
