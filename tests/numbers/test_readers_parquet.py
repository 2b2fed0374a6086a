"""Parquet files that polars, DuckDB and Arrow have written."""

import datetime
import decimal
import random
import zoneinfo
from pathlib import Path

import duckdb
import polars
import pyarrow
import pyarrow.parquet
import pytest
from readers import SEEDS, Texts, look, refused

STOCKHOLM = zoneinfo.ZoneInfo("Europe/Stockholm")


class Columns:
    """Random columns of odd types, and the texts that they are to become."""

    def __init__(self, seed: int) -> None:
        self.random = pick = random.Random(seed)
        self.count = pick.choice([0, 1, 5, 60])
        kinds = [name for name in dir(self) if name.startswith("as_")]
        self.columns: dict[str, pyarrow.Array] = {}
        self.texts: list[list[str]] = []
        for at, kind in enumerate(pick.sample(kinds, pick.randint(1, 6))):
            pairs = [(None, "") if pick.random() < 0.15 else None for _ in range(self.count)]
            make, type_ = getattr(self, kind)()
            pairs = [pair or make() for pair in pairs]
            self.columns[f"{kind[3:]} å{at}"] = pyarrow.array([value for value, _ in pairs], type_)
            self.texts.append([text for _, text in pairs])

    def as_integer(self):
        kind = self.random.choice(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
        bits = int(kind.lstrip("uint"))
        low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)

        def make():
            value = self.random.choice([low, high, 0, self.random.randint(low, high)])
            return value, str(value)

        return make, getattr(pyarrow, kind)()

    def as_double(self):
        def make():
            value = self.random.choice([0.1, -2.5, 1234567.25, 3.0, self.random.uniform(-1e6, 1e6)])
            return value, repr(value).removesuffix(".0")

        return make, pyarrow.float64()

    def as_single(self):
        def make():
            value = self.random.choice([0.5, -2.25, 1000.125, 3.0])
            return value, repr(value).removesuffix(".0")

        return make, pyarrow.float32()

    def as_amount(self):
        places = self.random.choice([0, 2, 6])

        def make():
            value = decimal.Decimal(self.random.randint(-(10**9), 10**9)).scaleb(-places)
            return value, f"{value:f}"

        return make, pyarrow.decimal128(18, places)

    def as_day(self):
        def make():
            day = datetime.date(1900, 1, 1) + datetime.timedelta(days=self.random.randint(0, 80000))
            return day, day.isoformat()

        return make, pyarrow.date32()

    def as_moment(self):
        unit = self.random.choice(["ms", "us", "ns"])

        def make():
            moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=self.random.randint(0, 4 * 10**9))
            return moment, moment.isoformat()

        return make, pyarrow.timestamp(unit)

    def as_moment_in_stockholm(self):
        def make():
            moment = datetime.datetime(2022, 1, 1, tzinfo=STOCKHOLM) + datetime.timedelta(
                days=self.random.randint(0, 900)
            )
            utc = moment.astimezone(datetime.UTC)
            return moment, f"{utc:%Y-%m-%dT%H:%M:%S}Z"

        return make, pyarrow.timestamp("us", "Europe/Stockholm")

    def as_truth(self):
        def make():
            value = self.random.random() < 0.5
            return value, str(value).lower()

        return make, pyarrow.bool_()

    def as_text(self):
        kind = self.random.choice([pyarrow.string(), pyarrow.large_string()])
        return self._word, kind

    def as_category(self):
        return self._word, pyarrow.dictionary(pyarrow.int32(), pyarrow.string())

    def _word(self):
        word = self.random.choice(["Värmland", "0180", 'a"b', "två\nrader", "å" * 300, "1,5"])
        return word, word

    def write(self, file: Path) -> None:
        arrow = pyarrow.table(self.columns)
        way = self.random.choice(["arrow", "arrow", "polars", "duckdb"])
        if way == "polars":
            packing = self.random.choice(["zstd", "snappy", "gzip", "lz4", "uncompressed"])
            polars.from_arrow(arrow).write_parquet(file, compression=packing)
        elif way == "duckdb" and not any("Stockholm" in name or "category" in name for name in self.columns):
            duckdb.sql("SELECT * FROM arrow").write_parquet(str(file))
        else:
            packing = self.random.choice(["zstd", "snappy", "gzip", "none"])
            version = self.random.choice(["1.0", "2.6"])
            size = self.random.choice([7, 1000])
            paged = self.random.choice(["1.0", "2.0"])
            pyarrow.parquet.write_table(arrow, file, size, version, compression=packing, data_page_version=paged)

    def expected(self) -> list[tuple]:
        return list(zip(*self.texts, strict=True))


def test_random_files_are_loaded_to_the_cell(binary, tmp_path):
    texts = Texts(binary, tmp_path / "texts")
    for seed in SEEDS:
        columns = Columns(seed)
        columns.write(texts.add("parquet", "parquet", columns.columns, columns.expected()))
    texts.compare()


@pytest.mark.parametrize(
    "values, said",
    [
        ([[1, 2], [3]], "several values"),
        ([{"a": 1}, {"a": 2}], "several values"),
        ([b"\xff\xfe", b"\x00"], "bytes that are no text"),
    ],
)
def test_what_no_column_can_hold_is_refused_by_its_name(binary, tmp_path, values, said):
    file = tmp_path / "svar.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"kommun": ["1780", "1715"], "svaren": values}), file)
    message = " ".join(refused(binary, file, tmp_path).replace("│", " ").split())
    assert said in message and "'svaren'" in message, message


def test_types_come_along_at_a_look(binary, tmp_path):
    file = tmp_path / "besok.parquet"
    rows = {
        "kommun": ["Kil", "Eda", None],
        "antal": [0, 1, 0],
        "andel": [0.125, None, 1.0],
        "dag": [datetime.date(2022, 4, 30), datetime.date(1999, 12, 31), None],
        "klar": [True, None, False],
    }
    polars.DataFrame(rows).write_parquet(file)
    assert look(binary, file, tmp_path).to_pydict() == rows


@pytest.mark.parametrize("dictionary", [False, True])
def test_a_page_that_unpacks_to_too_much_is_refused(binary, tmp_path, dictionary):
    """A gigabyte of zeros in one page is some kilobytes of file, and may not become a gigabyte of memory."""
    file = tmp_path / "nollor.parquet"
    text = pyarrow.array(["0" * 2**20 + str(at) for at in range(1000)], pyarrow.large_string())
    pyarrow.parquet.write_table(
        pyarrow.table({"ort": text}),
        file,
        compression="zstd",
        use_dictionary=dictionary,
        write_statistics=False,
        data_page_size=2**31 - 1,
        dictionary_pagesize_limit=2**31 - 1,
        write_batch_size=1000,
    )
    assert file.stat().st_size < 2**20
    said = refused(binary, file, tmp_path)
    assert "A page of the column 'ort', in row group 1, unpacks to 1000 MB" in said, said
