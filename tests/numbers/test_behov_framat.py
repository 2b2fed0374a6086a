"""Needs ahead: the share of every sex and age carried by the forecast, summed person by person.

The standard error comes from the influence of every answer, so that it holds the covariance
between the groups: there is none, for sex and age are part of the strata.
"""

import math

import numpy as np
import pytest
from comparison import close
from sample import Sample
from test_behovsgrupper import divided, finite

AGES = [(18, 30, "18–29 år"), (30, 45, "30–44 år"), (45, 65, "45–64 år"), (65, 85, "65–84 år")]


def age_group(age: int) -> str | None:
    return next((name for low, high, name in AGES if low <= age < high), None)


def populations(lake, version: str, scenario: str, kommun: str | None) -> tuple[int, dict]:
    """The first year, and persons by year, sex and age group: the register's and the forecast's."""
    start = lake.rows(
        "SELECT utgangsar FROM prognosantaganden WHERE version = $v AND scenario = $s", {"v": version, "s": scenario}
    )[0]["utgangsar"]
    found: dict = {}
    register = lake.rows(
        "SELECT ar, kommun, kon, alder, 1.0 AS antal FROM befolkning WHERE status IN ('bosatt', 'inflyttad')"
        " AND ar = $ar", {"ar": start},
    )  # fmt: skip
    forecast = lake.rows(
        "SELECT * FROM prognos WHERE version = $v AND scenario = $s", {"v": version, "s": scenario}
    )
    for row in register + forecast:
        group = age_group(row["alder"])
        if group and (kommun is None or row["kommun"] == kommun):
            key = row["ar"], row["kon"], group
            found[key] = found.get(key, 0) + float(row["antal"])
    return start, found


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"till": 2033, "scenario": "Låg inflyttning", "undersokning": 2017},
        {"version": "2023", "grupptyp": "Kön", "kriterium": "Fetma"},
        {"kommun": "1780", "grupptyp": "Ålder", "till": 2040},
        {"kommun": "1780", "andelar": "Länet", "grupptyp": "Kön och ålder", "till": 2035},
    ],
    ids=str,
)
def test_needs_ahead_are_summed_again(answer, lake, given):
    rows = answer("behov_framat", **given)
    finite(rows)
    kommun, division = given.get("kommun"), given.get("grupptyp", "Alla")
    start, people = populations(lake, given.get("version", "2025"), given.get("scenario", "Huvudalternativ"), kommun)
    years = {key[0] for key in people}
    last = max(years)
    wanted = {given["till"]} if "till" in given else {year for year in years if year % 5 == 0} | {last}
    assert {row["ar"] for row in rows} == wanted | {start}
    assert all(row["utgangsar"] == start for row in rows)
    for kriterium in {row["kriterium"] for row in rows}:
        ar = given.get("undersokning", 2022)
        answers = Sample.read(
            lake, "SELECT * FROM behov WHERE kriterium = $k AND ar = $ar", {"k": kriterium, "ar": ar}
        )  # fmt: skip
        everyone = np.ones(len(answers.weight), bool)
        here = answers["kommun"] == kommun if kommun and given.get("andelar") != "Länet" else everyone
        groups = divided(answers, "Kön och ålder")
        shares = {
            (kon, aldersgrupp): answers.share(here & (groups == f"{kon} {aldersgrupp}"))
            for kon in ("Kvinnor", "Män") for _, _, aldersgrupp in AGES
        }  # fmt: skip
        mine = [row for row in rows if row["kriterium"] == kriterium]
        names = {
            cell: {"Alla": "Alla", "Kön": cell[0], "Ålder": cell[1], "Kön och ålder": " ".join(cell)}[division]
            for cell in shares
        }
        assert {row["grupp"] for row in mine} == set(names.values())
        for row in mine:
            cells = [cell for cell, name in names.items() if name == row["grupp"]]
            now = {cell: people[(start, *cell)] for cell in cells}
            then = {cell: people[(row["ar"], *cell)] for cell in cells}
            folk = sum(then.values())
            assert close(row["folkmangd"], folk)
            assert row["n"] == sum(shares[cell][2].sum() for cell in cells)
            persons = sum(then[cell] * shares[cell][0] for cell in cells)
            before = sum(now[cell] * shares[cell][0] for cell in cells)
            se = math.sqrt(answers.variance(sum(then[cell] * shares[cell][1] for cell in cells)))
            assert close(row["personer"], persons) and close(row["andel"], 100 * persons / folk)
            assert close(row["andel_se"], 100 * se / folk), (row, se)
            p = persons / folk
            if 1e-9 < p < 1 - 1e-9:
                out = math.exp(1.96 * se / folk / (p * (1 - p)))
                low, high = (folk * p * side / (1 - p + p * side) for side in (1 / out, out))
                assert close(row["personer_low"], low) and close(row["personer_high"], high)
                assert close(row["andel_low"], 100 * low / folk) and close(row["andel_high"], 100 * high / folk)
            else:
                assert row["personer_low"] is None and row["andel_high"] is None
            assert row["skal"] is None
            if row["ar"] == start:
                assert row["forandring"] is None and row["av_antal"] is None
                continue
            change_se = math.sqrt(
                answers.variance(sum((then[cell] - now[cell]) * shares[cell][1] for cell in cells))
            )
            assert close(row["forandring"], persons - before)
            assert close(row["forandring_low"], persons - before - 1.96 * change_se)
            assert close(row["forandring_high"], persons - before + 1.96 * change_se)
            # More or fewer people of the same mix; then another mix among as many people.
            more = before / sum(now.values()) * (folk - sum(now.values()))
            mix = sum(
                folk * (then[cell] / folk - now[cell] / sum(now.values())) * shares[cell][0] for cell in cells
            )
            assert math.isclose(row["av_antal"], more, rel_tol=1e-9, abs_tol=1e-6)
            assert math.isclose(row["av_alder"], mix, rel_tol=1e-9, abs_tol=1e-6)
            assert math.isclose(row["av_antal"] + row["av_alder"], row["forandring"], rel_tol=1e-9, abs_tol=1e-6)


def test_what_cannot_be_carried_ahead_says_why(answer):
    missing = answer("behov_framat", version="2023", scenario="Låg inflyttning")
    assert [row["skal"] for row in missing] == ["den versionen av prognosen har inte det scenariot"]
    not_asked = answer("behov_framat", undersokning=2004, kriterium="Ensamhet", till=2030)
    assert {row["skal"] for row in not_asked} == {"frågan ställdes inte, eller ingen har svarat"}
    assert all(row["personer"] is None and row["forandring"] is None for row in not_asked)
    few = answer("behov_framat", kommun="1762", till=2030)
    finite(few)
    assert all(row["skal"] or row["personer"] is not None for row in few)


def test_the_assumptions_are_told(answer):
    for row in answer("behov_framat", kriterium="Ensamhet", scenario="Låg inflyttning"):
        assert "Version 2025, Låg inflyttning" in row["antaganden"]
        assert "femtedel färre inflyttade" in row["antaganden"] and "som 2022" in row["antaganden"]
