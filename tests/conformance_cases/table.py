"""A CSV file with its columns, their types and the names they get in the lake."""

import csv
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from . import Unwritable

MISSING = {"", "NA", "NaN"}

# Added to the rows when they are loaded: their order in the file.
ORDER = "file_row"

_WHOLE = re.compile(r"-?(0|[1-9]\d*)")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(eq=False)
class Column:
    """A column of a file: what the file calls it, and what the lake does."""

    name: str
    stored: str
    values: list[str] = field(repr=False)

    @cached_property
    def kind(self) -> str:
        """`integer`, `number` or `text`, by its values."""
        given = [value for value in self.values if value not in MISSING]
        if given and all(map(_WHOLE.fullmatch, given)):
            return "integer"
        return "number" if given and all(map(_NUMBER.fullmatch, given)) else "text"

    def definition(self) -> str:
        """The column in a pipeline's definition."""
        lines = ["[[columns]]", f'name = "{self.stored}"', f"from = {toml_text(self.name)}", f'type = "{self.kind}"']
        lines.append(f"missing = {sorted(MISSING - {''})}")
        if self.kind == "integer":
            lines.append("bits = 64")
        if self.kind == "text":
            lines.append('person_numbers = "allow"')
        return "\n".join(lines)

    def literal(self, value: str) -> str:
        """A value of the column in SQL."""
        return f"'{value.replace(chr(39), chr(39) * 2)}'" if self.kind == "text" else value

    def levels(self) -> list[str]:
        """The values that occur, in the order of R's factor levels."""
        return sorted({value for value in self.values if value not in MISSING}, key=_level_order)

    def numbers(self) -> list[float]:
        """The values that are not missing, as numbers."""
        return [float(value) for value in self.values if value not in MISSING]


def _level_order(level: str) -> tuple:
    """Intervals such as `(9,19]` by their lower end, numbers by size, the rest by letters."""
    start = re.match(r"[(\[]?\s*(-?[\d.]+|-Inf)", level)
    if not start:
        return (1, 0.0, level)
    return (0, float(start[1].replace("Inf", "inf")), level)


class Table:
    """A data set: a file of the folder, or a part of one."""

    def __init__(self, path: Path) -> None:
        """Reads the file."""
        with open(path, encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        self.name = _stored(path.stem, set())
        taken = {ORDER, "design"}
        self.columns: dict[str, Column] = {}
        for place, name in enumerate(header):
            if name and name not in self.columns:
                stored = _stored(name, taken)
                taken.add(stored)
                self.columns[name] = Column(name, stored, [row[place] for row in rows])
        self.columns[ORDER] = Column(ORDER, ORDER, [str(at + 1) for at in range(len(rows))])

    def named(self, name: str) -> Column:
        """A column by the file's name for it."""
        if name not in self.columns:
            raise Unwritable(f"{self.name}.csv has no column {name!r}")
        return self.columns[name]

    def definition(self) -> str:
        """The definition of the pipeline that loads it."""
        source = f'[source]\npath = "{self.name}.csv"\nformat = "csv"\n\n[limits]\nrejected = 0.0'
        parts = [f'title = "{self.name}"', source, *(column.definition() for column in self.columns.values())]
        return "\n\n".join(parts) + "\n"

    def write(self, path: Path) -> None:
        """Writes the rows where the definition looks for them."""
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(self.columns)
            writer.writerows(zip(*(column.values for column in self.columns.values()), strict=True))


def _stored(name: str, taken: set[str]) -> str:
    """A name that the lake takes: small letters, digits and _, and not one that is taken.

    Two columns that differ in the case of their letters only get two names.
    """
    plain = re.sub(r"[^a-z0-9_]+", "_", name.lower())
    plain = plain if re.match(r"[a-z]", plain) and not plain.startswith("design") else f"c_{plain}"
    found, number = plain[:50], 2
    while found in taken:
        found, number = f"{plain[:50]}_{number}", number + 1
    return found


def toml_text(text: str) -> str:
    """A text as TOML writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
