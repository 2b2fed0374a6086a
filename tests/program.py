"""The program under test."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Program:
    """The program in a workspace."""

    binary: Path
    workspace: Path
    environment: dict = field(default_factory=dict)

    def run(self, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess:
        """Runs a command and demands an exit code; None takes any."""
        done = subprocess.run(
            [self.binary, "--workspace", self.workspace, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **self.environment},
        )
        assert code in (None, done.returncode), f"{done.args}\n{done.stdout}\n{done.stderr}"
        return done
