/*+++
title = "Tillbaka på sjukhus inom 30 dagar"
question = "I vilka kommuner, åldrar och diagnoser kommer de som skrivits ut tillbaka, och är det fler än väntat?"
description = """
Andelen av årets eller årens utskrivningar som följs av en ny inskrivning inom så många dagar, planerad eller inte:
underlaget skiljer dem inte åt. Byte av avdelning eller sjukhus samma dag är ett och samma vårdtillfälle. Den som dog
på sjukhuset kan inte komma tillbaka och räknas inte. Den som dog senare utan att ha kommit tillbaka räknas, och står
för sig. Den som flyttade från länet inom tiden, eller vars tid inte är slut i leveranserna, är inte följd och räknas
inte. Kommunen är den där personen bor, diagnosen det kapitel som personen togs in för.

*Gånger väntat* jämför kommunen eller diagnosen med hur många som hade kommit tillbaka om det var lika vanligt som i
hela länet bland utskrivna av samma kön och ålder (femårsklasser). Intervallen ser året som ett av många möjliga och
vet att samma person kan komma tillbaka flera gånger. Orden i *jämförelse* kräver 99,8 procents säkerhet, för många
rader jämförs på en gång.

Så läses det fel: fler tillbaka behöver inte vara sämre vård. Den som är sjukare kommer oftare tillbaka, och där fler
dör kan färre komma tillbaka: läs andelen avlidna bredvid. Raderna står efter kod och är ingen rangordning.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser", "Befolkningsregistret"]
unit = "procent"
overview = ["grupptyp", "grupp", "foljda", "andel_ater", "andel_ater_low", "andel_ater_high", "kvot", "jamforelse", "andel_avlidna"]

[params.ar]
type = "integer"
values_from = "person_year.ar"
description = "Utskrivningens år; utan år det senaste"
[params.antal_ar]
type = "integer"
default = 3
min = 1
max = 20
description = "Så många år till och med året läggs ihop: fler år ger säkrare tal där få skrivs ut"
[params.alder_min]
type = "integer"
default = 65
min = 0
description = "Yngsta ålder som räknas (31 december)"
[params.alder_max]
type = "integer"
description = "Äldsta ålder som räknas; utan värde ingen övre gräns"
[params.dagar]
type = "integer"
default = 30
min = 1
max = 365
description = "Hur många dagar efter utskrivningen som en ny inskrivning räknas"
[params.grupptyp]
type = "text"
choices = ["Alla", "Kommun", "Kön", "Ålder", "Diagnos"]
description = "Hur utskrivningarna delas in; utan värde på alla sätt"

[columns.fran_ar]
label = "Från och med år"
[columns.ar]
label = "Till och med år"
[columns.grupptyp]
label = "Indelning"
[columns.kod]
label = "Kod"
[columns.grupp]
label = "Grupp"
[columns.tillfallen]
label = "Vårdtillfällen"
unit = "vårdtillfällen"
decimals = 0
[columns.personer]
label = "Personer"
unit = "personer"
decimals = 0
[columns.foljda]
label = "Följda hela tiden"
unit = "vårdtillfällen"
decimals = 0
[columns.ater]
label = "Tillbaka"
unit = "vårdtillfällen"
decimals = 0
[columns.andel_ater]
label = "Andel tillbaka"
unit = "procent"
decimals = 1
[columns.andel_ater_low]
label = "Andel tillbaka, lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_ater_high]
label = "Andel tillbaka, högst (95 %)"
unit = "procent"
decimals = 1
[columns.avlidna]
label = "Avlidna utan att ha kommit tillbaka"
unit = "vårdtillfällen"
decimals = 0
[columns.andel_avlidna]
label = "Andel avlidna"
unit = "procent"
decimals = 1
[columns.vantade]
label = "Väntat antal tillbaka"
unit = "vårdtillfällen"
decimals = 1
[columns.kvot]
label = "Gånger väntat"
unit = "gånger"
decimals = 2
[columns.kvot_low]
label = "Gånger väntat, lägst (95 %)"
unit = "gånger"
decimals = 2
[columns.kvot_high]
label = "Gånger väntat, högst (95 %)"
unit = "gånger"
decimals = 2
[columns.jamforelse]
label = "Jämförelse med länet"
[columns.minst]
label = "Minsta antal personer bakom ett tal"
unit = "personer"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "minst"
within = ["fran_ar", "ar", "grupptyp"]
labels = ["fran_ar", "ar", "grupptyp", "kod", "grupp"]
+++*/
WITH utskrivna AS (
    SELECT
        v.kommun,
        v.kon,
        least(v.alder / 5 * 5, 90) AS alder5,
        coalesce(v.diagnoskapitel, '-') AS kapitel,
        v.person,
        v.utskriven - v.inskriven AS vardtid,
        -- Den som dog på sjukhuset kan inte komma tillbaka. Av de andra är den följd som bor kvar i länet (eller dör här)
        -- och vars alla dagar finns i leveranserna.
        CASE WHEN v.insats_efter <> 'Avliden på sjukhuset' AND v.utskriven + $dagar <= v.foljd_till THEN 1 ELSE 0 END AS foljd,
        CASE WHEN v.nasta <= v.utskriven + $dagar THEN 1 ELSE 0 END AS tillbaka,
        CASE WHEN v.avliden <= v.utskriven + $dagar THEN 1 ELSE 0 END AS avliden
    FROM vardtillfallen AS v
    WHERE v.ar <= coalesce($ar, (SELECT max(ar) FROM person_year))
        AND v.ar > coalesce($ar, (SELECT max(ar) FROM person_year)) - $antal_ar
        AND v.alder >= $alder_min
        AND ($alder_max IS NULL OR v.alder <= $alder_max)
),
-- Hur vanligt det är i länet i samma kön och ålder.
lanet AS (
    SELECT kon, alder5, sum(foljd * tillbaka) / nullif(CAST(sum(foljd) AS DOUBLE), 0) AS andel
    FROM utskrivna
    GROUP BY kon, alder5
),
-- En rad per person: vårdtillfällena hos samma person hänger ihop.
personer AS (
    SELECT
        kommun,
        u.kon,
        u.alder5,
        kapitel,
        grouping(kommun) AS utan_kommun,
        grouping(u.kon) AS utan_kon,
        grouping(u.alder5) AS utan_alder,
        grouping(kapitel) AS utan_kapitel,
        person,
        count(*) AS tillfallen,
        sum(vardtid) AS vardtid,
        sum(foljd) AS foljda,
        sum(foljd * tillbaka) AS ater,
        sum(foljd * avliden * (1 - tillbaka)) AS avlidna,
        sum(u.foljd * l.andel) AS vantade
    FROM utskrivna AS u
    JOIN lanet AS l ON l.kon = u.kon AND l.alder5 = u.alder5
    GROUP BY GROUPING SETS (
        (person),
        (person, kommun),
        (person, u.kon),
        (person, u.alder5),
        (person, kapitel)
    )
),
grupper AS (
    SELECT
        CASE
            WHEN utan_kommun = 0 THEN 'Kommun'
            WHEN utan_kon = 0 THEN 'Kön'
            WHEN utan_alder = 0 THEN 'Ålder'
            WHEN utan_kapitel = 0 THEN 'Diagnos'
            ELSE 'Alla'
        END AS grupptyp,
        kommun,
        kon,
        alder5,
        kapitel,
        sum(tillfallen) AS tillfallen,
        count(*) AS personer,
        sum(vardtid) AS vardtid,
        sum(foljda) AS foljda,
        sum(ater) AS ater,
        sum(avlidna) AS avlidna,
        count(*) FILTER (WHERE foljda > 0) AS foljda_personer,
        count(*) FILTER (WHERE ater > 0) AS ater_personer,
        count(*) FILTER (WHERE avlidna > 0) AS avlidna_personer,
        CAST(sum(ater) AS DOUBLE) / nullif(CAST(sum(foljda) AS DOUBLE), 0) AS andel,
        CAST(sum(ater * ater) AS DOUBLE) AS yy,
        CAST(sum(ater * foljda) AS DOUBLE) AS xy,
        CAST(sum(foljda * foljda) AS DOUBLE) AS xx,
        sum(vantade) AS vantade
    FROM personer
    GROUP BY kommun, kon, alder5, kapitel, utan_kommun, utan_kon, utan_alder, utan_kapitel
),
-- Hur många oberoende vårdtillfällen de följda är värda: färre än de är, när samma person kommer tillbaka flera gånger.
-- Variansen är den för en kvot av två summor över personer. Utan variation (ingen eller alla tillbaka) räknas personerna.
oberoende AS (
    SELECT
        *,
        CASE
            WHEN andel > 0 AND andel < 1 AND foljda_personer > 1 THEN least(
                CAST(foljda AS DOUBLE),
                andel * (1 - andel) * power(CAST(foljda AS DOUBLE), 2)
                * CAST(foljda_personer - 1 AS DOUBLE) / CAST(foljda_personer AS DOUBLE)
                / nullif(yy - 2 * andel * xy + andel * andel * xx, 0)
            )
            ELSE CAST(foljda_personer AS DOUBLE)
        END AS antal
    FROM grupper
),
med_intervall AS (
    SELECT
        *,
        wilson(andel * antal, antal, {'level2': 0.998}) AS granser,
        -- Väntat antal är känt: kvotens gränser är andelens, i väntade.
        CASE WHEN grupptyp IN ('Kommun', 'Diagnos') THEN CAST(foljda AS DOUBLE) / nullif(vantade, 0) END AS per_vantad
    FROM oberoende
)
SELECT
    greatest(
        coalesce($ar, (SELECT max(ar) FROM person_year)) - $antal_ar + 1,
        (SELECT min(ar) FROM person_year)
    ) AS fran_ar,
    coalesce($ar, (SELECT max(ar) FROM person_year)) AS ar,
    grupptyp,
    coalesce(g.kommun, g.kapitel) AS kod,
    CASE grupptyp
        WHEN 'Kommun' THEN e.namn
        WHEN 'Kön' THEN kon
        WHEN 'Ålder' THEN CASE
            WHEN alder5 = 90 THEN '90 år och äldre'
            -- Den första klassen börjar där den valda åldern gör det.
            ELSE concat(greatest(alder5, $alder_min), '–', least(alder5 + 4, coalesce($alder_max, alder5 + 4)), ' år')
        END
        WHEN 'Diagnos' THEN d.diagnos
        ELSE 'Alla'
    END AS grupp,
    tillfallen,
    personer,
    foljda,
    ater,
    100 * andel AS andel_ater,
    100 * granser['low'] AS andel_ater_low,
    100 * granser['high'] AS andel_ater_high,
    avlidna,
    100 * CAST(avlidna AS DOUBLE) / nullif(CAST(foljda AS DOUBLE), 0) AS andel_avlidna,
    CASE WHEN per_vantad IS NOT NULL THEN vantade END AS vantade,
    andel * per_vantad AS kvot,
    granser['low'] * per_vantad AS kvot_low,
    granser['high'] * per_vantad AS kvot_high,
    CASE
        WHEN foljda = 0 THEN 'kan inte bedömas: ingen har följts hela tiden'
        WHEN grupptyp NOT IN ('Kommun', 'Diagnos') THEN NULL
        WHEN per_vantad IS NULL THEN 'kan inte bedömas: ingen väntas tillbaka'
        WHEN granser['low2'] * per_vantad > 1 THEN 'fler än väntat'
        WHEN granser['high2'] * per_vantad < 1 THEN 'färre än väntat'
        ELSE 'ingen säker skillnad'
    END AS jamforelse,
    -- Är något av antalen litet döljs hela raden; ingen alls är inte litet.
    least(
        personer,
        CASE WHEN ater_personer > 0 THEN ater_personer ELSE personer END,
        CASE WHEN avlidna_personer > 0 THEN avlidna_personer ELSE personer END
    ) AS minst
