/*+++
title = "Befolkningen: hur många, hur gamla och hur det ändras"
question = "Hur många bor i kommunerna, i vilka åldrar, och hur har det ändrats?"
description = """
Räknas: den som var bosatt den 31 december enligt befolkningsregistret, efter ålder vid årets slut. Den som dog eller
flyttade ut under året räknas inte. Förändringen jämför med jämförelseåret, åldersgrupp för åldersgrupp: de som är
65–79 år i dag är inte samma personer som då. En liten kommun ändras många procent av få personer: läs antalet först.
Talen är en räkning av alla, inte ett urval, och har därför inget intervall.
"""
seminar = 1
sources = ["Befolkningsregistret"]
unit = "personer"
overview = ["ar", "namn", "aldersgrupp", "antal", "andel", "forandring", "forandring_procent"]

[params.fran]
type = "integer"
values_from = "befolkning_ar.ar"
description = "Första år som visas; utan värde bara det senaste"
[params.basar]
type = "integer"
values_from = "befolkning_ar.ar"
description = "År som förändringen räknas från; utan värde det första i registret"
[params.kommun]
type = "text"
values_from = "befolkning_ar.kommun"
description = "Kommunkod, till exempel 1784; utan kod länet och alla kommuner"
[params.kon]
type = "text"
choices = ["Kvinnor", "Män"]
description = "Ett av könen; utan värde båda tillsammans"

[columns.ar]
label = "År"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.aldersgrupp]
label = "Ålder"
[columns.antal]
label = "Invånare"
unit = "personer"
decimals = 0
[columns.andel]
label = "Andel av invånarna"
unit = "procent"
decimals = 1
[columns.basar]
label = "Jämförelseår"
[columns.basantal]
label = "Invånare jämförelseåret"
unit = "personer"
decimals = 0
[columns.forandring]
label = "Förändring"
unit = "personer"
decimals = 0
[columns.forandring_procent]
label = "Förändring"
unit = "procent"
decimals = 1

[columns.minsta]
label = "Minsta antal bakom raden"
unit = "personer"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "minsta"
within = ["ar", "enhet"]
labels = ["ar", "enhet", "namn", "aldersgrupp", "basar"]
+++*/
WITH grupperade AS (
    SELECT
        ar,
        kommun,
        antal,
        CASE
            WHEN alder < 6 THEN 0
            WHEN alder < 16 THEN 6
            WHEN alder < 20 THEN 16
            WHEN alder < 65 THEN 20
            WHEN alder < 80 THEN 65
            ELSE 80
        END AS fran_alder
    FROM befolkning_ar
    WHERE ($kommun IS NULL OR kommun = $kommun)
        AND ($kon IS NULL OR kon = $kon)
),
summor AS (
    -- Länet är raden utan kommun, alla åldrar raden utan åldersgrupp.
    SELECT ar, kommun, fran_alder, CAST(sum(antal) AS BIGINT) AS antal
    FROM grupperade
    GROUP BY GROUPING SETS ((ar, kommun, fran_alder), (ar, kommun), (ar, fran_alder), (ar))
),
omraden AS (
    SELECT ar, coalesce(kommun, '0017') AS enhet, coalesce(fran_alder, -1) AS fran_alder, antal
    FROM summor
    -- För en ensam kommun är länets rad kommunen en gång till.
    WHERE $kommun IS NULL OR kommun IS NOT NULL
),
basar AS (
    SELECT coalesce($basar, min(ar)) AS ar FROM befolkning_ar
)
SELECT
    o.ar,
    o.enhet,
    coalesce(e.namn, o.enhet) AS namn,
    CASE o.fran_alder
        WHEN -1 THEN 'Alla åldrar'
        WHEN 0 THEN '0–5 år'
        WHEN 6 THEN '6–15 år'
        WHEN 16 THEN '16–19 år'
        WHEN 20 THEN '20–64 år'
        WHEN 65 THEN '65–79 år'
        ELSE '80 år och äldre'
    END AS aldersgrupp,
    o.antal,
    100.0 * CAST(o.antal AS DOUBLE) / nullif(CAST(alla.antal AS DOUBLE), 0) AS andel,
    basar.ar AS basar,
    coalesce(bas.antal, 0) AS basantal,
    o.antal - coalesce(bas.antal, 0) AS forandring,
    -- Fanns ingen jämförelseåret går det inte att säga hur många procent.
    100.0 * CAST(o.antal - bas.antal AS DOUBLE) / nullif(CAST(bas.antal AS DOUBLE), 0) AS forandring_procent,
    -- Raden visar två antal: det minsta av dem avgör om den får visas.
    CASE WHEN bas.antal > 0 THEN least(o.antal, bas.antal) ELSE o.antal END AS minsta
FROM omraden AS o
CROSS JOIN basar
JOIN omraden AS alla ON alla.ar = o.ar AND alla.enhet = o.enhet AND alla.fran_alder = -1
LEFT JOIN omraden AS bas ON bas.ar = basar.ar AND bas.enhet = o.enhet AND bas.fran_alder = o.fran_alder
LEFT JOIN enheter AS e ON e.enhet = o.enhet
WHERE o.ar >= coalesce($fran, (SELECT max(ar) FROM befolkning_ar))
ORDER BY o.ar, o.enhet, o.fran_alder
