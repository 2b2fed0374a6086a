/*+++
title = "Hög-, medel- och lågkonsumenter"
question = "Vilka är högkonsumenterna, och hur stor del av kostnaden står de för?"
description = """
Kostnaden är personens hela kostnad under året: regionens kontakter som de kostat och kommunens insatser gånger
prislistan. Läkemedel, tandvård och sjukresor ingår inte. Alla i befolkningen räknas, också den som inte kostat något,
och den som dött eller flyttat under året räknas med det som hann bli.

Var och en rangordnas efter sin kostnad. Var gränsen mellan hög, medel och låg ska gå är ett val: andelar av
personerna (de 20 procent som kostar mest), av kostnaden (de få som tillsammans har 80 procent av den; den som
passerar gränsen räknas med) eller kronor. Utan val delas personerna. Med gränser i kronor går åren att jämföra bara i
samma penningvärde.

Vid lika kostnad avgör pseudonymen: ordningen dem emellan är godtycklig men densamma varje gång. Gruppernas storlek och
kostnad ändras inte av den, men delningen mellan region och kommun kan göra det. Med en ny nyckel kan andra hamna på var
sin sida.

Så läses det fel: en högkonsument är den som har fått mycket ett år, inte en sorts människa. Många är det inte året
därpå.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["ar", "grupp", "personer", "andel_personer", "andel_kostnad", "medelkostnad", "andel_region"]

[params.ar]
type = "integer"
values_from = "person_year.ar"
description = "År; utan år visas alla"
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
[params.indelning]
type = "text"
default = "personer"
choices = ["personer", "kostnad", "kronor"]
description = "Vad gränserna är: andel av personerna (hog, medel), andel av kostnaden (hog_kostnad, medel_kostnad) eller kronor om året (hog_kr, medel_kr)"
[params.hog]
type = "number"
default = 0.2
min = 0.0
max = 1.0
description = "Indelning efter personer: andelen av dem som är högkonsumenter"
[params.medel]
type = "number"
default = 0.3
min = 0.0
max = 1.0
description = "Indelning efter personer: andelen av dem som är medelkonsumenter"
[params.hog_kostnad]
type = "number"
default = 0.8
min = 0.0
max = 1.0
description = "Indelning efter kostnad: högkonsumenter är de få som tillsammans har den andelen av kostnaden"
[params.medel_kostnad]
type = "number"
default = 0.15
min = 0.0
max = 1.0
description = "Indelning efter kostnad: medelkonsumenter är nästa så stora andel av kostnaden"
[params.hog_kr]
type = "number"
default = 200000.0
min = 0.0
description = "Indelning efter kronor: högkonsumenter kostar minst så mycket om året"
[params.medel_kr]
type = "number"
default = 20000.0
min = 0.0
description = "Indelning efter kronor: medelkonsumenter kostar minst så mycket om året"

[columns.ar]
label = "År"
[columns.grupp]
label = "Konsumtion"
[columns.personer]
label = "Personer"
unit = "personer"
decimals = 0
[columns.andel_personer]
label = "Andel av personerna"
unit = "procent"
decimals = 1
[columns.kostnad]
label = "Kostnad"
unit = "kr"
decimals = 0
[columns.andel_kostnad]
label = "Andel av kostnaden"
unit = "procent"
decimals = 1
[columns.medelkostnad]
label = "Kostnad per person"
unit = "kr"
decimals = 0
[columns.andel_region]
label = "Regionens del"
unit = "procent"
decimals = 1
[columns.andel_kommun]
label = "Kommunernas del"
unit = "procent"
decimals = 1
[columns.skal]
label = "Varför tal saknas"
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "personer"
within = ["ar"]
labels = ["ar", "grupp"]
largest = "storsta"
sum = "kostnad"
+++*/
WITH rangordnade AS (
    -- Den som inte fått någon vård eller omsorg hör till befolkningen och räknas med.
    SELECT
        ar,
        kostnad,
        kostnad_region,
        row_number() OVER (PARTITION BY ar ORDER BY kostnad DESC, person) AS rang,
        -- Vad personen och alla före har kostat tillsammans.
        sum(CAST(kostnad AS DOUBLE)) OVER (
            PARTITION BY ar ORDER BY kostnad DESC, person
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS upplupen,
        count(*) OVER (PARTITION BY ar) AS antal,
        sum(CAST(kostnad AS DOUBLE)) OVER (PARTITION BY ar) AS totalt
    FROM person_year
    WHERE alder >= $alder_min
        AND ($alder_max IS NULL OR alder <= $alder_max)
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($ar IS NULL OR ar = $ar)
),
indelade AS (
    SELECT
        *,
        CASE $indelning
            WHEN 'personer' THEN CASE
                WHEN rang <= round(antal * $hog) THEN 1
                WHEN rang <= round(antal * ($hog + $medel)) THEN 2
                ELSE 3
            END
            -- Den som passerar gränsen räknas med: gruppen har minst så stor del av kostnaden.
            WHEN 'kostnad' THEN CASE
                WHEN kostnad > 0 AND upplupen - CAST(kostnad AS DOUBLE) < totalt * $hog_kostnad THEN 1
                WHEN kostnad > 0 AND upplupen - CAST(kostnad AS DOUBLE) < totalt * ($hog_kostnad + $medel_kostnad) THEN 2
                ELSE 3
            END
            ELSE CASE
                WHEN CAST(kostnad AS DOUBLE) >= $hog_kr THEN 1
                WHEN CAST(kostnad AS DOUBLE) >= $medel_kr THEN 2
                ELSE 3
            END
        END AS niva
    FROM rangordnade
),
grupper AS (
    SELECT
        ar,
        niva,
        count(*) AS personer,
        sum(kostnad) AS kostnad,
        sum(kostnad_region) AS region,
        max(kostnad) AS storsta
    FROM indelade
    GROUP BY ar, niva
),
-- Varje år har tre grupper, också när gränserna lämnar någon av dem tom.
rader AS (
    SELECT
        a.ar,
        n.niva,
        n.grupp,
        coalesce(g.personer, 0) AS personer,
        coalesce(g.kostnad, 0) AS kostnad,
        g.region,
        coalesce(g.storsta, 0) AS storsta,
        sum(coalesce(g.personer, 0)) OVER (PARTITION BY a.ar) AS alla_personer,
        sum(coalesce(g.kostnad, 0)) OVER (PARTITION BY a.ar) AS all_kostnad
    FROM (SELECT DISTINCT ar FROM person_year WHERE $ar IS NULL OR ar = $ar) AS a
    CROSS JOIN (VALUES (1, 'Hög'), (2, 'Medel'), (3, 'Låg')) AS n (niva, grupp)
    LEFT JOIN grupper AS g ON g.ar = a.ar AND g.niva = n.niva
)
SELECT
    g.ar,
    g.grupp,
    g.personer,
    100.0 * CAST(g.personer AS DOUBLE) / nullif(CAST(g.alla_personer AS DOUBLE), 0) AS andel_personer,
    g.kostnad,
    100.0 * CAST(g.kostnad AS DOUBLE) / nullif(CAST(g.all_kostnad AS DOUBLE), 0) AS andel_kostnad,
    CAST(g.kostnad AS DOUBLE) / nullif(CAST(g.personer AS DOUBLE), 0) AS medelkostnad,
    100.0 * CAST(g.region AS DOUBLE) / nullif(CAST(g.kostnad AS DOUBLE), 0) AS andel_region,
    100.0 * CAST(g.kostnad - g.region AS DOUBLE) / nullif(CAST(g.kostnad AS DOUBLE), 0) AS andel_kommun,
    CASE
        WHEN g.alla_personer = 0 THEN 'ingen i befolkningen har den åldern där'
        WHEN g.personer = 0 THEN 'ingen hamnar i gruppen med de gränserna'
        WHEN g.kostnad = 0 THEN 'ingen i gruppen har kostat något'
    END AS skal,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    g.storsta
FROM rader AS g
ORDER BY g.ar, g.niva
