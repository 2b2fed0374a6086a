"""A workspace that holds the data sets of the cases, made for one run."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from program import ROOT, Program

from .table import Table


def find_program(given: str | None) -> Path:
    """The program: the one given, that of PERSPEKTIV_BIN, of PATH, or of a target folder."""
    named = given or os.environ.get("PERSPEKTIV_BIN")
    if named:
        if not Path(named).is_file():
            raise FileNotFoundError(f"{named} is no file; give the program with --bin or PERSPEKTIV_BIN")
        return Path(named).resolve()
    targets = [Path(os.environ["CARGO_TARGET_DIR"])] if "CARGO_TARGET_DIR" in os.environ else []
    places = [target / "release/perspektiv" for target in (*targets, ROOT / "target")]
    on_path = shutil.which("perspektiv")
    for place in ([Path(on_path)] if on_path else []) + places:
        if place.is_file():
            return place.resolve()
    raise FileNotFoundError(
        f"the program is neither on PATH nor in {' or '.join(map(str, places))}; "
        "build it with `cargo build --release`, or give it with --bin or PERSPEKTIV_BIN"
    )


class Refused(Exception):
    """A query that got no answer: the exit code and the message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Workspace:
    """A temporary workspace; as a context it is removed at the end."""

    def __init__(self, binary: Path, tables: Iterable[Table]) -> None:
        """Makes the workspace and loads the tables."""
        self._folder = tempfile.TemporaryDirectory(prefix="perspektiv-conformance-")
        try:
            self._load(binary, tables)
        except BaseException:
            self._folder.cleanup()
            raise

    def _load(self, binary: Path, tables: Iterable[Table]) -> None:
        place = Path(self._folder.name) / "workspace"
        self.program = Program(binary, place)
        subprocess.run([binary, "--quiet", "init", place], check=True, stdin=subprocess.DEVNULL, capture_output=True)
        # The definitions that every new workspace has are about other data.
        for room in ("pipelines", "queries", "reports"):
            shutil.rmtree(place / room, ignore_errors=True)
            (place / room).mkdir()
        for table in tables:
            (place / "pipelines" / f"{table.name}.toml").write_text(table.definition(), encoding="utf-8")
            table.write(place / "data/deliveries" / f"{table.name}.csv")
        done = self.program.run("--quiet", "refresh", code=None)
        if done.returncode:
            raise RuntimeError(f"the data could not be loaded:\n{done.stderr}")

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_) -> None:
        self._folder.cleanup()

    def ask(self, sql: str) -> list[dict]:
        """The rows that answer a query."""
        done = self.program.run("--quiet", "query", "--format", "json", "--sql", sql, code=None)
        if done.returncode:
            raise Refused(done.returncode, done.stderr.strip())
        return json.loads(done.stdout)
