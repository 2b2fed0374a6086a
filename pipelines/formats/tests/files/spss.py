"""Writes the SPSS files beside it. Needs pyreadstat and pandas; made-up data."""

from datetime import date, datetime, time
from pathlib import Path

import pandas as pd
import pyreadstat

here = Path(__file__).parent

frame = pd.DataFrame(
    {
        "lopnr": [1.0, 2.0, 3.0, 4.0],
        "kommun": ["1715", "1730", "1780", ""],
        "Kön": [1.0, 2.0, 9.0, None],
        "hälsa": [1.0, 5.0, 97.0, 99.0],
        "inkomst": [-5.0, 250000.5, 999999.0, 0.1],
        "vikt": [1.25, 0.75, 1e-3, 12345678.9],
        "svar": [date(2022, 4, 30), date(1899, 12, 31), None, date(2024, 2, 29)],
        "tid": [datetime(2022, 4, 30, 13, 45, 1), None, datetime(2024, 2, 29), datetime(1970, 1, 1)],
        "klocka": [time(7, 5, 0), time(23, 59, 59), None, time(0, 0, 0)],
        "fritext": ["Åsa ville gärna ha en hållplats närmare", "ö" * 200, "", "slut"],
        "lang": ["x" * 255 + "å" + "y" * 300, "", "kort", "z" * 1000],
        "yrke": ["vårdbiträde", "vet ej", "lärare", ""],
    }
)
options = {
    "file_label": "Påhittad enkät",
    "column_labels": {"Kön": "Är du kvinna eller man?", "hälsa": "Hur bedömer du ditt allmänna hälsotillstånd?"},
    "variable_value_labels": {
        "Kön": {1: "Kvinna", 2: "Man", 9: "Uppgift saknas"},
        "hälsa": {1: "Mycket bra", 5: "Mycket dåligt", 97: "Vet ej", 99: "Vill ej svara"},
        "kommun": {"1715": "Kil", "1780": "Karlstad"},
        "yrke": {"vet ej": "Vet inte vilket yrke"},
    },
    "missing_ranges": {
        "Kön": [9],
        "hälsa": [{"lo": 97, "hi": 99}],
        "inkomst": [{"lo": -10, "hi": -1}, 999999],
        "kommun": ["1730"],
    },
    "variable_format": {"lopnr": "F8.0", "svar": "SDATE10", "vikt": "F8.2"},
}
pyreadstat.write_sav(frame, here / "enkat.sav", **options)
pyreadstat.write_sav(frame, here / "enkat_packad.sav", row_compress=True, **options)
pyreadstat.write_sav(frame, here / "enkat.zsav", compress=True, **options)


def old_big_endian(path):
    """A file of an old program on an old machine: most significant byte first, no encoding, packed, weighed."""
    import struct

    def ints(*values):
        return struct.pack(f">{len(values)}i", *values)

    def variable(name, width, label, missing, format):
        label = label.encode("cp1252")
        count, values = missing
        text = ints(2, width, 1, count, format, format) + name.ljust(8).encode("cp1252")
        text += ints(len(label)) + label + b"\0" * (-len(label) % 4)
        return text + struct.pack(f">{len(values)}d", *values)

    header = b"$FL2" + b"OLD".ljust(60) + ints(2, 3, 1, 2, 3) + struct.pack(">d", 100)
    header += b"01 Jan 9512:00:00" + b"".ljust(64) + b"\0\0\0"
    number, text = 5 << 16 | 8 << 8, 1 << 16 | 5 << 8
    dictionary = variable("KÖN", 0, "Kön", (-2, [-1.7976931348623155e308, -1.0]), number)
    dictionary += variable("VIKT", 0, "Vikt", (0, []), number | 2)
    dictionary += variable("ORT", 5, "Ort där du bor", (0, []), text)
    label = "Okänt".encode("cp1252")
    dictionary += ints(3, 1) + struct.pack(">d", -9) + bytes([len(label)]) + label + b"\0" * 2 + ints(4, 1, 1)
    dictionary += ints(999, 0)
    # 1, 1.5 in full, "Åmål "; system-missing, 2, spaces; -9, 3 and spaces, then the end.
    cases = bytes([101, 253, 253, 255, 102, 254, 91, 103]) + struct.pack(">d", 1.5) + "Åmål ".encode("cp1252") + b"   "
    cases += bytes([254, 252, 0, 0, 0, 0, 0, 0])
    path.write_bytes(header + dictionary + cases)


old_big_endian(here / "gammal.sav")
