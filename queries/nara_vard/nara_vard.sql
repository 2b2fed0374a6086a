/*+++
title = "Nära vård: indikatorer per kommun"
question = "Hur långt har omställningen till nära vård kommit i varje kommun?"
description = """
Indikatorer på nära vård ur regionens vårdkontakter, ett år i taget. Alla i befolkningen är med, också de utan vård; sist i
beskrivningen av tabellen nara_vard_ar står hur var och en räknas. Primärvårdens andel av kontakterna och av regionens kostnad
ska öka när vården flyttar närmare. Återinskrivning är en ny inskrivning inom 30 dagar, planerad eller inte: det går inte att
skilja på här. Akutbesök och vårdtillfällen räknas per 1 000 invånare. Kontinuitet är andelen besök på den mottagning som
personen besökt mest, bland dem med minst tre besök: vem man mötte där finns inte i uppgifterna, och där alla går till en enda
mottagning är den alltid 100. Patienternas egen bild av kontinuiteten är målet U71455, se mal_serie.

Undvikbar slutenvård har en fastställd lista med diagnoser: anemi, diabetes, vätskebrist, epilepsi, öroninflammation, hjärtsvikt,
högt blodtryck, kärlkramp, astma, KOL, luftvägsinfektion, blödande magsår, diarré, njurbäcken- och äggledarinflammation.
Uppgifterna har bara diagnosens kapitel. Därför visas alla vårdtillfällen i kapitlen III, IV, VI, VIII, IX, X, XI och XIV: en övre gräns som inte
är undvikbar slutenvård, och bara kan jämföras med sig själv.

Med samma åldrar och kön: värdet om kommunen hade haft länets fördelning av nämnaren på kön och fyra åldersgrupper. Jämför
kommuner med det, inte med det första värdet. Intervallet (95 procent) ser året som ett av många och räknar en person med många
kontakter som en person. Med färre än tjugo händelser är det ungefärligt. En låg siffra kan vara god vård nära, eller vård som
inte går att få.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Befolkningsregistret"]
unit = "olika enheter"
overview = ["indikator", "namn", "varde", "varde_low", "varde_high", "standardiserat", "matt"]

[params.ar]
type = "integer"
values_from = "nara_vard_ar.ar"
description = "År; utan år det senaste"
[params.kommun]
type = "text"
values_from = "nara_vard_ar.kommun"
description = "Kommunkod, till exempel 1780; utan kod alla"
[params.alder]
type = "text"
default = "Alla"
choices = ["Alla", "0–17 år", "18–64 år", "65–79 år", "80 år och äldre", "65 år och äldre"]
description = "Ålder vid årets slut"
[params.indikator]
type = "text"
values_from = "nara_vard_ar.indikator"
description = "En indikator, till exempel Akutbesök; utan värde alla"
[params.omrade]
type = "text"
default = "Kommunerna"
choices = ["Kommunerna", "Länet"]
description = "Kommunerna var för sig, eller länet som helhet"

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
[columns.namnare]
label = "Nämnare"
decimals = 0
[columns.storsta]
label = "Mest för en person"
decimals = 0
[columns.skal]
label = "Att tänka på"

[disclosure]
rule = "secrecy"
persons = "minst"
within = ["ar", "indikator"]
labels = ["ar", "indikator", "kommun", "namn", "alder", "matt"]
largest = "storsta"
sum = "taljare"
+++*/
WITH urval AS (
    SELECT *
    FROM nara_vard_ar
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM nara_vard_ar))
        AND ($indikator IS NULL OR indikator = $indikator)
        AND ($alder = 'Alla' OR aldersgrupp = $alder
            OR ($alder = '65 år och äldre' AND aldersgrupp IN ('65–79 år', '80 år och äldre')))
),
-- Kommunerna, eller alla tillsammans: länet är deras summa.
celler AS (
    SELECT
        ar, nummer, indikator, multipel, enhet,
        CASE WHEN $omrade = 'Länet' THEN '0017' ELSE kommun END AS kommun,
        kon, aldersgrupp,
        sum(personer) AS personer, sum(personer_med) AS personer_med,
        sum(x) AS x, sum(y) AS y, sum(xx) AS xx, sum(xy) AS xy, sum(yy) AS yy, max(storsta) AS storsta
    FROM urval
    WHERE $kommun IS NULL OR $omrade = 'Länet' OR kommun = $kommun
    GROUP BY ar, nummer, indikator, multipel, enhet,
        CASE WHEN $omrade = 'Länet' THEN '0017' ELSE kommun END, kon, aldersgrupp
),
lanet AS (
    SELECT nummer, kon, aldersgrupp, sum(y) AS y, sum(sum(y)) OVER (PARTITION BY nummer) AS hela
    FROM urval
    GROUP BY nummer, kon, aldersgrupp
),
omraden AS (
    SELECT
        ar, nummer, indikator, multipel, enhet, kommun,
        sum(personer) AS personer, sum(personer_med) AS personer_med,
        sum(x) AS x, sum(y) AS y, max(storsta) AS storsta,
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
        nummer, kommun, kon, aldersgrupp,
        x / nullif(y, 0) AS kvot,
        greatest(xx - 2 * x / nullif(y, 0) * xy + power(x / nullif(y, 0), 2) * yy, 0)
            * personer / nullif(personer - 1, 0) / nullif(y * y, 0) AS varians
    FROM celler
),
-- Länets fördelning av nämnaren. En grupp som kommunen saknar gör att inget värde kan sägas.
standard AS (
    SELECT
        k.nummer, k.kommun,
        CASE WHEN count(g.kvot) = count(*) THEN sum(l.y / l.hela * g.kvot) END AS kvot,
        CASE WHEN count(g.varians) = count(*) THEN sqrt(sum(power(l.y / l.hela, 2) * g.varians)) END AS medelfel
    FROM (SELECT DISTINCT nummer, kommun FROM celler) AS k
    JOIN lanet AS l ON l.nummer = k.nummer AND l.y > 0
    LEFT JOIN grupper AS g
        ON g.nummer = k.nummer AND g.kommun = k.kommun AND g.kon = l.kon AND g.aldersgrupp = l.aldersgrupp
    GROUP BY k.nummer, k.kommun
),
matta AS (
    SELECT
        o.*,
        s.kvot AS standard,
        -- Utan händelser finns inget att räkna slumpen på.
        CASE WHEN o.x > 0 THEN o.medelfel END AS fel,
        CASE WHEN o.x > 0 THEN s.medelfel END AS standardfel,
        -- En andel är högst 1; ett antal per invånare har inget tak.
        CASE WHEN o.multipel = 100 THEN 1 ELSE 1e9 END AS tak
    FROM omraden AS o
    JOIN standard AS s ON s.nummer = o.nummer AND s.kommun = o.kommun
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
    m.enhet AS matt,
    m.personer,
    m.personer_med,
    -- De som det hände, eller alla i nämnaren när de är så få att också noll säger något om dem.
    CASE WHEN m.personer < 5 THEN m.personer ELSE m.personer_med END AS minst,
    m.x AS taljare,
    m.y AS namnare,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    m.storsta,
    CASE
        WHEN m.y = 0 THEN 'ingen i nämnaren'
        WHEN m.nummer = 3 AND m.kvot > 1 - 1e-9 THEN 'alla går till en enda mottagning: säger inget om kontinuiteten'
        WHEN m.nummer = 7 THEN 'en övre gräns: bara diagnosens kapitel är känt'
        WHEN m.x = 0 THEN 'inga händelser: intervall saknas'
        WHEN m.standard IS NULL THEN 'en åldersgrupp saknas: kan inte räknas med samma åldrar'
    END AS skal
FROM matta AS m
LEFT JOIN enheter AS e ON e.enhet = m.kommun
ORDER BY m.nummer, m.kommun
