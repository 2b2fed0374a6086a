/*+++
title = "Nära vård: utvecklingen år för år"
question = "Flyttar vården närmare, år för år?"
description = """
Samma indikatorer som i frågan nara_vard, för länet eller en kommun, år för år. Förändringen är mot det första året, räknad med
länets fördelning på kön och fyra åldersgrupper det senaste året, så att en äldre befolkning inte ser ut som mer vård.
Intervallet (95 procent) räknar åren som oberoende. Samma personer återkommer, så det är i regel något för brett: en förändring som sägs vara
säkerställd är det. Med många indikatorer och år är någon det av en slump.

Läs inte en förändring som en effekt: pandemin, nya arbetssätt och ändrad registrering syns likadant. Vårdtillfällen i kapitel med
undvikbar slutenvård är en övre gräns, och kontinuiteten gäller mottagningen, inte personen man mötte.
"""
seminar = 4
sources = ["Region Värmland, vårdkontakter", "Befolkningsregistret"]
unit = "olika enheter"
overview = ["indikator", "ar", "varde", "standardiserat", "forandring", "utfall"]

[params.kommun]
type = "text"
values_from = "nara_vard_ar.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.alder]
type = "text"
default = "Alla"
choices = ["Alla", "0–17 år", "18–64 år", "65–79 år", "80 år och äldre", "65 år och äldre"]
description = "Ålder vid årets slut"
[params.indikator]
type = "text"
values_from = "nara_vard_ar.indikator"
description = "En indikator, till exempel Akutbesök; utan värde alla"

[columns.ar]
label = "År"
[columns.indikator]
label = "Indikator"
[columns.kommun]
label = "Kod"
[columns.namn]
label = "Område"
[columns.alder]
label = "Ålder"
[columns.varde]
label = "Värde"
decimals = 1
[columns.varde_low]
label = "Lägst (95 %)"
decimals = 1
[columns.varde_high]
label = "Högst (95 %)"
decimals = 1
[columns.standardiserat]
label = "Med samma åldrar och kön"
decimals = 1
[columns.standardiserat_low]
label = "Med samma åldrar, lägst (95 %)"
decimals = 1
[columns.standardiserat_high]
label = "Med samma åldrar, högst (95 %)"
decimals = 1
[columns.forandring]
label = "Förändring sedan första året"
decimals = 1
[columns.forandring_low]
label = "Förändring, lägst (95 %)"
decimals = 1
[columns.forandring_high]
label = "Förändring, högst (95 %)"
decimals = 1
[columns.matt]
label = "Enhet"
[columns.personer]
label = "Personer i nämnaren"
unit = "personer"
decimals = 0
[columns.personer_med]
label = "Personer i täljaren"
unit = "personer"
decimals = 0
[columns.minst]
label = "Personer som avgör om raden får visas"
unit = "personer"
decimals = 0
[columns.taljare]
label = "Täljare"
decimals = 0
[columns.storsta]
label = "Mest för en person"
decimals = 0
[columns.utfall]
label = "Utfall"

[disclosure]
rule = "secrecy"
persons = "minst"
within = ["indikator"]
labels = ["ar", "indikator", "kommun", "namn", "alder", "matt"]
largest = "storsta"
sum = "taljare"
+++*/
WITH urval AS (
    SELECT *
    FROM nara_vard_ar
    WHERE ($indikator IS NULL OR indikator = $indikator)
        AND ($alder = 'Alla' OR aldersgrupp = $alder
            OR ($alder = '65 år och äldre' AND aldersgrupp IN ('65–79 år', '80 år och äldre')))
),
celler AS (
    SELECT
        ar, nummer, indikator, multipel, enhet, coalesce($kommun, '0017') AS kommun, kon, aldersgrupp,
        sum(personer) AS personer, sum(personer_med) AS personer_med,
        sum(x) AS x, sum(y) AS y, sum(xx) AS xx, sum(xy) AS xy, sum(yy) AS yy, max(storsta) AS storsta
    FROM urval
    WHERE $kommun IS NULL OR kommun = $kommun
    GROUP BY ar, nummer, indikator, multipel, enhet, kon, aldersgrupp
),
-- Länets fördelning av nämnaren det senaste året, för alla åren.
lanet AS (
    SELECT nummer, kon, aldersgrupp, sum(y) AS y, sum(sum(y)) OVER (PARTITION BY nummer) AS hela
    FROM urval
    WHERE ar = (SELECT max(ar) FROM nara_vard_ar)
    GROUP BY nummer, kon, aldersgrupp
),
omraden AS (
    SELECT
        ar, nummer, indikator, multipel, enhet, kommun,
        sum(personer) AS personer, sum(personer_med) AS personer_med, sum(x) AS x, max(storsta) AS storsta,
        sum(x) / nullif(sum(y), 0) AS kvot,
        -- En kvot av två summor över personer, lineariserad.
        sqrt(greatest(
            sum(xx) - 2 * sum(x) / nullif(sum(y), 0) * sum(xy) + power(sum(x) / nullif(sum(y), 0), 2) * sum(yy), 0
        ) * sum(personer) / nullif(sum(personer) - 1, 0)) / nullif(sum(y), 0) AS medelfel
    FROM celler
    GROUP BY ar, nummer, indikator, multipel, enhet, kommun
),
grupper AS (
    SELECT
        ar, nummer, kon, aldersgrupp,
        x / nullif(y, 0) AS kvot,
        greatest(xx - 2 * x / nullif(y, 0) * xy + power(x / nullif(y, 0), 2) * yy, 0)
            * personer / nullif(personer - 1, 0) / nullif(y * y, 0) AS varians
    FROM celler
),
standard AS (
    SELECT
        k.ar, k.nummer,
        CASE WHEN count(g.kvot) = count(*) THEN sum(l.y / l.hela * g.kvot) END AS kvot,
        CASE WHEN count(g.varians) = count(*) THEN sqrt(sum(power(l.y / l.hela, 2) * g.varians)) END AS medelfel
    FROM (SELECT DISTINCT ar, nummer FROM celler) AS k
    JOIN lanet AS l ON l.nummer = k.nummer AND l.y > 0
    LEFT JOIN grupper AS g
        ON g.ar = k.ar AND g.nummer = k.nummer AND g.kon = l.kon AND g.aldersgrupp = l.aldersgrupp
    GROUP BY k.ar, k.nummer
),
matta AS (
    SELECT
        o.*,
        s.kvot AS standard,
        -- Utan händelser finns inget att räkna slumpen på.
        CASE WHEN o.x > 0 THEN o.medelfel END AS fel,
        CASE WHEN o.x > 0 THEN s.medelfel END AS standardfel,
        -- En andel är högst 1; ett antal per invånare har inget tak.
        CASE WHEN o.multipel = 100 THEN 1 ELSE 1e9 END AS tak,
        s.kvot - first_value(s.kvot) OVER serie AS forandring,
        1.959964 * sqrt(power(s.medelfel, 2) + power(first_value(s.medelfel) OVER serie, 2)) AS marginal,
        row_number() OVER serie AS plats
    FROM omraden AS o
    JOIN standard AS s ON s.ar = o.ar AND s.nummer = o.nummer
    WINDOW serie AS (PARTITION BY o.nummer ORDER BY o.ar)
)
SELECT
    m.ar,
    m.indikator,
    m.kommun,
    e.namn,
    $alder AS alder,
    m.multipel * m.kvot AS varde,
    CASE WHEN m.fel IS NOT NULL THEN m.multipel * greatest(m.kvot - 1.959964 * m.fel, 0) END AS varde_low,
    CASE WHEN m.fel IS NOT NULL THEN m.multipel * least(m.kvot + 1.959964 * m.fel, m.tak) END AS varde_high,
    m.multipel * m.standard AS standardiserat,
    CASE WHEN m.standardfel IS NOT NULL
        THEN m.multipel * greatest(m.standard - 1.959964 * m.standardfel, 0) END AS standardiserat_low,
    CASE WHEN m.standardfel IS NOT NULL
        THEN m.multipel * least(m.standard + 1.959964 * m.standardfel, m.tak) END AS standardiserat_high,
    CASE WHEN m.plats > 1 THEN m.multipel * m.forandring END AS forandring,
    CASE WHEN m.plats > 1 THEN m.multipel * (m.forandring - m.marginal) END AS forandring_low,
    CASE WHEN m.plats > 1 THEN m.multipel * (m.forandring + m.marginal) END AS forandring_high,
    m.enhet AS matt,
    m.personer,
    m.personer_med,
    -- De som det hände, eller alla i nämnaren när de är så få att också noll säger något om dem.
    CASE WHEN m.personer < 5 THEN m.personer ELSE m.personer_med END AS minst,
    m.x AS taljare,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    m.storsta,
    CASE
        WHEN m.plats = 1 THEN 'första året'
        WHEN m.forandring IS NULL OR m.marginal IS NULL THEN 'kan inte bedömas: en åldersgrupp saknas'
        WHEN m.nummer = 3 AND m.kvot > 1 - 1e-9 THEN 'kan inte bedömas: alla går till en enda mottagning'
        WHEN abs(m.forandring) <= m.marginal THEN 'ingen säkerställd förändring'
        WHEN m.forandring > 0 THEN 'högre'
        ELSE 'lägre'
    END AS utfall
FROM matta AS m
LEFT JOIN enheter AS e ON e.enhet = m.kommun
ORDER BY m.nummer, m.ar
