"""Files as the program reads them: one at a look, or many as datasets of texts."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from program import ROOT, Program

SHARED = ROOT.parent / "shared/data"

# The random files of each kind, by their seeds: READER_CASES of them from READER_SEED on.
# All are loaded by one refresh, so some hundred are enough at a time.
_FIRST = int(os.environ.get("READER_SEED", "0"))
SEEDS = range(_FIRST, _FIRST + int(os.environ.get("READER_CASES", "120")))


def shared(*names: str) -> list[Path]:
    """Real files; where they are not there, the test is skipped, but not in CI."""
    files = [SHARED / name for name in names]
    for file in files:
        if not file.is_file():
            assert "CI" not in os.environ, f"{file} is missing"
            pytest.skip(f"{file} is missing")
    return files


def look(binary: Path, file: Path, folder: Path, sql: str = "SELECT * FROM fil") -> pyarrow.Table:
    """A file without a definition, as `query --file-source` has it: types are guessed."""
    out = folder / f"{file.name}.parquet"
    done = Program(binary, folder).run("query", "--file-source", str(file), "--sql", sql, "--out", str(out))
    assert "could not be read" not in done.stderr, done.stderr
    return pyarrow.parquet.read_table(out)


def refused(binary: Path, file: Path, folder: Path) -> str:
    """Why a file cannot be looked at."""
    done = Program(binary, folder).run("query", "--file-source", str(file), "--sql", "SELECT 1", code=None)
    assert done.returncode in (1, 3), f"{file.name}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stderr


def inspected(binary: Path, file: Path) -> dict:
    """What `inspect` finds in a file."""
    return json.loads(Program(binary, file.parent).run("inspect", str(file), "--json").stdout)


@dataclass
class Texts:
    """Many files, each a dataset whose columns are the texts that its reader hands out, loaded by one refresh.

    Whatever row a reader or the loader cannot take refuses the whole refresh.
    """

    binary: Path
    folder: Path
    expected: dict[str, list[tuple]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "pipelines").mkdir(parents=True)
        self.deliveries.mkdir(parents=True)
        (self.folder / ".perspektiv.toml").write_text("[archive]\nenabled = false\n", encoding="utf-8")

    @property
    def deliveries(self) -> Path:
        return self.folder / "data/deliveries"

    def add(self, ending: str, form: str, header: Iterable[str], rows: Iterable[tuple], **options) -> Path:
        """Expects these rows, with "" for an empty field, of the file that the caller writes to the path."""
        name = f"f{len(self.expected):05}"
        self.expected[name] = list(rows)
        source = {"path": f"{name}.{ending}", "format": form} | options
        lines = [f'title = "{name}"', "[source]"]
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in source.items()]
        lines += ["[limits]", "rejected = 0"]
        for at, field_name in enumerate(header):
            lines += ["[[columns]]", f'name = "k{at}"', f"from = {json.dumps(field_name, ensure_ascii=False)}"]
            lines += ['type = "text"', 'person_numbers = "allow"']
        (self.folder / f"pipelines/{name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.deliveries / f"{name}.{ending}"

    def compare(self) -> None:
        """Loads all files and demands every cell of them, in the order of the file."""
        program = Program(self.binary, self.folder)
        program.run("refresh")
        lake = self.folder / "data/lake"
        newest = max((lake / "snapshots").glob("*.json"))
        tables = json.loads(newest.read_text(encoding="utf-8"))["snapshot"]["tables"]
        for name, expected in self.expected.items():
            parts = [pyarrow.parquet.read_table(lake / part["path"]) for part in tables[name]["files"]]
            rows = [row for part in parts for row in zip(*(column.to_pylist() for column in part.columns))]
            got = [tuple("" if cell is None else cell for cell in row) for row in rows]
            differ(name, got, expected)


def differ(name: str, ours: list[tuple], theirs: list[tuple]) -> None:
    """Demands the same rows in the same order, and shows the first that differ."""
    wrong = [(at, a, b) for at, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    assert not wrong, (
        f"{name}: {len(wrong)} rows differ, the first is row {wrong[0][0]}:\n{wrong[0][1]!r}\n{wrong[0][2]!r}"
    )
    assert len(ours) == len(theirs), f"{name}: {len(ours)} rows are not {len(theirs)}"
