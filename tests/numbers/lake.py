"""The lake as other programs read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow
from deltalake import DeltaTable


@dataclass
class Lake:
    """The tables of the newest snapshot, registered in DuckDB."""

    name: str
    connection: duckdb.DuckDBPyConnection

    def tables(self) -> list[str]:
        """The names of the tables, sorted."""
        return sorted(row[0] for row in self.connection.execute("SHOW TABLES").fetchall())

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
        # A table without rows has no files to read columns from.
        if files:
            connection.read_parquet(files).create_view(table)
    return connection


def _through_delta(lake: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for table in _snapshot(lake)["tables"]:
        connection.register(table, delta(lake, table))
    return connection


def delta(lake: Path, table: str) -> pyarrow.Table:
    """The newest rows of a table, by its Delta log."""
    return DeltaTable(lake / "tables" / table).to_pyarrow_table()


def opened(workspace: Path, how: str) -> Lake:
    """The lake of a workspace, over its Parquet files or through its Delta logs."""
    folder = workspace / "data/lake"
    return Lake(how, _over_parquet(folder) if how == "parquet" else _through_delta(folder))
