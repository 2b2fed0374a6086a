"""The lake as other programs read it."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from deltalake import DeltaTable
from program import ROOT, Program

@dataclass
class Lake:
    """The tables of the newest snapshot, registered in DuckDB."""

    name: str
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, parameters: Mapping | None = None) -> list[dict]:
        """The answer to a query, a mapping a row."""
        answer = self.connection.execute(sql, parameters or {})
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _snapshot(lake: Path) -> dict:
    newest = max((lake / "snapshots").glob("*.json"))
    return json.loads(newest.read_text(encoding="utf-8"))["snapshot"]


def _over_parquet(lake: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for table, state in _snapshot(lake)["tables"].items():
        files = [str(lake / file["path"]) for file in state["files"]]
        connection.read_parquet(files, union_by_name=False).create_view(table)
    return connection


def _through_delta(lake: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for table in _snapshot(lake)["tables"]:
        connection.register(table, DeltaTable(lake / "tables" / table).to_pyarrow_table())
    return connection


def opened(workspace: Path, how: str) -> Lake:
    """The lake of a workspace, over its Parquet files or through its Delta logs."""
    folder = workspace / "data/lake"
    return Lake(how, _over_parquet(folder) if how == "parquet" else _through_delta(folder))


def answers(program, folder: Path):
    """Runs named queries: a function from a name and parameters to rows."""
    counter = iter(range(1_000_000))

    def run(name: str, **parameters) -> list[dict]:
        # Parquet carries every bit of a number, which text need not.
        out = folder / f"{next(counter)}.parquet"
        given = [word for key, value in parameters.items() for word in ("--param", f"{key}={value}")]
        program.run("query", name, *given, "--out", str(out))
        return pyarrow.parquet.read_table(out).to_pylist()

    return run


@pytest.fixture(scope="session", params=["parquet", "delta"])
def lake(request, program) -> Lake:
    """The demo's lake in DuckDB, over Parquet and through Delta."""
    return opened(program.workspace, request.param)


@pytest.fixture(scope="session")
def answer(program, tmp_path_factory):
    """Runs a named query on the demo."""
    return answers(program, tmp_path_factory.mktemp("answers"))


@pytest.fixture(scope="session")
def real(binary, tmp_path_factory) -> Program:
    """The program on real data, read where they lie: the definitions are in tests/real."""
    shared = ROOT.parent / "shared/data"
    if not shared.is_dir():
        assert "CI" not in os.environ, f"{shared} is missing"
        pytest.skip(f"{shared} is missing")
    workspace = tmp_path_factory.mktemp("real") / "workspace"
    shutil.copytree(ROOT / "tests/real", workspace)
    for query in (ROOT / "queries").glob("*/*.sql"):
        place = workspace / query.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(query, place)
    program = Program(binary, workspace, {"PERSPEKTIV_DELIVERIES": str(shared)})
    program.run("refresh")
    return program


@pytest.fixture(scope="session", params=["parquet", "delta"])
def real_lake(request, real) -> Lake:
    """The lake of the real data in DuckDB, over Parquet and through Delta."""
    return opened(real.workspace, request.param)


@pytest.fixture(scope="session")
def real_answer(real, tmp_path_factory):
    """Runs a named query on real data."""
    return answers(real, tmp_path_factory.mktemp("real_answers"))
