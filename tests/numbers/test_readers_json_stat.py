"""JSON-stat documents, beside pyjstat and beside what went into them."""

import itertools
import json
import random

import pandas
import pytest
from pyjstat import pyjstat
from readers import SEEDS, Texts, differ, look, refused, shared

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
REAL = {"jsonstat2_galicia.json": 3960, "jsonstat2_scb_v2_TAB6471_data.json": 2772}


def of_pyjstat(text: str) -> list[tuple]:
    """Codes, labels and value of each cell, as pyjstat reads them."""
    document = json.loads(text)
    dimensions = document.get("dataset", document)["dimension"]
    for category in (one["category"] for one in dimensions.values() if "category" in one):
        # With a pandas of today pyjstat does not find the only category where it has no index.
        category.setdefault("index", [*category.get("label", [])])
    dataset = pyjstat.Dataset.read(json.dumps(document))
    by_code = dataset.write("dataframe", naming="id")
    by_label = dataset.write("dataframe", naming="label")
    cells = []
    for codes, labels in zip(by_code.itertuples(index=False), by_label.itertuples(index=False), strict=True):
        *codes, value = codes
        pairs = (text for pair in zip(codes, labels[:-1], strict=True) for text in pair)
        cells.append((*pairs, None if pandas.isna(value) else value))
    return cells


@pytest.mark.parametrize("name", REAL)
def test_real_documents_are_loaded_to_the_cell_as_pyjstat_reads_them(binary, tmp_path, name):
    [file] = shared(f"jsonstat/{name}")
    theirs = of_pyjstat(file.read_text(encoding="utf-8"))
    assert len(theirs) == REAL[name]
    seen = look(binary, file, tmp_path)
    *words, value, status = (column.to_pylist() for column in seen.columns)
    differ(name, list(zip(*words, value)), theirs)
    said = json.loads(file.read_text(encoding="utf-8")).get("status", {})
    assert status == [said.get(str(at)) for at in range(len(theirs))]


class Document:
    """A random dataset, in one of the forms that the format allows for each part."""

    def __init__(self, seed: int) -> None:
        self.random = pick = random.Random(seed)
        words = ["Region", "Kön", "Ålder", "Tid", "ContentsCode", "a b", "É"]
        self.names = pick.sample(words, pick.randint(1, 4))
        self.sizes = [pick.choice([1, 1, 2, 3, 5]) for _ in self.names]
        stems = ["01", "1", "TotSa", "2024M01", "..", "å", "20-24", "x y", "T"]
        self.codes = [pick.sample(stems, size) for size in self.sizes]
        self.labels = [self._labels(codes) for codes in self.codes]
        self.places = list(itertools.product(*(range(size) for size in self.sizes)))
        numbers = [0, 1, -3, 12.5, 245284, 0.05, 99, 1e-7, 123456789012]
        self.values = [None if pick.random() < 0.2 else pick.choice(numbers) for _ in self.places]
        marks = ["", "..", "p", "-", "e"]
        self.form = pick.choice(["none", "list", "object", "same"])
        self.status = [pick.choice(marks) if self.form in ("list", "object") else "" for _ in self.places]
        if self.form == "same":
            self.status = ["p"] * len(self.places)
        self.version = pick.choice([1, 2])

    def _labels(self, codes: list[str]) -> list[str] | None:
        labels = [f"{code} {self.random.choice(['län', 'år', 'och “annat”'])}" for code in codes]
        return labels if self.random.random() < 0.8 else None

    def dimension(self, at: int) -> dict:
        pick, codes, labels = self.random, self.codes[at], self.labels[at]
        category: dict = {}
        kind = pick.choice(["list", "object", "none"])
        if kind == "none" and (len(codes) > 1 or labels is None):
            kind = "object"
        if kind == "list":
            category["index"] = codes
        elif kind == "object":
            # An object has no order of its own.
            category["index"] = dict(pick.sample(list(zip(codes, range(len(codes)))), len(codes)))
        if labels is not None:
            category["label"] = dict(pick.sample(list(zip(codes, labels, strict=True)), len(codes)))
        described = {"category": category}
        if pick.random() < 0.7:
            described["label"] = f"{self.names[at]} i klartext"
        return described

    def cells(self) -> list[tuple]:
        """Codes and labels of each cell."""
        labels = [labels or codes for labels, codes in zip(self.labels, self.codes, strict=True)]
        return [
            tuple(text for at, one in enumerate(place) for text in (self.codes[at][one], labels[at][one]))
            for place in self.places
        ]

    def expected(self) -> list[tuple]:
        written = ["" if value is None else json.dumps(value).replace("e-0", "e-") for value in self.values]
        return [(*cell, *rest) for cell, *rest in zip(self.cells(), written, self.status, strict=True)]

    def text(self) -> str:
        pick = self.random
        dataset: dict = {"label": "Folkmängd", "source": "SCB"}
        if self.version == 2:
            dataset |= {"version": "2.0", "class": "dataset", "id": self.names, "size": self.sizes}
            dataset["role"] = {"time": self.names[:1]}
        described = {name: self.dimension(at) for at, name in enumerate(self.names)}
        if self.version == 1:
            described |= {"id": self.names, "size": self.sizes, "role": {"time": self.names[:1]}}
        dataset["dimension"] = described
        dataset["value"] = self.values
        if pick.random() < 0.3:
            dataset["value"] = {str(at): value for at, value in enumerate(self.values) if value is not None}
        if self.form == "list":
            dataset["status"] = [status or None for status in self.status]
        elif self.form == "object":
            dataset["status"] = {str(at): status for at, status in enumerate(self.status) if status}
        elif self.form == "same":
            dataset["status"] = "p"
        parts = list(dataset.items())
        pick.shuffle(parts)
        document = dict(parts) if self.version == 2 else {"dataset": dict(parts)}
        return json.dumps(document, ensure_ascii=pick.random() < 0.5, indent=pick.choice([None, 1]))


