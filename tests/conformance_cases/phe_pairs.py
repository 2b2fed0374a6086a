"""SQL for each pair of files of PHEindicatormethods; the README beside them says how it was called."""

from collections.abc import Iterable

from .files import Row
from .phe_funnels import FUNNELS
from .phe_part import Pair, Part, Parts, distinct, inputs, where
from .phe_slopes import slopes
from .syntax import struct
from .table import Table

_TWO = {"level": "0.95", "level2": "0.998"}
_LIMITS = {"lower95": "m_low", "upper95": "m_high"}
_BOTH = _LIMITS | {"lower998": "m_low2", "upper998": "m_high2"}
_VALUE = {"value": "m"}


def _by_confidence(function: str) -> Parts:
    """Limits of counts, each at the level that its row tells."""

    def parts(table: Table, rows: list[Row]) -> Iterable[Part]:
        for (level,) in distinct(table, "confidence"):
            sql = (
                f"SELECT case_id, {function.format(struct({'level': level}))} AS m\n"
                f"FROM {table.name} WHERE {where(table, {'confidence': level})}"
            )
            columns = {"lower": "m_low", "upper": "m_high"}
            yield Part(sql, inputs(table, rows, "case_id", {"confidence": level}), ["case_id"], columns)

    return parts


def _by_row(function: str) -> Parts:
    """A value for each row, with its own multiplier."""

    def parts(table: Table, rows: list[Row]) -> Iterable[Part]:
        for (multiplier,) in distinct(table, "multiplier"):
            options = struct({"multiplier": multiplier} | _TWO)
            sql = (
                f"SELECT case_id, {function}(numerator, denominator, {options}) AS m\n"
                f"FROM {table.name} WHERE {where(table, {'multiplier': multiplier})}"
            )
            found = inputs(table, rows, "case_id", {"multiplier": multiplier})
            yield Part(sql, found, ["case_id"], _VALUE | _BOTH | {"method": "m_method"})

    return parts


def _grouped(function: str) -> Parts:
    """Sums by area, where one value that is missing leaves no sum."""

    def parts(table: Table, rows: list[Row]) -> Iterable[Part]:
        sums = ", ".join(
            f"CASE WHEN count({name}) = count(*) THEN sum({name}) END AS {name}"
            for name in ("numerator", "denominator")
        )
        for multiplier in dict.fromkeys(row["multiplier"] for row in rows):
            sql = (
                f"WITH areas AS (SELECT area, {sums} FROM {table.name} GROUP BY area)\n"
                f"SELECT area, numerator, denominator,"
                f" {function}(numerator, denominator, {struct({'multiplier': multiplier})}) AS m FROM areas"
            )
            columns = {"numerator": "numerator", "denominator": "denominator", "method": "m_method"}
            found = [row for row in rows if row["multiplier"] == multiplier]
            yield Part(sql, found, ["area"], columns | _VALUE | _LIMITS)

    return parts


def _mean(table: Table, rows: list[Row]) -> Iterable[Part]:
    call = f"mean_interval(value, {struct(_TWO)}) AS m FROM {table.name}"
    sql = f"SELECT area, {call} GROUP BY area\nUNION ALL SELECT 'No grouping' AS area, {call}"
    columns = {"value_sum": "m_sum", "value_count": "m_n", "stdev": "m_sd"} | _VALUE | _BOTH
    yield Part(sql, rows, ["area"], columns)


def _quantiles(table: Table, rows: list[Row]) -> Iterable[Part]:
    for case, group_by, number, invert in distinct(table, "case", "group_by", "nquantiles", "invert"):
        field, _, column = invert.partition(":")
        inverted = f"{column} = 'true'" if field == "field" else invert
        partition = f"PARTITION BY {', '.join(group_by.split('+'))}" if group_by else ""
        values = {"case": case, "nquantiles": number, "invert": invert}
        sql = (
            f'SELECT "row", "case", quantile_band(value, {number}, {inverted}) OVER ({partition}) AS m\n'
            f"FROM {table.name} WHERE {where(table, values)}"
        )
        yield Part(sql, [row for row in rows if row["case"] == case], ["row", "case"], {"quantile": "m"})


