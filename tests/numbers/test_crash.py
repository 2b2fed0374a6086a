"""Kills and full disks, a few of each; `tests/crash` does more of them."""

import re
import subprocess

from program import ROOT

SEED = "7"


def test_after_a_kill_readers_have_the_old_state_or_the_new(binary):
    command = [ROOT / "tests/crash", "--kills", "15", "--seed", SEED, "--bin", binary]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "15 kills, 0 lost, 0 doubled, 0 torn"
    asked = re.search(r"A reader asked (\d+) times", done.stdout)
    assert int(asked[1]) > 10, done.stdout


def test_without_room_the_old_state_stays(binary):
    command = [ROOT / "tests/crash", "--enospc", "--seed", SEED, "--bin", binary]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "old states intact, completed with room" in done.stdout
