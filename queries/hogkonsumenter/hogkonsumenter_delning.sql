/*+++
title = "Region eller kommun: vem står för kostnaden i varje ålder"
question = "Delar region och kommuner lika, 50/50, eller är det 25/75?"
description = """
Regionens och kommunernas kostnad för invånarna i varje ålder (femårsklasser, 90 år och äldre i en), också de som inte
kostat något. *Regionens del* är regionens kostnad delad med hela kostnaden; intervallet ser året som ett av många
möjliga, med personerna som oberoende av varandra. *Delning* säger ungefär hälften var när hela intervallet ligger
mellan 45 och 55 procent.

Så läses det fel: delningen hänger på prislistan och på vilken vård som ingår (läkemedel, tandvård och sjukresor gör
det inte). 50/50 för alla är ett genomsnitt: i de yngre åldrarna är det mest regionens vård, i de äldre mest kommunens
omsorg.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["ar", "alder", "personer", "kostnad_region", "kostnad_kommun", "andel_region", "andel_region_low", "andel_region_high", "delning"]

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
[columns.alder]
label = "Ålder"
[columns.personer]
label = "Invånare"
unit = "personer"
decimals = 0
[columns.kostnad_region]
label = "Regionens kostnad"
unit = "kr"
decimals = 0
[columns.kostnad_kommun]
label = "Kommunernas kostnad"
unit = "kr"
decimals = 0
[columns.kostnad]
label = "Kostnad"
unit = "kr"
decimals = 0
[columns.region_per_person]
label = "Regionens kostnad per invånare"
unit = "kr"
decimals = 0
[columns.kommun_per_person]
label = "Kommunernas kostnad per invånare"
unit = "kr"
decimals = 0
[columns.andel_region]
label = "Regionens del"
unit = "procent"
decimals = 1
[columns.andel_region_low]
label = "Regionens del, lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_region_high]
label = "Regionens del, högst (95 %)"
unit = "procent"
decimals = 1
[columns.delning]
label = "Delning"
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "personer"
within = ["ar"]
labels = ["ar", "alder"]
totals = { alder = "Alla" }
largest = "storsta"
sum = "kostnad"
+++*/
WITH befolkningen AS (
    SELECT
        ar,
        least(alder / 5 * 5, 90) AS fran,
        kostnad_region,
        kostnad_kommun,
        kostnad,
        CAST(kostnad_region AS DOUBLE) AS region,
        CAST(kostnad AS DOUBLE) AS totalt
    FROM person_year
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM person_year))
        AND alder >= $alder_min
        AND ($alder_max IS NULL OR alder <= $alder_max)
        AND ($kommun IS NULL OR kommun = $kommun)
),
summor AS (
    SELECT
        ar,
        fran,
        count(*) AS personer,
        sum(kostnad_region) AS kostnad_region,
        sum(kostnad_kommun) AS kostnad_kommun,
        sum(kostnad) AS kostnad,
        max(kostnad) AS storsta,
        sum(region * region) AS rr,
        sum(region * totalt) AS rt,
        sum(totalt * totalt) AS tt
    FROM befolkningen
    GROUP BY GROUPING SETS ((ar), (ar, fran))
),
andelar AS (
    SELECT
        *,
        CAST(kostnad_region AS DOUBLE) / nullif(CAST(kostnad AS DOUBLE), 0) AS andel
    FROM summor
),
-- Medelfelet för en kvot av två summor: personernas avvikelser region − andel · totalt, i kvadrat.
skattade AS (
    SELECT
        *,
        sqrt(
            CAST(personer AS DOUBLE) / nullif(CAST(personer - 1 AS DOUBLE), 0)
            * greatest(rr - 2 * andel * rt + andel * andel * tt, 0)
        ) / nullif(CAST(kostnad AS DOUBLE), 0) AS se
    FROM andelar
),
intervall AS (
    SELECT
        *,
        -- Utan medelfel inga gränser: greatest och least ser annars förbi det som saknas.
        CASE WHEN se IS NOT NULL THEN greatest(andel - 1.959963984540054 * se, 0) END AS low,
        CASE WHEN se IS NOT NULL THEN least(andel + 1.959963984540054 * se, 1) END AS high
    FROM skattade
)
SELECT
    ar,
    CASE
        WHEN fran IS NULL THEN 'Alla'
        WHEN fran = 90 AND $alder_max IS NULL THEN concat(greatest(fran, $alder_min), ' år och äldre')
        -- Den första och den sista klassen slutar där den valda åldern gör det.
        ELSE concat(
            greatest(fran, $alder_min), '–',
            least(CASE WHEN fran = 90 THEN $alder_max ELSE fran + 4 END, coalesce($alder_max, fran + 4)), ' år'
        )
    END AS alder,
    personer,
    kostnad_region,
    kostnad_kommun,
    kostnad,
    CAST(kostnad_region AS DOUBLE) / CAST(personer AS DOUBLE) AS region_per_person,
    CAST(kostnad_kommun AS DOUBLE) / CAST(personer AS DOUBLE) AS kommun_per_person,
    100 * andel AS andel_region,
    100 * low AS andel_region_low,
    100 * high AS andel_region_high,
    CASE
        WHEN andel IS NULL THEN 'kan inte sägas: ingen har kostat något'
        WHEN se IS NULL THEN 'kan inte sägas: en enda person'
        WHEN low >= 0.45 AND high <= 0.55 THEN 'ungefär hälften var'
        WHEN low > 0.5 THEN 'regionen mer'
        WHEN high < 0.5 THEN 'kommunerna mer'
        ELSE 'kan inte sägas säkert'
    END AS delning,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    storsta
FROM intervall
ORDER BY fran NULLS FIRST
