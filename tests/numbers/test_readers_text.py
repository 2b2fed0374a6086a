"""Delimited text, beside what Python's csv and polars wrote and read."""

import csv
import gzip
import io
import random
import zipfile
from pathlib import Path

import polars
import pyarrow
import pytest
from readers import SEEDS, Texts, differ, look

WORDS = [
    "Värmland",
    "",
    "a",
    "två\nrader",
    "två\r\nrader",
    'ett "citat"',
    "a;b",
    "a,b",
    "a\tb",
    "1 204",
    "0180",
    "'",
    '"',
    "å" * 300,
]
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "cp1252": "windows-1252",
    "latin-1": "iso-8859-1",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
}


class File:
    """A random table as text, in a random dress."""

    def __init__(self, seed: int) -> None:
        self.random = pick = random.Random(seed)
        width = pick.randint(1, 6)
        self.header = [f"{pick.choice(['Kön', 'ålder, år', 'a;b', 'x', 'rad 1'])} {at}" for at in range(width)]
        self.rows = [[pick.choice(WORDS) for _ in self.header] for _ in range(pick.randint(0, 40))]
        self.delimiter = pick.choice(";,\t|^")
        self.quote = pick.choice('"""\'')
        self.end = pick.choice(["\n", "\r\n"])
        self.encoding = pick.choice([*ENCODINGS])
        self.title = ["Uttag 2024-01-01", "Källa: registret"][: pick.choice([0, 0, 1, 2])]
        self.notes = ["Källa: alla"][: pick.choice([0, 0, 1])]
        self.packing = pick.choice(["", "", ".gz", ".zst", ".zip"])
        self.quoting = pick.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
        self.closed = pick.random() < 0.8

    def text(self) -> str:
        into = io.StringIO()
        given = {"delimiter": self.delimiter, "quotechar": self.quote, "lineterminator": self.end}
        writer = csv.writer(into, quoting=self.quoting, **given)
        writer.writerow(self.header)
        writer.writerows(self.rows)
        # What Python's own reader makes of it is what went in.
        again = list(
            csv.reader(io.StringIO(into.getvalue(), newline=""), delimiter=self.delimiter, quotechar=self.quote)
        )
        assert again == [self.header, *self.rows]
        text = into.getvalue()
        text = (
            "".join(line + self.end for line in self.title) + text + "".join(line + self.end for line in self.notes)
        )
        return text if self.closed else text.removesuffix(self.end)

    def options(self) -> dict:
        options = {"delimiter": self.delimiter, "encoding": ENCODINGS[self.encoding]}
        if self.quote != '"':
            options["quote"] = self.quote
        if self.title:
            options["skip_rows"] = len(self.title)
        if self.notes:
            options["skip_footer"] = len(self.notes)
        return options

    def expected(self) -> list[tuple]:
        # A line without anything is no row; the space around a text is no part of it.
        rows = [tuple(cell.strip() for cell in row) for row in self.rows]
        return [row for row in rows if any(row)]

    def write(self, file: Path) -> None:
        content = self.text().encode(self.encoding)
        file.write_bytes(packed(content, self.packing))


def packed(content: bytes, how: str) -> bytes:
    if how == ".gz":
        return gzip.compress(content, 1)
    if how == ".zst":
        return pyarrow.Codec("zstd").compress(content, asbytes=True)
    if how == ".zip":
        into = io.BytesIO()
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("utdrag.csv", content)
        return into.getvalue()
    return content


def test_random_files_are_loaded_to_the_cell(binary, tmp_path):
    texts = Texts(binary, tmp_path / "texts")
    for seed in SEEDS:
        file = File(seed)
        file.write(texts.add(f"csv{file.packing}", "csv", file.header, file.expected(), **file.options()))
    texts.compare()


def numbers(seed: int) -> tuple[polars.DataFrame, str, str]:
    """A table of types, as a Swedish or an English program writes it."""
    pick = random.Random(seed)
    count = pick.randint(20, 60)
    frame = polars.DataFrame(
        {
            "kommun": [pick.choice(["Karlstad", "Kil", "Torsby; m.fl.", "Årjäng"]) for _ in range(count)],
            "kod": [f"{pick.randint(1, 999):04}" for _ in range(count)],
            "antal": [pick.choice([None, pick.randint(-5, 10**6)]) for _ in range(count)],
            "andel": [pick.choice([None, pick.randint(-(10**6), 10**6) / 64]) for _ in range(count)],
            "dag": polars.Series(
                [f"20{pick.randint(10, 24)}-0{pick.randint(1, 9)}-1{pick.randint(0, 9)}" for _ in range(count)]
            ),
        }
    ).with_columns(polars.col("dag").str.to_date())
    delimiter = pick.choice(";\t,")
    decimal = "," if delimiter != "," else "."
    spaced = pick.choice([" ", "\u00a0", "\u202f", ""])

    def number(value) -> str:
        if value is None:
            return ""
        whole, point, part = f"{abs(value)}".partition(".")
        groups = f"{int(whole):,}".replace(",", spaced)
        return ("-" if value < 0 else "") + groups + (decimal + part if point else "")

    lines = [delimiter.join(frame.columns)]
    for row in frame.iter_rows():
        cells = [f'"{row[0]}"', row[1], number(row[2]), number(row[3]), row[4].isoformat()]
        lines.append(delimiter.join(cells))
    encodings = ["utf-8", "utf-8-sig", "utf-16"] + (["cp1252"] if spaced != "\u202f" else [])
    title = pick.choice(["", "", "Besök efter kommun\n\n", "Besök efter kommun\nUttag 2024-05-01\n"])
    return frame, title + "\n".join(lines) + "\n", pick.choice(encodings)


@pytest.mark.parametrize("seed", SEEDS[::20])
def test_types_and_layout_are_found_at_a_look(binary, tmp_path, seed):
    frame, text, encoding = numbers(seed)
    how = random.Random(seed).choice(["", ".gz", ".zst", ".zip"])
    file = tmp_path / f"uttag.csv{how}"
    file.write_bytes(packed(text.encode(encoding), how))
    seen = polars.from_arrow(look(binary, file, tmp_path))
    assert seen.columns == frame.columns
    differ(f"seed {seed}", seen.rows(), frame.rows())
