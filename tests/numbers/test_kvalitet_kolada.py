"""Quality as Kolada publishes it: the demo's values and real ones, looked up one by one."""

import pytest
from comparison import same

SEX = {"Totalt": "T", "Kvinnor": "K", "Män": "M"}
COLUMNS = ["varde", "lanet", "riket", "mot_riket", "matt", "hogt_ar", "serie", "skal"]


def looked_up(lake, given: dict) -> list[dict]:
    place, sex = given.get("enhet", "0017"), SEX[given.get("kon", "Totalt")]
    values = {
        (row["kpi"], row["enhet"], row["ar"]): row["varde"]
        for row in lake.rows(f"SELECT * FROM kolada WHERE kon = '{sex}' AND varde IS NOT NULL")
    }
    goals = lake.rows(
        "SELECT * FROM malset WHERE malset = $m AND grupp = $g AND kpi IS NOT NULL",
        {"m": given.get("malset", "2022"), "g": given.get("malgrupp", "God kvalitet")},
    )
    theirs = []
    for goal in goals:
        years = sorted(year for kpi, where, year in values if (kpi, where) == (goal["kpi"], place))
        years = [year for year in years if year >= given["fran"]] if "fran" in given else years[-1:]
        for year in years or [None]:
            here, county, country = (values.get((goal["kpi"], where, year)) for where in (place, "0017", "0000"))
            reason = None
            if here is None:
                only = goal["niva"] == "region" and place[:2] != "00"
                reason = "nyckeltalet finns bara för regionen" if only else "Kolada har inget värde för området"
            theirs.append(
                {
                    "kpi": goal["kpi"],
                    "ar": year,
                    "varde": here,
                    "lanet": county,
                    "riket": country,
                    "mot_riket": None if None in (here, country) else here - country,
                    "matt": goal["varde_enhet"],
                    "hogt_ar": "bra" if (goal["riktning"] == "öka") != goal["inverterad"] else "inte bra",
                    "serie": None
                    if goal["brott"] is None or year is None
                    else f"{'före' if year < goal['brott'] else 'efter'} metodbytet {goal['brott']}",
                    "skal": reason,
                }
            )
    return theirs


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"enhet": "1784", "fran": 2019, "kon": "Kvinnor"},
        {"enhet": "0000"},
        {"malgrupp": "Hållbart och uthålligt", "enhet": "1780"},
    ],
    ids=str,
)
def test_values_and_what_they_stand_beside(answer, lake, given):
    same(answer("kvalitet_kolada", **given), looked_up(lake, given), ["kpi", "ar"], COLUMNS)


def test_patients_are_asked_by_the_region_alone(answer):
    rows = {row["kpi"]: row for row in answer("kvalitet_kolada", enhet="1784")}
    assert {rows[kpi]["skal"] for kpi in ("U71455", "U71454", "U71452")} == {"nyckeltalet finns bara för regionen"}


@pytest.mark.parametrize("given", [{"enhet": "0180"}, {"enhet": "1480", "fran": 2012, "kon": "Män"}], ids=str)
def test_real_values(real_answer, real_lake, given):
    given = {"malset": "prov", "malgrupp": "Prov"} | given
    same(real_answer("kvalitet_kolada", **given), looked_up(real_lake, given), ["kpi", "ar"], COLUMNS)
