"""Funnel limits, points and significance, as upstream's tests call them."""

from collections.abc import Iterable

from .files import Row
from .phe_part import Pair, Part, Parts
from .syntax import struct
from .table import Table

# Two standard errors are 95 %, three are 99.8 %.
_LEVELS = {"level": "0.95", "level2": "0.998"}

# The limits of a point: what upstream calls each, and what they are here.
_SIDES = {"lower_2s": "low", "upper_2s": "high", "lower_3s": "low2", "upper_3s": "high2"}


def _point(field: str) -> str:
    return f"point['{field}']"


_BASELINE = {"baseline": _point("baseline")}
_LIMITS = {f"{side}_limit": _point(limit) for side, limit in _SIDES.items()}
_PROPORTION = {"population": _point("population")} | _LIMITS | _BASELINE
_RATE = (
    {"events": _point("events")}
    | {f"{side}_population_1_year": _point(f"population_{limit}") for side, limit in _SIDES.items()}
    | _LIMITS
    | _BASELINE
)
# Upstream's count is the excess over the expected number, as a share of it.
_RATIO = {"observed_events": _point("observed")} | {
    f"{side}_{what}": sql
    for side, limit in _SIDES.items()
    for what, sql in (
        ("exp_events", _point(f"expected_{limit}")),
        ("count", f"{_point(limit)} / 100 - 1"),
        ("isr", _point(limit)),
    )
}


def _limits(call: str, columns: dict[str, str], tolerance: float, rows_of: str = "{table}") -> Parts:
    """The points of a funnel, in the order of its axis."""

    def parts(table: Table, rows: list[Row]) -> Iterable[Part]:
        fields = ",\n    ".join(f"{sql} AS {name}" for name, sql in columns.items())
        place = next(iter(columns.values()))
        sql = (
            f"WITH funnel AS (SELECT unnest({call}) AS point FROM {rows_of.format(table=table.name)})\n"
            f"SELECT row_number() OVER (ORDER BY {place}) AS number,\n    {fields}\nFROM funnel"
        )
        yield Part(sql, _numbered(rows), ["number"], {name: name for name in columns}, tolerance, main="number")

    return parts


def _numbered(rows: list[Row]) -> list[Row]:
    """The rows with their place in the file, where nothing else tells them apart."""
    return [Row(row, number=str(number)) for number, row in enumerate(rows, start=1)]


def _significance(call: str, key: str) -> Parts:
    """The label of each area, in its row."""

    def parts(table: Table, rows: list[Row]) -> Iterable[Part]:
        sql = f'SELECT "{key}", {call} AS significance FROM {table.name}'
        yield Part(sql, rows, [key], {"significance": "significance"}, main=key)

    return parts


def _rate_significance(table: Table, rows: list[Row]) -> Iterable[Part]:
    """Standardised and crude rates, with and without the areas that have no events, per two numbers of persons."""
    counts = zip(table.named("row").values, table.named("count").numbers(), strict=True)
    with_events = {row for row, count in counts if count > 0}
    for kind, with_none, per in ((k, w, p) for k in ("dsr", "crude") for w in (True, False) for p in (100000, 100)):
        column = f"{kind}_per_{per}_{'with' if with_none else 'without'}_0"
        rate = f"rate_dsr * {per} / 100000.0" if kind == "dsr" else f"rate_crude_per_{per}"
        asked = {"multiplier": str(per), "type": "'standardised'" if kind == "dsr" else "'crude'"}
        sql = (
            f'WITH areas AS (SELECT "row", "count" AS events, {rate} AS rate, pop FROM {table.name}'
            f" WHERE \"count\" >= {0 if with_none else 1}),\n"
            f"based AS (SELECT *, funnel_baseline(events, rate, pop, {struct(asked)}) OVER () AS baseline FROM areas)\n"
            f'SELECT "row", funnel_significance_rate(events, rate, pop, baseline, {struct(asked | _LEVELS)}) AS {column}'
            " FROM based"
        )
        some = rows if with_none else [row for row in rows if row["row"] in with_events]
        # The first of the eight has all rows.
        again = column != "dsr_per_100000_with_0"
        yield Part(sql, some, ["row"], {column: column}, words={column}, main="row", again=again)


