/*+++
title = "Mål: läge, förändring och mål"
question = "Går utvecklingen åt rätt håll, och är de gemensamma målen nådda?"
description = """
Läget jämför det senaste värdet med basåret, som talen är: slumpen är inte inräknad, så en liten förändring kan vara
ingen. Ett mål om mindre skillnader mellan grupper bedöms här bara efter nyckeltalets nivå.
"""
seminar = 4
sources = ["Kolada"]
unit = "olika enheter"
overview = ["namn", "kort", "ar", "varde", "malvarde", "matt", "status"]

[params.malset]
type = "text"
default = "2022"
values_from = "malset.malset"
description = "Vilken version av målen"
[params.enhet]
type = "text"
values_from = "enheter.enhet"
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
[columns.matt]
label = "Enhet"
[columns.ambition]
label = "Ambition"
decimals = 1
[columns.ambition_enhet]
label = "Ambitionens enhet"
[columns.malar]
label = "Målår"
[columns.malvarde]
label = "Målvärde"
decimals = 1
[columns.status]
label = "Läge"
[columns.skal]
label = "Varför det inte kan bedömas"

[disclosure]
rule = "public"
+++*/
WITH omraden AS (
    SELECT enhet, namn, typ
    FROM enheter
    WHERE enhet = coalesce($enhet, CASE WHEN enhet = '0017' OR (typ = 'K' AND substr(enhet, 1, 2) = '17') THEN enhet END)
),
-- Varje mål i varje område som det gäller, också mål utan nyckeltal och områden utan värden.
mal AS (
    SELECT
        m.*,
        -- Åt vilket håll nyckeltalet ska röra sig: ett inverterat räknar motsatsen till målet.
        CASE WHEN (m.riktning = 'öka') <> m.inverterad THEN 1 ELSE -1 END AS tecken,
        o.enhet,
        o.namn
    FROM malset AS m
    JOIN omraden AS o ON m.niva = 'alla' OR o.typ = 'L'
    WHERE m.malset = $malset
),
matvarden AS (
    SELECT kpi, enhet, ar, varde
    FROM kolada
    WHERE kon = 'T' AND varde IS NOT NULL
),
senaste AS (
    SELECT
        m.ordning,
        m.enhet,
        v.ar,
        v.varde,
        row_number() OVER (PARTITION BY m.ordning, m.enhet ORDER BY v.ar DESC) AS nyast
    FROM mal AS m
    JOIN matvarden AS v
        ON v.kpi = m.kpi
        AND v.enhet = m.enhet
        -- Efter ett brott i serien går värdet inte att jämföra med basåret.
        AND (m.brott IS NULL OR v.ar < m.brott)
),
jamforelser AS (
    SELECT
        m.*,
        b.varde AS basvarde,
        s.ar,
        s.varde,
        -- Avrundat: 73,1 − 71,1 är annars en aning mindre än 2, och målet sett som inte nått.
        round(s.varde - b.varde, 9) AS forandring,
        round(b.varde + m.tecken * m.ambition, 9) AS malvarde,
        CASE
            WHEN m.kpi IS NULL THEN 'nyckeltal saknas'
            WHEN s.varde IS NULL THEN 'värden saknas'
            WHEN b.varde IS NULL THEN 'basårets värde saknas'
            WHEN s.ar <= m.basar THEN 'värde efter basåret saknas'
        END AS skal
    FROM mal AS m
    LEFT JOIN senaste AS s ON s.ordning = m.ordning AND s.enhet = m.enhet AND s.nyast = 1
    LEFT JOIN matvarden AS b ON b.kpi = m.kpi AND b.enhet = m.enhet AND b.ar = m.basar
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
    varde_enhet AS matt,
    ambition,
    ambition_enhet,
    malar,
    malvarde,
    CASE
        WHEN skal IS NOT NULL THEN 'kan inte bedömas'
        WHEN tecken * forandring >= ambition THEN 'nått'
        WHEN tecken * forandring > 0 THEN 'rätt riktning'
        WHEN forandring = 0 THEN 'oförändrat'
        ELSE 'fel riktning'
    END AS status,
    skal
FROM jamforelser
ORDER BY ordning, enhet
