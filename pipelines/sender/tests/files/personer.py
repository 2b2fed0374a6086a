"""Writes the SPSS files beside it. Needs pyreadstat and pandas; the people are those of `room.rs`, who do not exist."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat

here = Path(__file__).parent


def person(at):
    year, month, day = 1930 + at % 80, 1 + at // 7 % 12, 1 + at // 3 % 28
    nine = f"{year % 100:02}{month:02}{day:02}{1 + at % 998:03}"
    total = sum(sum(divmod(int(c) * (2 - i % 2), 10)) for i, c in enumerate(nine))
    return f"{year // 100}{nine}{(10 - total % 10) % 10}"


rows = range(40)
numbers = [person(at) if at % 10 else "" for at in rows]
frame = pd.DataFrame(
    {
        "lopnr": [float(at) for at in rows],
        "Personnummer": numbers,
        "kommun": ["1715" if at % 3 else "1730" for at in rows],
        "barnets_pnr": [float(number) if number else None for number in numbers],
        "Kön": [float(1 + at % 2) if at % 7 else 9.0 for at in rows],
        "fritext": ["ö" * at * 10 if at % 4 else "" for at in rows],
        # One long text makes all of them texts of several parts.
        "förälders_personnummer": ["x" * 600 if at == 5 else number for at, number in zip(rows, numbers)],
        "svar": [date(2022, 4, 1 + at % 28) if at % 5 else None for at in rows],
        "yrke": ["vårdbiträde" if at % 2 else "vet ej" for at in rows],
        "vikt": [0.5 + at for at in rows],
    }
)
options = {
    "file_label": "Påhittade personer",
    "note": "Påhittade personer,\nför prov.",
    "column_labels": {"Personnummer": "Vem?", "Kön": "Är du kvinna eller man?"},
    "variable_value_labels": {
        "Kön": {1: "Kvinna", 2: "Man", 9: "Uppgift saknas"},
        "kommun": {"1715": "Kil", "1730": "Eda"},
        "yrke": {"vet ej": "Vet inte vilket yrke"},
        # Labels of identities name identities.
        "Personnummer": {person(3): "den tredje"},
        "barnets_pnr": {float(person(3)): "den tredje"},
    },
    "missing_ranges": {
        "Kön": [9],
        "yrke": ["vet ej"],
        "barnets_pnr": [float(person(3)), 0],
        "Personnummer": ["saknas"],
    },
    "variable_format": {"barnets_pnr": "F12.0", "svar": "SDATE10"},
    "variable_measure": {"barnets_pnr": "scale", "vikt": "scale", "Kön": "nominal"},
}
pyreadstat.write_sav(frame, here / "personer.sav", **options)
pyreadstat.write_sav(frame, here / "personer_packad.sav", row_compress=True, **options)
pyreadstat.write_sav(frame, here / "personer.zsav", compress=True, **options)
