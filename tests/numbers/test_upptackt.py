"""Discovery: the search against R's survey package and p.adjust, against DuckDB, and what was planted.

The demo of the tests has about 1 900 answers a wave. There young women are found among those with poor mental
wellbeing, and those with the longest education among those who sit. With the answers of the whole county (6 300)
the line is "Kvinnor, 18–29 år" itself, and economic stress has lines by education in both directions of its fall.
"""

import csv
import itertools
import math
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from comparison import close, same
from lake import opened
from program import Program

BACKGROUNDS = [
    "kon",
    "aldersgrupp",
    "utbildning",
    "ekonomi",
    "bakgrund",
    "hushall",
    "sysselsattning",
    "boende",
    "funktionsnedsattning",
]
LEAST = 30
NUMBERS = [
    "n", "rest_n", "share", "rest", "difference", "se", "null_se", "df", "low", "high", "p", "population",
]


def searched(options="", where="ar IN (2017, 2022)", source="behov") -> str:
    """SQL that searches the needs by every background; `options` are those of the function."""
    struct = ", ".join(f"'{name}': {name}" for name in BACKGROUNDS)
    options = f", {{{options}}}" if options else ""
    return (
        f"SELECT unnest(survey_discovery(utfall, design, kriterium, ar, {{{struct}}}{options})) AS f"
        f" FROM {source} WHERE {where}"
    )


@pytest.fixture(scope="module")
def parquet(program):
    return opened(program.workspace, "parquet")


@pytest.fixture(scope="module")
def ask(program, tmp_path_factory):
    """Runs SQL: its rows, the fields of the struct without their prefix."""
    import pyarrow.parquet

    folder = tmp_path_factory.mktemp("sql")
    counter = itertools.count()

    def run(sql: str) -> list[dict]:
        out = folder / f"{next(counter)}.parquet"
        program.run("query", "--sql", sql, "--out", str(out))
        rows = pyarrow.parquet.read_table(out).to_pylist()
        return [{name.removeprefix("f_"): value for name, value in row.items()} for row in rows]

    return run


@pytest.fixture(scope="module")
def everything(ask):
    """Every group that was tried."""
    return ask(searched("'all': true"))


@pytest.fixture(scope="module")
def by_r(everything, parquet, tmp_path_factory):
    """A sample of the groups by R, and all adjusted p values."""
    folder = tmp_path_factory.mktemp("r")
    parquet.rows(f"COPY (SELECT * FROM behov WHERE ar = 2022) TO '{folder}/behov.csv' (HEADER)")
    # Every 97th, and those of the largest and the smallest excess.
    chosen = sorted({*range(0, len(everything), 97), *range(0, len(everything), 1200), len(everything) - 1})
    with open(folder / "groups.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "kriterium", "v1", "v2", "v3", "x1", "x2", "x3"])
        for place in chosen:
            row = everything[place]
            variables, values = row["variables"].split(", "), row["group"].split(", ")
            assert len(variables) == len(values) == row["depth"]
            lack = [""] * (3 - len(values))
            writer.writerow([place, row["outcome"], *variables, *lack, *values, *lack])
    with open(folder / "p.csv", "w", encoding="utf-8", newline="") as file:
        file.write("p\n" + "".join(f"{row['p']!r}\n" for row in everything))
    script = Path(__file__).with_name("upptackt.R")
    files = [folder / name for name in ("behov.csv", "groups.csv", "p.csv", "out.csv", "adjusted.csv")]
    subprocess.run(
        ["Rscript", "--vanilla", script, *files],
        check=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    read = lambda path: list(csv.DictReader(open(path, encoding="utf-8", newline="")))
    return read(files[3]), read(files[4])


def test_groups_are_compared_as_r_does(everything, by_r):
    compared, _ = by_r
    assert len(compared) > 100
    theirs = [{"id": int(row["id"]), **{name: float(row[name]) for name in NUMBERS}} for row in compared]
    ours = [{"id": row["id"], **everything[row["id"]]} for row in theirs]
    same(ours, theirs, ["id"], NUMBERS)


def test_p_values_are_adjusted_as_r_does(ask, everything, by_r):
    _, adjusted = by_r
    mild = ask(searched("'all': true, 'method': 'BH'"))
    assert len(adjusted) == len(everything) == len(mild) == everything[0]["tried_in_all"]
    for ours, milder, theirs in zip(everything, mild, adjusted):
        assert math.isclose(ours["q"], float(theirs["BY"]), rel_tol=1e-9, abs_tol=1e-300), ours
        assert math.isclose(milder["q"], float(theirs["BH"]), rel_tol=1e-9, abs_tol=1e-300), milder


def test_every_combination_is_tried_once(everything, parquet):
    """Counted in DuckDB: groups with enough answers on both sides are tried, the others are counted."""
    tried = {(row["outcome"], row["variables"], row["group"]): row["n"] for row in everything}
    assert len(tried) == len(everything)
    few = {row["outcome"]: row["few"] for row in everything}
    expected, too_few = {}, dict.fromkeys(few, 0)
    for depth in (1, 2, 3):
        for columns in itertools.combinations(BACKGROUNDS, depth):
            known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
            rows = parquet.rows(
                f"WITH svar AS (SELECT kriterium, concat_ws(', ', {', '.join(columns)}) AS grupp FROM behov"
                f" WHERE ar = 2022 AND utfall IS NOT NULL AND {known}),"
                f" grupper AS (SELECT kriterium, grupp, count(*) AS n FROM svar GROUP BY kriterium, grupp)"
                f" SELECT *, sum(n) OVER (PARTITION BY kriterium) AS alla FROM grupper"
            )
            for row in rows:
                if min(row["n"], row["alla"] - row["n"]) >= LEAST:
                    expected[row["kriterium"], ", ".join(columns), row["grupp"]] = row["n"]
                else:
                    too_few[row["kriterium"]] += 1
    assert tried == expected
    assert few == too_few


def test_what_is_derived_of_a_comparison(everything):
    for row in everything:
        assert close(row["difference"], row["share"] - row["rest"])
        assert close(row["excess"], row["difference"] * row["population"])
        assert close(row["excess_low"], row["low"] * row["population"])
        assert close(row["excess_high"], row["high"] * row["population"])
        assert (row["ratio"] is None) == (row["rest"] == 0)
        assert row["ratio"] is None or close(row["ratio"], row["share"] / row["rest"])
    for _, rows in itertools.groupby(everything, key=lambda row: row["outcome"]):
        excess = [row["excess"] for row in rows]
        assert excess == sorted(excess, reverse=True)


def test_findings_are_the_certain_ones_and_all_are_accounted_for(ask, everything):
    found = ask(searched())
    certain = {
        (row["outcome"], row["variables"], row["group"]): row
        for row in everything
        if row["q"] <= 0.05 and row["difference"] > 0
    }
    for outcome, rows in itertools.groupby(found, key=lambda row: row["outcome"]):
        rows = list(rows)
        count = sum(1 for key in certain if key[0] == outcome)
        assert {row["certain"] for row in rows} == {count}
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1)) and len(rows) <= 5
        # Each certain one is a line, folded into one, or one more than there is room for.
        assert len(rows) + sum(row["folded"] for row in rows) + rows[0]["more"] == count
        for row in rows:
            other = certain[outcome, row["variables"], row["group"]]
            assert all(row[name] == other[name] for name in ["n", "difference", "se", "q", "excess"])


