/*+++
title = "Följande värden kunde inte läsas in"
description = """
Rätta dem i källan och skicka hela leveransen igen. Radnumren räknas från filens första rad, rubriken inräknad; i en \
fil utan rader är de radens ordningsnummer. Värden som kan vara personnummer visas inte.
"""

[params.dataset]
type = "text"
description = "Datamängd; utan värde alla"
[params.leverans]
type = "text"
values_from = "karantan.delivery"
description = "Leverans; utan värde alla"
[params.regel]
type = "text"
values_from = "karantan.rule"
description = "Regel; utan värde alla"

[columns.dataset]
label = "Datamängd"
[columns.delivery]
label = "Leverans"
[columns.rad]
label = "Rad"
decimals = 0
[columns.kolumn]
label = "Kolumn"
[columns.varde]
label = "Värde"
[columns.regel]
label = "Regel"
[columns.orsak]
label = "Orsak"
+++*/
SELECT dataset, delivery, line AS rad, "column" AS kolumn, value AS varde, rule AS regel, reason AS orsak
FROM karantan
WHERE ($dataset IS NULL OR dataset = $dataset)
  AND ($leverans IS NULL OR delivery = $leverans)
  AND ($regel IS NULL OR rule = $regel)
ORDER BY dataset, delivery, rad, kolumn, regel, orsak
