"""Every notebook runs from its first cell to its last, and is stored that way."""

import shutil

import nbformat
import pytest
from execute import ROOT, CellFailed, kernel_is_there, run

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="session", autouse=True)
def kernel():
    """The evcxr kernel; a machine without it has not run tests/run."""
    assert kernel_is_there(), "the Rust kernel is not registered: use tests/run, which installs it"


def kinds(notebook) -> list[list[set]]:
    """What each code cell put out, by type."""
    return [
        [set(output.get("data", {output.get("name"): None})) for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_every_cell_runs(path, binary, program):
    executed = run(path, program.workspace, binary)
    stored = nbformat.read(path, as_version=4)
    assert kinds(executed) == kinds(stored), "the notebook is not stored as it runs; see execute.py"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_pictures_can_be_read_without_being_seen(path):
    stored = nbformat.read(path, as_version=4)
    pictures = [
        output.data
        for cell in stored.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "image/svg+xml" in output.get("data", {})
    ]
    assert len(pictures) >= 2
    for picture in pictures:
        assert picture["text/plain"].strip()
        assert "yntetiska data" in picture["image/svg+xml"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_nothing_is_stored_that_no_rule_has_judged(path):
    """Rows of free SQL are for the analyst's eyes, not for version control."""
    stored = nbformat.read(path, as_version=4)
    for cell in stored.cells:
        for output in cell.get("outputs", []):
            assert "Arbetsmaterial" not in str(output.get("data", "")), cell.source


BROKEN = {
    "an error that `?` meets": 'std::fs::read("finns_inte")?;',
    "a panic": 'panic!("med flit");',
    "what does not compile": 'let x: i32 = "text";',
    "a word on stderr": 'eprintln!("varning");',
    "a word on stderr after the cell": """
std::thread::spawn(|| {
    std::thread::sleep(std::time::Duration::from_millis(20));
    eprintln!("varning");
    std::thread::sleep(std::time::Duration::from_secs(3600));
});""",
}


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN.keys())
def test_a_cell_that_fails_is_found(code, tmp_path, binary, program):
    """The executor sees what the kernel calls ok."""
    shutil.copy(ROOT / "notebooks/evcxr.toml", tmp_path)
    path = tmp_path / "trasig.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in ("1 + 1", code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with pytest.raises(CellFailed):
        run(path, program.workspace, binary)
