/*+++
title = "Vad hög-, medel- och lågkonsumenter får: kostnad per vårdnivå och insats"
question = "Vad består kostnaden av för dem som kostar mest och för dem som kostar lite?"
description = """
Grupperna är de i frågan hogkonsumenter, delade efter andel av personerna. För varje vårdnivå och insats: hur många i
gruppen som fått den, hur stor del av gruppens kostnad den är, vad den kostar per person i gruppen (alla, också de som
inte fått den) och per mottagare. Mottagare är den vars vård eller insats kostat något under året.

Så läses det fel: den som får flera insatser räknas på flera rader, så personerna går inte att lägga ihop. Kostnaderna
går att lägga ihop. Att högkonsumenter har mycket särskilt boende är en följd av hur de är valda: de kostar mest.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "kr"
overview = ["grupp", "vard", "organisation", "personer", "andel_personer", "andel_kostnad", "per_person", "per_mottagare"]

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
[columns.vard]
label = "Vård eller insats"
[columns.organisation]
label = "Vems kostnad"
[columns.personer]
label = "Mottagare"
unit = "personer"
decimals = 0
[columns.andel_personer]
label = "Andel som fått den"
unit = "procent"
decimals = 1
[columns.kostnad]
label = "Kostnad"
unit = "kr"
decimals = 0
[columns.andel_kostnad]
label = "Andel av gruppens kostnad"
unit = "procent"
decimals = 1
[columns.per_person]
label = "Kostnad per person i gruppen"
unit = "kr"
decimals = 0
[columns.per_mottagare]
label = "Kostnad per mottagare"
unit = "kr"
decimals = 0
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "personer"
within = ["ar", "vard"]
labels = ["ar", "grupp", "vard", "organisation"]
totals = { grupp = "Alla" }
largest = "storsta"
sum = "kostnad"
+++*/
WITH rangordnade AS (
    SELECT
        *,
        row_number() OVER (ORDER BY kostnad DESC, person) AS rang,
        count(*) OVER () AS antal
    FROM person_year
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM person_year))
        AND alder >= $alder_min
        AND ($alder_max IS NULL OR alder <= $alder_max)
        AND ($kommun IS NULL OR kommun = $kommun)
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
    SELECT ar, coalesce(niva, 4) AS niva, count(*) AS personer, sum(kostnad) AS kostnad
    FROM indelade
    GROUP BY GROUPING SETS ((ar, niva), (ar))
),
-- En rad per person och slag av vård eller insats som kostat något.
delar AS (
    SELECT
        i.ar,
        i.niva,
        v.ordning,
        CASE v.ordning
            WHEN 1 THEN i.kostnad_primarvard
            WHEN 2 THEN i.kostnad_oppenvard
            WHEN 3 THEN i.kostnad_slutenvard
            WHEN 4 THEN i.kostnad_hemtjanst
            WHEN 5 THEN i.kostnad_korttid
            WHEN 6 THEN i.kostnad_sarskilt_boende
            WHEN 7 THEN i.kostnad_lss
            ELSE i.kostnad_ifo
        END AS kostnad
    FROM indelade AS i
    CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8)) AS v (ordning)
),
summor AS (
    SELECT
        ar,
        coalesce(niva, 4) AS niva,
        ordning,
        count(*) FILTER (WHERE kostnad > 0) AS personer,
        sum(kostnad) AS kostnad,
        max(kostnad) AS storsta
    FROM delar
    GROUP BY GROUPING SETS ((ar, niva, ordning), (ar, ordning))
)
SELECT
    s.ar,
    CASE s.niva WHEN 1 THEN 'Hög' WHEN 2 THEN 'Medel' WHEN 3 THEN 'Låg' ELSE 'Alla' END AS grupp,
    v.vard,
    v.organisation,
    s.personer,
    100.0 * CAST(s.personer AS DOUBLE) / CAST(g.personer AS DOUBLE) AS andel_personer,
    s.kostnad,
    100.0 * CAST(s.kostnad AS DOUBLE) / nullif(CAST(g.kostnad AS DOUBLE), 0) AS andel_kostnad,
    CAST(s.kostnad AS DOUBLE) / CAST(g.personer AS DOUBLE) AS per_person,
    CAST(s.kostnad AS DOUBLE) / nullif(CAST(s.personer AS DOUBLE), 0) AS per_mottagare,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    s.storsta
FROM summor AS s
JOIN grupper AS g ON g.ar = s.ar AND g.niva = s.niva
JOIN (
    VALUES
        (1, 'Primärvård', 'Regionen'),
        (2, 'Öppen specialistvård', 'Regionen'),
        (3, 'Slutenvård', 'Regionen'),
        (4, 'Hemtjänst', 'Kommunerna'),
        (5, 'Korttidsboende', 'Kommunerna'),
        (6, 'Särskilt boende', 'Kommunerna'),
        (7, 'LSS', 'Kommunerna'),
        (8, 'Individ- och familjeomsorg', 'Kommunerna')
) AS v (ordning, vard, organisation) ON v.ordning = s.ordning
ORDER BY s.niva, s.ordning
