"""The .slt files beside the queries, run by sqllogictest against the demo."""

import os
import subprocess
from pathlib import Path

import pytest
from program import ROOT

FILES = sorted((ROOT / "queries").glob("*/*.slt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file(file: Path, program):
    """Every record of the file gives what it says."""
    run = subprocess.run(
        [os.environ["PERSPEKTIV_SLT"], program.binary, program.workspace, file],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_query_has_a_file():
    """Each query of the library is shown in a file of its own name."""
    shown = {file.with_suffix(".sql") for file in FILES}
    assert sorted((ROOT / "queries").glob("*/*.sql")) == sorted(shown)