def _points(table: Table, rows: list[Row]) -> Iterable[Part]:
    """Where each area stands: its rate, and the population that the rate implies a year."""
    top = f"ev = (SELECT max(ev) FROM {table.name})"
    kinds = {
        # The area with most events is given 5: too few for a standardised rate.
        "": (f"CASE WHEN {top} THEN 5 ELSE ev END", "standardised", 3),
        "_crude": ("ev", "crude", 3),
        # It is given none, so that its population is the one of the file.
        "_crude_with_denom": (f"CASE WHEN {top} THEN 0 ELSE ev END", "crude", 5),
    }
    selected, columns = [], []
    for kind, (events, of, years) in kinds.items():
        options = struct({"type": f"'{of}'", "years": str(years), "multiplier": "100000"})
        point = f"funnel_point({events}, rate, pop, {options})"
        for name, field in ((f"rate_chart{kind}", "rate"), (f"denominator_derived{kind}", "population")):
            selected.append(f"{point}['{field}'] AS {name}")
            columns.append(name)
    sql = f"SELECT file_row AS number, {', '.join(selected)} FROM {table.name}"
    yield Part(sql, _numbered(rows), ["number"], {name: name for name in columns}, 1e-8, main="rate_chart")


_TOP = "events = (SELECT max(events) FROM {table})"
_CASE_2 = f"(SELECT CASE WHEN {_TOP} THEN 5 ELSE events END AS events, rate, pop FROM {{table}})"
_IMPLIED = "events / CAST(rate AS DOUBLE)"
_CASE_3 = (
    f"(SELECT CASE WHEN {_TOP} THEN 0 ELSE events END AS events, CASE WHEN {_TOP} THEN 0 ELSE rate END AS rate,"
    f" 100000 * {_IMPLIED} AS pop FROM {{table}} WHERE {_IMPLIED} > (SELECT max({_IMPLIED}) / 2 FROM {{table}}))"
)


def _rate_limits(kind: str, population: str, rows_of: str = "{table}") -> Pair:
    options = struct({"type": f"'{kind}'", "multiplier": "100000", "years": "3"} | _LEVELS)
    call = f"funnel_rate(events, rate, {population}, {options})"
    return Pair("calculate_funnel_limits_rate_input", _limits(call, _RATE, 1e-4, rows_of))


_SHARE = f"funnel_proportion(numerator, denominator, {struct({'multiplier': '100'} | _LEVELS)})"
_OBSERVED = f"funnel_ratio(observed, expected, {struct({'multiplier': '100'} | _LEVELS)})"
_UNKNOWN = "CAST(NULL AS DOUBLE)"

FUNNELS = {
    "calculate_funnel_limits_proportion": Pair(
        "calculate_funnel_limits_proportion_input", _limits(_SHARE, _PROPORTION, 1e-6)
    ),
    "calculate_funnel_limits_proportion_axis_variation": Pair(
        "calculate_funnel_limits_proportion_input",
        _limits(_SHARE, _PROPORTION, 1e-6, "{table} WHERE denominator < 31000"),
    ),
    "calculate_funnel_limits_ratio": Pair(
        "calculate_funnel_limits_ratio_input", _limits(_OBSERVED, _RATIO, 1e-4)
    ),
    "calculate_funnel_limits_rate_case1": _rate_limits("standardised", _UNKNOWN),
    "calculate_funnel_limits_rate_case2": _rate_limits("crude", _UNKNOWN, _CASE_2),
    "calculate_funnel_limits_rate_case3": _rate_limits("crude", "pop", _CASE_3),
    "calculate_funnel_points": Pair("calculate_funnel_points_expected", _points),
    "assign_funnel_significance_proportion": Pair(
        "assign_funnel_significance_proportion_input",
        _significance(
            "funnel_significance_proportion(numerator, denominator,"
            f" sum(numerator) OVER () / CAST(sum(denominator) OVER () AS DOUBLE), {struct(_LEVELS)})",
            "area",
        ),
    ),
    "assign_funnel_significance_ratio": Pair(
        "assign_funnel_significance_ratio_input",
        _significance(f"funnel_significance_ratio(observed, expected, {struct(_LEVELS)})", "row"),
    ),
    "assign_funnel_significance_rate": Pair("assign_funnel_significance_rate_input", _rate_significance),
}
