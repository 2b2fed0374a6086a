"""What editors are told of definitions, beside the definitions themselves."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from program import ROOT, Program

DEFINITIONS = sorted(path for path in (ROOT / "pipelines").glob("*.toml") if path.name != "Cargo.toml")


@pytest.fixture(scope="module")
def schema(binary) -> dict:
    """The schema as the program prints it."""
    return json.loads(Program(binary, ROOT).run("check", "--schema").stdout)


@pytest.fixture(scope="module")
def faults(schema):
    """What a validator finds in the text of a definition."""
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    def find(text: str) -> list[str]:
        # Editors see days as texts.
        plain = json.loads(json.dumps(tomllib.loads(text), default=str))
        return [error.message for error in validator.iter_errors(plain)]

    return find


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_every_definition_is_as_the_schema_says(path: Path, faults):
    assert faults(path.read_text(encoding="utf-8")) == []


SOURCE = """title = "x"
[source]
path = "x.csv"
format = "csv"
[[columns]]
name = "ar"
type = "integer"
"""


@pytest.mark.parametrize(
    "lines",
    [
        "",
        'sensitivity = "internal"\n',
        '[update]\nmode = "merge"\nkeys = ["ar"]\n',
        '[update]\nmode = "period"\nperiod = ["ar"]\n',
        '[freshness]\nexpected = "31 days"\npublished = ["04-01", "10-15"]\n',
        '[retention]\nsnapshots = "2 years"\narchive = "P1Y"\n',
        '[[columns]]\nname = "nasta"\nsql = "ar + 1"\n',
        '[[checks]]\nkind = "unique"\ncolumns = ["ar"]\n',
        '[[checks]]\nkind = "not_null"\ncolumns = ["ar"]\n',
        '[[checks]]\nkind = "range"\ncolumn = "ar"\nrange = [2000, 2030]\n',
        '[[checks]]\nkind = "set"\ncolumn = "ar"\nvalues = [2019, 2020]\n',
        '[[checks]]\nkind = "rows"\nmin = 0.9\nmax = 1.5\nseverity = "warn"\n',
        '[[checks]]\nkind = "sum"\ncolumn = "ar"\nequals = 4039\n',
        '[[checks]]\nkind = "sum"\ncolumn = "ar"\nperiod = "ar"\nequals = { 2019 = 4038.5 }\ntolerance = 0.1\n',
        '[[checks]]\nkind = "drift"\ncolumn = "ar"\nmeasure = "tvd"\nlimit = 0.2\n',
    ],
)
def test_program_and_schema_accept_the_same(lines, faults, binary, tmp_path):
    text = SOURCE + lines if lines.startswith("[") else lines + SOURCE
    assert faults(text) == []
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/x.toml").write_text("#:schema .schema.json\n" + text, encoding="utf-8")
    Program(binary, tmp_path).run("check")


API = """title = "x"
[source]
{}
[[columns]]
name = "ar"
type = "integer"
"""


@pytest.mark.parametrize(
    "lines",
    [
        'api = "kolada"\nkpi = ["N00945"]\nmunicipality = ["17*"]\nyears = [2020, "2022-"]',
        'api = "kolada"\ntable = "municipality_groups"\nmembers = true\npath = "x/*"\nformat = "kolada"',
        'api = "pxweb2"\ntable = "TAB6471"\nlanguage = "en"\ncalls = 3\nseconds = 1\nselect.Kon = ["1"]',
        'api = "pxweb1"\ntable = "a/b.px"\nanswer = "px"\nselect.Kon = { codelist = "vs:x", values = ["1"] }',
        'api = "socialstyrelsen"\ntable = "dodsorsaker"\ncells = 100\nselect = { matt = [1] }',
    ],
)
def test_program_and_schema_accept_the_same_of_apis(lines, faults, binary, tmp_path):
    text = API.format(lines)
    assert faults(text) == []
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/x.toml").write_text(text, encoding="utf-8")
    Program(binary, tmp_path).run("check")


@pytest.mark.parametrize(
    "lines",
    [
        'api = "kolda"\nkpi = ["N00945"]',
        'api = "kolada"\nkpi = "N00945"',
        'api = "kolada"\nkpis = ["N00945"]',
        'api = "pxweb1"\ntable = "a/b.px"\nanswer = "csv"',
        'api = "pxweb2"\ntable = "TAB6471"\nselect.Kon = { codelist = "x" }',
        'path = "x.csv"\nformat = "csv"\nkpi = ["N00945"]',
        'kpi = ["N00945"]',
    ],
)
def test_program_and_schema_refuse_the_same_of_apis(lines, faults, binary, tmp_path):
    text = API.format(lines)
    assert faults(text)
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/x.toml").write_text(text, encoding="utf-8")
    assert "x.toml:" in Program(binary, tmp_path).run("check", code=1).stderr


@pytest.mark.parametrize(
    "lines",
    [
        'titel = "y"\n',
        'sensitivity = "hemlig"\n',
        '[update]\nmode = "merg"\n',
        '[update]\nkeys = ["ar"]\n',
        '[freshness]\nexpected = 31\n',
        '[retention]\nsnapshot = "2 years"\n',
        '[[columns]]\nname = "b"\ntype = "txet"\n',
        '[[checks]]\nkind = "uniqe"\ncolumns = ["ar"]\n',
        '[[checks]]\nkind = "unique"\n',
        '[[checks]]\nkind = "rows"\nmin = 0.9\nlimit = 1\n',
        '[[checks]]\nkind = "sum"\ncolumn = "ar"\nequals = "mycket"\n',
        '[[checks]]\nkind = "drift"\ncolumn = "ar"\nseverity = "stop"\n',
        '[derive]\nsql = "SELECT 1"\nfrom = ["y"]\n',
    ],
)
def test_program_and_schema_refuse_the_same(lines, faults, binary, tmp_path):
    text = SOURCE + lines if lines.startswith("[") else lines + SOURCE
    assert faults(text)
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/x.toml").write_text(text, encoding="utf-8")
    assert "x.toml:" in Program(binary, tmp_path).run("check", code=1).stderr
