"""Deliveries that come in generations, and what the tables hold after each."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# A row: its key, the generation that wrote it, and a number.
Row = tuple[int, int, int]
# What a table is known by: rows, keys, first and last generation, and three sums that any change of a row changes.
Signature = tuple[int, ...]
State = dict[str, Signature]

COLUMNS = """
[[columns]]
name = "id"
type = "integer"
required = true
[[columns]]
name = "version"
type = "integer"
required = true
[[columns]]
name = "value"
type = "integer"
required = true
"""
PERIOD = '[[columns]]\nname = "ar"\ntype = "integer"\nrequired = true\n'

DERIVED = '''title = "Härledd"
[derive]
from = ["flera", "en"]
sql = """
SELECT version AS id, (SELECT max(version) FROM en) AS version, CAST(sum(value) AS BIGINT) AS value
FROM flera GROUP BY version ORDER BY version
"""
'''


def signature(rows: Iterable[Row]) -> Signature:
    """What a table with these rows is known by."""
    rows = list(rows)
    versions = [version for _, version, _ in rows] or [0]
    return (
        len(rows),
        len({key for key, _, _ in rows}),
        min(versions),
        max(versions),
        sum(key for key, _, _ in rows),
        sum(version * (key % 97 + 1) for key, version, _ in rows),
        sum(value * (key % 89 + 1) for key, _, value in rows),
    )


def question(tables: Iterable[str]) -> str:
    """SQL that asks for all signatures at once."""
    return " UNION ALL ".join(
        f"SELECT '{table}' AS t, count(*), count(DISTINCT id), coalesce(min(version), 0), coalesce(max(version), 0), "
        "coalesce(sum(id), 0), coalesce(sum(version * (id % 97 + 1)), 0), coalesce(sum(value * (id % 89 + 1)), 0) "
        f"FROM {table}"
        for table in tables
    )


def definition(title: str, path: str, more: str = "", columns: str = COLUMNS) -> str:
    """The definition of a dataset of CSV files."""
    source = f'[source]\npath = "{path}"\nformat = "csv"\ndelimiter = ";"\n'
    # A file may come back with fewer rows than before.
    return f'title = "{title}"\n{more}\n[limits]\nremaining = 0\n{source}{columns}'


def write(path: Path, rows: Iterable[tuple[int, ...]], header: str = "id;version;value") -> None:
    """A delivery, put in its place as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text("\n".join([header, *(";".join(map(str, row)) for row in rows), ""]), encoding="utf-8")
    new.rename(path)


@dataclass
class Deliveries:
    """The folder of the deliveries, and what the tables made of it must hold."""

    folder: Path
    chance: random.Random

    def __post_init__(self) -> None:
        """Nothing has come yet."""
        self.generation = 0
        self.several: dict[str, list[Row]] = {}
        self.merged: dict[int, Row] = {}
        self.periods: dict[int, list[Row]] = {}
        self.still = [(key, 1, key * 7) for key in range(1, 51)]

    def definitions(self) -> dict[str, str]:
        """The datasets."""
        merge = '[update]\nmode = "merge"\nkeys = ["id"]'
        period = '[update]\nmode = "period"\nperiod = ["ar"]'
        return {
            "flera": definition("Flera filer", "flera/*.csv"),
            "en": definition("En fil som ändras", "en.csv"),
            "stilla": definition("Ändras aldrig", "stilla.csv"),
            "harledd": DERIVED,
            "forenad": definition("Senaste raden gäller", "forenad/*.csv", merge),
            "perioder": definition("Senaste perioden gäller", "perioder/*.csv", period, COLUMNS + PERIOD),
        }

    def deliver(self) -> State:
        """The next generation comes; what the tables hold after it is loaded."""
        self.generation += 1
        one = self._rows(1, self.chance.randint(20, 400))
        write(self.folder / "en.csv", one)
        self._several()
        if self.generation == 1:
            write(self.folder / "stilla.csv", self.still)
        several = [row for rows in self.several.values() for row in rows]
        versions = sorted({version for _, version, _ in several})
        derived = [
            (version, self.generation, sum(value for _, v, value in several if v == version)) for version in versions
        ]
        self._merge()
        self._period()
        return {
            "flera": signature(several),
            "en": signature(one),
            "stilla": signature(self.still),
            "harledd": signature(derived),
            "forenad": signature(self.merged.values()),
            "perioder": signature(row for rows in self.periods.values() for row in rows),
        }

    def _rows(self, first: int, count: int) -> list[Row]:
        return [(key, self.generation, self.chance.randint(0, 10**6)) for key in range(first, first + count)]

    def _several(self) -> None:
        """A file comes, one changes, and sometimes one goes."""
        known = sorted(self.several)
        if len(known) > 5 or (len(known) > 2 and self.chance.random() < 0.4):
            gone = known.pop(self.chance.randrange(len(known)))
            del self.several[gone]
            (self.folder / "flera" / gone).unlink()
        for name in {f"del_{self.generation:05}.csv", *(self.chance.sample(known, 1) if known else [])}:
            number = int(name[4:9])
            self.several[name] = self._rows(number * 1000, self.chance.randint(10, 300))
            write(self.folder / "flera" / name, self.several[name])

    def _merge(self) -> None:
        rows = [row for row in self._rows(1, 500) if self.chance.random() < 0.2]
        self.merged.update({row[0]: row for row in rows})
        write(self.folder / f"forenad/ny_{self.generation:05}.csv", rows)

    def _period(self) -> None:
        lines = []
        for year in self.chance.sample(range(2015, 2025), 2):
            self.periods[year] = self._rows(year * 1000, self.chance.randint(5, 100))
            lines += [(*row, year) for row in self.periods[year]]
        write(self.folder / f"perioder/ny_{self.generation:05}.csv", lines, "id;version;value;ar")
