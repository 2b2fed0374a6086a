"""SPSS files that pyreadstat has written: values, labels and missing values."""

import datetime
import random
import string
from pathlib import Path

import pandas
import pyreadstat
import pytest
from program import Program
from readers import SEEDS, Texts, inspected, look

DAY, MOMENT, TIME = "DATE11", "DATETIME20", "TIME8"
LONG = 'Ett långt svar med å, ä och ö; "citat" och komma, '


class Survey:
    """A random file, and what is to come out of it."""

    def __init__(self, seed: int) -> None:
        self.random = pick = random.Random(seed)
        self.rows = pick.choice([0, 1, 2, 7, 40])
        self.columns: dict[str, list] = {}
        self.texts: dict[str, list[str]] = {}
        self.formats: dict[str, str] = {}
        for at in range(pick.randint(1, 6)):
            self._add(self._name(at), pick.choice(["number", "whole", "text", "long", "day", "moment", "time"]))

    def _name(self, at: int) -> str:
        letters = string.ascii_letters + string.digits + "_åäöÅÄÖ"
        rest = "".join(self.random.choices(letters, k=self.random.choice([0, 3, 7, 12, 50])))
        return f"{self.random.choice('abQZ')}{at}{rest}"[: 64 - rest.count("å") * 2]

    def _add(self, name: str, kind: str) -> None:
        pairs = [(None, "") if self.random.random() < 0.15 else getattr(self, f"_{kind}")() for _ in range(self.rows)]
        self.columns[name] = [value for value, _ in pairs]
        self.texts[name] = [text for _, text in pairs]
        shown = {"day": DAY, "moment": MOMENT, "time": TIME}.get(kind)
        if shown:
            self.formats[name] = shown

    def _number(self) -> tuple:
        value = self.random.choice([0.1, -2.5, 1e-7, 1e15 + 0.5, 123456.789, self.random.uniform(-1e6, 1e6)])
        return value, _shortest(value)

    def _whole(self) -> tuple:
        # Packed into one byte, just beyond it, and far beyond.
        value = self.random.choice([0, 1, -99, -100, 151, 152, 1780, 2**40, self.random.randint(-200, 300)])
        return float(value), str(value)

    def _text(self) -> tuple:
        letters = self.random.choices("abc åäöÅÄÖé€1 ;\"'", k=self.random.choice([1, 7, 8, 9, 30]))
        text = "".join(letters).strip()
        return (text, text) if text else (None, "")

    def _long(self) -> tuple:
        text = (LONG * 30)[: self.random.choice([1, 200, 254, 255, 256, 257, 504, 505, 700, 1200])].strip()
        return text, text

    def _day(self) -> tuple:
        day = datetime.date(1900, 1, 1) + datetime.timedelta(days=self.random.randint(0, 80000))
        return day, day.isoformat()

    def _moment(self) -> tuple:
        moment = datetime.datetime(1950, 1, 1) + datetime.timedelta(seconds=self.random.randint(0, 4 * 10**9))
        return moment, moment.isoformat()

    def _time(self) -> tuple:
        time = (datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=self.random.randint(0, 86399))).time()
        return time, time.isoformat()

    def write(self, file: Path) -> None:
        frame = pandas.DataFrame({name: pandas.Series(values, dtype=object) for name, values in self.columns.items()})
        for name, values in self.columns.items():
            if all(value is None or isinstance(value, float) for value in values):
                frame[name] = frame[name].astype("float64")
        packing = {".zsav": {"compress": True}, ".sav": {"row_compress": self.random.random() < 0.5}}[file.suffix]
        pyreadstat.write_sav(frame, file, variable_format=self.formats, **packing)

    def expected(self) -> list[tuple]:
        return list(zip(*self.texts.values(), strict=True))


def _shortest(value: float) -> str:
    return f"{value:.17f}".rstrip("0") if float(f"{value:.17f}") == value and "e" in repr(value) else repr(value)


def test_random_files_are_loaded_to_the_cell(binary, tmp_path):
    texts = Texts(binary, tmp_path / "texts")
    for seed in SEEDS:
        survey = Survey(seed)
        ending = survey.random.choice(["sav", "sav", "zsav"])
        survey.write(texts.add(ending, "spss", survey.columns, survey.expected()))
    texts.compare()


