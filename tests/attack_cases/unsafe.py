"""Tables in which small groups are hidden and nothing else: the attacker must see through each."""

import itertools

from .attacker import HIDDEN, attack
from .tables import TOTAL, Case, Label, counted


def caught() -> list[bool]:
    """Whether the attacker gets at something in each of them."""
    return [bool(attack(case, [careless(table, case) for table in case.tables]).pinned) for case in _cases()]


def careless(table: dict, case: Case) -> dict:
    """A table with its small groups hidden and no more; as it would be without complementary suppression."""
    at = table["columns"].index("personer")
    seen = [place for place, name in enumerate(table["columns"]) if name not in ("storsta", "nast")]
    rows = []
    for row in table["rows"]:
        dominated = "kostnad" in table["columns"] and row[at] and 2 * row[at + 2] > row[at + 1]
        small = 0 < row[at] < case.minimum or dominated
        rows.append([HIDDEN if small and place >= at else row[place] for place in seen])
    return {"columns": [table["columns"][place] for place in seen], "rows": rows}


def _cases():
    kommun = Label("a", ["Kil", "Eda", "Sunne", "Arvika"])
    kon = Label("b", ["Kvinnor", "Män"])
    ages = Label("b", ["65-74", "75-84", "85-94", "95+"], {"65-74": "65-84", "75-84": "65-84", "85-94": "85+", "95+": "85+"})

    def case(labels, persons, cost=100):
        cells = itertools.product(*(label.values for label in labels))
        people = {cell: [cost] * n for cell, n in zip(cells, persons, strict=True)}

        def table(names, keep=lambda _: True, amounts=False):
            return counted(labels, people, names, keep, amounts, False, 5)

        return people, table

    # A lone small group and its total.
    _, table = case([kommun], [3, 40, 50, 60])
    yield Case([kommun], [table(["a"])])
    # Small in both directions: one row and one column to take away.
    _, table = case([kommun, kon], [3, 30, 40, 50, 60, 70, 80, 90])
    yield Case([kommun, kon], [table(["a", "b"])])
    # A small age that only the coarser ages give away.
    _, table = case([kommun, ages], [20, 30, 40, 2, 21, 31, 41, 51, 22, 32, 42, 52, 23, 33, 43, 53])
    yield Case([kommun, ages], [table(["a", "b"], lambda values: TOTAL not in values or values == (TOTAL, TOTAL))])
    # Two tables of which the one gives away the other.
    _, table = case([kommun, kon], [4, 3, 40, 50, 60, 70, 80, 90])
    yield Case([kommun, kon], [table(["a", "b"], lambda values: TOTAL not in values), table(["b"]), table(["a"])])
    # One person who costs nearly all of it.
    people, table = case([kommun], [12, 40, 50, 60], cost=20_000)
    people[("Kil",)][0] = 900_000
    yield Case([kommun], [table(["a"], amounts=True)])
