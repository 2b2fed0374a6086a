/*+++
title = "Befolkningsförändringen: födda, döda och flyttade"
question = "Varför ökar eller minskar befolkningen: födda, döda eller flyttningar?"
description = """
Räknas: folkmängden den 31 december, och årets födda, döda, inflyttade till länet och utflyttade ur det, ur
befolkningsregistret. Resten, när de är räknade, är flytt inom länet: i en kommun inflyttade från andra kommuner i
länet minus utflyttade dit. Registret har en uppgift per person och år: den som både flyttade in och flyttade ut eller
dog samma år finns bara som utflyttad eller död, och blir i resten en person till, också i hela länets. Ett år i en
liten kommun är mest slump: läs flera år tillsammans. Talen är en räkning av alla och har inget intervall.
"""
seminar = 1
sources = ["Befolkningsregistret"]
unit = "personer"
overview = ["ar", "namn", "antal", "forandring", "fodda", "doda", "inflyttade", "utflyttade", "resten"]

[params.fran]
type = "integer"
values_from = "befolkning_ar.ar"
description = "Första år som visas; utan värde bara det senaste"
[params.kommun]
type = "text"
values_from = "befolkning_ar.kommun"
description = "Kommunkod, till exempel 1784; utan kod länet och alla kommuner"

[columns.ar]
label = "År"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.antal]
label = "Invånare"
unit = "personer"
decimals = 0
[columns.forandring]
label = "Förändring"
unit = "personer"
decimals = 0
[columns.fodda]
label = "Födda"
unit = "personer"
decimals = 0
[columns.doda]
label = "Döda"
unit = "personer"
decimals = 0
[columns.inflyttade]
label = "Inflyttade till länet"
unit = "personer"
decimals = 0
[columns.utflyttade]
label = "Utflyttade ur länet"
unit = "personer"
decimals = 0
[columns.resten]
label = "Resten: flytt inom länet, netto"
unit = "personer"
decimals = 0
[columns.minsta]
label = "Minsta antal bakom raden"
unit = "personer"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "minsta"
within = ["ar"]
labels = ["ar", "enhet", "namn"]
+++*/
WITH aren AS (
    SELECT
        ar,
        coalesce(kommun, '0017') AS enhet,
        CAST(sum(antal) AS BIGINT) AS antal,
        -- Den som är noll år vid årets slut är född under året, om den inte flyttade hit.
        CAST(coalesce(sum(antal + doda + utflyttade - inflyttade) FILTER (WHERE alder = 0), 0) AS BIGINT) AS fodda,
        CAST(sum(doda) AS BIGINT) AS doda,
        CAST(sum(inflyttade) AS BIGINT) AS inflyttade,
        CAST(sum(utflyttade) AS BIGINT) AS utflyttade
    FROM befolkning_ar
    WHERE $kommun IS NULL OR kommun = $kommun
    GROUP BY GROUPING SETS ((ar, kommun), (ar))
    HAVING $kommun IS NULL OR kommun IS NOT NULL
),
forandrade AS (
    SELECT *, antal - lag(antal) OVER (PARTITION BY enhet ORDER BY ar) AS forandring
    FROM aren
)
SELECT
    f.ar,
    f.enhet,
    coalesce(e.namn, f.enhet) AS namn,
    f.antal,
    -- Det första året i registret har inget år före.
    f.forandring,
    f.fodda,
    f.doda,
    f.inflyttade,
    f.utflyttade,
    f.forandring - (f.fodda - f.doda + f.inflyttade - f.utflyttade) AS resten,
    -- Raden visar flera antal: det minsta som inte är noll avgör om den får visas.
    least(f.antal, nullif(f.fodda, 0), nullif(f.doda, 0), nullif(f.inflyttade, 0), nullif(f.utflyttade, 0)) AS minsta
FROM forandrade AS f
LEFT JOIN enheter AS e ON e.enhet = f.enhet
WHERE f.ar >= coalesce($fran, (SELECT max(ar) FROM befolkning_ar))
ORDER BY f.ar, f.enhet
