"""Ranges of workbooks by the names of cells and tables, as openpyxl, XlsxWriter and odfpy write them."""

import json
import random
import zipfile
from pathlib import Path

import odf.opendocument
import openpyxl
import pytest
import xlsxwriter
from odf.table import (
    DatabaseRange,
    DatabaseRanges,
    NamedExpressions,
    NamedRange,
    Table,
    TableCell,
    TableRow,
)
from odf.text import P
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table as ExcelTable
from program import Program
from readers import SEEDS, Texts

SHEETS = ["Blad1", "Åsa's blad", "data (2)", "2023", "a.b!c"]
NAMES = ["Nyckeltal", "År_2023", "_namn", "Tabell.1"]
LETTERS = "ABCDEFGHIJ"


class Grid:
    """A table somewhere in a sheet with other things around it, and its place."""

    def __init__(self, seed: int) -> None:
        self.random = pick = random.Random(seed)
        self.sheet, self.other = pick.sample(SHEETS, 2)
        self.name = pick.choice(NAMES)
        self.down, self.right = pick.randint(0, 5), pick.randint(0, 3)
        self.header = [f"{pick.choice(['Kommun', 'Antal', 'År å'])} {at}" for at in range(pick.randint(1, 5))]
        words = ["Kil", "0180", "<&>", "a b", "7"]
        self.rows = [tuple(pick.choice(words) for _ in self.header) for _ in range(pick.randint(1, 12))]
        # A name of the sheet alone, which has to be named too where the other sheet has one that is called the same.
        self.local = pick.random() < 0.5
        self.twice = self.local and pick.random() < 0.5

    def cells(self) -> list[tuple[int, int, str]]:
        """Rows and columns from 1: the table, a note above or below, a note to the right."""
        lines = [tuple(self.header), *self.rows]
        cells = [
            (self.down + 1 + down, self.right + 1 + at, text)
            for down, line in enumerate(lines)
            for at, text in enumerate(line)
        ]
        below = self.down + len(lines) + 1
        cells.append((below, self.right + 1, "Källa: regionen"))
        cells.append((self.down + 1, self.right + len(self.header) + 1, "bredvid"))
        if self.down:
            cells.insert(0, (1, 1, "Rapport"))
        return cells

    def corners(self) -> tuple[str, str]:
        first = f"${LETTERS[self.right]}${self.down + 1}"
        last = f"${LETTERS[self.right + len(self.header) - 1]}${self.down + 1 + len(self.rows)}"
        return first, last

    def leads(self) -> str:
        first, last = self.corners()
        sheet = self.sheet.replace("'", "''")
        return f"'{sheet}'!{first}:{last}"

    def options(self) -> dict:
        needed = self.twice or self.random.random() < 0.5
        name = self.random.choice([self.name, self.name.lower(), self.name.upper()])
        return {"range": name} | ({"sheet": self.sheet} if needed else {})

    # By openpyxl ------------------------------------------------------------

    def by_openpyxl(self, file: Path) -> None:
        book = openpyxl.Workbook()
        other, sheet = book.active, book.create_sheet(self.sheet)
        other.title = self.other
        other["A1"] = "annat"
        for row, column, text in self.cells():
            sheet.cell(row, column, text)
        holder = sheet if self.local else book
        holder.defined_names[self.name] = DefinedName(self.name, attr_text=self.leads())
        if self.twice:
            leads = f"'{self.other}'!$A$1:$B$2".replace("Åsa's", "Åsa''s")
            other.defined_names[self.name] = DefinedName(self.name, attr_text=leads)
        sheet.print_area = "A1:B2"
        book.defined_names["Formel"] = DefinedName("Formel", attr_text="SUM(1,2)")
        book.save(file)

    # By XlsxWriter, which knows tables with sums ---------------------------------

    def by_xlsxwriter(self, file: Path) -> None:
        with xlsxwriter.Workbook(file) as book:
            book.add_worksheet(self.other).write(0, 0, "annat")
            sheet = book.add_worksheet(self.sheet)
            for row, column, text in self.cells():
                # Below the table is the row of its sums.
                sheet.write_string(row - 1, column - 1, text)
            bottom = self.down + len(self.rows) + 1
            sheet.add_table(
                self.down,
                self.right,
                bottom,
                self.right + len(self.header) - 1,
                {
                    "name": self.name,
                    "total_row": True,
                    "columns": [{"header": name, "total_string": "Summa"} for name in self.header],
                },
            )
            self.local = self.twice = False

    # By odfpy -----------------------------------------------------------------

    def by_odfpy(self, file: Path) -> None:
        book = odf.opendocument.OpenDocumentSpreadsheet()
        sheet = self.sheet.replace("'", "''")
        first, last = self.corners()
        other = Table(name=self.other)
        table = Table(name=self.sheet)
        filled: dict[int, dict[int, str]] = {}
        for row, column, text in self.cells():
            filled.setdefault(row, {})[column] = text
        for row in range(1, max(filled) + 1):
            line = TableRow()
            for column in range(1, max(filled.get(row, {0: ""})) + 1):
                text = filled[row].get(column)
                cell = TableCell(valuetype="string") if text else TableCell()
                if text:
                    cell.addElement(P(text=text))
                line.addElement(cell)
            table.addElement(line)

        def named(leads: str) -> NamedExpressions:
            names = NamedExpressions()
            names.addElement(
                NamedRange(name=self.name, cellrangeaddress=leads, basecelladdress=f"$'{sheet}'.$A$1")
            )
            return names

        leads = f"$'{sheet}'.{first}:.{last}"
        book.spreadsheet.addElement(other)
        book.spreadsheet.addElement(table)
        if self.local:
            # odfpy does not know that a sheet may have names of its own.
            table.addElement(named(leads), check_grammar=False)
        elif self.random.random() < 0.5:
            book.spreadsheet.addElement(named(leads))
        else:
            ranges = DatabaseRanges()
            whole = f"'{sheet}'.{first}:'{sheet}'.{last}".replace("$", "")
            ranges.addElement(DatabaseRange(name=self.name, targetrangeaddress=whole))
            book.spreadsheet.addElement(ranges)
        if self.twice:
            other.addElement(named(f"$'{self.other}'.$A$1:.$B$2".replace("Åsa's", "Åsa''s")), check_grammar=False)
        book.save(file)


