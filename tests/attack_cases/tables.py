"""Random tables with margins, as registers have them: skewed, with small groups, and with one person who costs most."""

import itertools
import random
from dataclasses import dataclass, field

TOTAL = "Alla"
MINIMUM = 5
NEAR = 0.1
DOMINANCE = 0.5
DOMINANCE_OF_TWO = 0.85


@dataclass
class Label:
    """A label of the rows: its finest values, and which of them is part of which coarser one."""

    name: str
    values: list[str]
    parents: dict[str, str] = field(default_factory=dict)

    def levels(self) -> list[str]:
        """All that a row may have: a value, a coarser one, or the total."""
        return [*self.values, *sorted(set(self.parents.values())), TOTAL]

    def under(self, value: str) -> list[str]:
        """The finest values that a value stands for."""
        if value == TOTAL:
            return self.values
        return [own for own in self.values if value in (own, self.parents.get(own))]


@dataclass
class Case:
    """Tables for one audience, with what the attacker knows of how they were made."""

    labels: list[Label]
    tables: list[dict]
    minimum: int = MINIMUM
    # Whether there are rows about nobody; if not, a group without a row is one of nobody.
    lists_nobody: bool = False

    def label(self, name: str) -> Label:
        return next(label for label in self.labels if label.name == name)


def rule(labels: list[Label], shown: list[str], amounts: bool, minimum: int) -> dict:
    """The rule as an analyst writes it."""
    written = {
        "rule": "secrecy",
        "persons": "personer",
        "labels": shown,
        "minimum": minimum,
        "totals": {name: TOTAL for name in shown},
        "parents": {label.name: label.parents for label in labels if label.parents and label.name in shown},
    }
    if amounts:
        written |= {"sum": "kostnad", "largest": "storsta", "second": "nast"}
    return written


def counted(
    labels: list[Label],
    people: dict[tuple, list[int]],
    shown: list[str],
    keep,
    amounts: bool,
    lists_nobody: bool,
    minimum: int,
) -> dict:
    """One table: for each combination of values that `keep` wants, the persons in it and what they cost."""
    of = {label.name: label for label in labels}
    rows = []
    for values in itertools.product(*(of[name].levels() for name in shown)):
        if not keep(values):
            continue
        under = [set(of[name].under(value)) for name, value in zip(shown, values, strict=True)]
        places = [next(i for i, label in enumerate(labels) if label.name == name) for name in shown]
        costs = sorted(
            (
                cost
                for cell, inside in people.items()
                if all(cell[place] in finest for place, finest in zip(places, under, strict=True))
                for cost in inside
            ),
            reverse=True,
        )
        if not costs and not lists_nobody:
            continue
        row = [*values, len(costs)]
        if amounts:
            row += [sum(costs), costs[0] if costs else None, costs[1] if len(costs) > 1 else None]
        rows.append(row)
    columns = [*shown, "personer", *(["kostnad", "storsta", "nast"] if amounts else [])]
    return {"query": "slumpad", "columns": columns, "rows": rows, "rule": rule(labels, shown, amounts, minimum)}


def parts(labels: list[Label], people: dict[tuple, list[int]], table) -> list[dict]:
    """A table for each value of the first label, which a parameter chooses, and one for all of it."""
    first, shown = labels[0], [label.name for label in labels[1:]]
    labels[0] = first = Label(first.name, first.values)
    found = [table(shown, lambda _: True)]
    for value in first.values:
        part = {cell: inside for cell, inside in people.items() if cell[0] == value}
        found.append(table(shown, lambda _: True, part) | {"parameters": [[first.name, value]]})
    for one in found:
        one["rule"]["slices"] = [first.name]
    return found


def random_case(seed: str) -> Case:
    """Tables of two to four labels, some of them in two levels; sometimes two tables that share labels."""
    chance = random.Random(seed)
    many = chance.choice([2, 2, 3, 3, 4])
    labels = []
    for number in range(many):
        size = chance.randint(2, 6 if many < 4 else 3)
        label = Label("abcd"[number], [f"{'abcd'[number]}{value}" for value in range(size)])
        if size > 3 and chance.random() < 0.4:
            cut = chance.randint(2, size - 2)
            label.parents = {value: f"{label.name}+{int(place >= cut)}" for place, value in enumerate(label.values)}
        labels.append(label)
    lists_nobody = chance.random() < 0.4
    amounts = chance.random() < 0.5
    minimum = chance.choice([5, 5, 5, 3, 10])
    scale = chance.choice([3, 8, 25, 80])
    people = {}
    for cell in itertools.product(*(label.values for label in labels)):
        persons = 0 if chance.random() < 0.15 else min(int(chance.paretovariate(0.9) * scale * chance.random()), 3000)
        people[cell] = [int(chance.lognormvariate(9, 1.6)) for _ in range(persons)]
    names = [label.name for label in labels]

    def table(shown: list[str], keep, people=people) -> dict:
        return counted(labels, people, shown, keep, amounts, lists_nobody, minimum)

    tables = []
    way = chance.random()
    if random.Random(f"{seed} parts").random() < 0.15:
        # A table for each part, as for each municipality, and one for the whole.
        tables = parts(labels, people, table)
    elif many > 2 and way < 0.3:
        # Two tables that share a label, each without what the other adds up.
        tables = [table(names[:-1], lambda _: True), table(names[1:], lambda _: True)]
    elif way < 0.5:
        # No totals but that of everything.
        tables = [table(names, lambda values: len(set(values) - {TOTAL}) != 1 or values.count(TOTAL) in (0, many))]
    else:
        tables = [table(names, lambda _: True)]
    return Case(labels, tables, minimum, lists_nobody)
