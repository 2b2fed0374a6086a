/*+++
title = "20/80-kurvan: hur ojämnt kostnaden är fördelad"
question = "Hur stor del av kostnaden har den procent, de fem och de tjugo procent som kostar mest?"
description = """
Alla i befolkningen ställs i ordning efter sin kostnad under året, de dyraste först, också de som inte kostat något.
Varje rad säger hur stor del av hela kostnaden som de dyraste procenten av personerna har tillsammans: Lorenzkurvan,
läst uppifrån. Raden 20 är densamma som gruppen Hög i frågan hogkonsumenter. Antalet personer avrundas till helt
antal.

Så läses det fel: att få har det mesta betyder inte att de får för mycket. Vård efter behov är ojämn, och samma
person kan vara bland de dyraste ett år och inte nästa.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["ar", "andel_personer", "personer", "andel_kostnad", "medelkostnad"]

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

[columns.ar]
label = "År"
[columns.andel_personer]
label = "De dyraste"
unit = "procent"
decimals = 0
[columns.personer]
label = "Personer"
unit = "personer"
decimals = 0
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
[columns.skal]
label = "Varför tal saknas"
[columns.minst]
label = "Personer sedan raden före"
unit = "personer"
decimals = 0
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "minst"
within = ["ar"]
labels = ["ar", "andel_personer"]
largest = "storsta"
sum = "kostnad"
+++*/
WITH befolkningen AS (
    SELECT
        person,
        kostnad
    FROM person_year
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM person_year))
        AND alder >= $alder_min
        AND ($alder_max IS NULL OR alder <= $alder_max)
        AND ($kommun IS NULL OR kommun = $kommun)
),
totalt AS (
    SELECT count(*) AS personer, coalesce(sum(kostnad), 0) AS kostnad, max(kostnad) AS storsta
    FROM befolkningen
),
kurva AS (
    SELECT
        row_number() OVER (ORDER BY kostnad DESC, person) AS rang,
        sum(kostnad) OVER (
            ORDER BY kostnad DESC, person ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS upplupen
    FROM befolkningen
),
punkter AS (
    SELECT
        p.andel,
        CAST(round(t.personer * p.andel / 100.0) AS BIGINT) AS personer,
        CAST(round(t.personer * lag(p.andel, 1, 0) OVER (ORDER BY p.andel) / 100.0) AS BIGINT) AS personer_fore,
        t.personer AS alla,
        t.kostnad AS totalt,
        t.storsta
    FROM (
        VALUES (1), (2), (3), (5), (10), (15), (20), (25), (30), (40), (50), (60), (70), (80), (90), (100)
    ) AS p (andel)
    CROSS JOIN totalt AS t
)
SELECT
    coalesce($ar, (SELECT max(ar) FROM person_year)) AS ar,
    p.andel AS andel_personer,
    p.personer,
    coalesce(k.upplupen, 0) AS kostnad,
    100 * CAST(k.upplupen AS DOUBLE) / nullif(CAST(p.totalt AS DOUBLE), 0) AS andel_kostnad,
    CAST(k.upplupen AS DOUBLE) / CAST(p.personer AS DOUBLE) AS medelkostnad,
    CASE
        WHEN p.alla = 0 THEN 'ingen i befolkningen har den åldern där'
        WHEN p.totalt = 0 THEN 'ingen har kostat något'
        WHEN p.personer = 0 THEN 'så liten del är mindre än en person'
    END AS skal,
    -- Skillnaden mellan två rader är också en grupp: är den liten döljs raden.
    p.personer - p.personer_fore AS minst,
    -- Publiceras aldrig: den dyraste personen finns i varje rad.
    CASE WHEN p.personer > 0 THEN p.storsta ELSE 0 END AS storsta
FROM punkter AS p
LEFT JOIN kurva AS k ON k.rang = p.personer
ORDER BY p.andel
