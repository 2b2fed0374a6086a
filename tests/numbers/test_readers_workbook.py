"""Workbooks that openpyxl, XlsxWriter and odfpy have written."""

import datetime
import random
from pathlib import Path

import odf.opendocument
import odf.teletype
import openpyxl
import xlsxwriter
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from readers import SEEDS, Texts, look

# The first day that both of Excel's calendars have.
FIRST = datetime.datetime(1904, 1, 2)


class Sheet:
    """Random cells as pairs of a value and what is to come out of it."""

    def __init__(self, seed: int) -> None:
        self.random = pick = random.Random(seed)
        self.header = [f"{pick.choice(['Kommun', 'Antal', 'År å', 'a b'])} {at}" for at in range(pick.randint(1, 6))]
        kinds = ["number", "text", "day", "moment", "time", "truth", "empty", "share"]
        self.rows = [
            [getattr(self, f"_{pick.choice(kinds)}")() for _ in self.header] for _ in range(pick.randint(0, 30))
        ]
        self.name = pick.choice(["Blad1", "Å & Ö", "data (2)"])
        # Where the table begins.
        self.down, self.right = pick.choice([(0, 0), (0, 0), (3, 1), (1, 2)])
        self.others = pick.randint(0, 2)

    def _number(self) -> tuple:
        value = self.random.choice([0, 1, -3, 1780, 2**40, 0.1, -2.5, 0.123456789012, self.random.randint(-9, 10**6)])
        return "number", value, repr(value)

    def _share(self) -> tuple:
        value = self.random.randint(0, 100) / 100
        return "share", value, f"{value:g}"

    def _text(self) -> tuple:
        text = self.random.choice(
            ["Värmland", "0180", "<&>\"'", "två\nrader", "20–39", "1,5", "=1", "å" * 400, "x  y"]
        )
        return "text", text, text

    def _truth(self) -> tuple:
        value = self.random.random() < 0.5
        return "truth", value, "true" if value else "false"

    def _day(self) -> tuple:
        day = (FIRST + datetime.timedelta(days=self.random.randint(0, 80000))).date()
        return "day", day, day.isoformat()

    def _moment(self) -> tuple:
        moment = FIRST + datetime.timedelta(seconds=self.random.randint(0, 4 * 10**9))
        return "moment", moment, moment.isoformat()

    def _time(self) -> tuple:
        time = (FIRST + datetime.timedelta(seconds=self.random.randint(0, 86399))).time()
        return "time", time, time.isoformat()

    def _empty(self) -> tuple:
        return "empty", None, ""

    def expected(self) -> list[tuple]:
        rows = [tuple(text for _, _, text in row) for row in self.rows]
        return [row for row in rows if any(row)]

    def options(self) -> dict:
        """Where the table is, said in one of the ways."""
        if (self.down, self.right) == (0, 0):
            return {}
        first = f"{'ABC'[self.right]}{self.down + 1}"
        last = "ABCDEFGHIJ"[self.right + len(self.header) - 1]
        options = {"range": f"{first}:{last}{self.down + 1 + len(self.rows)}"}
        return options | ({"sheet": self.name} if self.random.random() < 0.5 else {})

    def around(self) -> str | None:
        """A title above the table and a note beside it."""
        return "Källa: regionen" if self.down or self.right else None

    # By openpyxl ------------------------------------------------------------

    def by_openpyxl(self, file: Path) -> None:
        book = openpyxl.Workbook()
        if self.random.random() < 0.3:
            book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet = book.active
        sheet.title = self.name
        if self.around():
            sheet.cell(1, 1, self.around())
        for at, name in enumerate(self.header):
            sheet.cell(self.down + 1, self.right + 1 + at, name)
        for down, row in enumerate(self.rows):
            for at, (kind, value, _) in enumerate(row):
                if value is None:
                    continue
                cell = sheet.cell(self.down + 2 + down, self.right + 1 + at)
                cell.value = value
                if kind == "text":
                    cell.data_type = "s"
                if kind == "share":
                    cell.number_format = "0.0%"
                if kind == "number":
                    cell.number_format = self.random.choice(["General", "#,##0.00", "0", '0" dagar"'])
                if kind == "day":
                    cell.number_format = self.random.choice(["yyyy-mm-dd", "d mmm yyyy", "mm-dd-yy"])
        for other in range(self.others):
            book.create_sheet(f"annat {other}").cell(1, 1, "annat")
        book.save(file)

    # By XlsxWriter, with formulas and the values that they had -----------------

    def by_xlsxwriter(self, file: Path) -> None:
        with xlsxwriter.Workbook(file) as book:
            formats = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss", "time": "hh:mm:ss", "share": "0%"}
            styles = {kind: book.add_format({"num_format": shown}) for kind, shown in formats.items()}
            sheet = book.add_worksheet(self.name)
            if self.around():
                sheet.write_string(0, 0, self.around())
            for at, name in enumerate(self.header):
                sheet.write_string(self.down, self.right + at, name)
            for down, row in enumerate(self.rows):
                for at, (kind, value, _) in enumerate(row):
                    self._write(sheet, styles, (self.down + 1 + down, self.right + at), kind, value)
            for other in range(self.others):
                book.add_worksheet(f"annat {other}").write(0, 0, "annat")

    def _write(self, sheet, styles, place, kind, value) -> None:
        formula = self.random.random() < 0.2
        if kind == "empty":
            return
        if kind == "text":
            sheet.write_formula(*place, '="x"', None, value) if formula else sheet.write_string(*place, value)
        elif kind in ("number", "share"):
            style = styles.get(kind)
            sheet.write_formula(*place, "=1+1", style, value) if formula else sheet.write_number(*place, value, style)
        elif kind == "truth":
            sheet.write_formula(*place, "=1=1", None, value) if formula else sheet.write_boolean(*place, value)
        else:
            sheet.write_datetime(*place, value, styles[kind])

    # By odfpy -----------------------------------------------------------------

    def by_odfpy(self, file: Path) -> None:
        book = odf.opendocument.OpenDocumentSpreadsheet()
        table = Table(name=self.name)
        lines = [[("text", self.around(), "")]] if self.around() else []
        lines += [[]] * (self.down - len(lines))
        indent = [("empty", None, "")] * self.right
        lines.append([*indent, *(("text", name, name) for name in self.header)])
        lines += [[*indent, *row] for row in self.rows]
        if not self.down and self.around():
            lines = lines[1:]
        for line in lines:
            row = TableRow()
            for kind, value, _ in line:
                row.addElement(self._ods_cell(kind, value))
            table.addElement(row)
        # Sheets of LibreOffice go on to their last row and column.
        last = TableRow(numberrowsrepeated=1_000_000)
        last.addElement(TableCell(numbercolumnsrepeated=1000))
        table.addElement(last)
        book.spreadsheet.addElement(table)
        for other in range(self.others):
            book.spreadsheet.addElement(Table(name=f"annat {other}"))
        book.save(file)

    def _ods_cell(self, kind: str, value) -> TableCell:
        if kind == "empty":
            return TableCell()
        if kind == "text":
            cell = TableCell(valuetype="string")
            for line in value.split("\n"):
                paragraph = P()
                odf.teletype.addTextToElement(paragraph, line)
                cell.addElement(paragraph)
            return cell
        if kind == "time":
            given = {"valuetype": "time", "timevalue": f"PT{value:%HH%MM%SS}"}
        elif kind in ("day", "moment"):
            given = {"valuetype": "date", "datevalue": value.isoformat()}
        elif kind == "truth":
            given = {"valuetype": "boolean", "booleanvalue": str(value).lower()}
        else:
            given = {"valuetype": "percentage" if kind == "share" else "float", "value": repr(value)}
        cell = TableCell(**given)
        cell.addElement(P(text="så som det visas"))
        return cell


