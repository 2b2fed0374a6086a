/*+++
title = "Följande rader kunde inte läsas in"
description = """
Rätta dem i källan och skicka hela leveransen igen. Radnumren räknas från filens första rad, rubriken inräknad; i en \
fil utan rader är de radens ordningsnummer. Värden som kan vara personnummer visas inte.
"""
overview = ["dataset", "delivery", "regel", "orsak", "kolumn", "antal", "rader", "exempel"]

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
[columns.regel]
label = "Regel"
[columns.orsak]
label = "Orsak"
[columns.kolumn]
label = "Kolumn"
[columns.antal]
label = "Antal"
decimals = 0
[columns.rader]
label = "Rader"
[columns.exempel]
label = "Exempel"
+++*/
WITH rader AS (
    SELECT dataset, delivery, rule, reason, "column", line, count(*) AS antal, min(value) AS exempel
    FROM karantan
    WHERE ($dataset IS NULL OR dataset = $dataset)
      AND ($leverans IS NULL OR delivery = $leverans)
      AND ($regel IS NULL OR rule = $regel)
    GROUP BY dataset, delivery, rule, reason, "column", line
),
-- Rader som följer på varandra har samma skillnad mellan radnummer och ordning.
ordnade AS (
    SELECT *, line - row_number() OVER (
        PARTITION BY dataset, delivery, rule, reason, "column" ORDER BY line
    ) AS svit
    FROM rader
),
sviter AS (
    SELECT dataset, delivery, rule, reason, "column", min(line) AS forsta, max(line) AS sista,
           sum(antal) AS antal, first_value(exempel ORDER BY line) AS exempel
    FROM ordnade
    GROUP BY dataset, delivery, rule, reason, "column", svit
),
numrerade AS (
    SELECT *, row_number() OVER (
        PARTITION BY dataset, delivery, rule, reason, "column" ORDER BY forsta
    ) AS nummer
    FROM sviter
)
SELECT dataset, delivery, rule AS regel, reason AS orsak, "column" AS kolumn,
       CAST(sum(antal) AS BIGINT) AS antal,
       string_agg(
           CASE WHEN forsta = sista THEN CAST(forsta AS VARCHAR)
                ELSE CAST(forsta AS VARCHAR) || '–' || CAST(sista AS VARCHAR) END,
           ', ' ORDER BY forsta
       ) FILTER (WHERE nummer <= 20)
           || CASE WHEN max(nummer) > 20 THEN ' …' ELSE '' END AS rader,
       first_value(exempel ORDER BY forsta) AS exempel
FROM numrerade
GROUP BY dataset, delivery, rule, reason, "column"
ORDER BY dataset, delivery, antal DESC, regel, kolumn, orsak