def _standardised(call: str, columns: dict[str, str], factor: str = "multiplier", tolerance: float = 1e-12) -> Parts:
    """An aggregate by area, at each multiplier that is expected."""

    def parts(table: Table, rows: list[Row]) -> Iterable[Part]:
        for multiplier in dict.fromkeys(row[factor] for row in rows):
            options = struct({"multiplier": multiplier} | _TWO)
            sql = f"SELECT area, {call.format(options)} AS m\nFROM {table.name} GROUP BY area"
            found = [row for row in rows if row[factor] == multiplier]
            yield Part(sql, found, ["area"], columns, tolerance)

    return parts


def _life(table: Table, rows: list[Row]) -> Iterable[Part]:
    """Upstream takes nothing but twenty age bands."""
    for age in dict.fromkeys(row["startage"] for row in rows):
        options = struct({"at": age, "bands": "20"})
        sql = (
            f"SELECT case_id, coalesce(area, '') AS area, {age} AS startage,"
            f" life_expectancy(startage, population, deaths, {options}) AS m\nFROM {table.name} GROUP BY 1, 2"
        )
        used = {"pops_used": "m_population", "deaths_used": "m_deaths"}
        found = [row for row in rows if row["startage"] == age]
        key = ["case_id", "area", "startage"]
        yield Part(sql, found, key, _VALUE | _LIMITS | used, absolute=5e-5, optional=set(used))


_COUNTS = {"total_count": "m_count", "total_pop": "m_population", "method": "m_method"}
_INDIRECT = {"observed": "m_observed", "expected": "m_expected", "method": "m_method"}
_INDIRECT_ARGUMENTS = "count, pop, refcount, refpop"

PAIRS = {
    "byars": Pair("byars_input", _by_confidence("byar(x, {})")),
    "wilson": Pair("wilson_input", _by_confidence("wilson(x, n, {})")),
    "phe_proportion": Pair("phe_proportion_input", _by_row("proportion")),
    "phe_proportion_grouped": Pair("phe_proportion_grouped_input", _grouped("proportion")),
    "phe_rate": Pair("phe_rate_input", _by_row("rate")),
    "phe_rate_grouped": Pair("phe_rate_grouped_input", _grouped("rate")),
    "phe_mean": Pair("phe_mean_input", _mean),
    "phe_quantile": Pair("phe_quantile_input", _quantiles),
    "calculate_dsr": Pair(
        "calculate_dsr_input",
        _standardised("standardised_rate(count, pop, stdpop, {})", _COUNTS | _VALUE | _BOTH),
    ),
    "calculate_dsr_nonindependent": Pair(
        "calculate_dsr_nonindependent_input",
        _standardised(
            "standardised_rate_repeated(eventfreq, persons, pop, stdpop, {})",
            _COUNTS | _VALUE | _BOTH,
            tolerance=1e-9,
        ),
    ),
    "calculate_ISRate": Pair(
        "calculate_ISRate_input",
        _standardised(
            f"indirect_rate({_INDIRECT_ARGUMENTS}, {{}})", _INDIRECT | {"ref_rate": "m_reference_rate"} | _VALUE | _BOTH
        ),
    ),
    "calculate_ISRatio": Pair(
        "calculate_ISRatio_input",
        _standardised(f"standardised_ratio({_INDIRECT_ARGUMENTS}, {{}})", _INDIRECT | _VALUE | _BOTH, "refvalue"),
    ),
    "phe_life_expectancy": Pair("phe_life_expectancy_input", _life),
    "phe_sii": Pair("phe_sii_input", slopes),
    **FUNNELS,
}
