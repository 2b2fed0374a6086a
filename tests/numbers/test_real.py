"""The same queries on real data: NHANES, Synthea, Kolada and SCB."""

import csv
import json
from datetime import date

import pytest
from comparison import close, from_r, same
from lake import opened
from program import ROOT
from test_mal import COLUMNS, KEY, judged

SHARED = ROOT.parent / "shared/data"

# High, medium and low consumers.
MEASURES = ["personer", "andel_personer", "kostnad", "andel_kostnad", "medelkostnad", "andel_region", "andel_kommun"]
GROUPS = """
WITH ordnade AS (
    SELECT
        *,
        region + kommun AS kostnad,
        rank() OVER (PARTITION BY ar ORDER BY region + kommun DESC, person) AS rang,
        count(*) OVER (PARTITION BY ar) AS alla,
        sum(region + kommun) OVER (PARTITION BY ar) AS allas
    FROM personer
)
SELECT
    ar,
    CASE
        WHEN rang <= round(alla * $hog) THEN 'Hög'
        WHEN rang <= round(alla * ($hog + $medel)) THEN 'Medel'
        ELSE 'Låg'
    END AS grupp,
    count(*) AS personer,
    100.0 * count(*) / any_value(alla) AS andel_personer,
    sum(kostnad) AS kostnad,
    100.0 * sum(kostnad)::DOUBLE / any_value(allas)::DOUBLE AS andel_kostnad,
    sum(kostnad)::DOUBLE / count(*) AS medelkostnad,
    100.0 * sum(region)::DOUBLE / nullif(sum(kostnad), 0)::DOUBLE AS andel_region,
    100.0 * sum(kommun)::DOUBLE / nullif(sum(kostnad), 0)::DOUBLE AS andel_kommun
FROM ordnade
GROUP BY ALL
"""


def test_needs_groups_of_a_clustered_sample_are_those_of_r(real, real_answer, tmp_path):
    """NHANES: 31 units in 15 strata, whose numbers start again in each stratum."""
    theirs = from_r(opened(real.workspace, "parquet"), tmp_path, 2010)
    columns = ["andel", "andel_se", "andel_low", "andel_high", "n"]
    same(real_answer("behovsgrupper", ar=2010), theirs, ["kriterium", "grupptyp", "grupp"], columns)


@pytest.mark.parametrize(
    "case, division, group",
    [
        ("S0219", "Bakgrund", "Spansktalande"),
        ("S0221", "Bakgrund", "Svart"),
        ("S0224", "Ålder", "20–39 år"),
        ("S0226", "Ålder", "60 år och äldre"),
    ],
)
def test_estimates_are_those_of_the_reference_results(real_answer, case, division, group):
    """Computed elsewhere with R's survey package, before this project."""
    with open(SHARED / "survey/reference_results.csv", encoding="utf-8", newline="") as file:
        reference = next(row for row in csv.DictReader(file) if row["case_id"] == case)
    assert (reference["design"], reference["variable"]) == ("nhanes", "HI_CHOL")
    rows = real_answer("behovsgrupper", ar=2010, grupptyp=division)
    ours = next(row for row in rows if row["grupp"] == group)
    assert close(ours["andel"] / 100, float(reference["estimate"]))
    assert close(ours["andel_se"] / 100, float(reference["se"]))
    assert ours["n"] == int(reference["n_unweighted"])


def test_high_consumers_among_synthetic_patients(real_answer, real_lake):
    """Synthea: counted from the two files as delivered."""
    theirs = real_lake.rows(
        f"""
        WITH patienter AS (
            SELECT Id AS person, BIRTHDATE::DATE AS fodd, DEATHDATE::DATE AS avliden
            FROM read_csv('{SHARED}/synthea/patients.csv', all_varchar = true)
        ),
        kontakter AS (
            SELECT PATIENT AS person, year(START::DATE) AS ar, sum(TOTAL_CLAIM_COST::DECIMAL(14, 2)) AS kostnad
            FROM read_csv('{SHARED}/synthea/encounters.csv', all_varchar = true)
            GROUP BY ALL
        ),
        personer AS (
            SELECT a.ar, p.person, coalesce(k.kostnad, 0) AS kostnad
            FROM patienter AS p
            CROSS JOIN (SELECT DISTINCT ar FROM kontakter) AS a
            LEFT JOIN kontakter AS k ON k.person = p.person AND k.ar = a.ar
            WHERE year(p.fodd) <= a.ar AND coalesce(year(p.avliden) >= a.ar, true)
        )
        SELECT ar, count(*) AS personer, sum(kostnad) AS kostnad FROM personer GROUP BY ar
        """
    )
    totals: dict = {}
    for row in real_answer("hogkonsumenter", alder_min=0):
        total = totals.setdefault(row["ar"], {"ar": row["ar"], "personer": 0, "kostnad": 0})
        total["personer"] += row["personer"]
        total["kostnad"] += row["kostnad"]
    same(list(totals.values()), theirs, ["ar"], ["personer", "kostnad"])


@pytest.mark.parametrize("hog, medel", [(0.2, 0.3), (0.05, 0.45)])
def test_groups_of_synthetic_patients_are_those_of_duckdb(real_answer, real_lake, hog, medel):
    """Synthea: everybody ranked again by DuckDB. In the first years a twentieth of the patients is nobody."""
    real_lake.rows(
        "CREATE OR REPLACE TEMP TABLE personer AS"
        " SELECT ar, person, kostnad_region AS region, kostnad_kommun AS kommun FROM person_year"
    )
    theirs = real_lake.rows(GROUPS, {"hog": hog, "medel": medel})
    ours = real_answer("hogkonsumenter", alder_min=0, hog=hog, medel=medel)
    same([row for row in ours if row["personer"]], theirs, ["ar", "grupp"], MEASURES)
    assert all(row["skal"] for row in ours if not row["personer"])


@pytest.mark.parametrize("enhet", ["0180", "1280", "1480"])
def test_goals_on_real_values_of_kolada(real_answer, real_lake, enhet):
    ours = [{"malset": "prov"} | row for row in real_answer("mal", malset="prov", enhet=enhet)]
    same(ours, judged(real_lake, "prov", enhet), KEY, COLUMNS)


def test_every_cell_of_a_json_stat_answer_is_loaded(real_lake):
    """SCB's answer: read here by the definition of JSON-stat, last dimension fastest."""
    answer = json.loads((SHARED / "jsonstat/jsonstat2_scb_v2_TAB6471_data.json").read_text(encoding="utf-8"))
    codes = [
        sorted(answer["dimension"][name]["category"]["index"], key=answer["dimension"][name]["category"]["index"].get)
        for name in answer["id"]
    ]
    sex = {"TotSa": "Totalt", "1": "Män", "2": "Kvinnor"}
    theirs = []
    for place, value in enumerate(answer["value"]):
        cell = []
        for size, dimension in zip(reversed(answer["size"]), reversed(codes), strict=True):
            place, at = divmod(place, size)
            cell.insert(0, dimension[at])
        region, alder, kon, _, tid = cell
        month = date(int(tid[:4]), int(tid[5:]), 1)
        theirs.append({"region": region, "alder": alder, "kon": sex[kon], "manad": month, "antal": value})
    same(real_lake.rows("SELECT * FROM folkmangd"), theirs, ["region", "alder", "kon", "manad"], ["antal"])
