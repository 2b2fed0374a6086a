"""SQL for the cases with the columns of `inequality/reference_results.csv`."""

import re
from collections.abc import Callable, Mapping

from . import Unwritable
from .compare import Question
from .design import DESIGN, add_design
from .options import parse
from .query import Query
from .syntax import struct, text
from .table import Table

# Packages of R whose functions count with the sample's design.
_WITH_DESIGN = re.compile(r"^(convey|survey)::")

_PARTS = {"quartile": 4, "quintile": 5, "decile": 10, "percentile": 100}

_INDICES = {"CI": "relative", "CIg": "generalised", "CIc": "erreygers", "CIw": "wagstaff"}

_ESTIMATE = {"estimate": "m"}
_SURVEY = _ESTIMATE | {"se": "m_se", "ci_low": "m_low", "ci_high": "m_high", "df": "m_df"}

# Where a sample is described by its file alone, its design has these columns.
_SAMPLING = {"strata": "stratum", "psu": "psu", "fpc": "fpc"}


def split_dataset(dataset: str) -> tuple[str, str | None, str | None]:
    """File, design and part of a data set: `apistrat(strat)`, `edge:two`."""
    found = re.fullmatch(r"(?P<file>[^(:]+)(?:\((?P<design>[^)]+)\))?(?::(?P<part>.+))?", dataset)
    if not found:
        raise Unwritable(f"dataset not understood: {dataset}")
    return found["file"], found["design"], found["part"]


def question(case: Mapping[str, str], table: Table, design_row: Callable[[str], Mapping[str, str]]) -> Question:
    """The query of a case; `design_row` finds a case of a survey design by the design's name."""
    _, design, part = split_dataset(case["dataset"])
    query = Query(table)
    if part:
        query.step("part", "*", f"{query.column('vector')} = {text(part)}")
    if _WITH_DESIGN.match(case["source"]):
        row = dict(design_row(design)) if design else _own_design(table)
        row["weights"] = case["weight"] or row["weights"]
        add_design(row, parse(row["design_options"]), None, query)
        call = _survey_call(case, query.column(case["variable"]))
        return Question(query.select(f"{call} AS m"), _SURVEY)
    if case["measure"].startswith("lorenz_vertex_"):
        return _vertex(case, query)
    call, columns = _call(case, query)
    return Question(query.select(f"{call} AS m"), columns)


def _own_design(table: Table) -> dict[str, str]:
    names = {key: name if name in table.columns else "" for key, name in _SAMPLING.items()}
    return names | {"weights": "", "design_options": "", "lonely_psu": "", "variable": ""}


def _survey_call(case: Mapping[str, str], x: str) -> str:
    """The measures whose error comes from the sample's design."""
    if case["measure"] == "theil_t" and case["param"] not in ("", "1"):
        raise Unwritable(f"survey_theil is the generalised entropy of 1, not of {case['param']}")
    functions = {
        "gini": "survey_gini",
        "lorenz": "survey_lorenz",
        "theil_t": "survey_theil",
        "atkinson": "survey_atkinson",
        "quintile_share_ratio_s80s20": "survey_quintile_ratio",
        "top_share_threshold": "survey_top_share",
    }
    function = functions.get(case["measure"])
    if not function:
        raise Unwritable(f"there is no function for {case['measure']} with a design")
    takes_param = case["measure"] in ("lorenz", "atkinson", "top_share_threshold")
    return f"{function}({', '.join([x, DESIGN, *([case['param']] if takes_param else [])])})"


