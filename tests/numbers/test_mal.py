"""The goals: the query against DuckDB, and against a reading of the definition in Python."""

import pytest
from comparison import same

KEY = ["malset", "kpi", "enhet"]
COLUMNS = ["basar", "basvarde", "ar", "varde", "forandring", "malvarde", "status"]


def judged(lake, malset: str, enhet: str | None) -> list[dict]:
    """Each goal in each area, judged in plain Python from the tables' rows."""
    areas = {row["enhet"]: row for row in lake.rows("SELECT enhet, typ FROM enheter")}
    series: dict[tuple, dict] = {}
    for row in lake.rows("SELECT kpi, enhet, ar, varde FROM kolada WHERE kon = 'T' AND varde IS NOT NULL"):
        series.setdefault((row["kpi"], row["enhet"]), {})[row["ar"]] = row["varde"]
    found = []
    for goal in lake.rows("SELECT * FROM malset WHERE malset = $malset", {"malset": malset}):
        for (kpi, area), values in series.items():
            kind = areas.get(area, {}).get("typ")
            ours = area == "0017" or (kind == "K" and area.startswith("17"))
            wanted = area == enhet if enhet is not None else ours
            if kpi != goal["kpi"] or not wanted or (goal["niva"] != "alla" and kind != "L"):
                continue
            # A value after a break in the series cannot be set against the baseline.
            values = {ar: v for ar, v in values.items() if goal["brott"] is None or ar < goal["brott"]}
            if values:
                found.append({"malset": malset, "kpi": kpi, "enhet": area} | judge(goal, values))
    return found


def judge(goal: dict, values: dict[int, float]) -> dict:
    """Baseline, latest value, change, target and status of one goal in one area."""
    upwards = (goal["riktning"] == "öka") != goal["inverterad"]
    sign = 1 if upwards else -1
    latest = max(values)
    base = values.get(goal["basar"])
    change = None if base is None else values[latest] - base
    ambition = goal["ambition"]
    target = None if base is None or ambition is None else base + sign * ambition
    if base is None or latest <= goal["basar"]:
        status = "kan inte bedömas"
    elif ambition is not None and sign * change >= ambition:
        status = "nått"
    elif change == 0:
        status = "oförändrat"
    else:
        status = "rätt riktning" if sign * change > 0 else "fel riktning"
    return {
        "basar": goal["basar"],
        "basvarde": base,
        "ar": latest,
        "varde": values[latest],
        "forandring": change,
        "malvarde": target,
        "status": status,
    }


@pytest.mark.parametrize("enhet", [None, "0017", "1780"], ids=str)
def test_the_same_as_the_definition_read_in_python(answer, lake, enhet):
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


def test_every_goal_of_the_set_with_data_is_answered(answer, lake):
    expected = lake.rows(
        "SELECT DISTINCT m.kpi FROM malset AS m JOIN kolada AS k ON k.kpi = m.kpi AND k.enhet = '0017'"
        " AND k.kon = 'T' AND k.varde IS NOT NULL WHERE m.malset = '2022'"
    )
    kpis = {row["kpi"] for row in expected}
    assert len(kpis) >= 15
    assert {row["kpi"] for row in answer("mal", enhet="0017")} == kpis