@pytest.mark.parametrize(
    ("ending", "write"), [("xlsx", "by_openpyxl"), ("xlsx", "by_xlsxwriter"), ("ods", "by_odfpy")]
)
def test_random_names_are_read(binary, tmp_path, ending, write):
    texts = Texts(binary, tmp_path / "texts")
    for seed in SEEDS[::3]:
        grid = Grid(seed)
        written = tmp_path / f"{seed}.{ending}"
        getattr(grid, write)(written)
        file = texts.add(ending, "workbook", grid.header, grid.rows, **grid.options())
        file.write_bytes(written.read_bytes())
    texts.compare()


def test_a_look_names_them_and_a_definition_keeps_the_name(binary, tmp_path):
    grid = Grid(1)
    grid.local = grid.twice = False
    file = tmp_path / "besok.xlsx"
    grid.by_openpyxl(file)
    program = Program(binary, tmp_path)
    first, last = (corner.replace("$", "") for corner in grid.corners())
    found = json.loads(program.run("inspect", str(file), "--json").stdout)
    assert found["names"] == [{"name": grid.name, "sheet": grid.sheet, "range": f"{first}:{last}"}]
    shown = " ".join(program.run("inspect", str(file)).stdout.split())
    assert f"Names for --range: {grid.name} ({grid.sheet}, {first}:{last})" in shown
    definition = program.run("inspect", str(file), "--range", grid.name, "--definition").stdout
    assert f'range = "{grid.name}"\n' in definition
    asked = ["query", "--file-source", str(file), "--source-range", grid.name]
    rows = program.run(*asked, "--sql", "SELECT count(*) AS n FROM fil", "--format", "json").stdout
    assert json.loads(rows) == [{"n": len(grid.rows)}]


@pytest.mark.parametrize(
    ("leads", "why"),
    [
        ("Blad!#REF!", "leads nowhere"),
        ("Blad!$A$1:$A$2,Blad!$C$1:$C$2", "several areas"),
        ("OFFSET(Blad!$A$1,0,0,2,2)", "is a formula or a value"),
        ("Blad!$A:$B", "whole columns or rows"),
        ("Borta!$A$1:$B$2", "is not there"),
    ],
)
def test_names_that_lead_to_no_table_say_why_and_what_there_is(binary, tmp_path, leads, why):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Blad"
    for row in (["a", "b"], [1, 2], [3, 4]):
        sheet.append(row)
    sheet.add_table(ExcelTable(displayName="Tabell", ref="A1:B3"))
    book.defined_names["Namn"] = DefinedName("Namn", attr_text=leads)
    file = tmp_path / "namn.xlsx"
    book.save(file)
    program = Program(binary, tmp_path)
    done = program.run("inspect", str(file), "--range", "namn", code=None)
    assert done.returncode in (1, 3), done.stdout
    assert why in done.stderr
    assert "Blad" in done.stderr if "not there" in why else "'Tabell'" in done.stderr, done.stderr
    unknown = program.run("inspect", str(file), "--range", "Tabel", code=None).stderr
    # Without the marks and line breaks that the width of a terminal brings.
    unknown = " ".join(unknown.replace("│", " ").split())
    assert "Did you mean 'Tabell'?" in unknown
    assert "'Tabell'" in unknown.partition("Names and tables are")[2]


def test_a_workbook_in_a_zip_archive_is_loaded(binary, tmp_path):
    texts = Texts(binary, tmp_path / "texts")
    grid = Grid(3)
    book = tmp_path / "namn.xlsx"
    grid.by_openpyxl(book)
    packed = texts.add("zip", "workbook", grid.header, grid.rows, member="*.xlsx", **grid.options())
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(book, "svar/namn.xlsx")
        archive.writestr("svar/läs mig.txt", "hej")
    texts.compare()
