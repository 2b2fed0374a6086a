"""The queries of a workspace, asked of the whole and of each municipality, as an audience of all slides sees them."""

import json
import re
import subprocess
from pathlib import Path

from .tables import DOMINANCE, TOTAL, Case, Label

PLACE = "kommun"


def asked(binary: str, workspace: Path) -> list[list[dict]]:
    """For each query about secret persons, its tables for the whole and for each municipality, as they are before anything is hidden."""

    def run(*words: str):
        command = [binary, "--workspace", workspace, *words]
        return json.loads(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout)

    found = []
    for query in run("queries", "--json"):
        rule = query["disclosure"] or {}
        if rule.get("rule") != "secrecy":
            continue
        choices: list[list[tuple[str, str]]] = [[]]
        place = re.search(rf"^{PLACE} \(.* a value of (\w+)\.(\w+)\)$", "\n".join(query["parameters"]), re.MULTILINE)
        if place:
            sql = f"SELECT DISTINCT {place[2]} AS kod FROM {place[1]} ORDER BY 1"
            choices += [[(PLACE, row["kod"])] for row in run("query", "--sql", sql, "--format", "json")]
        tables = []
        for parameters in choices:
            given = [word for name, value in parameters for word in ("--param", f"{name}={value}")]
            rows = run("query", query["name"], *given, "--format", "json")
            if rows:
                columns = list(rows[0])
                cells = [[row[column] for column in columns] for row in rows]
                # Different municipalities are different persons, as the program tells the rule.
                told = {**rule, "apart": [*rule.get("apart", []), PLACE]}
                tables.append({"query": query["name"], "parameters": parameters, "columns": columns, "rows": cells, "rule": told})
        found.append(tables)
    return found


def cases(table: dict, published: dict):
    """A table as what an attacker sees: by year, or whatever is never added up, with the total of each, which may be known."""
    rule = table["rule"]
    within = rule.get("within", [])
    groups: dict[tuple, list[int]] = {}
    for place, row in enumerate(table["rows"]):
        key = tuple(row[table["columns"].index(name)] for name in within)
        groups.setdefault(key, []).append(place)
    for places in groups.values():
        yield _case(table, published, places, [name for name in rule["labels"] if name not in within])


def _case(table: dict, published: dict, places: list[int], names: list[str]) -> tuple[Case, dict]:
    rule = table["rule"]
    totals, parents = rule.get("totals", {}), rule.get("parents", {})

    def of(one: dict, place: int, column: str | None):
        value = one["rows"][place][one["columns"].index(column)] if column in one["columns"] else None
        return TOTAL if column in totals and value == totals[column] else value

    amounts = [rule.get("sum"), rule.get("largest"), rule.get("second")] if rule.get("sum") else []
    labels = []
    for name in names:
        upper = parents.get(name, {})
        values = list(dict.fromkeys(of(table, place, name) for place in places))
        labels.append(Label(name, [value for value in values if value != TOTAL and value not in upper.values()], upper))
    true = [[of(table, place, column) for column in [*names, rule["persons"], *amounts]] for place in places]
    shown = [[of(published, place, column) for column in [*names, rule["persons"], *amounts[:1]]] for place in places]
    minimum = rule["minimum"]
    for name in rule.get("known", []):
        at = names.index(name)
        parts: dict[tuple, list[list]] = {}
        for row in true:
            if row[at] != TOTAL:
                parts.setdefault((*row[:at], TOTAL, *row[at + 1 : len(names)]), []).append(row)
        for key, rows in parts.items():
            whole = [*key, sum(row[len(names)] for row in rows)]
            if amounts:
                whole += [sum(row[len(names) + 1] for row in rows), max(row[len(names) + 2] or 0 for row in rows), None]
            if whole[len(names)] >= minimum and not (amounts and whole[-2] > DOMINANCE * whole[-3]):
                true.append(whole)
                shown.append(whole[: len(names) + (2 if amounts else 1)])
    if not any(all(value == TOTAL for value in row[: len(names)]) for row in true):
        finest = [row for row in true if TOTAL not in row[: len(names)]]
        persons = sum(row[len(names)] for row in finest)
        total = [*([TOTAL] * len(names)), persons]
        if amounts:
            total += [sum(row[len(names) + 1] for row in finest), max(row[len(names) + 2] or 0 for row in finest), None]
        if persons >= minimum and not (amounts and total[-2] > DOMINANCE * total[-3]):
            true.append(total)
            shown.append(total[: len(names) + (2 if amounts else 1)])
    columns = [*names, "personer", *(["kostnad", "storsta", "nast"] if amounts else [])]
    lists_nobody = any(row[len(names)] == 0 for row in true)
    case = Case(labels, [{"columns": columns, "rows": true}], minimum, lists_nobody)
    return case, {"columns": columns[: len(names) + (2 if amounts else 1)], "rows": shown}
