"""The lakes that queries are compared on, and the answers to compare."""

import os
import shutil
from pathlib import Path

import pyarrow.parquet
import pytest
from lake import Lake, opened
from program import ROOT, Program

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
    shutil.copytree(ROOT / "tests/real", workspace, ignore=shutil.ignore_patterns("data"))
    for query in (ROOT / "queries").glob("*/*.sql"):
        place = workspace / query.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(query, place)
    # How a goal is judged is the same on any data.
    shutil.copy(ROOT / "pipelines/mallage.toml", workspace / "pipelines/mallage.toml")
    key = workspace / "data/secrets/pseudonym.key"
    key.parent.mkdir(parents=True, mode=0o700)
    key.touch(mode=0o600)
    key.write_text("01" * 32, encoding="ascii")
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
