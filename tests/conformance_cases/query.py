"""A query that is written step by step: the columns of a file, then what is made of them."""

from .syntax import quoted
from .table import ORDER, Column, Table


class Query:
    """The steps of a query on one table; each is a common table expression on the one before."""

    def __init__(self, table: Table) -> None:
        """A query without steps: the rows of the file."""
        self.table = table
        self.last = "data"
        self._used: dict[str, Column] = {}
        self._made: set[str] = set()
        self._steps: list[tuple[str, str]] = []

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self._made or name in self.table.columns

    def column(self, name: str) -> str:
        """A column in SQL, by the file's name for it."""
        if name not in self._made:
            self._used[name] = self.table.named(name)
        return quoted(name)

    def texts(self, names: list[str], between: str = "/") -> str:
        """A column, or the combination of several, as one text."""
        parts = []
        for name in names:
            column = self.column(name)
            parts.append(column if self.table.named(name).kind == "text" else f"CAST({column} AS VARCHAR)")
        return f" || '{between}' || ".join(parts)

    def step(self, name: str, what: str, where: str | None = None) -> None:
        """Adds a step: what it selects of the one before."""
        condition = f" WHERE {where}" if where else ""
        self._steps.append((name, f"SELECT {what} FROM {self.last}{condition}"))
        self.last = name

    def make(self, name: str, sql: str, step: str) -> str:
        """Adds a step with one column more."""
        self.step(step, f"*, {sql} AS {quoted(name)}")
        self._made.add(name)
        return quoted(name)

    def steps(self) -> str:
        """The steps, to be followed by a SELECT."""
        used = self._used or {ORDER: self.table.named(ORDER)}
        columns = ", ".join(
            column.stored if name == column.stored else f"{column.stored} AS {quoted(name)}"
            for name, column in used.items()
        )
        steps = [("data", f"SELECT {columns} FROM {self.table.name}"), *self._steps]
        return "WITH " + ",\n".join(f"{name} AS ({sql})" for name, sql in steps)

    def select(self, what: str, where: str | None = None) -> str:
        """The whole query."""
        condition = f" WHERE {where}" if where else ""
        return f"{self.steps()}\nSELECT {what} FROM {self.last}{condition}"
