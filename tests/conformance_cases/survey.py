"""SQL for the cases with the columns of `survey/reference_results.csv`."""

import math
import re
from collections.abc import Iterable, Mapping

from . import Unwritable
from .compare import Question
from .design import DESIGN, add_design
from .options import Options, parse
from .query import Query
from .syntax import from_r, from_sql, struct, text
from .table import Table

_SAME_ARGUMENTS = {"svymean": "survey_mean", "svytotal": "survey_total", "svyvar": "survey_variance"}
_PROPORTIONS = {"logit": "glm", "xlogit": "logit"}
_INTERVALS = {"xlogit": "logit"}

# Those whose limits R finds by iterating a logistic regression.
_ITERATED = ("logit", "likelihood")


class SurveyCases:
    """A file of cases, with what one case takes from another."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Reads the options of every design; `same totals` are those of another on the same data."""
        self._totals: dict[str, Mapping[str, str]] = {}
        for row in rows:
            calibration = parse(row["design_options"]).calibration
            if calibration and calibration.totals:
                self._totals.setdefault(row["dataset"], calibration.totals)

    def question(self, case: Mapping[str, str], table: Table) -> Question:
        """The query of a case."""
        options = parse(case["design_options"])
        query = Query(table)
        add_design(case, options, self._totals.get(case["dataset"]), query)
        conditions = _domain(case, options, query)
        # "… then domain = …" in a design's words: that domain is the design whose degrees of freedom count.
        whole = {"df": text("domain")} if options.domain and not case["domain_sql"] else {}
        call, columns, more = _call(case, query, whole)
        what = ", ".join([f"{call} AS m", *(f"{sql} AS {name}" for name, sql in more.items())])
        return Question(
            sql=query.select(what, " AND ".join(conditions)),
            columns=columns | {name: name for name in more},
            iterated=case["estimator"].endswith("svyciprop") and _interval(case["method"]) in _ITERATED,
            single=case.get("n_unweighted") == "1",
            adjusted=options.adjusted,
            remarks=[f"not understood in design_options: {clause}" for clause in options.not_understood],
        )


_ESTIMATE = {"estimate": "m", "se": "m_se", "ci_low": "m_low", "ci_high": "m_high", "df": "m_df"}
_CHISQ = {"estimate": "m_statistic", "df": "m_df", "df_domain": "m_df2", "p": "m_p"}


def _call(case: Mapping[str, str], query: Query, whole: Mapping[str, str]) -> tuple[str, dict[str, str], dict[str, str]]:
    """The call, where its answers stand, and further calls by the name of their answer."""
    estimator, method = case["estimator"].removeprefix("svyby:"), case["method"]
    variable = case["variable"].removeprefix("~").strip()
    options = {} if case["estimator"] in ("svyttest", "svychisq", "degf") else dict(whole)
    if found := re.search(r"\blevel=([\d.]+)", method):
        options["level"] = found[1]
    if estimator == "degf":
        return f"survey_df({DESIGN})", {"estimate": "m"}, {}
    if estimator in _SAME_ARGUMENTS:
        y = _outcome(variable, case["level"], query)
        call = _written(_SAME_ARGUMENTS[estimator], [y, DESIGN], options)
        return call, _ESTIMATE, _design_effect(estimator, method, y)
    if estimator == "svyratio":
        y, x = (_outcome(part, "", query) for part in _two(variable, "/", query))
        return _written("survey_ratio", [y, x, DESIGN], options), _ESTIMATE, {}
    if estimator == "svyciprop":
        name = _interval(method)
        options["method"] = text(_PROPORTIONS.get(name, name))
        y = _outcome(variable, case["level"], query)
        return _written("survey_proportion", [y, DESIGN], options), _ESTIMATE, {}
    if estimator == "svyquantile":
        words = dict(re.findall(r"(qrule|interval)(?:\.type)?=(\S+)", method))
        options["rule"] = text(words.get("qrule", "math"))
        options["interval"] = text(_INTERVALS.get(words.get("interval", "mean"), words.get("interval", "mean")))
        y = _outcome(variable, "", query)
        return _written("survey_quantile", [y, DESIGN, case["level"]], options), _ESTIMATE, {}
    if estimator.endswith("svycontrast"):
        y, group = _outcome(variable, "", query), query.texts(case["domain"].strip("~ ").split("+"), ".")
        weights = _contrast(method)
        if abs(math.fsum(map(float, weights.values()))) > 1e-9:
            options["combination"] = "true"
        return _written("survey_contrast", [y, DESIGN, group, struct(weights)], options), _ESTIMATE, {}
    if estimator == "svyttest":
        y, group = (part.strip() for part in variable.split("~"))
        columns = _ESTIMATE | {"t": "m_t", "p": "m_p"}
        return _written("survey_ttest", [_outcome(y, "", query), DESIGN, query.texts([group])], options), columns, {}
    if estimator == "svychisq":
        a, b = (query.texts([part.strip()]) for part in variable.split("+"))
        statistic = re.search(r"statistic=(\w+)", method)
        options["statistic"] = text(statistic[1] if statistic else "F")
        return _written("survey_chisq", [a, b, DESIGN], options), _CHISQ, {}
    raise Unwritable(f"there is no function for the estimator {case['estimator']}")


