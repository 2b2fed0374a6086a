"""The command line of `tests/conformance`."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import Unwritable, inequality, phe
from .compare import TOLERANCE, Question, Verdict, judge, judge_refusal
from .files import REFERENCE, Folder, Row, read
from .survey import SurveyCases
from .workspace import Refused, Workspace, find_program

Written = tuple[Row, Question | Unwritable]


def main(arguments: list[str] | None = None) -> int:
    """Runs the cases; the exit code is 0 only when all are equal."""
    given = _parsed(arguments)
    try:
        binary = find_program(given.bin)
        if given.phe:
            return phe.run(binary, given.phe, given.only, given.show_sql)
        cases = _written(given.cases, Folder(given.data), given.only)
    except (OSError, ValueError) as error:
        print(f"tests/conformance: {error}", file=sys.stderr)
        return 2
    folder, written = cases
    with Workspace(binary, folder.tables) as workspace, ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(lambda one: _asked(workspace, *one, given.tolerance), written))
    for (case, question), verdict in zip(written, verdicts, strict=True):
        _print(case, question, verdict, given)
    equal = sum(verdict.equal for verdict in verdicts)
    largest = max((verdict.largest for verdict in verdicts), default=0.0)
    print(f"{equal} of {len(verdicts)} equal, largest relative difference {largest:.1e}")
    return 0 if verdicts and equal == len(verdicts) else 1


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/conformance",
        description="Asks the program for numbers that are known, in SQL, and prints where the answers differ.",
        epilog="Exit code: 0 all equal, 1 some differ, 2 wrong usage.",
    )
    parser.add_argument("cases", nargs="?", type=Path, metavar="CASES.csv", help="survey or inequality cases")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder of the data sets; by default the cases'")
    parser.add_argument("--phe", type=Path, metavar="DIR", help="a folder of PHEindicatormethods inputs and answers")
    parser.add_argument("--bin", metavar="PROGRAM", help="the program; else PERSPEKTIV_BIN, PATH or a target folder")
    parser.add_argument("--only", type=lambda text: set(text.split(",")), metavar="ID,…", help="these cases only")
    parser.add_argument("--show-sql", action="store_true", help="print the SQL of every case")
    parser.add_argument("--list", action="store_true", help="print a line for every case, also where equal")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, metavar="X", help="relative; %(default)s")
    given = parser.parse_args(arguments)
    if bool(given.cases) == bool(given.phe):
        parser.error("give CASES.csv, or --phe DIR")
    if given.cases and not given.data:
        given.data = given.cases.parent
    return given


def _written(path: Path, folder: Folder, only: set[str] | None) -> tuple[Folder, list[Written]]:
    """The cases of a file, each with its query or why it has none."""
    header, rows = read(path)
    kinds: dict[str, Callable[[list[Row], Folder], Callable[[Row], Question]]] = {
        "estimator": _survey,
        "measure": _inequality,
    }
    kind = next((kind for column, kind in kinds.items() if column in header), None)
    if not kind or "case_id" not in header:
        raise ValueError(f"{path} has the columns of neither survey nor inequality cases: {', '.join(header)}")
    if only and (unknown := only - {row["case_id"] for row in rows}):
        raise ValueError(f"{path} has no case {', '.join(sorted(unknown))}")
    write = kind(rows, folder)
    written: list[Written] = []
    for row in rows:
        if not only or row["case_id"] in only:
            try:
                written.append((row, write(row)))
            except Unwritable as error:
                written.append((row, error))
    return folder, written


def _survey(rows: list[Row], folder: Folder) -> Callable[[Row], Question]:
    """Cases of a survey; what one does not tell may stand in the reference cases beside the data."""
    reference = folder.folder / REFERENCE
    cases = SurveyCases([*rows, *(read(reference)[1] if reference.is_file() else [])])
    return lambda row: cases.question(row, folder.table(row["dataset"]))


def _inequality(_: list[Row], folder: Folder) -> Callable[[Row], Question]:
    """Cases of inequality."""

    def write(row: Row) -> Question:
        file, _, _ = inequality.split_dataset(row["dataset"])
        return inequality.question(row, folder.table(file), folder.design)

    return write


def _asked(workspace: Workspace, case: Mapping[str, str], question: Question | Unwritable, tolerance: float) -> Verdict:
    if isinstance(question, Unwritable):
        return Verdict(faults=[f"not written in SQL: {question}"])
    try:
        rows = workspace.ask(question.sql)
    except Refused as refusal:
        return judge_refusal(case, refusal.code, str(refusal))
    if len(rows) != 1:
        return Verdict(faults=[f"the answer has {len(rows)} rows"])
    return judge(case, question, rows[0], tolerance)


def _print(case: Row, question: Question | Unwritable, verdict: Verdict, given: argparse.Namespace) -> None:
    """A case that differs, with all there is to say about it."""
    if not (given.list or given.show_sql or verdict.faults):
        return
    names = ("design", "estimator", "measure", "method", "variable", "level", "param", "domain_sql")
    words = " · ".join(case[name] for name in names if case[name])
    outcome = f"equal, largest relative difference {verdict.largest:.1e}" if verdict.equal else "differs"
    print(f"{case['case_id']} {outcome}: {words}")
    for fault in verdict.faults:
        print(f"    {fault}")
    if isinstance(question, Question) and (given.show_sql or verdict.faults):
        for remark in question.remarks:
            print(f"    {remark}")
        print("    " + question.sql.replace("\n", "\n    "))
