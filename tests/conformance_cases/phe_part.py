"""A pair of files, and the queries that its expected rows are the answers to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .files import Row
from .table import Table

SIMULATED = 0.05


@dataclass
class Part:
    """One query, and the expected rows that it answers."""

    sql: str
    rows: list[Row]
    # What tells rows apart, in the expected file and in the answer.
    key: list[str]
    # Column of the expected file, and that of the answer.
    columns: dict[str, str]
    tolerance: float = 1e-12
    absolute: float = 0.0
    words: set[str] = field(default_factory=lambda: {"method", "significance"})
    simulated: set[str] = field(default_factory=set)
    # The column without which there is no answer at all, and those that need not be told.
    main: str = "value"
    optional: set[str] = field(default_factory=set)
    # Whether another part answers the same rows, other columns of them.
    again: bool = False

    def tolerance_of(self, column: str) -> float:
        """How far a number may be from the expected one, relative to it."""
        return SIMULATED if column in self.simulated else self.tolerance

    def skipped(self, row: Row, column: str) -> bool:
        """Whether a cell says nothing: not told, noted as wrong upstream, or the method of no value."""
        if not row[column] and (row[self.main] or column in self.optional):
            return True
        wrong = "99.8% limits in upstream file are wrong" in row["note"] and column.endswith("998")
        return wrong or (column in self.words and "value" in row and not row["value"])


Parts = Callable[[Table, list[Row]], Iterable[Part]]


@dataclass
class Pair:
    """How the expected rows follow from the input."""

    input: str
    parts: Parts


def distinct(table: Table, *columns: str) -> list[tuple[str, ...]]:
    """The combinations of values in these columns, in the order of the file."""
    return list(dict.fromkeys(zip(*(table.named(name).values for name in columns), strict=True)))


def where(table: Table, values: dict[str, str]) -> str:
    """The condition that columns have these values."""
    columns = {table.named(name): value for name, value in values.items()}
    return " AND ".join(f'"{column.stored}" = {column.literal(value)}' for column, value in columns.items())


def inputs(table: Table, rows: list[Row], key: str, values: dict[str, str]) -> list[Row]:
    """The expected rows whose row in the input, found by the key, has these values."""
    columns = [table.named(name).values for name in (key, *values)]
    wanted = {first for first, *rest in zip(*columns, strict=True) if rest == list(values.values())}
    return [row for row in rows if row[key] in wanted]