def test_the_wave_before_is_searched_for_the_same_groups(ask):
    """What is said of 2017 is what a search of 2017 would say of the group."""
    now = ask(searched())
    then = ask(searched("'all': true", "ar = 2017"))
    then = {(row["outcome"], row["variables"], row["group"]): row for row in then}
    found = 0
    for row in now:
        other = then.get((row["outcome"], row["variables"], row["group"]))
        if other is None:
            assert row["before"] == "few answers" and row["before_share"] is None
            continue
        assert row["before_wave"] == 2017
        assert (row["before_n"], row["before_share"], row["before_rest"]) == (
            other["n"],
            other["share"],
            other["rest"],
        )
        assert close(row["before_p"], other["p"])
        certain = other["p"] <= 0.05 and other["difference"] > 0
        assert row["before"] == ("found" if certain else "not certain")
        found += certain
    assert found > 10


def test_the_order_of_rows_and_partitions_does_not_matter(ask):
    first = ask(searched())
    halves = " UNION ALL ".join(
        f"(SELECT * FROM behov WHERE kon = '{sex}' AND aldersgrupp {sign} '45–64 år')"
        for sex in ("Män", "Kvinnor")
        for sign in (">=", "<")
    )
    assert ask(searched(source=f"({halves})")) == first


def lines(rows, kriterium) -> list[set]:
    return [set(row["grupp"].split(", ")) for row in rows if row["kriterium"] == kriterium and row["grupp"]]


def test_what_was_planted_is_among_the_lines(answer):
    rows = answer("upptackt")
    assert any({"Kvinnor", "18–29 år"} <= line for line in lines(rows, "Nedsatt psykiskt välbefinnande"))
    sitting = [row for row in rows if row["kriterium"] == "Stillasittande mer än 7 timmar"]
    assert sitting[0]["grupp"] == "Eftergymnasial" and sitting[0]["forra"] == "fanns även 2017"
    assert abs(sitting[0]["andel"] - 46) < 5
    # Economic stress falls with education: no line of those with the longest.
    stress = lines(rows, "Ekonomisk stress")
    assert stress and not any("Eftergymnasial" in line for line in stress)
    assert any(line & {"Förgymnasial", "Gymnasial"} for line in stress)


