"""Writes the workbooks beside it. Needs openpyxl and LibreOffice (soffice); made-up data."""

import shutil
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

here = Path(__file__).parent


def values():
    book = Workbook()
    book.active.title = "Tom"
    sheet = book.create_sheet("Värden")
    sheet["A1"] = "Källa: påhittad"
    head = ["kommun", "antal", "andel", "dag", "tid", "klocka", "timmar", "klar", "fel", "text"]
    sheet.append([])
    sheet.append(head)
    rich = CellRichText("Åsa ", TextBlock(InlineFont(b=True), "ö"), " & <ä>")
    sheet.append(["1715", 1715.0, 0.12, date(2022, 4, 30), datetime(2022, 4, 30, 13, 45), time(7, 5), timedelta(hours=36), True, "#N/A", rich])
    sheet.append([])
    sheet.append(["0017", 0.1 + 0.2, 1e-7, date(1999, 12, 31), datetime(2000, 2, 29), time(23, 59, 59), timedelta(0), False, "=1/0", "två\nrader  "])
    sheet.append(["1780", -5, 123456789012345, None, None, None, None, None, None, "=\"a\"&\"b\""])
    sheet["C4"].number_format = "0 %"
    sheet["D4"].number_format = "yyyy\\-mm\\-dd"
    sheet["G4"].number_format = sheet["G6"].number_format = "[h]:mm:ss"
    sheet["B4"].comment = Comment("Inte i värdet", "någon")
    sheet["K9"].number_format = "0.00"
    hidden = book.create_sheet("Gömd")
    hidden.sheet_state = "hidden"
    hidden.append(["a"])
    hidden.append([1])
    heads = book.create_sheet("Rubriker")
    heads.append([None, "Rapport"])
    heads.append([None, "Kommun", "2023", None, "2024", None, "Not"])
    heads.append([None, None, "Kvinnor", "Män", "Kvinnor", "Män"])
    heads.append([None, "Kil", 1, 2, 3, 4, "x"])
    heads.append([None, "Sunne", 5, 6, 7, 8])
    heads.append([None, "Summa", 6, 8, 10, 12])
    heads.merge_cells("C2:D2")
    heads.merge_cells("E2:F2")
    heads.merge_cells("B2:B3")
    return book


def names():
    book = Workbook()
    one, two = book.active, book.create_sheet("Åsa's blad")
    one.title = "Blad1"
    for row in [["Rapport"], [None, "kommun", "antal"], [None, "Kil", 1], [None, "Eda", 2], [None, "Summa", 3]]:
        one.append(row)
    for row in [["kön", "andel"], ["K", 0.5], ["M", 0.25], ["Källa: påhittad"]]:
        two.append(row)
    table = Table(displayName="Tabell1", ref="B2:C5", totalsRowCount=1)
    one.add_table(table)
    quoted = "'Åsa''s blad'"
    for name, leads in {
        "Nyckeltal": f"{quoted}!$A$1:$B$3",
        "Borta": "Blad1!#REF!",
        "Flera": "Blad1!$B$2:$B$4,Blad1!$D$2:$D$4",
        "Formel": "OFFSET(Blad1!$B$2,0,0,3,2)",
        "Hela": "Blad1!$B:$C",
        "Cell": "Blad1!$B$2",
    }.items():
        book.defined_names[name] = DefinedName(name, attr_text=leads)
    one.defined_names["Lokal"] = DefinedName("Lokal", attr_text="Blad1!$B$2:$C$3")
    two.defined_names["Lokal"] = DefinedName("Lokal", attr_text=f"{quoted}!$A$1:$B$2")
    two.defined_names["Ensam"] = DefinedName("Ensam", attr_text=f"{quoted}!$A$1:$A$3")
    two.print_area = "A1:B3"
    return book


book = values()
book.save(here / "varden.xlsx")
names().save(here / "namn.xlsx")
mac = Workbook()
mac.epoch = CALENDAR_MAC_1904
mac.active.append(["dag"])
mac.active.append([date(2022, 4, 30)])
mac.active.append([date(1904, 1, 2)])
mac.save(here / "mac.xlsx")

# LibreOffice computes the formulas and writes both kinds itself.
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)

    def convert(kind, source, target):
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        arguments = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, source]
        subprocess.run(arguments, check=True, stdout=sys.stderr)
        name = source.with_suffix("." + kind.split(":")[0]).name
        shutil.move(folder / name, here / target)

    convert("ods", here / "varden.xlsx", "varden.ods")
    convert("ods", here / "namn.xlsx", "namn.ods")
    convert("xlsx:Calc MS Excel 2007 XML", here / "varden.ods", "libreoffice.xlsx")
