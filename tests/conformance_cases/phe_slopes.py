"""The slope and relative index of inequality, as upstream's tests call them."""

from collections.abc import Iterable

from .files import Row
from .phe_part import Part, distinct, where
from .syntax import struct, text
from .table import Table

_TYPES = {"0": "other", "1": "rate", "2": "proportion"}

_SETTINGS = ("value_type", "uncertainty_from", "confidence", "multiplier", "transform")
_EXACT = {"sii": "m", "rii": "m_rii", "intercept": "m_intercept"}


def slopes(table: Table, rows: list[Row]) -> Iterable[Part]:
    """One query for each way of calling, and one for each level where a call has two."""
    for case_id, *settings in distinct(table, "case_id", *_SETTINGS):
        value_type, source, levels, multiplier, transform = settings
        for place, level in enumerate(levels.split(";"), start=1):
            options = {
                "type": text(_TYPES[value_type]),
                "level": f"{float(level) / 100:g}",
                "multiplier": multiplier,
                "transform": transform,
            }
            call = f"slope_index(quantile, population, value, {_error(value_type, source)}, {struct(options)})"
            condition = where(table, {"case_id": case_id})
            sql = f"SELECT area, {call} AS m\nFROM {table.name} WHERE {condition} GROUP BY area"
            limits = {
                f"sii_lower_{place}": "m_low",
                f"sii_upper_{place}": "m_high",
                f"rii_lower_{place}": "m_rii_low",
                f"rii_upper_{place}": "m_rii_high",
            }
            # The point estimates are compared once, not at each level.
            columns = limits if place > 1 else _EXACT | limits
            found = [row for row in rows if row["case_id"] == case_id]
            yield Part(sql, found, ["area"], columns, 1e-10, simulated=set(limits), main="sii", again=place > 1)


def _error(value_type: str, source: str) -> str:
    """The standard error on the scale of the type: given, of the limits, or of the count."""
    if source == "se":
        return "standard_error"
    if source == "count":
        return "1 / sqrt(population * value * (1 - value))"
    return f"transformed_se(lower_cl, upper_cl, {struct({'type': text(_TYPES[value_type])})})"
