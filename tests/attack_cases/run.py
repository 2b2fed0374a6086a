"""The command line of `tests/attack`."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from conformance_cases.workspace import find_program

from . import queries, unsafe
from .attacker import HIDDEN, attack
from .tables import random_case

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Attacks tables; the exit code is 0 only when nothing hidden was narrowed too far."""
    given = _parsed(arguments)
    caught = unsafe.caught()
    print(f"{sum(caught)} of {len(caught)} unsafe tables caught")
    started = time.monotonic()
    try:
        asked = queries.asked(find_program(given.bin), given.workspace) if given.workspace else []
    except OSError as error:
        print(f"tests/attack: {error}", file=sys.stderr)
        return 2
    cases = [random_case(f"{given.seed} {number}") for number in range(given.tables)]
    answers = publish([*(case.tables for case in cases), *asked])
    seconds = time.monotonic() - started
    tables = hidden = small = rows = 0
    pinned = []
    refused = [answer for answer in answers if isinstance(answer, str)]
    if refused:
        print(*refused, sep="\n", file=sys.stderr)
        return 1
    for number, (case, published) in enumerate(zip(cases, answers, strict=False)):
        found = attack(case, published)
        tables += len(published)
        hidden += found.hidden
        pinned += [f"table {number}: {what}" for what in found.pinned]
        small += _hidden([unsafe.careless(table, case) for table in case.tables])
        rows += sum(len(table["rows"]) for table in published)
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {len(cases)}", end="", file=sys.stderr)
    for whole, published in zip(asked, answers[len(cases) :], strict=True):
        for table, seen in zip(whole, published, strict=True):
            name = " ".join([table["query"], *(value for _, value in table["parameters"])])
            for case, part in queries.cases(table, seen):
                found = attack(case, [part])
                hidden += found.hidden
                pinned += [f"{name}: {what}" for what in found.pinned]
            tables += 1
            print(f"{name}: {_hidden([seen])} of {len(seen['rows'])} rows hidden", file=sys.stderr)
    for what in pinned:
        print(what, file=sys.stderr)
    also = sum(_hidden(published) for published in answers[: len(cases)]) - small
    print(f"{rows} rows published in {seconds:.1f} s; {small} hidden for what they are and {also} for others' sake")
    print(f"{tables} tables, {hidden} hidden cells, {len(pinned)} pinned")
    return 1 if pinned or not all(caught) else 0


def publish(audiences: list[list[dict]]) -> list:
    """What is shown of the tables of each audience."""
    lines = "".join(json.dumps(tables) + "\n" for tables in audiences)
    done = subprocess.run([_publisher()], input=lines, capture_output=True, encoding="utf-8", check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _publisher() -> Path:
    """The program that publishes tables from its input, built if need be."""
    command = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "perspektiv-disclosure", "--example", "publish"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    return target / "release/examples/publish"


def _hidden(tables: list[dict]) -> int:
    return sum(HIDDEN in row for table in tables for row in table["rows"])


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/attack",
        description="Publishes random tables with margins (two to four labels, some in levels, skewed, with zeros, counts and "
        "costs), and attacks all that is shown with linear programmes: no hidden count may be narrowed to fewer different "
        "ones than the minimum, no hidden amount to within a tenth of it. The attacker is tried first on tables that are not safe.",
        epilog="Exit code: 0 nothing pinned and every unsafe table caught; 1 otherwise; 2 wrong usage.",
    )
    parser.add_argument("--tables", type=int, default=1000, metavar="N", help="how many random ones; %(default)s")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the random ones; %(default)s")
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="also what its queries show, of the whole and of each municipality")
    parser.add_argument("--bin", metavar="PROGRAM", help="the program, for --workspace; else PERSPEKTIV_BIN, PATH or a target folder")
    given = parser.parse_args(arguments)
    if given.tables < 1:
        parser.error("--tables is at least 1")
    return given
