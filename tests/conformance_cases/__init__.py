"""Cases with known answers, asked of the program in SQL; `tests/conformance` is the entry point."""


class Unwritable(ValueError):
    """A case that cannot be put into SQL: the message says which words of it."""
