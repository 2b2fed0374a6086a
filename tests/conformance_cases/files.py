"""Case files and the data sets that they name."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from . import Unwritable
from .table import Table

REFERENCE = "reference_results.csv"


class Row(dict):
    """A row of a case file; a column that the file lacks is empty."""

    def __missing__(self, key: str) -> str:
        return ""


def read(path: Path) -> tuple[list[str], list[Row]]:
    """The header and the rows of a CSV file."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = [Row({name: (value or "").strip() for name, value in row.items() if name}) for row in reader]
    return [name.strip() for name in reader.fieldnames or []], rows


class Folder:
    """The folder of the data sets, and those beside it."""

    def __init__(self, folder: Path) -> None:
        """Finds nothing yet."""
        self.folder = folder
        self._tables: dict[str, Table] = {}

    @property
    def tables(self) -> Iterable[Table]:
        """Those that were asked for."""
        return self._tables.values()

    def table(self, name: str) -> Table:
        """The data set of a name: here, or in a folder beside this one."""
        if name not in self._tables:
            wanted = [f"{name}.csv", f"{name}_vectors.csv"]
            places = [self.folder, *sorted(path for path in self.folder.resolve().parent.iterdir() if path.is_dir())]
            found = [place / file for place in places for file in wanted if (place / file).is_file()]
            if not found:
                raise Unwritable(f"there is no {wanted[0]} in {self.folder}")
            self._tables[name] = Table(found[0])
        return self._tables[name]

    def design(self, name: str) -> Mapping[str, str]:
        """A case of a survey design, which tells the design's columns."""
        for place in (self.folder, *self.folder.resolve().parent.iterdir()):
            if (place / REFERENCE).is_file():
                for row in read(place / REFERENCE)[1]:
                    if row["design"] == name:
                        return row
        raise Unwritable(f"no {REFERENCE} in {self.folder} or beside it has a design {name}")