def header(names: list[str]) -> list[str]:
    return [field for name in names for field in (name, f"{name}_text")] + ["value", "status"]


def test_random_documents_are_loaded_to_the_cell(binary, tmp_path):
    texts = Texts(binary, tmp_path / "texts")
    for seed in SEEDS:
        document = Document(seed)
        text = document.text()
        # What is to come out is what pyjstat reads too.
        values = [None if value is None else float(value) for value in document.values]
        # It takes its time: every fourth.
        if seed % 4 == 0 and any(value is not None for value in values):
            theirs = [(*row[:-1], None if row[-1] is None else float(row[-1])) for row in of_pyjstat(text)]
            differ(f"pyjstat {seed}", [(*cell, value) for cell, value in zip(document.cells(), values)], theirs)
        file = texts.add("json", "json-stat", header(document.names), document.expected())
        file.write_text(text, encoding="utf-8")
    texts.compare()


def test_a_bundle_needs_the_name_of_a_dataset(binary, tmp_path):
    first, second = (
        next(one for one in (Document(seed) for seed in range(start, 999)) if one.version == 1)
        for start in (100, 200)
    )
    bundle = {"b1": json.loads(first.text())["dataset"], "b2": json.loads(second.text())["dataset"]}
    texts = Texts(binary, tmp_path / "texts")
    for name, document in (("b1", first), ("b2", second)):
        file = texts.add("json", "json-stat", header(document.names), document.expected(), dataset=name)
        file.write_text(json.dumps(bundle), encoding="utf-8")
    texts.compare()
    assert "2 datasets: 'b1', 'b2'" in refused(binary, file, tmp_path).replace("\n  │ ", " ")


@pytest.mark.parametrize(
    "document, reason",
    [
        (
            {"version": "2.0", "class": "collection", "link": {"item": [{"class": "dataset", "href": "x"}]}},
            "collection",
        ),
        ({"version": "2.0", "class": "dimension", "category": {"index": ["a"]}, "dimension": {}}, "is a dimension"),
    ],
)
def test_what_holds_no_cells_says_so(binary, tmp_path, document, reason):
    file = tmp_path / "svar.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert reason in refused(binary, file, tmp_path)
