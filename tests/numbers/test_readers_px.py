"""PX files, beside pyaxis and beside what went into them."""

import itertools
import random
from pathlib import Path

import pytest
from pyaxis import pyaxis
from readers import SEEDS, Texts, differ, look, shared

# The real files, with their encodings and the number of cells.
REAL = {
    "px_BE0101A1_with_notes.px": ("cp1252", 96),
    "px_BE0101F1_multilang_cellnotes.px": ("cp1252", 48),
    "px_TAB001_population_missing.px": ("cp1252", 5940),
    "px_TAB2936.px": ("cp1252", 189),
    "px_pyaxis_14001.px": ("cp1252", 8064),
}
# Why there is no number, and the keyword with the file's own words for it.
SYMBOLS = (
    {"-": "DATASYMBOLNIL"} | {"." * dots: f"DATASYMBOL{dots}" for dots in range(1, 7)} | {"." * 7: "DATASYMBOLSUM"}
)
NEVER = "(?!)"


def cells_of(parsed: dict) -> tuple[list[str], list[tuple]]:
    """Names of the dimensions, and codes, labels, value and status of each cell, from what pyaxis gives."""
    meta, frame = parsed["METADATA"], parsed["DATA"]
    names = [name for name in frame.columns if name != "DATA"]
    codes = {}
    for name in names:
        labels = meta[f"VALUES({name})"]
        codes[name] = dict(zip(labels, meta.get(f"CODES({name})", labels), strict=True))
    symbols = {symbol: meta.get(keyword, [symbol])[0] for symbol, keyword in SYMBOLS.items()}
    cells = []
    for *place, value in frame.itertuples(index=False):
        row = [text for name, label in zip(names, place, strict=True) for text in (codes[name][label], label)]
        symbol = value.strip('"')
        row += ["", symbols[symbol]] if symbol in symbols else [symbol, ""]
        cells.append(tuple(row))
    return names, cells


def header(names: list[str]) -> list[str]:
    return [field for name in names for field in (name, f"{name}_text")] + ["value", "status"]


def parsed(file: Path, encoding: str) -> dict:
    """What pyaxis reads, with the symbols left as they are."""
    return pyaxis.parse(str(file), encoding=encoding, null_values=NEVER, sd_values=NEVER)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_loaded_to_the_cell_as_pyaxis_reads_them(binary, tmp_path, name):
    encoding, count = REAL[name]
    [file] = shared(f"px/{name}")
    names, cells = cells_of(parsed(file, encoding))
    assert len(cells) == count
    texts = Texts(binary, tmp_path / "texts")
    texts.add("px", "px", header(names), cells).write_bytes(file.read_bytes())
    texts.compare()
    # And at a look, where only the value is a number.
    seen = look(binary, file, tmp_path)
    ours = [
        tuple("" if cell is None else cell for cell in row) for row in zip(*(c.to_pylist() for c in seen.columns))
    ]
    theirs = [(*row[:-2], float(row[-2]) if row[-2] else "", row[-1]) for row in cells]
    differ(name, ours, theirs)


