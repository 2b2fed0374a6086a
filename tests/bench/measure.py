"""What a process costs as a whole."""

import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path


def program() -> str:
    """The program that PERSPEKTIV_BIN names, or the one on the path."""
    found = os.environ.get("PERSPEKTIV_BIN") or shutil.which("perspektiv")
    if not found:
        sys.exit("name the program with PERSPEKTIV_BIN")
    return str(Path(found).resolve())


def once(command: list, cwd: Path) -> tuple[float, float]:
    """Seconds of a whole process, and its largest memory in MB."""
    done = subprocess.run(
        ["/usr/bin/time", "-f", "TIMED %e %M", *command], cwd=cwd, capture_output=True, text=True, check=False
    )
    found = re.search(r"TIMED ([\d.]+) (\d+)", done.stderr)
    if done.returncode or not found:
        sys.exit(done.stderr)
    return float(found[1]), int(found[2]) / 1024


def timed(command: list, runs: int, cwd: Path) -> tuple[float, float]:
    """Median seconds of whole processes, and the largest memory in MB."""
    all_runs = [once(command, cwd) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in all_runs), max(memory for _, memory in all_runs)
