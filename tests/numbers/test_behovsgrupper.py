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
