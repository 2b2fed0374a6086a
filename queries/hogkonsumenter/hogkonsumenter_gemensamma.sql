/*+++
title = "Diagnoser och insatser som region och kommun delar"
question = "Vilka diagnoser har de som också får kommunens insatser, och vilka är vanligare bland dem än åldern förklarar?"
description = """
En rad per diagnoskapitel och insats: de som under året både haft minst en kontakt med regionen i kapitlet och fått
insatsen av sin kommun. *Någon insats* är minst en av dem. Fått insatsen har den som den kostat något för under året;
månader med 888 (ej aktuellt) eller 999 (uppgift saknas) räknas därför inte.

*Gånger väntat* jämför med hur många det hade varit om de med diagnosen fick insatsen lika ofta som alla invånare av
samma kön och ålder (femårsklasser). Intervallet räknar med slumpen i antalet enligt Poisson. Kostnaderna är regionens
för kapitlets kontakter och kommunens för insatsen, hos dem som har båda.

Så läses det fel: samma person räknas i varje kapitel och insats, så personerna går inte att lägga ihop. Att två saker
finns hos samma person säger inte vilken som kom först eller att den ena ledde till den andra. Kontakter utan diagnos
står som Uppgift saknas.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "personer"
overview = ["diagnos", "insats", "personer", "andel_av_diagnos", "andel_av_insats", "kvot", "kvot_low", "kvot_high"]

[params.ar]
type = "integer"
values_from = "person_year.ar"
description = "År; utan år det senaste"
[params.alder_min]
type = "integer"
default = 65
min = 0
description = "Yngsta ålder som räknas (31 december)"
[params.alder_max]
type = "integer"
description = "Äldsta ålder som räknas; utan värde ingen övre gräns"
[params.kommun]
type = "text"
values_from = "person_year.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.insats]
type = "text"
choices = ["Någon insats", "Hemtjänst", "Särskilt boende", "Korttidsboende", "LSS", "Individ- och familjeomsorg"]
description = "En insats; utan värde alla"

[columns.ar]
label = "År"
[columns.kapitel]
label = "Kapitel"
[columns.diagnos]
label = "Diagnoskapitel"
[columns.insats]
label = "Kommunens insats"
[columns.personer]
label = "Personer med båda"
unit = "personer"
decimals = 0
[columns.andel_av_diagnos]
label = "Andel av dem med diagnosen"
unit = "procent"
decimals = 1
[columns.andel_av_insats]
label = "Andel av dem med insatsen"
unit = "procent"
decimals = 1
[columns.vantade]
label = "Väntat antal"
unit = "personer"
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
[columns.kostnad_region]
label = "Regionens kostnad för diagnosen"
unit = "kr"
decimals = 0
[columns.kostnad_kommun]
label = "Kommunens kostnad för insatsen"
unit = "kr"
decimals = 0
[columns.kostnad]
label = "Kostnad tillsammans"
unit = "kr"
decimals = 0
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "personer"
within = ["ar", "insats"]
labels = ["ar", "kapitel", "diagnos", "insats"]
largest = "storsta"
sum = "kostnad"
+++*/
WITH befolkningen AS (
    SELECT
        p.person,
        -- Kön och femårsklass som ett tal: män jämnt, kvinnor udda.
        p.alder / 5 * 2 + CASE p.kon WHEN 'Kvinnor' THEN 1 ELSE 0 END AS klass,
        p.kostnad_hemtjanst,
        p.kostnad_sarskilt_boende,
        p.kostnad_korttid,
        p.kostnad_lss,
        p.kostnad_ifo,
        p.kostnad_kommun
    FROM person_year AS p
    WHERE p.ar = coalesce($ar, (SELECT max(ar) FROM person_year))
        AND p.alder >= $alder_min
        AND ($alder_max IS NULL OR p.alder <= $alder_max)
        AND ($kommun IS NULL OR p.kommun = $kommun)
),
klasser AS (
    SELECT klass, count(*) AS personer
    FROM befolkningen
    GROUP BY klass
),
diagnoser AS (
    SELECT b.person, b.klass, r.kapitel, r.kostnad
    FROM (
        SELECT person, coalesce(diagnoskapitel, '-') AS kapitel, sum(kostnad) AS kostnad
        FROM regionvard
        WHERE datum >= CAST(concat(coalesce($ar, (SELECT max(ar) FROM person_year)), '-01-01') AS DATE)
            AND datum <= CAST(concat(coalesce($ar, (SELECT max(ar) FROM person_year)), '-12-31') AS DATE)
        GROUP BY person, coalesce(diagnoskapitel, '-')
    ) AS r
    JOIN befolkningen AS b ON b.person = r.person
),
insatser AS (
    SELECT person, klass, insats, kostnad
    FROM (
        SELECT
            b.person,
            b.klass,
            i.insats,
            CASE i.insats
                WHEN 'Hemtjänst' THEN b.kostnad_hemtjanst
                WHEN 'Särskilt boende' THEN b.kostnad_sarskilt_boende
                WHEN 'Korttidsboende' THEN b.kostnad_korttid
                WHEN 'LSS' THEN b.kostnad_lss
                WHEN 'Individ- och familjeomsorg' THEN b.kostnad_ifo
                ELSE b.kostnad_kommun
            END AS kostnad
        FROM befolkningen AS b
        CROSS JOIN (
            VALUES
                ('Någon insats'), ('Hemtjänst'), ('Särskilt boende'), ('Korttidsboende'), ('LSS'),
                ('Individ- och familjeomsorg')
        ) AS i (insats)
        WHERE b.kostnad_kommun > 0
            AND ($insats IS NULL OR i.insats = $insats)
    ) AS alla
    WHERE kostnad > 0
),
med_diagnos AS (
    SELECT kapitel, klass, count(*) AS personer
    FROM diagnoser
    GROUP BY kapitel, klass
),
med_insats AS (
    SELECT insats, klass, count(*) AS personer
    FROM insatser
    GROUP BY insats, klass
),
med_bada AS (
    SELECT
        d.kapitel,
        i.insats,
        d.klass,
        count(*) AS personer,
        sum(d.kostnad) AS kostnad_region,
        sum(i.kostnad) AS kostnad_kommun,
        max(d.kostnad + i.kostnad) AS storsta
    FROM diagnoser AS d
    JOIN insatser AS i ON i.person = d.person
    GROUP BY d.kapitel, i.insats, d.klass
),
-- Varje kapitel, insats och klass där någon har diagnosen, också där ingen av dem har insatsen.
jamforda AS (
    SELECT
        d.kapitel,
        n.insats,
        sum(b.personer) AS personer,
        sum(d.personer) AS diagnos_personer,
        sum(b.kostnad_region) AS kostnad_region,
        sum(b.kostnad_kommun) AS kostnad_kommun,
        max(b.storsta) AS storsta,
        standardised_ratio(coalesce(b.personer, 0), d.personer, coalesce(i.personer, 0), k.personer) AS kvot
    FROM med_diagnos AS d
    JOIN klasser AS k ON k.klass = d.klass
    CROSS JOIN (SELECT DISTINCT insats FROM med_insats) AS n
    LEFT JOIN med_insats AS i ON i.insats = n.insats AND i.klass = d.klass
    LEFT JOIN med_bada AS b ON b.kapitel = d.kapitel AND b.insats = n.insats AND b.klass = d.klass
    GROUP BY d.kapitel, n.insats
),
alla_med_insats AS (
    SELECT insats, sum(personer) AS insats_personer
    FROM med_insats
    GROUP BY insats
)
SELECT
    coalesce($ar, (SELECT max(ar) FROM person_year)) AS ar,
    kapitel,
    diagnos,
    insats,
    personer,
    100.0 * CAST(personer AS DOUBLE) / CAST(diagnos_personer AS DOUBLE) AS andel_av_diagnos,
    100.0 * CAST(personer AS DOUBLE) / CAST(insats_personer AS DOUBLE) AS andel_av_insats,
    kvot['expected'] AS vantade,
    kvot['estimate'] AS kvot,
    kvot['low'] AS kvot_low,
    kvot['high'] AS kvot_high,
    kostnad_region,
    kostnad_kommun,
    kostnad_region + kostnad_kommun AS kostnad,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    storsta
FROM jamforda
JOIN alla_med_insats USING (insats)
JOIN (
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
) AS kapitlen (ordning, kapitel, diagnos) USING (kapitel)
-- Par som ingen har är inga rader.
WHERE personer > 0
ORDER BY insats <> 'Någon insats', insats, ordning
