/*+++
title = "Mål: läge, förändring och mål"
question = "Går utvecklingen åt rätt håll, och är de gemensamma målen nådda?"
seminar = 4
sources = ["Kolada"]
unit = "olika enheter"

[params.malset]
type = "text"
default = "2022"
description = "Vilken version av målen"
[params.enhet]
type = "text"
description = "Kommun- eller regionkod, till exempel 0017; utan kod länet och alla dess kommuner"

[columns.grupp]
label = "Målgrupp"
[columns.mal]
label = "Mål"
[columns.livsperspektiv]
label = "Livsperspektiv"
[columns.kort]
label = "Mål, kort"
[columns.kpi]
label = "Nyckeltal"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.basar]
label = "Basår"
[columns.basvarde]
label = "Basvärde"
decimals = 1
[columns.ar]
label = "Senaste år"
[columns.varde]
label = "Senast"
decimals = 1
[columns.forandring]
label = "Förändring"
decimals = 1
[columns.malvarde]
label = "Målvärde"
decimals = 1
[columns.matt]
label = "Enhet"
[columns.status]
label = "Läge"

[disclosure]
rule = "public"
+++*/
WITH matvarden AS (
    SELECT
        m.ordning,
        m.grupp,
        m.livsperspektiv,
        m.mal,
        m.kort,
        m.kpi,
        m.basar,
        m.ambition,
        -- Utan ambition finns ingen enhet att mäta den i.
        CASE WHEN m.ambition IS NOT NULL THEN m.ambition_enhet END AS matt,
        -- Åt vilket håll nyckeltalet ska röra sig: ett inverterat räknar motsatsen till målet.
        CASE WHEN (m.riktning = 'öka') <> m.inverterad THEN 1 ELSE -1 END AS tecken,
        v.enhet,
        e.namn,
        v.ar,
        v.varde,
        row_number() OVER (PARTITION BY m.kpi, v.enhet ORDER BY v.ar DESC) AS nyast
    FROM malset AS m
    JOIN kolada AS v
        ON v.kpi = m.kpi
        AND v.kon = 'T'
        AND v.varde IS NOT NULL
        -- Efter ett brott i serien går värdet inte att jämföra med basåret.
        AND (m.brott IS NULL OR v.ar < m.brott)
    JOIN enheter AS e ON e.enhet = v.enhet
    WHERE m.malset = $malset
        AND (m.niva = 'alla' OR e.typ = 'L')
        AND v.enhet = coalesce($enhet, CASE WHEN v.enhet = '0017' OR (e.typ = 'K' AND substr(v.enhet, 1, 2) = '17') THEN v.enhet END)
),
jamforelser AS (
    SELECT
        s.*,
        b.varde AS basvarde,
        s.varde - b.varde AS forandring,
        b.varde + s.tecken * s.ambition AS malvarde
    FROM matvarden AS s
    LEFT JOIN matvarden AS b ON b.kpi = s.kpi AND b.enhet = s.enhet AND b.ar = s.basar
    WHERE s.nyast = 1
)
SELECT
    grupp,
    livsperspektiv,
    mal,
    kort,
    kpi,
    enhet,
    namn,
    basar,
    basvarde,
    ar,
    varde,
    forandring,
    malvarde,
    matt,
    CASE
        WHEN basvarde IS NULL OR ar <= basar THEN 'kan inte bedömas'
        WHEN ambition IS NOT NULL AND tecken * forandring >= ambition THEN 'nått'
        WHEN tecken * forandring > 0 THEN 'rätt riktning'
        WHEN forandring = 0 THEN 'oförändrat'
        ELSE 'fel riktning'
    END AS status
FROM jamforelser
ORDER BY ordning, kpi, enhet
