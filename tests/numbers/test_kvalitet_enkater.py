"""Pupils' answers against R's survey package; voices and representativeness against plain Python."""

import csv
import os
import subprocess
from math import sqrt
from pathlib import Path

import pytest
from comparison import same
from lake import opened
from test_kvalitet import Z, share

NUMBERS = ["andel", "andel_se", "andel_low", "andel_high", "n"]


def from_r(lake, folder: Path, kommun: str) -> list[dict]:
    lake.rows(f"COPY (SELECT * FROM skolenkat) TO '{folder}/skolenkat.csv' (HEADER)")
    script = Path(__file__).with_name("kvalitet_skola.R")
    subprocess.run(
        ["Rscript", "--vanilla", script, folder / "skolenkat.csv", folder / "ut.csv", kommun],
        check=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    with open(folder / "ut.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["ar"] = int(row["ar"])
        for column in NUMBERS:
            row[column] = None if row[column] == "NA" else float(row[column])
    return rows


@pytest.mark.parametrize("kommun", ["", "1780"])
def test_pupils_answers_are_those_of_r(answer, program, tmp_path, kommun):
    lake = opened(program.workspace, "parquet")
    theirs = from_r(lake, tmp_path, kommun)
    given = {"kommun": kommun} if kommun else {}
    waves = sorted({row["ar"] for row in theirs})
    found = {(row["ar"], row["arskurs"], row["kon"], row["fraga"]): row for row in theirs}
    where = f"WHERE kommun = '{kommun}'" if kommun else ""
    pupils = lake.rows(
        "SELECT ar, arskurs, sum(n) AS svarande, sum(elever) AS elever FROM (SELECT ar, arskurs, kommun,"
        f" count(*) AS n, any_value(stratumstorlek) AS elever FROM skolenkat {where} GROUP BY ALL) GROUP BY ALL"
    )
    pupils = {(row["ar"], row["arskurs"]): row for row in pupils}
    for row in theirs:
        before = [year for year in waves if (year, row["arskurs"], row["kon"], row["fraga"]) in found]
        before = [year for year in before if year < row["ar"]]
        row |= {"ar_fore": None, "forandring": None, "forandring_low": None, "forandring_high": None}
        row["status"] = "första gången"
        if before:
            then = found[before[-1], row["arskurs"], row["kon"], row["fraga"]]
            row |= {"ar_fore": before[-1], "status": "för få svar"}
            if min(row["n"], then["n"]) >= 30 and (row["andel_se"] or 0) > 1e-9 and (then["andel_se"] or 0) > 1e-9:
                d, margin = row["andel"] - then["andel"], Z * sqrt(row["andel_se"] ** 2 + then["andel_se"] ** 2)
                row |= {"forandring": d, "forandring_low": d - margin, "forandring_high": d + margin}
                row["status"] = "högre" if d > margin else "lägre" if d < -margin else "går inte att säga"
        there = pupils[row["ar"], row["arskurs"]]
        everybody = row["kon"] == "Alla"
        row["elever"] = there["elever"] if everybody else None
        row["svarsfrekvens"] = 100 * there["svarande"] / there["elever"] if everybody else None
    key = ["arskurs", "kon", "fraga"]
    columns = [*NUMBERS, "ar_fore", "forandring", "forandring_low", "forandring_high", "status"]
    for year in waves:
        theirs_then = [row for row in theirs if row["ar"] == year]
        ours = [row for row in answer("kvalitet_skola", ar=year, **given) if row["n"]]
        same(ours, theirs_then, key, [*columns, "elever", "svarsfrekvens"])
    one = answer("kvalitet_skola", arskurs="Årskurs 9", fraga="Trygg i skolan", **given)
    assert {(row["arskurs"], row["fraga"], row["ar"]) for row in one} == {("Årskurs 9", "Trygg i skolan", waves[-1])}


FIGURES = {
    "Psykisk ohälsa": "Nedsatt psykiskt välbefinnande",
    "Den sårbara familjen": "Ekonomisk stress",
    "Riskbruk och riskbeteende": "Riskabla alkoholvanor",
    "Hälsosamma levnadsvanor": "Stillasittande mer än 7 timmar",
}


@pytest.mark.parametrize("given", [{}, {"kommun": "1780"}, {"utmaning": "Äldres hälsa", "typ": "Citat"}], ids=str)
def test_voices_beside_figures(answer, lake, given):
    """The figures are those of the needs groups and the user survey, found here by their own queries."""
    names = {row["enhet"]: row["namn"] for row in lake.rows("SELECT enhet, namn FROM enheter")}
    theirs = []
    for voice in lake.rows("SELECT * FROM roster"):
        if any(voice[key] != value for key, value in given.items()):
            continue
        if voice["typ"] == "Citat" and voice["samtycke"] not in ("Skriftligt", "Muntligt"):
            continue
        row = {"rost": voice["rost"], "lydelse": voice["lydelse"], "kalla": voice["kalla"], "siffrans_omrade": None}
        row |= dict.fromkeys(["siffra", "ar", "andel", "andel_se", "andel_low", "andel_high"]) | {"n": 0}
        if voice["utmaning"]:
            for place in (voice["kommun"], "0017"):
                here = {} if place == "0017" else {"kommun": place}
                if voice["utmaning"] in FIGURES:
                    need = FIGURES[voice["utmaning"]]
                    figures = answer("behovsgrupper", kriterium=need, grupptyp="Alla", **here)
                    name = f"{need}, invånare 18–84 år"
                else:
                    figures = answer("kvalitet", verksamhet="Hemtjänst", fraga="Trygghet", **here)
                    name = "Känner sig trygga, brukare med hemtjänst"
                if figures and figures[0]["n"] >= 30:
                    row |= {column: figures[0][column] for column in ("ar", *NUMBERS)}
                    row |= {"siffra": name, "siffrans_omrade": names[place]}
                    break
        theirs.append(row)
    columns = [column for column in theirs[0] if column != "rost"]
    same(answer("roster_bredvid_siffror", **given), theirs, ["rost"], columns)


def test_no_quote_without_consent(answer):
    for row in answer("roster_bredvid_siffror"):
        assert row["typ"] != "Citat" or row["samtycke"] in ("Skriftligt", "Muntligt")


@pytest.mark.parametrize("given", [{}, {"ar": 2012}], ids=str)
def test_respondents_and_population(answer, lake, given):
    year = given.get("ar", 2022)
    names = {row["enhet"]: row["namn"] for row in lake.rows("SELECT enhet, namn FROM enheter")}
    counts: dict = {}

    def add(row: dict, what: str, amount: float) -> None:
        age = row["alder"]
        ages = "18–29 år" if age < 30 else "30–44 år" if age < 45 else "45–64 år" if age < 65 else "65–84 år"
        groups = [("Kön", row["kon"]), ("Ålder", ages), ("Kommun", names[row["kommun"]])]
        if age >= 25 and row["utbildning"]:
            groups.append(("Utbildning, 25–84 år", row["utbildning"]))
        for key in groups:
            cell = counts.setdefault(key, {"svar": 0, "vikt": 0.0, "befolkning": 0})
            cell[what] += amount

    for row in lake.rows(f"SELECT * FROM liv_halsa WHERE ar = {year}"):
        add(row, "svar", 1)
        add(row, "vikt", row["vikt"])
    for row in lake.rows(f"SELECT * FROM befolkning WHERE ar = {year} AND alder BETWEEN 18 AND 84"):
        if row["status"] not in ("avliden", "utflyttad"):
            add(row, "befolkning", 1)
    theirs = []
    for (division, group), cell in counts.items():
        whole = {
            what: sum(other[what] for (of, _), other in counts.items() if of == division)
            for what in ("svar", "vikt", "befolkning")
        }
        known = whole["befolkning"] > 0
        asked, weighted = 100 * cell["svar"] / whole["svar"], 100 * cell["vikt"] / whole["vikt"]
        there = 100 * cell["befolkning"] / whole["befolkning"] if known else None
        theirs.append(
            {
                "fordelning": division,
                "grupp": group,
                "svar": cell["svar"],
                "andel_svarande": asked,
                "andel_vagd": weighted,
                "befolkning": cell["befolkning"] if known else None,
                "andel_befolkning": there,
                "skillnad": asked - there if known else None,
                "kvar": weighted - there if known else None,
                "skal": None if known else "befolkningsregistret har inte det året",
            }
        )
    columns = [column for column in theirs[0] if column not in ("fordelning", "grupp")]
    same(answer("representativitet", **given), theirs, ["fordelning", "grupp"], columns)


def test_weights_restore_what_they_know(answer):
    """The weights are made of kommun, sex and age: weighted, the respondents are as the residents."""
    rows = answer("representativitet")
    assert all(abs(row["kvar"]) < 0.5 for row in rows if row["fordelning"] in ("Kön", "Ålder", "Kommun"))
    assert max(abs(row["skillnad"]) for row in rows) > 2


def test_the_share_here_is_the_one_of_the_user_survey():
    """What these tests borrow does what it says."""
    assert share([5, 4, 3, None])["andel"] == pytest.approx(200 / 3)
