"""What the words of `design_options` say."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

_NUMBER = r"-?\d+\.?\d*(?:[eE][+-]?\d+)?"
_TOTAL = re.compile(rf"[\s,]*(?P<name>.+?)\s*=\s*(?P<value>{_NUMBER})(?=[\s,]|$)")

# Words that tell the reader something, and change nothing in the query.
_TOLD = re.compile(
    r"nest=TRUE\b.*|ultimate cluster\b.*|two-stage\b.*|weights implied by fpc\b.*|all weights 1"
    r"|stratum .+ (has one PSU|is a self-representing \(certainty\) PSU by fpc)"
)
_DOMAIN = re.compile(r"domain (?P<domain>.+?)(?: by subset\(\))?")
_ROWS = re.compile(r"rows (?P<sample>.+?)(?:, then domain = (?P<but>all rows but )?(?P<domain>.+?))?(?:: .*)?")
_STANDARDISE = re.compile(
    r"(?:.*\bonly \((?P<only>.+)\),? then )?svystandardize by (?P<by>\S+) over (?P<over>[^\s,]+)"
    r", population (?P<population>[\d.,]+?)(?:, rows with missing (?P<missing>\S+) excluded)?"
)
_POSTSTRATIFY = re.compile(r"postStratify (?P<by>\S+): (?P<totals>.+)")
_RAKE = re.compile(r"rake (?P<margins>.+\))(?:, epsilon \S+)?")
_CALIBRATE = re.compile(
    r"calibrate (?P<method>linear|raking|logit)(?: \([^()]*\))?"
    rf"(?:,? bounds (?P<low>{_NUMBER}?)(?:\.\.|, ?| to )(?P<high>{_NUMBER}))?: (?P<totals>.+?)"
    rf"(?:, epsilon (?P<epsilon>{_NUMBER}))?"
)
_REPLICATES = re.compile(
    r"replicate weights (?P<type>JK1|JKn|BRR|Fay|bootstrap)\b(?:.*\brho ?=? ?(?P<rho>[\d.]+))?.*", re.IGNORECASE
)


@dataclass
class Calibration:
    """Totals that the weights are calibrated to; none are given where the words say `same totals`."""

    method: str
    totals: dict[str, str] | None
    bounds: tuple[str, str] | None = None
    epsilon: str | None = None


@dataclass
class Standardisation:
    """Weights that give each group of `over` the same mix of `by`."""

    by: str
    over: list[str]
    population: list[str]
    missing: list[str] = field(default_factory=list)
    only: str | None = None


@dataclass
class Options:
    """The words of one design, taken apart; conditions are R."""

    sample: str | None = None
    domain: str | None = None
    poststrata: dict[str, dict[str, str]] = field(default_factory=dict)
    rake: dict[str, dict[str, str]] = field(default_factory=dict)
    calibration: Calibration | None = None
    standardisation: Standardisation | None = None
    replicates: str | None = None
    rho: str | None = None
    not_understood: list[str] = field(default_factory=list)

    @property
    def adjusted(self) -> bool:
        """Whether some totals are known, and so have no error but rounding."""
        return bool(self.poststrata or self.rake or self.calibration)


def parse(words: str) -> Options:
    """Takes the words apart; clauses stand between semicolons."""
    options = Options()
    for clause in filter(None, (clause.strip() for clause in words.split(";"))):
        try:
            understood = _TOLD.fullmatch(clause) or _understood(clause, options)
        except ValueError:
            understood = False
        if not understood:
            options.not_understood.append(clause)
    return options


def _understood(clause: str, options: Options) -> bool:
    if found := _DOMAIN.fullmatch(clause):
        options.domain = _without_remark(found["domain"])
    elif found := _ROWS.fullmatch(clause):
        options.sample = _without_remark(found["sample"])
        if found["domain"]:
            domain = _without_remark(found["domain"])
            options.domain = f"!({domain})" if found["but"] else domain
    elif found := _STANDARDISE.fullmatch(clause):
        options.standardisation = Standardisation(
            found["by"],
            [] if found["over"] == "1" else found["over"].split("+"),
            found["population"].split(","),
            re.split(r"[/+,]", found["missing"] or "") if found["missing"] else [],
            _with_quoted_level(found["only"]) if found["only"] else None,
        )
    elif found := _POSTSTRATIFY.fullmatch(clause):
        options.poststrata[found["by"]] = _totals(found["totals"])
    elif found := _RAKE.fullmatch(clause):
        for margin in re.split(r"\) x ", found["margins"].removesuffix(")")):
            name, totals = margin.split(" (", 1)
            options.rake[name] = _totals(totals)
    elif found := _CALIBRATE.fullmatch(clause):
        totals = None if found["totals"] == "same totals" else _totals(found["totals"])
        bounds = (found["low"], found["high"]) if found["high"] else None
        options.calibration = Calibration(found["method"], totals, bounds, found["epsilon"])
    elif found := _REPLICATES.fullmatch(clause):
        options.replicates, options.rho = found["type"], found["rho"]
    else:
        return False
    return True


def _totals(words: str) -> dict[str, str]:
    """`E=40 H=75.5`, where a level may hold blanks."""
    found = list(_TOTAL.finditer(words))
    gaps = [a.end() != b.start() for a, b in pairwise(found)]
    if not found or any(gaps) or words[found[-1].end() :].strip():
        raise ValueError(f"totals not understood: {words}")
    return {total["name"]: total["value"] for total in found}


def _without_remark(condition: str) -> str:
    """Without the words in parentheses that follow a condition and are none."""
    return re.sub(r" \([^()=<>!]*\)$", "", condition)


def _with_quoted_level(condition: str) -> str:
    """With quotes around a level of a factor that lacks them: `agecat != (0,19]`."""
    found = re.fullmatch(r"(\S+)\s*(==|!=)\s*([^'\"\d].*)", condition)
    return f"{found[1]} {found[2]} '{found[3]}'" if found else condition
