"""Pairs of input and expected files of PHEindicatormethods, cell by cell."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .compare import Verdict
from .files import Row, read
from .phe_pairs import PAIRS
from .phe_part import Part
from .table import Table
from .workspace import Refused, Workspace

# How many differing cells of a pair are printed.
PRINTED = 8


@dataclass
class Tally:
    """The cells of one pair."""

    cells: int = 0
    equal: int = 0
    largest: float = 0.0
    simulated: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Adds another's cells."""
        self.cells += other.cells
        self.equal += other.equal
        self.largest = max(self.largest, other.largest)
        self.simulated = max(self.simulated, other.simulated)
        self.faults += other.faults

    def __str__(self) -> str:
        words = f"{self.equal} of {self.cells} equal, largest relative difference {self.largest:.1e}"
        return f"{words}, of simulated limits {self.simulated:.1e}" if self.simulated else words


def run(binary: Path, folder: Path, only: set[str] | None, show_sql: bool) -> int:
    """Compares every pair of a folder; the exit code is 0 only when all cells are equal."""
    names = sorted(path.name.removesuffix("_expected.csv") for path in folder.glob("*_expected.csv"))
    names = [name for name in names if not only or name in only]
    if not names:
        raise ValueError(f"{folder} has no such pair: files that end in _expected.csv")
    inputs = {name: folder / f"{PAIRS[name].input}.csv" for name in names if name in PAIRS}
    tables = {path: Table(path) for path in sorted(set(inputs.values()))}
    whole = Tally()
    with Workspace(binary, tables.values()) as workspace:
        for name in names:
            tally = _pair(name, folder, tables.get(inputs.get(name)), workspace, show_sql)
            print(f"{name}: {tally}")
            for fault in tally.faults[:PRINTED]:
                print(f"    {fault}")
            if len(tally.faults) > PRINTED:
                print(f"    … and {len(tally.faults) - PRINTED} more")
            whole.add(tally)
    print(f"{whole.equal} of {whole.cells} equal, largest relative difference {whole.largest:.1e}")
    return 0 if whole.equal == whole.cells else 1


def _pair(name: str, folder: Path, table: Table | None, workspace: Workspace, show_sql: bool) -> Tally:
    _, rows = read(folder / f"{name}_expected.csv")
    if table is None:
        return Tally(cells=len(rows), faults=[f"there is no SQL for {name}"])
    tally = Tally()
    parts = list(PAIRS[name].parts(table, rows))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for part, found in zip(parts, pool.map(lambda part: _compared(part, workspace), parts), strict=True):
            tally.add(found)
            if show_sql:
                print(part.sql)
    told = sum(len(part.rows) for part in parts if not part.again)
    if told != len(rows):
        tally.cells += len(rows) - told
        tally.faults.append(f"{len(rows) - told} rows of {name}_expected.csv were not asked for")
    return tally


def _compared(part: Part, workspace: Workspace) -> Tally:
    try:
        answers = {_key(part.key, row): row for row in workspace.ask(part.sql)}
    except Refused as refusal:
        return Tally(cells=_cells(part), faults=[f"refused: {refusal}\n    in {part.sql}"])
    tally = Tally()
    for row in part.rows:
        answer = answers.get(_key(part.key, row))
        for wanted, column in part.columns.items():
            if part.skipped(row, wanted):
                continue
            place = f"{wanted} of {' '.join(row[name] for name in part.key)}"
            verdict = _cell(part, place, row[wanted], wanted, answer and answer.get(column), answer is not None)
            tally.cells += 1
            tally.equal += verdict.equal
            tally.faults += verdict.faults
            if wanted in part.simulated:
                tally.simulated = max(tally.simulated, verdict.largest)
            else:
                tally.largest = max(tally.largest, verdict.largest)
    return tally


def _cells(part: Part) -> int:
    return sum(not part.skipped(row, wanted) for row in part.rows for wanted in part.columns)


def _key(names: Iterable[str], row: Row) -> tuple[str, ...]:
    return tuple("" if row.get(name) is None else str(row[name]) for name in names)


def _cell(part: Part, place: str, text: str, wanted: str, found, answered: bool) -> Verdict:
    """One cell: empty is NULL, words are the same words, numbers are as near as they should be."""
    verdict = Verdict()
    if text in ("", "NA"):
        # A row that upstream leaves empty may be left out altogether.
        verdict.demand(found is None, f"{place}: found {found!r}, wanted NULL")
    elif not answered:
        verdict.faults.append(f"{place}: there is no such row, wanted {text}")
    elif wanted in part.words:
        verdict.demand(_plain(found) == _plain(text), f"{place}: found {found!r}, wanted {text!r}")
    else:
        number = float(text)
        size = abs(number) or 1.0
        verdict.compare(place, found, number, part.tolerance_of(wanted), size, max(part.absolute / size, 1e-15))
    return verdict


def _plain(words) -> str:
    """Labels but for capitals and the genitive: `Byars` is `Byar`."""
    return str(words).split(",")[0].strip().lower().removesuffix("s")