class Cube:
    """A random cube, and the PX file of it in a random dress."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        pick = self.random
        self.languages = pick.choice([["sv"], ["sv"], ["en", "sv"], ["sv", "en", "fi"]])
        self.read_in = pick.choice(self.languages)
        self.encoding = pick.choice(["utf-8", "utf-8-sig", "cp1252", "ansi", "cp850"])
        self.end = pick.choice(["\n", "\r\n"])
        count = pick.randint(1, 4)
        self.stub = pick.randint(0, count)
        self.sizes = [pick.randint(1, 5) for _ in range(count)]
        words = [
            "kön",
            "ålder, år",
            "region",
            "civilstånd",
            "län",
            "tabellinnehåll",
            "Öppna",
            "sex (1)",
            "a=b;c",
            "DATA=",
        ]
        self.names = {one: [f"{word} {one}" for word in pick.sample(words, count)] for one in self.languages}
        if len(self.languages) > 1 and pick.random() < 0.3:
            self.names = dict.fromkeys(self.languages, self.names[self.languages[0]])
        self.labels = {one: [self._labels(size) for size in self.sizes] for one in self.languages}
        self.codes = [self._codes(at) if pick.random() < 0.7 else None for at in range(count)]
        self.time = pick.choice([None, *range(count)])
        if self.time is not None:
            self._make_time(self.time)
        self.own_symbols = {s: f"ord {s.count('.')} å" for s in SYMBOLS if pick.random() < 0.2}
        self.keys = self.stub > 0 and pick.random() < 0.3
        self.cells = [self._cell() for _ in itertools.product(*(range(size) for size in self.sizes))]

    def _labels(self, size: int) -> list[str]:
        stems = ["Värmland", "män; kvinnor", "20–39 år", "0,5 = hälften", "c:\\x", "#rad", "Å", "1", "..", "(a)"]
        stems = [
            stem if self.encoding in ("utf-8", "utf-8-sig", "cp1252", "ansi") else stem.replace("–", "-")
            for stem in stems
        ]
        return [
            f"{stem} {at}" if self.random.random() < 0.5 else stem
            for at, stem in enumerate(self.random.sample(stems, size))
        ]

    def _codes(self, at: int) -> list[str]:
        return [f"{self.random.choice(['', '0', 'K', '1+'])}{place}" for place in range(self.sizes[at])]

    def _make_time(self, at: int) -> None:
        scale = self.random.choice(["A1", "H1", "Q1", "M1", "W1"])
        first = self.random.randint(1900, 2030)
        parts = {"A1": 0, "H1": 2, "Q1": 4, "M1": 12, "W1": 52}[scale]
        periods = []
        for step in range(self.sizes[at]):
            year, part = (first + step, 0) if not parts else (first + step // parts, step % parts + 1)
            width = 2 if scale in ("M1", "W1") else 1
            periods.append(f"{year}" if not parts else f"{year}{scale[0]}{part:0{width}}")
        self.time_scale, self.periods = scale, periods
        self.time_range = len(periods) > 1 and self.random.random() < 0.4
        # Where VALUES stand beside TIMEVAL they are what the file calls its periods.
        self.time_values = self.random.random() < 0.5
        for one in self.languages:
            self.labels[one][at] = list(periods)
        self.codes[at] = self.random.choice([None, list(periods)])

    def _cell(self) -> str:
        kind = self.random.random()
        if kind < 0.15:
            return self.random.choice([*SYMBOLS])
        if self.keys and kind < 0.5:
            return "0"
        number = self.random.choice([0, 1, -3, 12.5, 1234567.25, 0.05, -0.001, 99, 1e-7, 123456789012])
        return self.random.choice([f"{number}", f"{number:.2f}", f"{number:g}"])

    def expected(self) -> list[tuple]:
        labels, rows, left_out = self.labels[self.read_in], [], []
        width = len(self.cells) // self.lines()
        for at, place in enumerate(itertools.product(*(range(size) for size in self.sizes))):
            row = []
            for dimension, category in enumerate(place):
                label = labels[dimension][category]
                codes = self.codes[dimension]
                row += [codes[category] if codes else label, label]
            cell = self.cells[at]
            row += ["", self.own_symbols.get(cell, cell)] if cell in SYMBOLS else [cell, ""]
            line = at // width
            gone = self.keys and set(self.cells[line * width : (line + 1) * width]) == {"0"}
            (left_out if gone else rows).append(tuple(row))
        return rows + left_out

    def lines(self) -> int:
        lines = 1
        for size in self.sizes[: self.stub]:
            lines *= size
        return lines

    def _list(self, texts: list[str]) -> str:
        broken = [self._broken(text) for text in texts]
        return self.random.choice([",", ",\n", ", "]).join(broken)

    def _broken(self, text: str) -> str:
        """Quoted, now and then as two texts on two lines."""
        if len(text) > 2 and self.random.random() < 0.1:
            at = self.random.randint(1, len(text) - 1)
            if text[at - 1] != " " and text[at] != " ":
                return f'"{text[:at]}"\n"{text[at:]}"'
        return f'"{text}"'

    def text(self) -> str:
        pick = self.random
        first, *others = self.languages
        lines = ['CHARSET="ANSI"'] if self.encoding != "cp850" else []
        lines += ['AXIS-VERSION="2013"']
        lines += (
            [f'CODEPAGE="{name}"']
            if (name := {"cp1252": "Windows-1252", "utf-8": "utf-8", "utf-8-sig": "utf-8"}.get(self.encoding))
            else []
        )
        lines += [f'LANGUAGE="{first}"']
        if others:
            lines += [f"LANGUAGES={self._list(self.languages)}"]
        lines += ["DECIMALS=2", "SHOWDECIMALS=1", 'MATRIX="BE01"', 'SUBJECT-CODE="BE"', 'DATABASE="DATA=1;2"']
        for one in self.languages:
            tag = f"[{one}]" if one != first else ""
            names = self.names[one]
            if self.stub:
                lines.append(f"STUB{tag}={self._list(names[: self.stub])}")
            if self.stub < len(names):
                lines.append(f"HEADING{tag}={self._list(names[self.stub :])}")
            for at, name in enumerate(names):
                if at != self.time or self.time_values:
                    lines.append(f'VALUES{tag}("{name}")={self._list(self.labels[one][at])}')
                if self.codes[at] and (one == first or pick.random() < 0.5):
                    lines.append(f'CODES{tag}("{name}")={self._list(self.codes[at])}')
                if at == self.time:
                    digits = [
                        p.replace("W", "").replace("M", "").replace("Q", "").replace("H", "") for p in self.periods
                    ]
                    if self.time_range:
                        value = f'TLIST({self.time_scale},"{digits[0]}"-"{digits[-1]}")'
                    else:
                        value = f"TLIST({self.time_scale}),{self._list(digits)}"
                    lines.append(f'TIMEVAL{tag}("{name}")={value}')
                lines.append(f'NOTE{tag}("{name}")="Not DATA=; a note#of two lines"')
            lines.append(f'HIERARCHIES{tag}("{names[0]}")="a","a":"b","a":"c"')
            lines.append(f'UNITS{tag}="antal"')
            lines.append(f'CONTVARIABLE{tag}="{names[-1]}"')
            lines += [f'UNITS{tag}("{label}")="{label} kr"' for label in self.labels[one][-1]]
        if self.keys:
            self.key_kind = [pick.choice(["VALUES", "CODES"]) for _ in range(self.stub)]
            lines += [f'KEYS("{name}")={kind}' for name, kind in zip(self.names[first], self.key_kind)]
        lines += [f'{SYMBOLS[symbol]}="{text}"' for symbol, text in self.own_symbols.items()]
        header = ";\n".join(lines) + ";\n"
        return header + "DATA=\n" + self._data() + ";\n"

    def _data(self) -> str:
        pick = self.random
        width = len(self.cells) // self.lines()
        first = self.languages[0]
        rows = []
        for line, place in enumerate(itertools.product(*(range(size) for size in self.sizes[: self.stub]))):
            cells = self.cells[line * width : (line + 1) * width]
            if self.keys and set(cells) == {"0"}:
                continue
            words = [f'"{cell}"' if cell in SYMBOLS else cell for cell in cells]
            if self.keys:
                by = {"VALUES": self.labels[first], "CODES": self.codes}
                keys = [(by[kind][at] or self.labels[first][at])[place[at]] for at, kind in enumerate(self.key_kind)]
                words = [f'"{key}"' for key in keys] + words
            rows.append(pick.choice([" ", "\t", ", " if not self.keys else " "]).join(words))
        return "\n".join(rows)

    def bytes(self) -> bytes:
        encoding = "cp1252" if self.encoding == "ansi" else self.encoding
        return self.text().replace("\n", self.end).encode(encoding)


def test_random_cubes_are_loaded_to_the_cell(binary, tmp_path):
    texts = Texts(binary, tmp_path / "texts")
    for seed in SEEDS:
        cube = Cube(seed)
        named = {"language": cube.read_in} if cube.read_in != cube.languages[0] else {}
        file = texts.add("px", "px", header(cube.names[cube.read_in]), cube.expected(), **named)
        file.write_bytes(cube.bytes())
    texts.compare()