def compare(binary, folder: Path, ending: str, write: str) -> None:
    texts = Texts(binary, folder / "texts")
    for seed in SEEDS[::2]:
        sheet = Sheet(seed)
        file = texts.add(ending, "workbook", sheet.header, sheet.expected(), **sheet.options())
        getattr(sheet, write)(file)
    texts.compare()


def test_random_workbooks_of_openpyxl(binary, tmp_path):
    compare(binary, tmp_path, "xlsx", "by_openpyxl")


def test_random_workbooks_of_xlsxwriter_with_formulas(binary, tmp_path):
    compare(binary, tmp_path, "xlsx", "by_xlsxwriter")


def test_random_workbooks_of_odfpy(binary, tmp_path):
    compare(binary, tmp_path, "ods", "by_odfpy")


MERGED = ["Kommun", "2022 Antal", "2022 Andel", "2023 Antal", "2023 Andel"]
ROWS = [("Kil", "7", "0.5", "8", "0.25"), ("Eda", "1", "#N/A", "", "1")]


def test_merged_headers_of_excel(binary, tmp_path):
    texts = Texts(binary, tmp_path / "texts")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Kommun", 2022, None, 2023, None], [None, "Antal", "Andel", "Antal", "Andel"]]:
        sheet.append(row)
    sheet.append(["Kil", 7, 0.5, 8, 0.25])
    sheet.append(["Eda", 1, "#N/A", None, 1])
    for area in ("A1:A2", "B1:C1", "D1:E1"):
        sheet.merge_cells(area)
    book.save(texts.add("xlsx", "workbook", MERGED, ROWS, header_rows=2))
    texts.compare()


def test_merged_headers_of_libreoffice(binary, tmp_path):
    texts = Texts(binary, tmp_path / "texts")
    book = odf.opendocument.OpenDocumentSpreadsheet()
    table = Table(name="Blad")

    def line(*cells) -> None:
        row = TableRow()
        for cell in cells:
            row.addElement(cell)
        table.addElement(row)

    def text(words: str, **spans) -> TableCell:
        cell = TableCell(valuetype="string", **spans)
        cell.addElement(P(text=words))
        return cell

    years = [part for year in ("2022", "2023") for part in (text(year, numbercolumnsspanned=2), CoveredTableCell())]
    line(text("Kommun", numberrowsspanned=2), *years)
    line(CoveredTableCell(), *(text(name) for name in ("Antal", "Andel", "Antal", "Andel")))
    for row in ROWS:
        line(*(text(cell) if cell else TableCell() for cell in row))
    book.spreadsheet.addElement(table)
    book.save(texts.add("ods", "workbook", MERGED, ROWS, header_rows=2))
    texts.compare()


def test_types_are_found_at_a_look(binary, tmp_path):
    file = tmp_path / "besok.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["kommunkod", "dag", "antal", "andel", "klar"])
    days = [datetime.date(2022, 4, 30), datetime.date(2023, 1, 1), None]
    for at, day in enumerate(days):
        sheet.append(["0180", day, at, at / 8, at > 0])
    book.save(file)
    assert look(binary, file, tmp_path).to_pydict() == {
        "kommunkod": ["0180"] * 3,
        "dag": days,
        "antal": [0, 1, 2],
        "andel": [0.0, 0.125, 0.25],
        "klar": [False, True, True],
    }