def test_the_query_is_the_search_in_words(answer, ask):
    rows = answer("upptackt", kriterium="Ekonomisk stress")
    assert not any("kontantmarginal" in row["grupp"] for row in rows)
    where = "ar IN (2017, 2022) AND kriterium = 'Ekonomisk stress'"
    theirs = ask(searched(where=where).replace("'ekonomi': ekonomi", "'ekonomi': CASE WHEN false THEN ekonomi END"))
    assert [row["grupp"] for row in rows] == [row["group"] for row in theirs]
    for ours, other in zip(rows, theirs):
        assert close(ours["andel"], 100 * other["share"])
        assert close(ours["personer_utover"], other["excess"])
        assert ours["provade"] == ours["provade_i_allt"] == other["tried"]
        assert ours["skal"] is None


def test_a_municipality_is_a_domain_of_the_sample(answer, ask):
    rows = answer("upptackt", kommun="1780", minst=10)
    theirs = ask(
        searched("'min': 10", "ar IN (2017, 2022) AND kommun = '1780' AND kriterium = 'Låg tillit'")
    )
    trust = [row for row in rows if row["kriterium"] == "Låg tillit"]
    assert {row["provade"] for row in trust} == {row["tried"] for row in theirs}
    assert len({row["kriterium"] for row in rows}) == 12


def test_municipalities_are_no_groups_unless_asked_for(answer):
    without = answer("upptackt", kriterium="Låg tillit")
    with_them = answer("upptackt", kriterium="Låg tillit", kommuner="true")
    assert with_them[0]["provade"] > without[0]["provade"]


def test_where_nothing_is_found_the_row_says_why(answer):
    rows = answer("upptackt", minst=100_000)
    assert len(rows) == 12
    assert {(row["grupp"], row["provade"], row["skal"]) for row in rows} == {(None, 0, "alla grupper har för få svar")}
    assert all(row["for_fa"] > 0 for row in rows)
    [row] = answer("upptackt", ar=2004, kriterium="Ensamhet")
    assert row["grupp"] is None and row["skal"] == "frågan ställdes inte, eller ingen har svarat"
    rows = answer("upptackt", kommun="1762", kriterium="Fetma")
    assert [row["skal"] for row in rows] in (
        ["alla grupper har för få svar"],
        ["ingen prövad grupp är säkert överrepresenterad"],
    )


def test_the_first_wave_and_a_new_question_have_none_before(answer):
    rows = answer("upptackt", ar=2004)
    assert {row["forra"] for row in rows if row["grupp"]} == {"ingen tidigare omgång"}
    rows = answer("upptackt", ar=2012, kriterium="Ensamhet")
    asked = {row["forra"] for row in rows if row["grupp"]}
    assert asked <= {"frågades inte 2008", "fanns även 2008", "inte säkerställt 2008"}


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"kontroll": "Holm"}, ["BY", "BH"]),
        ({"minst": "2"}, ["5"]),
        ({"djup": "4"}, ["3"]),
        ({"niva": "0"}, ["0.0001"]),
        ({"kriterium": "Lycka"}, ["Lycka"]),
    ],
)
def test_wrong_parameters_are_told(program, wrong, words):
    given = [word for key, value in wrong.items() for word in ("--param", f"{key}={value}")]
    done = program.run("query", "upptackt", *given, code=None)
    assert done.returncode in (1, 2) and all(word in done.stderr for word in words), done.stderr


@pytest.mark.parametrize(
    "sql, words",
    [
        (searched("'depth': 5"), "1 to 4 variables"),
        (searched("'fdr': 1"), "between 0 and 1"),
        (searched("'minimum': 3"), "no option 'minimum'. It has level, level2, depth, min,"),
        (searched().replace("utfall", "2 * utfall"), "0 or 1"),
        (searched().replace("'aldersgrupp': aldersgrupp", "'kon': aldersgrupp"), "twice"),
        ("SELECT survey_discovery(utfall, design, kriterium, ar) FROM behov", "a struct of columns"),
    ],
)
def test_wrong_calls_are_told(program, sql, words):
    done = program.run("query", "--sql", sql, code=None)
    said = " ".join(done.stderr.replace("│", " ").split())
    assert done.returncode in (1, 2) and words in said, done.stderr


DECK = """
title = "Prov"
audience = "Prov"
period = "Prov"
language = "sv"

[[slides]]
id = "fynd"
headline = "Ett fynd"
query = "upptackt"
text = ["Ett fynd."]
unit = "procent"
period = "2022"
n = "1 900 svar"
"""


def test_findings_cannot_go_to_a_slide(program, tmp_path):
    """They are hypotheses: no rule says how they are protected, so that no deck takes them."""
    workspace = tmp_path / "demo"
    shutil.copytree(program.workspace, workspace)
    (workspace / "reports/prov.toml").write_text(DECK, encoding="utf-8")
    done = Program(program.binary, workspace).run("slides", "prov", "--out", str(tmp_path), code=None)
    assert done.returncode == 1 and "upptackt" in done.stderr and "cannot be published" in done.stderr, done.stderr