@pytest.fixture
def survey(tmp_path) -> Path:
    """Answers with labels, and with missing values of each kind."""
    frame = pandas.DataFrame(
        {
            "kon": [1.0, 2.0, 2.0, 9.0, None, 1.0],
            "halsa": [1.0, 5.0, 8.0, 9.0, 3.0, None],
            "alder_vid_svar_i_hela_ar_enligt_registret": [34.0, 950.0, 999.0, 71.5, -1.0, 18.0],
            "kommun": ["1780", "1715", "XX", "1780", "", "1784"],
            "svar": [LONG * 9, "Värmland", None, "å", "ä", "Vet ej"],
            "vikt": [1.25, 0.5, 2.0, 1.0, 1.0, 3.5],
        }
    )
    file = tmp_path / "enkät.sav"
    pyreadstat.write_sav(
        frame,
        file,
        column_labels=["Kön", "Självskattad hälsa", "Ålder", "Kommun", "Öppet svar", None],
        variable_value_labels={
            "kon": {1.0: "Man", 2.0: "Kvinna", 9.0: "Ej svar"},
            "halsa": {1.0: "Mycket bra", 3.0: "Någorlunda", 5.0: "Mycket dålig", 8.0: "Vet ej"},
            "kommun": {"1780": "Karlstad", "1715": "Kil", "1784": "Arvika"},
        },
        missing_ranges={
            "kon": [9.0],
            "halsa": [8.0, 9.0],
            "alder_vid_svar_i_hela_ar_enligt_registret": [{"lo": 900.0, "hi": 999.0}, -1.0],
            "kommun": ["XX"],
        },
    )
    return file


# As pyreadstat reads the same file, with missing values as such and labels for values.
EXPECTED = {
    "kon": ["Man", "Kvinna", "Kvinna", None, None, "Man"],
    "halsa": ["Mycket bra", "Mycket dålig", None, None, "Någorlunda", None],
    "alder_vid_svar_i_hela_ar_enligt_registret": [34.0, None, None, 71.5, None, 18.0],
    "kommun": ["Karlstad", "Kil", None, "Karlstad", None, "Arvika"],
    "svar": [(LONG * 9).strip(), "Värmland", None, "å", "ä", "Vet ej"],
    "vikt": [1.25, 0.5, 2.0, 1.0, 1.0, 3.5],
}


def test_labels_and_missing_values_are_those_of_pyreadstat(survey):
    frame, _ = pyreadstat.read_sav(survey, apply_value_formats=True)
    theirs = {
        name: [None if pandas.isna(value) or value == "" else value for value in frame[name]]
        for name in frame.columns
    }
    theirs["svar"][0] = theirs["svar"][0].strip()
    assert theirs == EXPECTED


def test_labels_and_missing_values_come_along_at_a_look(binary, survey, tmp_path):
    assert look(binary, survey, tmp_path).to_pydict() == EXPECTED


def test_labels_and_missing_values_come_along_by_the_definition_it_gives(binary, survey, tmp_path):
    program = Program(binary, tmp_path / "workspace")
    (program.workspace / "pipelines").mkdir(parents=True)
    deliveries = program.workspace / "data/deliveries"
    deliveries.mkdir(parents=True)
    survey.rename(deliveries / survey.name)
    definition = Program(binary, deliveries).run("inspect", str(deliveries / survey.name), "--definition").stdout
    (program.workspace / "pipelines/enkat.toml").write_text(definition, encoding="utf-8")
    program.run("check")
    program.run("refresh")
    program.run("query", "--sql", "SELECT * FROM enkat", "--out", str(tmp_path / "ut.parquet"))
    frame = pandas.read_parquet(tmp_path / "ut.parquet", engine="pyarrow")
    loaded = {name: [None if pandas.isna(value) else value for value in frame[name]] for name in frame.columns}
    assert loaded == EXPECTED


def test_what_the_file_says_of_its_columns_is_told(binary, survey):
    columns = {column["field"]: column for column in inspected(binary, survey)["columns"]}
    assert columns["halsa"]["label"] == "Självskattad hälsa"
    labels = {code["value"]: code["label"] for code in columns["kommun"]["codes"]}
    assert labels == {"1780": "Karlstad", "1715": "Kil", "1784": "Arvika"}
    age = columns["alder_vid_svar_i_hela_ar_enligt_registret"]
    assert {one["value"]: one["rows"] for one in age["missing"]} == {"-1": 1}
    assert age["missing_range"] == {"low": "900", "high": "999", "rows": 2}
