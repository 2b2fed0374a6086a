"""Whether an answer is the wanted one."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

TOLERANCE = 1e-9

# For what R finds by iteration.
ITERATED = 1e-6

# Below this share of the estimate a difference is rounding: an error of 1e-17 is 0.
ROUNDING = 1e-12

# The same for a total that the weights are calibrated to, which has no error.
CALIBRATED = 1e-6

# The numbers that a case may tell in columns of their own.
GIVEN = ("estimate", "se", "ci_low", "ci_high", "df", "deff")
LIMITS = ("ci_low", "ci_high")
_LONELY = re.compile(
    r"\blonely (psu|unit|strat)|\b(one|single|1) (sampled )?(psu|unit|primary sampling unit|cluster)", re.IGNORECASE
)


@dataclass
class Question:
    """A case in SQL."""

    sql: str
    # What the case tells, and the column of the answer with it.
    columns: Mapping[str, str]
    iterated: bool = False
    # Whether the domain has a single row.
    single: bool = False
    adjusted: bool = False
    remarks: list[str] = field(default_factory=list)


@dataclass
class Verdict:
    """How an answer compares with what was wanted."""

    largest: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.faults

    def compare(self, what: str, found, wanted: float, tolerance: float, size: float, rounding: float) -> None:
        """Compares two numbers: relative to the wanted one, or within rounding of the estimate's size."""
        if found is None or isinstance(found, str):
            self.faults.append(f"{what}: found {'NULL' if found is None else found}, wanted {wanted!r}")
            return
        gap = abs(found - wanted)
        within = gap <= rounding * size
        relative = 0.0 if gap == 0 else gap / size if within else gap / abs(wanted) if wanted else math.inf
        self.largest = max(self.largest, relative)
        if not within and not relative <= tolerance:
            self.faults.append(f"{what}: found {found!r}, wanted {wanted!r}, relative difference {relative:.1e}")

    def demand(self, fine: bool, fault: str) -> None:
        """Notes a fault unless all is fine."""
        if not fine:
            self.faults.append(fault)


def wanted_numbers(case: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, float]:
    """The numbers that a case tells; `p` and `t` stand in its note."""
    told = {name: case.get(name) or "" for name in (*GIVEN, *columns)}
    for name in {"p", "t"} & columns.keys():
        found = re.search(rf"\b{name}=([-+.\deE]+)", case.get("note") or "")
        told[name] = found[1] if found else ""
    numbers = {name: float("nan" if text == "NA" else text) for name, text in told.items() if text}
    return numbers


def judge(case: Mapping[str, str], question: Question, row: Mapping, tolerance: float = TOLERANCE) -> Verdict:
    """Compares an answer; `row` is its only row."""
    verdict = Verdict()
    status = case.get("status") or "ok"
    wanted = wanted_numbers(case, question.columns)
    for name in sorted(wanted.keys() - question.columns.keys()):
        verdict.faults.append(f"{name}: not asked for, wanted {wanted[name]!r}")
    found = {name: row.get(column) for name, column in question.columns.items()}
    if status == "error":
        verdict.faults.append(f"found {found.get('estimate')!r}, wanted a refusal: {case.get('note', '')}")
    elif status == "quirk":
        _judge_quirk(case, verdict, found, wanted)
    else:
        _judge_numbers(verdict, found, wanted, status == "nan", question, tolerance)
    return verdict


def judge_refusal(case: Mapping[str, str], code: int, message: str) -> Verdict:
    """Judges a query that was refused: if that was wanted, the message tells the stratum and what is wrong with it."""
    told = f"refused (exit code {code}): {message}"
    if case.get("status") != "error":
        return Verdict(faults=[told])
    note = case.get("note") or ""
    stratum = re.search(r"Stratum \((.+?)\)", note)
    # Messages are broken into lines, with a rule before each.
    words = re.sub(r"[\s│×]+", " ", message)
    fine = bool(_LONELY.search(words)) and (not stratum or stratum[1] in words)
    return Verdict(faults=[] if fine else [f"wanted another reason ({note}); {told}"])


def _judge_numbers(
    verdict: Verdict, found: Mapping, wanted: Mapping[str, float], lenient: bool, question: Question, tolerance: float
) -> None:
    tolerance = max(tolerance, ITERATED) if question.iterated else tolerance
    sizes = [abs(wanted[name]) for name in ("estimate", "se") if name in wanted]
    size = max((size for size in sizes if math.isfinite(size)), default=0.0)
    # What R calls an error of a known total is rounding.
    single = question.single and wanted.get("se") == 0
    known = question.adjusted and wanted.get("se", math.inf) <= CALIBRATED * size
    for name in filter(wanted.__contains__, question.columns):
        if math.isnan(wanted[name]):
            # Where R's iteration breaks down, a limit that could be computed is no fault.
            fine = found[name] is None or (question.iterated and name in LIMITS)
            verdict.demand(fine, f"{name}: found {found[name]!r}, wanted NULL")
        elif lenient and name in LIMITS and (found[name] is None or question.iterated):
            continue
        elif single and name in ("se", *LIMITS) and found[name] is None:
            # One row says nothing of its error; R says 0.
            continue
        else:
            rounding = CALIBRATED if known and name in ("se", *LIMITS) else ROUNDING
            verdict.compare(name, found[name], wanted[name], tolerance, size or 1.0, rounding)


def _judge_quirk(case: Mapping[str, str], verdict: Verdict, found: Mapping, wanted: Mapping[str, float]) -> None:
    """Where R's answer is known to be wrong: an empty domain has none, and a share of 0 or 1 no iterated limits."""
    estimate = found.get("estimate")
    if case.get("n_unweighted") == "0":
        for name in ("estimate", "se", *LIMITS):
            value = found.get(name)
            verdict.demand(value is None, f"{name}: found {value!r} for an empty domain, wanted NULL")
        return
    # 1 - 3e-12, where an iteration stopped, is 1.
    share = round(wanted["estimate"])
    if abs(wanted["estimate"] - share) > TOLERANCE or share not in (0, 1):
        verdict.faults.append(f"a quirk that is not known here: {case.get('note', '')}")
        return
    verdict.demand(estimate == share, f"estimate: found {estimate!r}, wanted {share}")
    verdict.demand(found.get("se") in (None, 0), f"se: found {found.get('se')!r}, wanted 0 or NULL")
    for name in LIMITS:
        verdict.demand(found.get(name) in (None, share), f"{name}: found {found.get(name)!r}, wanted {share} or NULL")
    if found.get("df") is not None and "df" in wanted:
        verdict.demand(found["df"] == wanted["df"], f"df: found {found['df']!r}, wanted {wanted['df']:g}")