FROM med_intervall AS g
LEFT JOIN enheter AS e ON e.enhet = g.kommun AND e.typ = 'K'
LEFT JOIN (
    VALUES
        (1, 'I', 'Infektionssjukdomar'),
        (2, 'II', 'Tumörer'),
        (3, 'III', 'Blodsjukdomar och immunsystemet'),
        (4, 'IV', 'Endokrina sjukdomar, nutrition och ämnesomsättning'),
        (5, 'V', 'Psykiska sjukdomar och beteendestörningar'),
        (6, 'VI', 'Nervsystemet'),
        (7, 'VII', 'Ögat'),
        (8, 'VIII', 'Örat'),
        (9, 'IX', 'Cirkulationsorganen'),
        (10, 'X', 'Andningsorganen'),
        (11, 'XI', 'Matsmältningsorganen'),
        (12, 'XII', 'Huden'),
        (13, 'XIII', 'Rörelseorganen'),
        (14, 'XIV', 'Urin- och könsorganen'),
        (15, 'XV', 'Graviditet, förlossning och barnsängstid'),
        (16, 'XVI', 'Perinatala tillstånd'),
        (17, 'XVII', 'Medfödda missbildningar'),
        (18, 'XVIII', 'Symtom och sjukdomstecken'),
        (19, 'XIX', 'Skador och förgiftningar'),
        (20, 'XX', 'Yttre orsaker'),
        (21, 'XXI', 'Faktorer av betydelse för hälsotillståndet'),
        (22, 'XXII', 'Koder för särskilda ändamål'),
        (23, '-', 'Uppgift saknas')
) AS d (ordning, kapitel, diagnos) ON d.kapitel = g.kapitel
WHERE $grupptyp IS NULL OR grupptyp = $grupptyp
ORDER BY
    CASE grupptyp WHEN 'Alla' THEN 1 WHEN 'Kommun' THEN 2 WHEN 'Kön' THEN 3 WHEN 'Ålder' THEN 4 ELSE 5 END,
    g.kommun, kon, alder5, d.ordning
