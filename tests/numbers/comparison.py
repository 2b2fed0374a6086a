"""How two results are compared."""

import csv
import math
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

# Sums in another order differ in the last digits; anything larger is an error.
TOLERANCE = 1e-9


def same(ours: list[dict], theirs: list[dict], key: Iterable[str], columns: Iterable[str]) -> None:
    """Demands the same rows, found by their key, with the same numbers.

    Both may have more columns than are compared; neither may have more rows.
    """
    key = tuple(key)
    ours, theirs = _by(ours, key), _by(theirs, key)
    assert ours, "there are no rows to compare"
    assert ours.keys() == theirs.keys(), (
        f"only ours: {sorted(ours.keys() - theirs.keys(), key=str)[:5]}, "
        f"only theirs: {sorted(theirs.keys() - ours.keys(), key=str)[:5]}"
    )
    for column in columns:
        for place, row in ours.items():
            a, b = row[column], theirs[place][column]
            assert close(a, b), f"{column} of {dict(zip(key, place))}: {a!r} is not {b!r}"


def _by(rows: list[dict], key: tuple) -> dict[tuple, dict]:
    found = {tuple(row[column] for column in key): row for row in rows}
    assert len(found) == len(rows), f"{key} does not tell the rows apart"
    return found


def close(a, b) -> bool:
    """Whether two cells are the same; numbers to 1e-9 of their size."""
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return a == b
    return math.isclose(float(a), float(b), rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def from_r(lake, folder: Path, ar: int, kommun: str | None = None) -> list[dict]:
    """Every needs group's share, standard error and interval, by R's survey package.

    R gets the whole sample of the year: a municipality is a domain of it, not a
    sample of its own.
    """
    lake.rows(f"COPY (SELECT * FROM behov WHERE ar = {ar}) TO '{folder}/behov.csv' (HEADER)")
    script = Path(__file__).with_name("behovsgrupper.R")
    subprocess.run(
        ["Rscript", "--vanilla", script, folder / "behov.csv", folder / "ut.csv", kommun or ""],
        check=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    with open(folder / "ut.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column in ("andel", "andel_se", "andel_low", "andel_high", "n"):
            row[column] = None if row[column] == "NA" else float(row[column])
    return rows
