"""The Python environment that tests/run makes, for programs that are run by hand."""

import importlib.util
import os
import sys
from pathlib import Path

# Nothing is left in the folders of the tests.
sys.dont_write_bytecode = True


def need(module: str) -> None:
    """Starts the program again in that environment, unless a module is here that only it has."""
    if importlib.util.find_spec(module):
        return
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    python = cache / "perspektiv/venv/bin/python"
    if not python.is_file() or Path(sys.prefix) == python.parents[1]:
        sys.exit(f"{sys.argv[0]}: install what tests/requirements.txt lists, or run tests/run --only numbers once")
    os.execv(python, [str(python), *sys.argv])