def _written(function: str, arguments: list[str], options: Mapping[str, str]) -> str:
    return f"{function}({', '.join([*arguments, *([struct(options)] if options else [])])})"


def _interval(method: str) -> str:
    """The interval of a proportion; R's default where none is named."""
    return next((word for word in method.split() if "=" not in word and word != "na.rm"), "logit")


def _design_effect(estimator: str, method: str, y: str) -> dict[str, str]:
    found = re.search(r"deff=(TRUE|replace)", method)
    if not found:
        return {}
    options = {"replace": "true"} if found[1] == "replace" else {}
    if estimator == "svytotal":
        options["of"] = text("total")
    return {"deff": _written("survey_deff", [y, DESIGN], options)}


def _outcome(variable: str, level: str, query: Query) -> str:
    """A variable, the indicator of one of its levels, or that of a condition."""
    if query.has(variable):
        column, found = query.column(variable), query.table.named(variable)
        return f"CAST({column} = {found.literal(level)} AS INT)" if level else column
    return f"CAST({from_r(variable, query)} AS INT)" if re.search(r"[=<>!]", variable) else from_r(variable, query)


def _two(variable: str, sign: str, query: Query) -> tuple[str, str]:
    """The parts on both sides of a sign, which a column's name may hold as well."""
    places = [found.start() for found in re.finditer(re.escape(sign), variable)]
    parts = [(variable[:at].strip(), variable[at + 1 :].strip()) for at in places]
    named = [pair for pair in parts if all(map(query.has, pair))]
    if not parts:
        raise Unwritable(f"{variable} has no {sign}")
    return (named or parts)[0]


def _contrast(method: str) -> dict[str, str]:
    """`E - H`, or `0.5*E + 0.5*M - H`."""
    weights: dict[str, str] = {}
    sign = ""
    for part in re.split(r"\s+([-+])\s+", method.strip()):
        if part in ("+", "-"):
            sign = part.removeprefix("+")
            continue
        factor, _, level = part.rpartition("*")
        weights[level.strip()] = sign + (factor.strip() or "1")
    return weights


def _domain(case: Mapping[str, str], options: Options, query: Query) -> list[str]:
    """The conditions on the rows of the domain; they come after the design."""
    conditions = []
    if options.domain:
        conditions.append(from_r(options.domain, query))
    if case["domain_sql"]:
        conditions.append(from_sql(case["domain_sql"], query))
    elif case["domain"] and not case["domain"].startswith("~"):
        conditions.append(from_r(case["domain"], query))
    return [f"({condition})" if re.search(r"\bOR\b", condition) else condition for condition in conditions]
