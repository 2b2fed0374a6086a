"""The command line of `tests/crash`."""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from conformance_cases.workspace import find_program

from . import full, kills
from .data import Deliveries
from .room import Room

SCRIPT = Path(__file__).resolve().parents[1] / "crash"


def main(arguments: list[str] | None = None) -> int:
    """Kills refreshes, or takes their room; the exit code is 0 only when nothing was lost, doubled or torn."""
    given = _parsed(arguments)
    try:
        binary = find_program(given.bin)
    except OSError as error:
        print(f"tests/crash: {error}", file=sys.stderr)
        return 2
    if given.on_small_disk:
        return _told(full.on_small_disk(_room(given.on_small_disk / "workspace", binary, given), given.on_small_disk))
    folder = Path(tempfile.mkdtemp(prefix="perspektiv-crash-"))
    try:
        if given.enospc:
            return _full(folder, binary, given)
        counts = kills.run(_room(folder / "workspace", binary, given), given.kills, random.Random(given.seed))
    finally:
        if given.keep:
            print(f"the workspace is in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    print(counts.line())
    return 0 if counts.whole() else 1


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/crash",
        description="Kills refreshes of several datasets (replaced, merged, by period, derived) at random moments (SIGKILL to the process group) while a "
        "reader asks, and demands after each kill that readers see exactly the state before or exactly the one after, "
        "of all tables together; that the next refresh completes; and that readers of the Delta logs agree.",
        epilog="Exit code: 0 nothing lost, doubled or torn; 1 something was; 2 wrong usage.",
    )
    parser.add_argument("--kills", type=int, default=100, metavar="N", help="how many; %(default)s")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of deliveries and moments; %(default)s")
    parser.add_argument("--enospc", action="store_true", help="instead of kills: disks that are full")
    parser.add_argument("--bin", metavar="PROGRAM", help="the program; else PERSPEKTIV_BIN, PATH or a target folder")
    parser.add_argument("--keep", action="store_true", help="leave the workspace in the temporary folder")
    parser.add_argument("--on-small-disk", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.kills < 1:
        parser.error("--kills is at least 1")
    return given


def _room(folder: Path, binary: Path, given: argparse.Namespace) -> Room:
    deliveries = Deliveries(folder / "data/deliveries", random.Random(f"deliveries {given.seed}"))
    return Room(binary, folder, deliveries)


def _told(faults: list[str]) -> int:
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _full(folder: Path, binary: Path, given: argparse.Namespace) -> int:
    print("files of limited size", file=sys.stderr)
    faults = full.with_small_files(_room(folder / "workspace", binary, given))
    bad = _told(faults)
    ways = "a limit on files"
    if full.can_mount():
        print("a small disk", file=sys.stderr)
        disk = folder / "disk"
        disk.mkdir()
        again = [sys.executable, SCRIPT, "--bin", binary, "--seed", str(given.seed), "--on-small-disk", disk]
        bad += subprocess.run(full.without_root(list(map(str, again)))).returncode
        ways += " and a full disk"
    print(f"{ways}: {'old states intact, completed with room' if not bad else 'not as it must be'}")
    return 1 if bad else 0
