/*+++
title = "Hög-, medel- och lågkonsumenter"
question = "Vilka är högkonsumenterna, och hur stor del av kostnaden står de för?"
description = """
Var och en i befolkningen rangordnas efter sin kostnad under året, också den som inte kostat något. Vid lika kostnad
avgör pseudonymen: ordningen dem emellan är godtycklig men densamma varje gång. Gruppernas storlek och kostnad ändras
inte av den, men delningen mellan region och kommun kan göra det. Med en ny nyckel kan andra hamna på var sin sida.
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
[params.hog]
type = "number"
default = 0.2
min = 0.0
max = 1.0
description = "Andel av personerna som räknas som högkonsumenter"
[params.medel]
type = "number"
default = 0.3
min = 0.0
max = 1.0
description = "Andel av personerna som räknas som medelkonsumenter"

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
        count(*) OVER (PARTITION BY ar) AS antal
    FROM person_year
    WHERE alder >= $alder_min
        AND ($alder_max IS NULL OR alder <= $alder_max)
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($ar IS NULL OR ar = $ar)
),
indelade AS (
    SELECT
        *,
        CASE
            WHEN rang <= round(antal * $hog) THEN 1
            WHEN rang <= round(antal * ($hog + $medel)) THEN 2
            ELSE 3
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
totaler AS (
    SELECT ar, sum(personer) AS personer, sum(kostnad) AS kostnad
    FROM grupper
    GROUP BY ar
)
SELECT
    g.ar,
    CASE g.niva WHEN 1 THEN 'Hög' WHEN 2 THEN 'Medel' ELSE 'Låg' END AS grupp,
    g.personer,
    100.0 * CAST(g.personer AS DOUBLE) / CAST(t.personer AS DOUBLE) AS andel_personer,
    g.kostnad,
    100.0 * CAST(g.kostnad AS DOUBLE) / nullif(CAST(t.kostnad AS DOUBLE), 0) AS andel_kostnad,
    CAST(g.kostnad AS DOUBLE) / CAST(g.personer AS DOUBLE) AS medelkostnad,
    100.0 * CAST(g.region AS DOUBLE) / nullif(CAST(g.kostnad AS DOUBLE), 0) AS andel_region,
    100.0 * CAST(g.kostnad - g.region AS DOUBLE) / nullif(CAST(g.kostnad AS DOUBLE), 0) AS andel_kommun,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    g.storsta
FROM grupper AS g
JOIN totaler AS t ON t.ar = g.ar
ORDER BY g.ar, g.niva
