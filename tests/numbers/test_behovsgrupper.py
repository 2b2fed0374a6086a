"""Needs groups: the query against R's survey package, and against DuckDB."""

import pytest
from comparison import from_r, same
from lake import opened

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
