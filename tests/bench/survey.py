#!/usr/bin/env python3
"""Survey means by domain: perspektiv beside R's survey package, and what many domains and many rows cost.

    tests/bench/survey.py [--rows N] [--runs K] [--no-r]

Makes a synthetic survey (seeded: 16 municipalities, 128 strata, 50 clusters a stratum, binary outcomes), loads it
into a workspace of its own, and asks for 224 domains (municipality, sex, age group), stratified and clustered. Prints
the whole process' time and memory, that of the query alone (the process less one that asks nothing), R's, and the
ratios; then the cost per row with 64 and with 100 000 domains, and with ten times the rows. Uses numpy and R with the
package survey, as tests/run installs them; PERSPEKTIV_BIN names the program. It asserts nothing: times belong to a
machine.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

import measure

COLUMNS = ("municipality", "strat_id", "psu", "sex", "age", "cell", "y1")

R = """
suppressPackageStartupMessages(library(survey))
d <- read.csv("survey.csv")
t0 <- proc.time()[3]
D <- if ("{kind}" == "strat") svydesign(id=~1, strata=~strat_id, weights=~w, data=d) else
  svydesign(id=~psu, strata=~strat_id, weights=~w, nest=TRUE, data=d)
t1 <- proc.time()[3]
r <- svyby(~y1, ~municipality+sex+age, D, svymean)
cat("design", t1 - t0, "s, svyby", proc.time()[3] - t1, "s\\n")
o <- r[order(r$municipality, r$sex, r$age), ]
write.csv(data.frame(m=o$municipality, s=o$sex, a=o$age, y=formatC(o$y1, digits=17), se=formatC(SE(o), digits=17)),
          "r.csv", row.names=FALSE, quote=FALSE)
"""


def make(rows: int, folder: Path) -> None:
    """The survey as CSV."""
    g = np.random.Generator(np.random.PCG64(7))
    municipality, stratum = g.integers(1, 17, rows), g.integers(1, 9, rows)
    sex, age, psu = g.integers(1, 3, rows), g.integers(1, 8, rows), g.integers(1, 51, rows)
    strat_id = (municipality - 1) * 8 + stratum
    share = 1 / (1 + np.exp(2.2 - 0.25 * (age - 4) - 0.2 * (sex == 2) - 0.0125 * (municipality - 8)))
    table = pa.table(
        {
            "municipality": municipality,
            "strat_id": strat_id,
            "psu": psu,
            "sex": sex,
            "age": age,
            "cell": g.integers(0, 100_000, rows),
            "y1": (g.random(rows) < share).astype(np.int8),
            "w": np.round((2000 + 500 * (strat_id % 11)) * 25 * g.uniform(0.6, 1.6, rows) / (rows / 128), 4),
        }
    )
    pyarrow.csv.write_csv(table, folder / "survey.csv")


def workspace(program: str, rows: int, folder: Path) -> None:
    """A workspace with the survey twice: stratified, and stratified and clustered."""
    subprocess.run([program, "init", folder], check=True, capture_output=True)
    for file in (folder / "pipelines").glob("*.toml"):
        file.unlink()
    deliveries = folder / "data/deliveries"
    deliveries.mkdir(parents=True, exist_ok=True)
    make(rows, deliveries)
    columns = "".join(f'\n[[columns]]\nname = "{c}"\ntype = "integer"\nrequired = true\n' for c in COLUMNS)
    columns += '\n[[columns]]\nname = "w"\ntype = "number"\nrequired = true\n'
    for name, psu in (("strat", ""), ("clus", 'psu = "psu"\n')):
        head = f'title = "{name}"\n[source]\npath = "survey.csv"\nformat = "csv"\n'
        survey = f'[survey]\nstratum = "strat_id"\nweight = "w"\n{psu}'
        (folder / f"pipelines/{name}.toml").write_text(head + survey + columns)
    subprocess.run([program, "-w", folder, "refresh"], check=True, capture_output=True)


def ask(program: str, folder: Path, sql: str, runs: int) -> tuple[float, float]:
    """Times a query, its result written to a file."""
    out = folder / "out.csv"
    return measure.timed([program, "-w", folder, "query", "--sql", sql, "--out", out], runs, folder)


def main() -> None:
    """Runs everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-r", action="store_true", help="leave R out: it takes half a minute a run")
    args = parser.parse_args()
    program = measure.program()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        small, large = folder / "small", folder / "large"
        workspace(program, args.rows, small)
        nothing, _ = ask(program, small, "SELECT 1 AS n", args.runs)
        print(f"{args.rows} rows; a process that asks nothing: {nothing:.3f} s")
        by_domain = "SELECT {by}, survey_mean(y1, design) AS m FROM {table} GROUP BY {by}"
        domains = "municipality, sex, age"
        for kind in ("strat", "clus"):
            ours, memory = ask(program, small, by_domain.format(by=domains, table=kind), args.runs)
            print(f"{kind}: {ours:.3f} s whole process, {ours - nothing:.3f} s the query, {memory:.0f} MB")
            if not args.no_r:
                (folder / "r.R").write_text(R.format(kind=kind))
                shutil.copy(small / "data/deliveries/survey.csv", folder / "survey.csv")
                theirs, their_memory = measure.timed(["Rscript", "r.R"], 1, folder)
                print(f"  R: {theirs:.1f} s, {their_memory:.0f} MB; ratio {theirs / ours:.0f} and "
                      f"{their_memory / memory:.0f}; largest difference {difference(program, small, kind, folder):.1e}")
        costs = {}
        for count, by in ((64, "municipality, sex, age % 2"), (100_000, "cell")):
            seconds, memory = ask(program, small, by_domain.format(by=by, table="strat"), args.runs)
            costs[count] = (seconds - nothing) / args.rows
            print(f"{count} domains: {1e9 * costs[count]:.0f} ns a row, {memory:.0f} MB")
        print(f"  100 000 domains cost {costs[100_000] / costs[64]:.1f} times 64, per row")
        workspace(program, 10 * args.rows, large)
        for kind in ("strat", "clus"):
            seconds, memory = ask(program, large, by_domain.format(by=domains, table=kind), args.runs)
            print(f"{kind}, {10 * args.rows} rows: {seconds:.3f} s, {memory:.0f} MB")


def difference(program: str, folder: Path, kind: str, r: Path) -> float:
    """The largest relative difference between R's estimates and errors and ours."""
    sql = (f"SELECT municipality, sex, age, survey_mean(y1, design) AS y FROM {kind} "
           "GROUP BY municipality, sex, age ORDER BY municipality, sex, age")
    subprocess.run([program, "-w", folder, "query", "--sql", sql, "--out", r / "ours.csv"], check=True)
    ours = np.genfromtxt(r / "ours.csv", delimiter=",", skip_header=1)[:, 3:5]
    theirs = np.genfromtxt(r / "r.csv", delimiter=",", skip_header=1)[:, 3:5]
    return float(np.max(np.abs(ours / theirs - 1)))


if __name__ == "__main__":
    main()
