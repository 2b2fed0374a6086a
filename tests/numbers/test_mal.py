"""The goals: the query against values found by DuckDB and judged in exact decimals."""

from decimal import Decimal

import pytest
from comparison import same

KEY = ["malset", "mal", "kpi", "enhet"]
COLUMNS = [
    "basar", "basvarde", "ar", "varde", "forandring", "matt",
    "ambition", "ambition_enhet", "malar", "malvarde", "status", "skal",
]  # fmt: skip

# Another way to the same values than the query's: aggregates, not windows and joins.
VALUES = """
SELECT
    m.malset, m.mal, m.kpi, m.riktning, m.inverterad, o.enhet, m.basar, m.malar,
    m.varde_enhet AS matt, m.ambition, m.ambition_enhet,
    max(v.ar) AS ar,
    arg_max(v.varde, v.ar) AS varde,
    (SELECT any_value(b.varde) FROM kolada AS b
     WHERE b.kpi = m.kpi AND b.enhet = o.enhet AND b.ar = m.basar AND b.kon = 'T') AS basvarde
FROM malset AS m
CROSS JOIN enheter AS o
LEFT JOIN kolada AS v
    ON v.kpi = m.kpi AND v.enhet = o.enhet AND v.kon = 'T' AND v.varde IS NOT NULL
    AND v.ar < coalesce(m.brott, 9999)
WHERE m.malset = $malset
    AND (o.enhet = $enhet OR ($enhet IS NULL AND (o.enhet = '0017' OR (o.typ = 'K' AND o.enhet LIKE '17%'))))
    AND (o.typ = 'L' OR m.niva <> 'region')
GROUP BY ALL
"""


def judged(lake, malset: str, enhet: str | None) -> list[dict]:
    """Each goal in each area it holds for, also those without values."""
    rows = lake.rows(VALUES, {"malset": malset, "enhet": enhet})
    return [row | judge(row) for row in rows]


def judge(row: dict) -> dict:
    """Change, target and status of one goal in one area."""
    # As printed: 73.1 less 71.1 is 2, whatever the binary fractions say.
    base, latest, ambition = (
        None if row[name] is None else Decimal(repr(row[name])) for name in ("basvarde", "varde", "ambition")
    )
    upwards = (row["riktning"] == "öka") != row["inverterad"]
    sign = 1 if upwards else -1
    change = None if base is None or latest is None else latest - base
    why = None
    if row["kpi"] is None:
        why = "nyckeltal saknas"
    elif latest is None:
        why = "värden saknas"
    elif base is None:
        why = "basårets värde saknas"
    elif row["ar"] <= row["basar"]:
        why = "värde efter basåret saknas"
    if why:
        status = "kan inte bedömas"
    elif ambition is not None and sign * change >= ambition:
        status = "nått"
    elif change == 0:
        status = "oförändrat"
    else:
        status = "rätt riktning" if sign * change > 0 else "fel riktning"
    return {
        "forandring": change,
        "malvarde": None if base is None or ambition is None else base + sign * ambition,
        "status": status,
        "skal": why,
    }


@pytest.mark.parametrize("enhet", [None, "0017", "1780", "0001"], ids=str)
def test_the_same_as_duckdb_and_decimals_say(answer, lake, enhet):
    given = {} if enhet is None else {"enhet": enhet}
    ours = [{"malset": "2022"} | row for row in answer("mal", **given)]
    same(ours, judged(lake, "2022", enhet), KEY, COLUMNS)


def test_an_indicator_that_counts_the_opposite_of_its_goal_should_fall(answer, lake):
    """U01413 counts *lack* of trust, so a fall is the right direction."""
    goal = lake.rows("SELECT riktning, inverterad FROM malset WHERE kpi = 'U01413'")[0]
    assert (goal["riktning"], goal["inverterad"]) == ("öka", True)
    rows = [row for row in answer("mal") if row["kpi"] == "U01413" and row["forandring"]]
    assert rows
    for row in rows:
        good = row["status"] in ("rätt riktning", "nått")
        assert good == (row["forandring"] < 0), row


def test_every_goal_of_the_set_is_answered(answer, lake):
    """Also the one without an indicator: it says that it cannot be judged, and why."""
    goals = {(row["mal"], row["kpi"]) for row in lake.rows("SELECT mal, kpi FROM malset WHERE malset = '2022'")}
    rows = answer("mal", enhet="0017")
    assert len(goals) == 26
    assert {(row["mal"], row["kpi"]) for row in rows} == goals
    without = [row for row in rows if row["kpi"] is None]
    assert [(row["status"], row["skal"], row["malar"]) for row in without] == [
        ("kan inte bedömas", "nyckeltal saknas", 2022)
    ]