def _call(case: Mapping[str, str], query: Query) -> tuple[str, dict[str, str]]:
    """The measures of a file as it is: rows, perhaps with weights."""
    x, param = query.column(case["variable"]), case["param"]
    weight = [query.column(case["weight"])] if case["weight"] else []

    def written(function: str, *parameters: str, options: Mapping[str, str] | None = None) -> str:
        return f"{function}({', '.join([x, *parameters, *weight, *([struct(options)] if options else [])])})"

    measure, method = case["measure"], case["method"]
    if measure.startswith("concentration_index_"):
        return _concentration(case, query)
    if found := re.fullmatch(r"(\w+)_share", measure):
        if found[1] in _PARTS:
            return written("quantile_share", param, str(_PARTS[found[1]])), _ESTIMATE
    if measure == "gini":
        options = {"method": text("sample")} if re.search(r"corrected|n/\(n-1\)", method) else None
        return written("gini", options=options), _ESTIMATE
    simple = {"theil_t": "theil", "cv": "variation_coefficient", "hoover": "hoover"}
    if measure in simple:
        return written(simple[measure]), _ESTIMATE
    with_param = {"pop_share_for_cost_share": "holders"} | {name: name for name in ("lorenz", "top_share", "atkinson")}
    if measure in with_param:
        return written(with_param[measure], param), _ESTIMATE
    raise Unwritable(f"there is no function for the measure {measure}")


def _concentration(case: Mapping[str, str], query: Query) -> tuple[str, dict[str, str]]:
    """Concentration indices, over the variable's range in the file."""
    index = case["measure"].removeprefix("concentration_index_")
    if index not in _INDICES:
        raise Unwritable(f"there is no concentration index {index}")
    x, rank = query.column(case["variable"]), query.column(case["rank_variable"])
    weight = [query.column(case["weight"])] if case["weight"] else []
    if "ties broken by file order" in case["method"] or "rank_wt" in case["source"]:
        order = f"row_number() OVER (ORDER BY {rank}, {query.column('file_row')})"
        rank = query.make("rank", order, "ranked")
    options = {"type": text(_INDICES[index])}
    if index in ("CIc", "CIw"):
        values = query.table.named(case["variable"]).numbers()
        options |= {"low": repr(min(values)), "high": repr(max(values))}
    columns = _ESTIMATE
    if case["method"].startswith("regression"):
        options["error"] = text("regression")
        columns = _SURVEY
    return f"concentration_index({', '.join([x, rank, *weight, struct(options)])})", columns


def _vertex(case: Mapping[str, str], query: Query) -> Question:
    """The k-th vertex of the Lorenz curve, ties in the file's order: on the line between the curve's points."""
    x, order = query.column(case["variable"]), query.column("file_row")
    weight = query.column(case["weight"]) if case["weight"] else "1.0"
    arguments = f"{x}, {weight}" if case["weight"] else x
    sorted_rows = f"OVER (ORDER BY {x}, {order} ROWS UNBOUNDED PRECEDING)"
    rows = f"row_number() {sorted_rows} AS k, sum({weight}) {sorted_rows} / sum({weight}) OVER () AS p"
    before = query.last
    query.step("vertices", rows)
    vertex = case["measure"].removeprefix("lorenz_vertex_")
    answer = {"p": "v.p", "L": "b.share - (b.p - v.p) * (b.share - b.share_before) / (b.p - b.p_before)"}
    if vertex not in answer:
        raise Unwritable(f"a vertex of the Lorenz curve has p and L, not {vertex}")
    sql = (
        f"{query.steps()},\n"
        f"listed AS (SELECT lorenz_points({arguments}) AS points FROM {before}),\n"
        "points AS (SELECT unnest(points) AS point FROM listed),\n"
        "curve AS (SELECT point['p'] AS p, point['share'] AS share FROM points WHERE point['p'] > 0),\n"
        "bends AS (SELECT p, share, lag(p, 1, 0.0) OVER (ORDER BY p) AS p_before,"
        " lag(share, 1, 0.0) OVER (ORDER BY p) AS share_before FROM curve)\n"
        f"SELECT {answer[vertex]} AS m FROM vertices AS v CROSS JOIN bends AS b\n"
        f"WHERE v.k = {case['param']} AND b.p > v.p - 1e-12 ORDER BY b.p LIMIT 1"
    )
    return Question(sql, _ESTIMATE)
