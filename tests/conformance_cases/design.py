"""The design of a survey case as a call of `survey_design`."""

import re
from collections.abc import Mapping

from . import Unwritable
from .options import Options
from .query import Query
from .syntax import from_r, struct, text

DESIGN = "design"


def add_design(case: Mapping[str, str], options: Options, totals: Mapping[str, str] | None, query: Query) -> None:
    """Adds the step that gives every row of the sample its design."""
    fields: dict[str, str] = {}
    if options.sample:
        query.step("kept", "*", from_r(options.sample, query))
        query.make("row2", "row_number() OVER (ORDER BY " + query.column("file_row") + ")", "numbered")
    _sampling(case, query, fields)
    if case.get("estimator", "").endswith("svyquantile") and "psu" not in fields:
        # Some rules take ties in the order of the file. A row is its own unit: the order of units.
        fields["psu"] = query.column("file_row")
    if options.replicates in ("BRR", "Fay") and "psu" in fields:
        # In R the PSU that comes first in the file is the first of a pair: a PSU is called by its first row.
        pair = ", ".join(fields[key] for key in ("stratum", "psu") if key in fields)
        first = f"min({query.column('file_row')}) OVER (PARTITION BY {pair})"
        fields["psu"] = query.make("first_row", first, "ordered")
    _lonely(case["lonely_psu"], fields)
    _adjustments(options, totals, query, fields)
    if options.standardisation:
        _standardisation(case, options, query, fields)
    if options.replicates:
        fields["replicates"] = text(options.replicates)
        if options.rho:
            fields["rho"] = options.rho
    if options.sample:
        fields["filtered"] = "true"
    query.step("survey", f"*, survey_design({struct(fields)}) OVER () AS {DESIGN}")


def _sampling(case: Mapping[str, str], query: Query, fields: dict[str, str]) -> None:
    """Strata, units of each stage, weights and population counts."""
    stages = {"strata": ["stratum"], "psu": ["psu", "ssu"], "fpc": ["fpc", "fpc2"]}
    for given, keys in stages.items():
        names = [name for name in case[given].split("+") if name not in ("", "1")]
        if len(names) > len(keys):
            raise Unwritable(f"survey_design has {' and '.join(keys)}, but {given} is {case[given]}")
        fields.update(zip(keys, map(query.column, names), strict=False))
        if given == "psu":
            fields.update(_weight(case, query))


def _weight(case: Mapping[str, str], query: Query) -> dict[str, str]:
    """The weight, unless the population counts imply it: `(n1/m1)*(n2/m2)`, where m1 is no column."""
    given = case["weights"]
    names = re.findall(r"[A-Za-z.][\w.]*", given)
    if query.has(given):
        return {"weight": query.column(given)}
    if case["fpc"] and ("implied by fpc" in case["design_options"] or not all(map(query.has, names)) or not given):
        return {}
    return {"weight": from_r(given or "1", query)}


def _lonely(given: str, fields: dict[str, str]) -> None:
    """`remove+adjust.domain.lonely`: what is done, and whether domains count as well."""
    how, *more = given.split("+")
    if how:
        fields["lonely"] = text(how)
    if more == ["adjust.domain.lonely"]:
        fields["lonely_domains"] = "true"
    elif more:
        raise Unwritable(f"lonely_psu is {given}")


def _adjustments(options: Options, same: Mapping[str, str] | None, query: Query, fields: dict[str, str]) -> None:
    """Weights that are adjusted to known totals."""
    for by, totals in options.poststrata.items():
        fields["poststrata"] = query.texts(by.split("+"), ".")
        fields["totals"] = struct(totals)
    if options.rake:
        fields["rake"] = struct({name: query.texts(name.split("+"), ".") for name in options.rake})
        fields["totals"] = struct({name: struct(totals) for name, totals in options.rake.items()})
    if calibration := options.calibration:
        totals = calibration.totals or same
        if not totals:
            raise Unwritable("the same totals as which? No other design on these data has any.")
        fields["calibrate"] = struct({term: _term(term, query) for term in totals})
        fields["totals"] = struct(dict(totals))
        fields["method"] = text(calibration.method)
        if calibration.bounds:
            fields["bounds"] = f"[{', '.join(calibration.bounds)}]"
        if calibration.epsilon:
            fields["epsilon"] = calibration.epsilon


def _term(term: str, query: Query) -> str:
    """A column of R's model matrix: the intercept, a variable, or a level of a factor (`stypeH`)."""
    if query.has(term):
        return query.column(term)
    if term in ("N", "(Intercept)"):
        return "1"
    for end in range(len(term) - 1, 0, -1):
        name, level = term[:end], term[end:]
        if query.has(name) and level in query.table.named(name).levels():
            return f"CASE WHEN {query.column(name)} = {query.table.named(name).literal(level)} THEN 1 ELSE 0 END"
    raise Unwritable(f"{query.table.name}.csv has neither a column {term} nor one with such a level")


def _standardisation(case: Mapping[str, str], options: Options, query: Query, fields: dict[str, str]) -> None:
    """Direct standardisation; a row that lacks one of the values cannot be given a weight."""
    given = options.standardisation
    outcome = [case["variable"]] if query.has(case["variable"]) else []
    needed = given.missing or [*outcome, *given.over, given.by]
    conditions = [f"{query.column(name)} IS NOT NULL" for name in dict.fromkeys(needed)]
    levels = query.table.named(given.by).levels()
    if given.only:
        conditions.insert(0, from_r(given.only, query))
        levels = [level for level in levels if level in _kept(given.only, given.by, levels)]
    if len(levels) != len(given.population):
        raise Unwritable(f"{len(given.population)} numbers for the {len(levels)} levels of {given.by}")
    fields["standardise"] = query.texts([given.by])
    if given.over:
        fields["over"] = query.texts(given.over)
    fields["population"] = struct(dict(zip(levels, given.population, strict=True)))
    fields["where"] = " AND ".join(conditions)
    # As R does it, with a warning.
    fields["partial"] = "true"


def _kept(condition: str, by: str, levels: list[str]) -> list[str]:
    """The levels of a factor that fulfil a condition on it."""
    found = re.fullmatch(r"(\S+) (==|!=) '(.*)'", condition)
    if not found or found[1] != by:
        return levels
    return [level for level in levels if (level == found[3]) == (found[2] == "==")]
