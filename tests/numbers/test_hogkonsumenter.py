"""High, medium and low consumers: the query against DuckDB, from the deliveries' tables."""

import pytest
from comparison import same

KEY = ["ar", "grupp"]
COLUMNS = [
    "personer",
    "andel_personer",
    "kostnad",
    "andel_kostnad",
    "medelkostnad",
    "andel_region",
    "andel_kommun",
]

# Priced and summed here from what was delivered, so that the derived table
# `person_year` is checked as well. A month of home care round the clock has a
# price of its own; months without a number cost nothing.
PERSONS = """
CREATE OR REPLACE TEMP TABLE personer AS
SELECT
    b.ar,
    b.person,
    coalesce(r.kostnad, 0) AS region,
    coalesce(k.kostnad, 0) AS kommun
FROM befolkning AS b
LEFT JOIN (
    SELECT person, year(datum) AS ar, sum(kostnad) AS kostnad FROM regionvard GROUP BY ALL
) AS r USING (person, ar)
LEFT JOIN (
    SELECT person, ar, sum(kostnad) AS kostnad
    FROM (
        SELECT
            i.person,
            i.ar,
            i.tjanst,
            sum(CASE
                WHEN i.mangdkod = 'Dygnet runt' THEN manad.pris
                WHEN i.mangdkod IS NULL THEN i.mangd::DECIMAL(10, 2) * styck.pris
            END)::DECIMAL(14, 2) AS kostnad
        FROM kommunvard AS i
        LEFT JOIN prislista AS styck
            ON (styck.kommun, styck.ar, styck.tjanst, styck.enhet) = (i.kommun, i.ar, i.tjanst, i.enhet)
        LEFT JOIN prislista AS manad
            ON (manad.kommun, manad.ar, manad.tjanst, manad.enhet) = (i.kommun, i.ar, i.tjanst, 'dygnet runt')
        GROUP BY ALL
    )
    GROUP BY ALL
) AS k USING (person, ar)
WHERE b.alder BETWEEN $alder_min AND coalesce($alder_max, 200)
    AND ($kommun IS NULL OR b.kommun = $kommun)
    AND ($ar IS NULL OR b.ar = $ar)
"""

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

DEFAULTS = {"ar": None, "alder_min": 65, "alder_max": None, "kommun": None, "hog": 0.2, "medel": 0.3}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ar": 2024},
        {"ar": 2021, "kommun": "1780"},
        {"alder_min": 0},
        {"alder_min": 18, "alder_max": 64, "hog": 0.1, "medel": 0.25},
    ],
    ids=str,
)
def test_the_same_from_duckdb(answer, lake, given):
    parameters = {**DEFAULTS, **given}
    persons = {name: parameters[name] for name in ("ar", "alder_min", "alder_max", "kommun")}
    lake.rows(PERSONS, persons)
    theirs = lake.rows(GROUPS, {name: parameters[name] for name in ("hog", "medel")})
    same(answer("hogkonsumenter", **given), theirs, KEY, COLUMNS)


def test_who_consumes_nothing_is_counted(answer, lake):
    """Everybody aged 65 or more is in one of the three groups, care or not."""
    everybody = lake.rows("SELECT count(*) AS n FROM befolkning WHERE ar = 2024 AND alder >= 65")[0]["n"]
    nothing = lake.rows(
        "SELECT count(*) AS n FROM person_year WHERE ar = 2024 AND alder >= 65 AND kostnad = 0"
    )[0]["n"]
    assert nothing > 0
    assert sum(row["personer"] for row in answer("hogkonsumenter", ar=2024)) == everybody


def test_the_demo_is_skewed_as_reality_is(answer):
    """A fifth of those aged 65 or more take about four fifths of the cost."""
    high = next(row for row in answer("hogkonsumenter", ar=2024) if row["grupp"] == "Hög")
    assert 72 < high["andel_kostnad"] < 88
