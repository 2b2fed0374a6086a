/*+++
title = "Kvalitet i Kolada: elever, brukare och patienter bredvid riket"
question = "Vad tycker elever, brukare och patienter här, jämfört med riket och länet?"
description = """
Räknas: nyckeltalen i målområdet God kvalitet, som bygger på elevers, brukares och patienters svar, som Kolada
publicerar dem, för det valda området, länet och riket samma år. Patientenkäten görs av regionen och finns bara för
den. Kolada ger inga intervall och inget antal svar för alla nyckeltal: en skillnad kan vara slump, särskilt i en
liten kommun, och här sägs därför aldrig bättre eller sämre. Rikets tal är medelvärdet av kommunernas eller av alla
svarande, beroende på nyckeltalet. Efter ett metodbyte (kolumnen serie) går talen inte att jämföra med dem före. Ett
inverterat nyckeltal räknar motsatsen till målet: då är lägre bra.
"""
seminar = 3
sources = ["Kolada"]
unit = "olika enheter"
overview = ["kort", "namn", "ar", "kon", "varde", "lanet", "riket", "mot_riket", "matt", "serie"]

[params.enhet]
type = "text"
default = "0017"
values_from = "enheter.enhet"
description = "Kommun- eller regionkod, till exempel 1784; 0017 är länet"
[params.fran]
type = "integer"
values_from = "kolada.ar"
description = "Första år som visas; utan värde bara det senaste för varje nyckeltal"
[params.kon]
type = "text"
default = "Totalt"
choices = ["Totalt", "Kvinnor", "Män"]
description = "Båda könen eller ett av dem"
[params.malset]
type = "text"
default = "2022"
values_from = "malset.malset"
description = "Måluppsättning som nyckeltalen hör till"

[params.malgrupp]
type = "text"
default = "God kvalitet"
values_from = "malset.grupp"
description = "Målområde, God kvalitet om inte något annat ska visas på samma sätt"

[columns.kort]
label = "Mål, kort"
[columns.kpi]
label = "Nyckeltal"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.ar]
label = "År"
[columns.kon]
label = "Kön"
[columns.varde]
label = "Värde"
decimals = 1
[columns.lanet]
label = "Länet"
decimals = 1
[columns.riket]
label = "Riket"
decimals = 1
[columns.mot_riket]
label = "Området minus riket"
decimals = 1
[columns.matt]
label = "Enhet"
[columns.hogt_ar]
label = "Högt är"
[columns.serie]
label = "Serie"
[columns.skal]
label = "Varför talet saknas"

[disclosure]
rule = "public"
+++*/
WITH nyckeltal AS (
    SELECT ordning, kort, kpi, varde_enhet, niva, brott, (riktning = 'öka') <> inverterad AS hogt_ar_bra
    FROM malset
    WHERE malset = $malset
        AND grupp = $malgrupp
        AND kpi IS NOT NULL
),
varden AS (
    SELECT kpi, enhet, ar, varde
    FROM kolada
    WHERE kon = CASE $kon WHEN 'Kvinnor' THEN 'K' WHEN 'Män' THEN 'M' ELSE 'T' END
        AND varde IS NOT NULL
),
omradets AS (
    SELECT v.kpi, v.ar, v.varde, max(v.ar) OVER (PARTITION BY v.kpi) AS senaste
    FROM varden AS v
    WHERE v.enhet = $enhet
),
visade AS (
    SELECT kpi, ar, varde
    FROM omradets
    WHERE CASE WHEN $fran IS NULL THEN ar = senaste ELSE ar >= $fran END
)
SELECT
    n.kort,
    n.kpi,
    $enhet AS enhet,
    coalesce(e.namn, $enhet) AS namn,
    v.ar,
    $kon AS kon,
    v.varde,
    l.varde AS lanet,
    r.varde AS riket,
    v.varde - r.varde AS mot_riket,
    n.varde_enhet AS matt,
    CASE WHEN n.hogt_ar_bra THEN 'bra' ELSE 'inte bra' END AS hogt_ar,
    CASE
        WHEN n.brott IS NULL OR v.ar IS NULL THEN NULL
        WHEN v.ar < n.brott THEN concat('före metodbytet ', n.brott)
        ELSE concat('efter metodbytet ', n.brott)
    END AS serie,
    CASE
        WHEN v.varde IS NOT NULL THEN NULL
        WHEN n.niva = 'region' AND $enhet NOT LIKE '00%' THEN 'nyckeltalet finns bara för regionen'
        ELSE 'Kolada har inget värde för området'
    END AS skal
FROM nyckeltal AS n
LEFT JOIN visade AS v ON v.kpi = n.kpi
LEFT JOIN varden AS l ON l.kpi = n.kpi AND l.enhet = '0017' AND l.ar = v.ar
LEFT JOIN varden AS r ON r.kpi = n.kpi AND r.enhet = '0000' AND r.ar = v.ar
LEFT JOIN enheter AS e ON e.enhet = $enhet
ORDER BY n.ordning, v.ar
