"""An attacker who knows all that is published of random tables; `tests/attack` does more of them."""

import re
import subprocess

from program import ROOT

SEED = "7"


def test_nothing_that_is_hidden_can_be_computed():
    command = [ROOT / "tests/attack", "--tables", "40", "--seed", SEED]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "5 of 5 unsafe tables caught" in done.stdout.splitlines()
    tables, hidden, pinned = map(int, re.findall(r"\d+", done.stdout.splitlines()[-1]))
    assert tables >= 40 and hidden > 300 and pinned == 0, done.stdout
