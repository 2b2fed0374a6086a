"""What `tests/conformance` writes and how it judges, and that the reference numbers come out."""

import math
import os
import re
import subprocess

import pytest
from conformance_cases import Unwritable, compare, inequality, options, syntax
from conformance_cases.compare import Question
from conformance_cases.files import Folder, Row, read
from conformance_cases.phe_pairs import PAIRS
from conformance_cases.run import main
from conformance_cases.survey import SurveyCases
from conformance_cases.table import Table
from program import ROOT

SHARED = ROOT.parent / "shared/data"

# Made up: names that differ by case only, dots, a missing value, a factor of intervals.
SCHOOLS = """\
type,district,school,sch.wide,weight,N,n,m1,score,age,sex
E,1,1,Yes,2.5,40,8,4,600,"(9,19]",1
E,1,2,No,2.5,40,8,4,NA,"(19,Inf]",2
H,2,1,Yes,1.5,40,8,4,720,"(0,9]",1
"""


@pytest.fixture
def table(tmp_path) -> Table:
    (tmp_path / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    return Table(tmp_path / "schools.csv")


@pytest.fixture
def ask(table):
    """The query of a case that is told by the columns it fills."""

    def question(**columns) -> Question:
        case = Row({"dataset": "schools", "weights": "weight", "estimator": "svymean", "variable": "score"} | columns)
        return SurveyCases([case]).question(case, table)

    return question


def step(question: Question, name: str) -> str:
    """One common table expression of a query."""
    return next(line for line in question.sql.splitlines() if line.removeprefix("WITH ").startswith(f"{name} AS"))


def test_columns_get_names_that_the_lake_takes(table):
    stored = {column.name: column.stored for column in table.columns.values()}
    assert (stored["sch.wide"], stored["N"], stored["n"]) == ("sch_wide", "n", "n_2")
    assert {name: table.named(name).kind for name in ("type", "district", "weight", "score")} == {
        "type": "text",
        "district": "integer",
        "weight": "number",
        "score": "integer",
    }
    assert table.named("age").levels() == ["(0,9]", "(9,19]", "(19,Inf]"]
    assert 'from = "sch.wide"' in table.definition()
    with pytest.raises(Unwritable, match="no column 'nobody'"):
        table.named("nobody")


class Anything:
    """Columns of any name."""

    def has(self, _: str) -> bool:
        return True

    def column(self, name: str) -> str:
        return syntax.quoted(name)


@pytest.mark.parametrize(
    "r, sql",
    [
        ("stype == 'H' & !is.na(x)", "\"stype\" = 'H' AND \"x\" IS NOT NULL"),
        ('sch.wide != "No"', "\"sch.wide\" <> 'No'"),
        ("a > 1 | b <= 2.5", '"a" > 1 OR "b" <= 2.5'),
        ("(a == 1 | b == 2) & c == 3", '("a" = 1 OR "b" = 2) AND "c" = 3'),
        ("!(a == 1)", 'NOT ("a" = 1)'),
        ("a %in% c('x', \"y's\")", "\"a\" IN ('x', 'y''s')"),
        ("a %in% 2:4", '"a" IN (2, 3, 4)'),
        ("I(a - (b - 1) > -2)", '("a" - ("b" - 1) > -2)'),
        ("a / b < 0.5", 'CAST("a" AS DOUBLE) / "b" < 0.5'),
        ("(a + b) * 2", '("a" + "b") * 2'),
        ("TRUE", "TRUE"),
    ],
)
def test_r_becomes_sql(r, sql):
    assert syntax.from_r(r, Anything()) == sql


@pytest.mark.parametrize("r", ["a ==", "f(a) > 1", "a == 1)", "a $ b", ""])
def test_r_that_has_no_counterpart_is_refused(r):
    with pytest.raises(Unwritable):
        syntax.from_r(r, Anything())


def test_conditions_in_sql_keep_the_spelling_of_columns(ask):
    question = ask(domain_sql="\"sch.wide\" = 'sch.wide' AND N = 40 OR sex IN (1)")
    assert question.sql.endswith("WHERE (\"sch.wide\" = 'sch.wide' AND \"N\" = 40 OR \"sex\" IN (1))")
    assert "sch_wide AS \"sch.wide\"" in step(question, "data")
    assert 'n AS "N"' in step(question, "data")


def test_every_design_of_the_reference_cases_is_understood():
    path = SHARED / "survey/reference_results.csv"
    if not path.is_file():
        pytest.skip(f"{path} is missing")
    words = {row["design_options"] for row in read(path)[1]}
    assert len(words) > 10
    assert {word: parsed for word in words if (parsed := options.parse(word).not_understood)} == {}


def test_words_of_designs():
    parse = options.parse
    assert parse("nest=TRUE; two-stage; all weights 1") == options.Options()
    assert parse("something else").not_understood == ["something else"]
    assert parse("postStratify cname: Los Angeles=3 San Diego=4.5").poststrata == {
        "cname": {"Los Angeles": "3", "San Diego": "4.5"}
    }
    raked = parse("rake age ((0,9]=3 (9,19]=4) x sch.wide (No=1 Yes=6), epsilon 1e-7").rake
    assert raked == {"age": {"(0,9]": "3", "(9,19]": "4"}, "sch.wide": {"No": "1", "Yes": "6"}}
    logit = parse("calibrate logit bounds 0.25..3: (Intercept)=9 typeH=2e3").calibration
    assert logit == options.Calibration("logit", {"(Intercept)": "9", "typeH": "2e3"}, ("0.25", "3"))
    assert parse("calibrate raking (exponential): same totals").calibration == options.Calibration("raking", None)
    assert parse("replicate weights Fay rho=0.3 from design x").replicates == "Fay"
    assert parse("replicate weights Fay rho=0.3 from design x").rho == "0.3"
    assert parse("domain !is.na(score) by subset(); nest=TRUE").domain == "!is.na(score)"
    rows = parse("rows district!=2, then domain = all rows but row2==7 (source row 8, district 3): and so on")
    assert (rows.sample, rows.domain) == ("district!=2", "!(row2==7)")
    standard = parse("adults only (age != (0,9]) then svystandardize by age over sex, population 7,5").standardisation
    assert standard == options.Standardisation("age", ["sex"], ["7", "5"], [], "age != '(0,9]'")
    standard = parse("svystandardize by age over 1, population 7,5, rows with missing a/b excluded").standardisation
    assert (standard.over, standard.missing) == ([], ["a", "b"])
    assert parse("postStratify type: all of them") == options.Options(
        not_understood=["postStratify type: all of them"]
    )


@pytest.mark.parametrize(
    "columns, design",
    [
        (
            {"strata": "type", "psu": "district", "fpc": "N"},
            "'stratum': \"type\", 'psu': \"district\", 'weight': \"weight\", 'fpc': \"N\"",
        ),
        (
            {"psu": "district+school", "weights": "(N/k1)*(n/k2)", "fpc": "N+n", "design_options": "two-stage"},
            "'psu': \"district\", 'ssu': \"school\", 'fpc': \"N\", 'fpc2': \"n\"",
        ),
        ({"weights": "1"}, "'weight': 1"),
        ({"weights": ""}, "'weight': 1"),
        (
            {"lonely_psu": "adjust+adjust.domain.lonely"},
            "'weight': \"weight\", 'lonely': 'adjust', 'lonely_domains': true",
        ),
        (
            {"design_options": "postStratify district: 1=5 2=6"},
            "'weight': \"weight\", 'poststrata': CAST(\"district\" AS VARCHAR), 'totals': {'1': 5, '2': 6}",
        ),
        (
            {"design_options": "calibrate linear: N=12 typeH=7 score=900"},
            "'weight': \"weight\", 'calibrate': {'N': \"N\", 'typeH': CASE WHEN \"type\" = 'H' THEN 1 ELSE 0 END,"
            " 'score': \"score\"}, 'totals': {'N': 12, 'typeH': 7, 'score': 900}, 'method': 'linear'",
        ),
        ({"design_options": "replicate weights JKn from design x"}, "'weight': \"weight\", 'replicates': 'JKn'"),
        (
            {"design_options": "adults only (age != (0,9]) then svystandardize by age over sex, population 7,5"},
            "'weight': \"weight\", 'standardise': \"age\", 'over': CAST(\"sex\" AS VARCHAR),"
            " 'population': {'(9,19]': 7, '(19,Inf]': 5}, 'where': \"age\" <> '(0,9]'"
            ' AND "score" IS NOT NULL AND "sex" IS NOT NULL AND "age" IS NOT NULL, \'partial\': true',
        ),
    ],
)
def test_designs_in_sql(ask, columns, design):
    assert f"survey_design({{{design}}}) OVER () AS design" in step(ask(**columns), "survey")


def test_a_sample_that_is_a_part_of_the_file_says_so(ask):
    question = ask(design_options="rows district!=2, then domain = all rows but row2==1")
    assert step(question, "kept") == 'kept AS (SELECT * FROM data WHERE "district" <> 2),'
    assert 'row_number() OVER (ORDER BY "file_row") AS "row2" FROM kept' in step(question, "numbered")
    assert "'filtered': true" in step(question, "survey")
    assert question.sql.endswith('FROM survey WHERE NOT ("row2" = 1)')


def test_the_same_totals_are_those_of_another_design_on_the_data(table):
    first = Row(dataset="schools", design_options="calibrate linear: typeH=7")
    second = Row(
        dataset="schools",
        weights="weight",
        estimator="svymean",
        variable="score",
        design_options="calibrate raking (exponential): same totals",
    )
    sql = SurveyCases([second, first]).question(second, table).sql
    assert "'totals': {'typeH': 7}, 'method': 'raking'" in sql
    with pytest.raises(Unwritable, match="the same totals as which"):
        SurveyCases([second]).question(second, table)


@pytest.mark.parametrize(
    "columns, call",
    [
        ({}, 'survey_mean("score", design) AS m'),
        (
            {"estimator": "svytotal", "variable": "type", "level": "H"},
            "survey_total(CAST(\"type\" = 'H' AS INT), design) AS m",
        ),
        (
            {"estimator": "svyby:svytotal", "method": "na.rm level=0.9"},
            "survey_total(\"score\", design, {'level': 0.9}) AS m",
        ),
        ({"method": "deff=TRUE"}, 'survey_mean("score", design) AS m, survey_deff("score", design) AS deff'),
        (
            {"estimator": "svytotal", "method": "na.rm deff=replace"},
            "survey_deff(\"score\", design, {'replace': true, 'of': 'total'}) AS deff",
        ),
        ({"estimator": "svyratio", "variable": "score/n"}, 'survey_ratio("score", "n", design) AS m'),
        ({"estimator": "svyvar"}, 'survey_variance("score", design) AS m'),
        ({"estimator": "degf", "variable": ""}, "survey_df(design) AS m"),
        (
            {"estimator": "svyciprop", "method": "xlogit level=0.99", "variable": "I(score > 700)"},
            "survey_proportion(CAST((\"score\" > 700) AS INT), design, {'level': 0.99, 'method': 'logit'}) AS m",
        ),
        ({"estimator": "svyciprop", "method": "na.rm"}, "survey_proportion(\"score\", design, {'method': 'glm'}) AS m"),
        (
            {"estimator": "svyquantile", "method": "qrule=hf7 interval=xlogit na.rm", "level": "0.4"},
            "survey_quantile(\"score\", design, 0.4, {'rule': 'hf7', 'interval': 'logit'}) AS m",
        ),
        (
            {"estimator": "svyby+svycontrast", "method": "0.5*E + 0.5*M - H", "domain": "~type"},
            "survey_contrast(\"score\", design, \"type\", {'E': 0.5, 'M': 0.5, 'H': -1}) AS m",
        ),
        (
            {"estimator": "svyttest", "variable": "score ~ sex"},
            'survey_ttest("score", design, CAST("sex" AS VARCHAR)) AS m',
        ),
        (
            {"estimator": "svychisq", "variable": "~sch.wide + type", "method": "statistic=adjWald"},
            "survey_chisq(\"sch.wide\", \"type\", design, {'statistic': 'adjWald'}) AS m",
        ),
    ],
)
def test_estimators_in_sql(ask, columns, call):
    question = ask(**columns)
    assert call in question.sql.splitlines()[-1]


@pytest.mark.parametrize(
    "columns",
    [
        {"estimator": "svyglm"},
        {"variable": "nobody"},
        {"psu": "district+school+n"},
        {"lonely_psu": "fail+something"},
        {"design_options": "calibrate linear: typeX=7"},
        {"design_options": "svystandardize by age over sex, population 1,2"},
    ],
)
def test_what_cannot_be_written_is_told(ask, columns):
    with pytest.raises(Unwritable):
        ask(**columns)


@pytest.mark.parametrize(
    "columns, call",
    [
        ({"measure": "gini", "method": "population formula, weights ignored"}, 'gini("score")'),
        ({"measure": "gini", "method": "sample corrected n/(n-1)"}, "gini(\"score\", {'method': 'sample'})"),
        ({"measure": "gini", "method": "trapezoid area", "weight": "weight"}, 'gini("score", "weight")'),
        ({"measure": "gini", "source": "convey::svygini", "weight": "weight"}, 'survey_gini("score", design)'),
        ({"measure": "lorenz", "param": "0.3", "weight": "weight"}, 'lorenz("score", 0.3, "weight")'),
        ({"measure": "lorenz", "param": "0.3", "source": "convey::svylorenz"}, 'survey_lorenz("score", design, 0.3)'),
        ({"measure": "top_share", "param": "0.1"}, 'top_share("score", 0.1)'),
        (
            {"measure": "top_share_threshold", "param": "0.1", "source": "survey::svyratio"},
            'survey_top_share("score", design, 0.1)',
        ),
        ({"measure": "decile_share", "param": "10"}, 'quantile_share("score", 10, 10)'),
        ({"measure": "quintile_share", "param": "1", "weight": "weight"}, 'quantile_share("score", 1, 5, "weight")'),
        ({"measure": "pop_share_for_cost_share", "param": "0.5"}, 'holders("score", 0.5)'),
        ({"measure": "atkinson", "param": "0.5", "weight": "weight"}, 'atkinson("score", 0.5, "weight")'),
        ({"measure": "theil_t"}, 'theil("score")'),
        (
            {"measure": "quintile_share_ratio_s80s20", "source": "convey::svyqsr"},
            'survey_quintile_ratio("score", design)',
        ),
        (
            {"measure": "concentration_index_CI", "rank_variable": "n"},
            "concentration_index(\"score\", \"n\", {'type': 'relative'})",
        ),
        (
            {"measure": "concentration_index_CIc", "rank_variable": "n", "method": "…; ties broken by file order"},
            "concentration_index(\"score\", \"rank\", {'type': 'erreygers', 'low': 600.0, 'high': 720.0})",
        ),
        (
            {"measure": "concentration_index_CIw", "rank_variable": "n", "method": "regression on fractional rank"},
            "{'type': 'wagstaff', 'low': 600.0, 'high': 720.0, 'error': 'regression'}",
        ),
    ],
)
def test_measures_of_inequality_in_sql(table, columns, call):
    case = Row({"dataset": "schools", "variable": "score"} | columns)
    assert call in inequality.question(case, table, lambda _: Row()).sql.splitlines()[-1]


def test_ties_by_file_order_are_ranked_before(table):
    case = Row(
        dataset="schools", variable="score", measure="concentration_index_CI", rank_variable="n", source="rank_wt"
    )
    question = inequality.question(case, table, lambda _: Row())
    assert 'row_number() OVER (ORDER BY "n", "file_row") AS "rank"' in step(question, "ranked")


def test_a_vertex_lies_on_the_curve_of_the_points(table):
    case = Row(dataset="schools", variable="score", measure="lorenz_vertex_L", weight="weight", param="2")
    sql = inequality.question(case, table, lambda _: Row()).sql
    assert 'lorenz_points("score", "weight") AS points FROM data' in sql
    assert "v.k = 2" in sql


def test_data_sets_by_file_design_and_part():
    assert inequality.split_dataset("costs") == ("costs", None, None)
    assert inequality.split_dataset("apistrat(strat)") == ("apistrat", "strat", None)
    assert inequality.split_dataset("edge:two") == ("edge", None, "two")


PLAIN = Question("", {"estimate": "m", "se": "m_se", "ci_low": "m_low", "ci_high": "m_high", "df": "m_df"})


def judged(wanted: dict, found: dict, **about) -> compare.Verdict:
    question = Question("", about.pop("columns", PLAIN.columns), **about)
    return compare.judge(wanted, question, found)


@pytest.mark.parametrize("difference, equal", [(0.0, True), (5e-10, True), (2e-9, False), (-2e-9, False)])
def test_numbers_agree_to_nine_digits(difference, equal):
    verdict = judged({"estimate": "50"}, {"m": 50 * (1 + difference)})
    assert verdict.equal == equal
    assert math.isclose(verdict.largest, abs(difference), abs_tol=1e-15)


def test_iterated_numbers_agree_to_six_digits():
    found = {"m": 50 * (1 + 5e-7)}
    assert judged({"estimate": "50"}, found, iterated=True).equal
    assert not judged({"estimate": "50"}, found).equal
    assert not judged({"estimate": "50"}, {"m": 50 * (1 + 2e-6)}, iterated=True).equal


def test_an_error_within_rounding_is_none():
    assert judged({"estimate": "4", "se": "3e-17"}, {"m": 4.0, "m_se": 0.0}).equal
    assert not judged({"estimate": "4", "se": "3e-9"}, {"m": 4.0, "m_se": 0.0}).equal
    assert judged({"estimate": "0"}, {"m": 1e-17}).equal
    assert not judged({"estimate": "0"}, {"m": 1e-9}).equal


def test_a_known_total_has_no_error_but_rounding():
    wanted = {"estimate": "4e3", "se": "1e-9", "ci_low": "4e3", "ci_high": "4e3"}
    found = {"m": 4e3, "m_se": 1e-4, "m_low": 4e3 - 2e-4, "m_high": 4e3 + 2e-4}
    assert judged(wanted, found, adjusted=True).equal
    assert not judged(wanted, found).equal
    assert not judged(wanted, found | {"m_se": 0.1}, adjusted=True).equal
    # Any other error is compared as always.
    assert not judged(wanted | {"se": "10"}, found | {"m_se": 10.001}, adjusted=True).equal


def test_what_is_wanted_has_to_be_there():
    wanted = {"estimate": "1", "se": "2", "df": "3", "deff": "4"}
    verdict = judged(wanted, {"m": 1, "m_se": None, "m_df": 4})
    assert [fault.split(":")[0] for fault in sorted(verdict.faults)] == ["deff", "df", "se"]


def test_a_limit_that_r_lacks_is_null():
    wanted = {"estimate": "1", "se": "0.5", "ci_low": "0", "ci_high": "NaN", "status": "nan"}
    assert judged(wanted, {"m": 1, "m_se": 0.5, "m_low": None, "m_high": None}).equal
    assert judged(wanted, {"m": 1, "m_se": 0.5, "m_low": 0, "m_high": None}).equal
    assert not judged(wanted, {"m": 1, "m_se": 0.5, "m_low": 0.1, "m_high": None}).equal
    assert not judged(wanted, {"m": 1, "m_se": 0.5, "m_low": None, "m_high": 2}).equal
    assert not judged(wanted, {"m": 1.1, "m_se": 0.5, "m_low": None, "m_high": None}).equal


def test_the_better_answer_where_r_is_wrong():
    empty = {"estimate": "0", "se": "0", "n_unweighted": "0", "status": "quirk"}
    assert judged(empty, {"m": None, "m_se": None}).equal
    assert not judged(empty, {"m": 0, "m_se": 0}).equal
    certain = {"estimate": "0.9999999999971", "se": "0", "ci_low": "0.99", "n_unweighted": "9", "status": "quirk"}
    assert judged(certain, {"m": 1.0, "m_se": 0.0, "m_low": None, "m_high": 1.0}).equal
    assert not judged(certain, {"m": 0.9999999999971, "m_se": 0.0}).equal
    assert not judged(certain, {"m": 1.0, "m_se": 0.0, "m_low": 0.9}).equal
    assert not judged(certain | {"estimate": "0.5"}, {"m": 0.5}).equal


def test_a_refusal_that_is_wanted_names_stratum_and_reason():
    case = {"status": "error", "note": "Stratum (71) has only one PSU at stage 1"}
    right = "× The stratum 71 has one\n  │ sampled unit: say what to do."
    assert compare.judge_refusal(case, 1, right).equal
    assert compare.judge_refusal(case, 1, "There is a lonely PSU in stratum 71.").equal
    assert not compare.judge_refusal(case, 1, "There is a lonely PSU in stratum 72.").equal
    assert not compare.judge_refusal(case, 1, "survey_design has no key 'lonely'; stratum 71").equal
    assert not compare.judge_refusal({"status": "ok"}, 1, right).equal
    assert not judged(case, {"m": 1}).equal


def test_numbers_in_the_note_are_compared():
    columns = PLAIN.columns | {"p": "m_p", "t": "m_t"}
    case = {"estimate": "1", "note": "t=-2.5; p=3e-08; df=numerator"}
    assert judged(case, {"m": 1, "m_t": -2.5, "m_p": 3e-8}, columns=columns).equal
    assert not judged(case, {"m": 1, "m_t": 2.5, "m_p": 3e-8}, columns=columns).equal
    assert not judged(case, {"m": 1, "m_t": -2.5, "m_p": 4e-8}, columns=columns).equal


def test_a_folder_finds_data_beside_it(tmp_path):
    for folder in ("survey", "other"):
        (tmp_path / folder).mkdir()
    (tmp_path / "survey/schools.csv").write_text(SCHOOLS, encoding="utf-8")
    (tmp_path / "survey/reference_results.csv").write_text("design,strata\nx,type\n", encoding="utf-8")
    folder = Folder(tmp_path / "other")
    assert folder.table("schools") is folder.table("schools")
    assert folder.design("x")["strata"] == "type"
    with pytest.raises(Unwritable):
        folder.table("nobody")
    with pytest.raises(Unwritable):
        folder.design("y")


def test_every_pair_of_the_shared_folder_has_sql():
    folder = SHARED / "phe"
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing")
    names = {path.name.removesuffix("_expected.csv") for path in folder.glob("*_expected.csv")}
    assert names == PAIRS.keys()
    for name in names:
        rows = read(folder / f"{name}_expected.csv")[1]
        parts = list(PAIRS[name].parts(Table(folder / f"{PAIRS[name].input}.csv"), rows))
        assert sum(len(part.rows) for part in parts if not part.again) == len(rows)


# Stands in for the program: every query has the same answer.
STAND_IN = """#!/bin/sh
case "$*" in
    *init*) for last; do :; done; mkdir -p "$last/data/deliveries" ;;
    *query*) echo '[{"m": 660.0, "m_se": 12.5}]' ;;
esac
"""


@pytest.mark.parametrize(
    "se, code, last",
    [
        ("12.5", 0, "2 of 2 equal, largest relative difference 0.0e+00"),
        ("12.50001", 1, "1 of 2 equal, largest relative difference 8.0e-07"),
    ],
)
def test_what_differs_is_printed_and_counted(tmp_path, table, capsys, se, code, last):
    program = tmp_path / "program"
    program.write_text(STAND_IN, encoding="utf-8")
    program.chmod(0o700)
    cases = tmp_path / "cases.csv"
    rows = [f"A{n},svymean,schools,weight,score,660,{value}" for n, value in enumerate(("12.5", se))]
    header = "case_id,estimator,dataset,weights,variable,estimate,se"
    cases.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    given = [str(cases), "--data", str(tmp_path), "--bin", str(program)]
    assert main(given) == code
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == last
    assert any(line.startswith("A1 differs: svymean · score") for line in printed) == (code == 1)
    assert any('SELECT survey_mean("score", design) AS m' in line for line in printed) == (code == 1)
    assert main([*given, "--only", "A0"]) == 0
    assert capsys.readouterr().out.startswith("1 of 1 equal")


def test_wrong_usage_is_told(tmp_path, capsys):
    (tmp_path / "cases.csv").write_text("case_id,what\n1,2\n", encoding="utf-8")
    program = tmp_path / "program"
    program.touch()
    assert main([str(tmp_path / "cases.csv"), "--bin", str(program)]) == 2
    assert "neither survey nor inequality" in capsys.readouterr().err
    assert main([str(tmp_path / "cases.csv"), "--bin", str(tmp_path / "nowhere")]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["survey/reference_results.csv", "--data", "survey"],
        ["inequality/reference_results.csv", "--data", "inequality"],
        ["--phe", "phe"],
    ],
    ids=["survey", "inequality", "phe"],
)
def test_the_reference_numbers_come_out(binary, arguments):
    if not SHARED.is_dir():
        assert "CI" not in os.environ, f"{SHARED} is missing"
        pytest.skip(f"{SHARED} is missing")
    paths = [word if word.startswith("-") else SHARED / word for word in arguments]
    command = [ROOT / "tests/conformance", *paths, "--bin", binary]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    last = run.stdout.splitlines()[-1]
    found = re.fullmatch(r"(\d+) of (\d+) equal, largest relative difference \S+", last)
    assert run.returncode == 0 and found, f"{run.stdout[-4000:]}\n{run.stderr}"
    assert found[1] == found[2] and int(found[1]) > 80
