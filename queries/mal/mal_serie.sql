/*+++
title = "Mål: hela serien"
question = "Hur har målens nyckeltal utvecklats år för år?"
description = """
Alla kända värden för målens nyckeltal i ett område, också från åren före basåret, för båda könen eller för kvinnor och män var
för sig. Intervallet (95 procent) säger hur mycket värdet kan variera av slump, där det är känt; tomt betyder okänt, inte
säkert. Ett medelvärde över flera år ändras långsamt, och två värden som delar år är inte oberoende: läs inte en trend ur dem.
Värden på var sin sida av ett brott, eller i en annan enhet, går inte att jämföra (kolumnen Jämförbart med basåret).
"""
seminar = 4
sources = ["Kolada", "Egna nyckeltal", "Liv & Hälsa", "Befolkningsregistret", "SCB, livslängdstabeller"]
unit = "olika enheter"
overview = ["kort", "kon", "ar", "varde", "malvarde", "jamforbart"]

[params.malset]
type = "text"
default = "2022"
values_from = "malset.malset"
description = "Vilken version av målen"
[params.enhet]
type = "text"
default = "0017"
values_from = "enheter.enhet"
description = "Kommun- eller regionkod, till exempel 1780"
[params.kpi]
type = "text"
values_from = "malvarden.kpi"
description = "Ett nyckeltal, till exempel U01405; utan värde alla"
[params.kon]
type = "text"
default = "Alla"
choices = ["Alla", "Kvinnor", "Män", "Var för sig"]
description = "Alla tillsammans, ett kön, eller könen var för sig"

[columns.mal]
label = "Mål"
[columns.kort]
label = "Mål, kort"
[columns.kpi]
label = "Nyckeltal"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.kon]
label = "Kön"
[columns.ar]
label = "År"
[columns.fran]
label = "Medelvärde från år"
[columns.varde]
label = "Värde"
decimals = 1
[columns.low]
label = "Lägst (95 %)"
decimals = 1
[columns.high]
label = "Högst (95 %)"
decimals = 1
[columns.matt]
label = "Enhet"
[columns.malvarde]
label = "Målvärde"
decimals = 1
[columns.skede]
label = "Skede"
[columns.jamforbart]
label = "Jämförbart med basåret"

[disclosure]
rule = "public"
+++*/
WITH mal AS (
    SELECT m.*, o.enhet, o.namn, coalesce(m.kpi, eget.kpi) AS nyckeltal
    FROM malset AS m
    LEFT JOIN nyckeltal AS eget ON eget.mal = m.mal AND m.kpi IS NULL
    JOIN enheter AS o ON o.enhet = $enhet AND (m.niva = 'alla' OR o.typ = 'L')
    WHERE m.malset = $malset
        AND ($kpi IS NULL OR coalesce(m.kpi, eget.kpi) = $kpi)
),
varden AS (
    SELECT kpi, enhet, ar, varde, medelfel, CASE kon WHEN 'T' THEN 'Alla' WHEN 'K' THEN 'Kvinnor' ELSE 'Män' END AS kon
    FROM malvarden
    WHERE varde IS NOT NULL
)
SELECT
    m.mal,
    m.kort,
    v.kpi,
    m.enhet,
    m.namn,
    v.kon,
    v.ar,
    v.ar - n.spann + 1 AS fran,
    v.varde,
    CASE WHEN v.medelfel IS NOT NULL THEN greatest(v.varde - 1.959964 * v.medelfel, 0) END AS low,
    -- En andel är högst 100 procent.
    CASE WHEN v.medelfel IS NOT NULL THEN least(v.varde + 1.959964 * v.medelfel, CASE WHEN n.metod IN ('andel', 'enkät')
        THEN 100 ELSE 1e9 END) END AS high,
    CASE WHEN v.ar < n.jamforbar_fran THEN 'annan enhet' ELSE coalesce(m.varde_enhet, 'procent') END AS matt,
    -- Målvärdet gäller båda könen tillsammans, och de år som går att jämföra med basåret.
    CASE WHEN v.kon = 'Alla' AND l.jamforbar THEN l.malvarde END AS malvarde,
    CASE
        WHEN v.ar < m.basar THEN 'före basåret'
        WHEN v.ar = m.basar THEN 'basåret'
        WHEN v.ar <= m.malar THEN 'till målåret'
        ELSE 'efter målåret'
    END AS skede,
    CASE
        WHEN v.ar = m.basar THEN 'är basåret'
        WHEN m.brott IS NOT NULL AND (v.ar < m.brott) <> (m.basar < m.brott) THEN 'nej, brott i serien'
        WHEN (v.ar < n.jamforbar_fran) <> (m.basar < n.jamforbar_fran) THEN 'nej, annan enhet'
        WHEN abs(v.ar - m.basar) < n.spann THEN 'nej, delar år'
        ELSE 'ja'
    END AS jamforbart
FROM mal AS m
JOIN varden AS v ON v.kpi = m.nyckeltal AND v.enhet = m.enhet
JOIN nyckeltal AS n ON n.kpi = v.kpi
LEFT JOIN mallage AS l
    ON l.malset = m.malset AND l.ordning = m.ordning AND l.enhet = m.enhet AND l.ar = v.ar
WHERE v.kon = $kon
    OR ($kon = 'Var för sig' AND v.kon <> 'Alla')
ORDER BY m.ordning, v.kon, v.ar
