"""What the Python suites share: the program, and a small demo workspace it made."""

import os
import subprocess
from pathlib import Path

import pytest
from program import Program

PERSONS = "5000"
# No test asks an agency.
os.environ["PERSPEKTIV_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def binary() -> Path:
    """The program that tests/run has built."""
    named = os.environ.get("PERSPEKTIV_BIN")
    assert named, "set PERSPEKTIV_BIN to the program, or use tests/run"
    path = Path(named).resolve()
    assert path.is_file(), f"{path} is no file"
    return path


@pytest.fixture(scope="session")
def program(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program on a demo workspace that no test changes."""
    workspace = tmp_path_factory.mktemp("workspace") / "demo"
    subprocess.run([binary, "demo", workspace, "--persons", PERSONS], check=True, capture_output=True)
    return Program(binary, workspace)
