"""The attacker: knows every figure that is shown, what adds up to what, that counts are whole and nothing is negative."""

import itertools
from dataclasses import dataclass

import numpy
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

from .tables import DOMINANCE, DOMINANCE_OF_TWO, NEAR, TOTAL, Case

HIDDEN = ".."


@dataclass
class Found:
    """What an attack came to."""

    hidden: int
    pinned: list[str]


class Knowledge:
    """The equations that follow from what is shown. The unknowns are the finest groups, whether some table has them or not."""

    def __init__(self, case: Case, published: list[dict]):
        self.case = case
        self.published = published
        self.finest = list(itertools.product(*(label.values for label in case.labels)))

    def members(self, number: int, row: list) -> frozenset[int]:
        """Which of the finest groups a row of a table is about."""
        at = {name: place for place, name in enumerate(self.published[number]["columns"])}
        chosen = dict(self.case.tables[number].get("parameters", []))
        wanted = [
            set(label.under(row[at[label.name]] if label.name in at else chosen.get(label.name, TOTAL)))
            for label in self.case.labels
        ]
        return frozenset(
            number
            for number, cell in enumerate(self.finest)
            if all(value in values for value, values in zip(cell, wanted, strict=True))
        )

    def rows(self):
        """Each row of each table, with its groups."""
        for number, table in enumerate(self.published):
            for place, row in enumerate(table["rows"]):
                yield number, place, row, self.members(number, row)

    def of(self, column: str):
        """What is shown of a column: the groups of each row and the figure; those of hidden rows; and those of no row."""
        shown, hidden, listed = {}, {}, set()
        for number, place, row, members in self.rows():
            if column not in self.published[number]["columns"]:
                continue
            listed.add(members)
            figure = row[self.published[number]["columns"].index(column)]
            if figure == HIDDEN:
                hidden[members] = (number, place)
            else:
                shown[members] = figure or 0
        if not self.case.lists_nobody:
            shown.update({members: 0 for members in self._without_row() - listed})
        return shown, {members: row for members, row in hidden.items() if members not in shown}

    def _without_row(self) -> set[frozenset[int]]:
        """Groups that a table would have a row about if anybody were in them."""
        missing = set()
        for number, table in enumerate(self.published):
            names = [name for name in table["columns"] if any(name == label.name for label in self.case.labels)]
            levels = [{row[place] for row in table["rows"]} for place in range(len(names))]
            there = {tuple(row[: len(names)]) for row in table["rows"]}
            # Only a table that has all combinations tells by leaving one out; totals of some labels only are left out by choice.
            for values in itertools.product(*levels):
                if values not in there and TOTAL not in values:
                    missing.add(self.members(number, list(values)))
        return missing


def attack(case: Case, published: list[dict]) -> Found:
    """Narrows every hidden count and amount as far as can be."""
    knowledge = Knowledge(case, published)
    pinned, hidden = [], 0
    columns = {column for table in published for column in table["columns"]}
    for column, whole in (("personer", True), ("kostnad", False)):
        if column not in columns:
            continue
        shown, secret = knowledge.of(column)
        hidden += len(secret)
        for members, (number, place) in secret.items():
            true = case.tables[number]["rows"][place]
            low, high = bounds(len(knowledge.finest), shown, list(secret), members, whole, case.lists_nobody)
            if whole:
                is_pinned = high - low < case.minimum - 1
            else:
                at = case.tables[number]["columns"].index(column)
                is_pinned = _too_near(low, high, true[at - 1], *true[at : at + 3], case.minimum)
            if is_pinned:
                pinned.append(f"{column} of {true[: len(case.labels)]}: {low:g} to {high:g}, in truth {true}")
    return Found(hidden, pinned)


def _too_near(low: float, high: float, persons: int, value: float, largest: float, second: float, minimum: int) -> bool:
    """Whether an amount is narrowed too far: around it where it is hidden for what it is; else within what a few persons cost."""
    if not value:
        return False
    largest, second = largest or 0, second or 0
    rest = value - largest - second
    lacking = max(largest / DOMINANCE - value, (largest + second) / DOMINANCE_OF_TWO - value, NEAR * largest - rest)
    slack = 0.999
    if persons < minimum or lacking > 1e-9 * value:
        need = max(NEAR * value, lacking)
        return high < value + need * slack or low > value - min(need, value) * slack
    return high - low < min(2 * NEAR * value, (minimum - 1) * value / persons) * slack


def bounds(unknowns: int, shown: dict, hidden: list, members: frozenset, whole: bool, lists_nobody: bool):
    """The smallest and the largest that the sum of some groups can be."""
    goal = numpy.zeros(unknowns)
    goal[list(members)] = 1
    groups = [*shown, *hidden]
    least = [float(figure) for figure in shown.values()]
    most = list(least)
    # In a table without rows about nobody there is somebody in each row, hidden or not.
    least += [1.0 if whole and not lists_nobody else 0.0] * len(hidden)
    most += [numpy.inf] * len(hidden)
    places = [(row, column) for row, group in enumerate(groups) for column in group]
    rows, columns = zip(*places, strict=True)
    matrix = csr_matrix((numpy.ones(len(places)), (rows, columns)), shape=(len(groups), unknowns))
    ends = []
    for sign in (1, -1):
        if whole:
            done = milp(
                sign * goal,
                integrality=numpy.ones(unknowns),
                bounds=Bounds(0, numpy.inf),
                constraints=LinearConstraint(matrix, least, most),
            )
        else:
            known = len(shown)
            # In units of a size that the solver's tolerance suits.
            unit = max([1.0, *most[:known]]) / 1e4
            done = linprog(
                sign * goal,
                A_eq=matrix[:known] if known else None,
                b_eq=[figure / unit for figure in least[:known]] if known else None,
                method="highs",
            )
        if done.status == 0:
            ends.append(sign * done.fun * (1 if whole else unit))
        elif done.status in (3, 4) and sign < 0:
            ends.append(numpy.inf)
        else:
            raise RuntimeError(f"the attacker's programme has no answer: {done.message}")
    low, high = ends
    return (round(low), high if high == numpy.inf else round(high)) if whole else (low, high)
