/*+++
title = "Vilka möter både region och kommun"
question = "Hur stor del av invånarna möter båda organisationerna under ett år, och hur stor del av kostnaden är deras?"
description = """
Varje invånare i åldern räknas en gång: den som mött båda, bara regionen, bara kommunen eller ingen under året.
Regionen har den mött som haft minst en kontakt (besök, distanskontakt eller vårdtillfälle), kommunen den vars
insatser kostat något. Raden Länet är alla kommuner. Intervallet (Wilson) ser året som ett av många möjliga.

Så läses det fel: nästan alla äldre möter regionen under ett år, så *båda* säger mest vilka som har insatser från
kommunen. Vem som kom först visar frågan vardflode_ordning.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["namn", "mote", "personer", "andel", "andel_low", "andel_high", "andel_kostnad", "medelkostnad"]

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
description = "Kommunkod, till exempel 1780; utan kod alla och länet"

[columns.ar]
label = "År"
[columns.kommun]
label = "Kommunkod"
[columns.namn]
label = "Kommun"
[columns.mote]
label = "Har mött"
[columns.personer]
label = "Personer"
unit = "personer"
decimals = 0
[columns.andel]
label = "Andel av invånarna"
unit = "procent"
decimals = 1
[columns.andel_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_high]
label = "Högst (95 %)"
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
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "personer"
within = ["ar"]
labels = ["ar", "kommun", "namn", "mote"]
totals = { kommun = "0017", namn = "Länet" }
known = ["mote"]
largest = "storsta"
sum = "kostnad"
+++*/
WITH moten AS (
    SELECT
        ar,
        coalesce(kommun, '0017') AS kommun,
        ordning,
        count(*) AS personer,
        sum(kostnad) AS kostnad,
        max(kostnad) AS storsta
    FROM (
        SELECT
            ar,
            kommun,
            kostnad,
            CASE
                WHEN kontakter > 0 AND kostnad_kommun > 0 THEN 1
                WHEN kontakter > 0 THEN 2
                WHEN kostnad_kommun > 0 THEN 3
                ELSE 4
            END AS ordning
        FROM person_year
        WHERE ar = coalesce($ar, (SELECT max(ar) FROM person_year))
            AND alder >= $alder_min
            AND ($alder_max IS NULL OR alder <= $alder_max)
    ) AS befolkningen
    GROUP BY GROUPING SETS ((ar, kommun, ordning), (ar, ordning))
),
alla AS (
    SELECT ar, kommun, sum(personer) AS personer, sum(kostnad) AS kostnad
    FROM moten
    GROUP BY ar, kommun
),
-- Varje kommun har fyra rader, också där ingen är.
rader AS (
    SELECT
        a.ar,
        a.kommun,
        m.ordning,
        m.mote,
        a.personer AS invanare,
        a.kostnad AS totalt
    FROM alla AS a
    CROSS JOIN (VALUES (1, 'Båda'), (2, 'Bara regionen'), (3, 'Bara kommunen'), (4, 'Ingen')) AS m (ordning, mote)
    WHERE $kommun IS NULL OR a.kommun = $kommun
)
SELECT
    r.ar,
    r.kommun,
    CASE r.kommun WHEN '0017' THEN 'Länet' ELSE e.namn END AS namn,
    r.mote,
    coalesce(m.personer, 0) AS personer,
    100 * (proportion(coalesce(m.personer, 0), r.invanare))['estimate'] AS andel,
    100 * (proportion(coalesce(m.personer, 0), r.invanare))['low'] AS andel_low,
    100 * (proportion(coalesce(m.personer, 0), r.invanare))['high'] AS andel_high,
    coalesce(m.kostnad, 0) AS kostnad,
    100 * CAST(coalesce(m.kostnad, 0) AS DOUBLE) / nullif(CAST(r.totalt AS DOUBLE), 0) AS andel_kostnad,
    CAST(m.kostnad AS DOUBLE) / CAST(m.personer AS DOUBLE) AS medelkostnad,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    coalesce(m.storsta, 0) AS storsta
FROM rader AS r
LEFT JOIN moten AS m ON m.ar = r.ar AND m.kommun = r.kommun AND m.ordning = r.ordning
LEFT JOIN enheter AS e ON e.enhet = r.kommun AND e.typ = 'K'
ORDER BY r.kommun, r.ordning
