"""Expressions of R and conditions in SQL, rewritten as SQL on the columns of a query."""

import re
from typing import Protocol

from . import Unwritable

_SPACE = re.compile(r"\s*")
_R_TOKEN = re.compile(
    r"""(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<name>[A-Za-z.][\w.]*|`[^`]+`)
    |(?P<sign>%in%|==|!=|<=|>=|&&?|\|\|?|[-+*/^!<>(),:])""",
    re.VERBOSE,
)
_SQL_TOKEN = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|[A-Za-z_][\w.]*|\s+|.""", re.DOTALL)

# Signs of R that bind two values, loosest first, and how SQL writes them.
_BINDING = [
    {"|": "OR", "||": "OR"},
    {"&": "AND", "&&": "AND"},
    {},  # not
    {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "%in%": "IN"},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/"},
]
_NOT = 2


class Columns(Protocol):
    """Where names of columns are looked up."""

    def has(self, name: str) -> bool:
        """Whether there is such a column."""

    def column(self, name: str) -> str:
        """The column in SQL."""


def quoted(name: str) -> str:
    """A name in SQL, as it is spelt."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in SQL."""
    return "'" + value.replace("'", "''") + "'"


def struct(fields: dict[str, str]) -> str:
    """A struct literal of SQL expressions."""
    return "{" + ", ".join(f"{text(name)}: {value}" for name, value in fields.items()) + "}"


def from_sql(condition: str, columns: Columns) -> str:
    """A condition in SQL whose columns are spelt as in the file, quoted or not."""

    def rewritten(word: str) -> str:
        name = word[1:-1] if word[0] == '"' else word
        return columns.column(name) if word[0] != "'" and columns.has(name) else word

    return "".join(map(rewritten, _SQL_TOKEN.findall(condition)))


def from_r(expression: str, columns: Columns) -> str:
    """An expression of R: comparisons, `&`, `|`, `!`, `%in%`, `is.na`, arithmetic."""
    parser = _Parser(expression, columns)
    sql, _ = parser.binding(0)
    if parser.tokens:
        raise Unwritable(f"R expression not understood at {parser.tokens[0][1]!r}: {expression}")
    return sql


class _Parser:
    """Recursive descent over the tokens of one expression; each part is (SQL, how tight)."""

    def __init__(self, expression: str, columns: Columns) -> None:
        self.expression = expression
        self.columns = columns
        self.tokens: list[tuple[str, str]] = []
        place = _SPACE.match(expression).end()
        while place < len(expression):
            found = _R_TOKEN.match(expression, place)
            if not found:
                raise Unwritable(f"R expression not understood at {expression[place:]!r}: {expression}")
            self.tokens.append((found.lastgroup, found[0]))
            place = _SPACE.match(expression, found.end()).end()

    def next(self) -> str:
        return self.tokens[0][1] if self.tokens else ""

    def take(self, wanted: str | None = None) -> tuple[str, str]:
        if not self.tokens or (wanted and self.next() != wanted):
            raise Unwritable(f"R expression lacks {wanted or 'a value'!r}: {self.expression}")
        return self.tokens.pop(0)

    def binding(self, level: int) -> tuple[str, int]:
        if level == len(_BINDING):
            return self.value(), level
        if level == _NOT and self.next() == "!":
            self.take()
            return self.negated(), level
        sql, tight = self.binding(level + 1)
        while self.next() in _BINDING[level]:
            sign = _BINDING[level][self.take()[1]]
            right, right_tight = self.binding(level + 1)
            sql = self.grouped(sql, tight, level)
            if sign == "/":  # of whole numbers, too, R's division has a fraction
                sql = f"CAST({sql} AS DOUBLE)"
            # A part that binds as loosely as its neighbour on the right is another group.
            sql = f"{sql} {sign} {self.grouped(right, right_tight, level + 1)}"
            tight = level
        return sql, tight

    def grouped(self, sql: str, tight: int, level: int) -> str:
        return f"({sql})" if tight < level else sql

    def negated(self) -> str:
        sql, tight = self.binding(_NOT)
        if sql.endswith(" IS NULL"):
            return f"{sql.removesuffix(' IS NULL')} IS NOT NULL"
        return f"NOT {self.grouped(sql, tight, len(_BINDING))}"

    def value(self) -> str:
        kind, word = self.take()
        if word == "(":
            inner, _ = self.binding(0)
            self.take(")")
            return f"({inner})"
        if word == "-":
            return f"-{self.value()}"
        if kind == "number":
            return self.numbers(word)
        if kind == "text":
            return text(word[1:-1])
        if kind == "name" and self.next() == "(":
            return self.call(word)
        if word in ("TRUE", "FALSE"):
            return word
        if kind == "name":
            return self.columns.column(word.strip("`"))
        raise Unwritable(f"R expression not understood at {word!r}: {self.expression}")

    def numbers(self, first: str) -> str:
        if self.next() != ":":
            return first
        self.take()
        return "(" + ", ".join(map(str, range(int(first), int(self.take()[1]) + 1))) + ")"

    def call(self, function: str) -> str:
        self.take("(")
        arguments = []
        while self.next() != ")":
            arguments.append(self.binding(0)[0])
            if self.next() != ")":
                self.take(",")
        self.take(")")
        if function == "c":
            return f"({', '.join(arguments)})"
        if len(arguments) == 1 and function == "is.na":
            return f"{arguments[0]} IS NULL"
        if len(arguments) == 1 and function in ("I", "as.numeric", "as.integer"):
            return f"({arguments[0]})"
        raise Unwritable(f"the function {function} of R has no counterpart here: {self.expression}")
