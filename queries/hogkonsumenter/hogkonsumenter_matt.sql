/*+++
title = "Kostnaden i mått: medel, gini och de dyrastes andel"
question = "Vad kostar en invånare i snitt, hur ojämnt är det, och blir det ojämnare med åren?"
description = """
Kostnad per invånare, också de som inte kostat något, med intervall som ser året som ett av många möjliga. Gini är 0
när alla kostar lika mycket och nära 1 när en enda har allt. De dyrastes andelar läses på Lorenzkurvan; *halva
kostnaden* är hur få som tillsammans har hälften. Åldersgrupperna är under 65, 65–79 och 80 år och äldre inom den
valda åldern; raden Alla är alla av dem.

Så läses det fel: Gini säger hur ojämn vården är, inte om den är rättvis; de flesta är friska ett vanligt år. Kronorna
är varje års egna, utan hänsyn till prisökningar.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "kr"
overview = ["ar", "aldersgrupp", "personer", "medelkostnad", "andel_utan", "gini", "topp20", "halva"]

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

[columns.ar]
label = "År"
[columns.aldersgrupp]
label = "Ålder"
[columns.personer]
label = "Personer"
unit = "personer"
decimals = 0
[columns.andel_utan]
label = "Utan någon kostnad"
unit = "procent"
decimals = 1
[columns.kostnad]
label = "Kostnad"
unit = "kr"
decimals = 0
[columns.medelkostnad]
label = "Kostnad per person"
unit = "kr"
decimals = 0
[columns.medelkostnad_low]
label = "Kostnad per person, lägst (95 %)"
unit = "kr"
decimals = 0
[columns.medelkostnad_high]
label = "Kostnad per person, högst (95 %)"
unit = "kr"
decimals = 0
[columns.gini]
label = "Gini"
unit = "index"
decimals = 3
[columns.topp1]
label = "Dyraste procentens andel"
unit = "procent"
decimals = 1
[columns.topp20]
label = "Dyraste femtedelens andel"
unit = "procent"
decimals = 1
[columns.halva]
label = "Så få har halva kostnaden"
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
labels = ["ar", "aldersgrupp"]
totals = { aldersgrupp = "Alla" }
largest = "storsta"
sum = "kostnad"
+++*/
WITH befolkningen AS (
    SELECT
        ar,
        CASE WHEN alder < 65 THEN 'Under 65 år' ELSE aldersgrupp END AS aldersgrupp,
        kostnad
    FROM person_year
    WHERE alder >= $alder_min
        AND ($alder_max IS NULL OR alder <= $alder_max)
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($ar IS NULL OR ar = $ar)
),
matten AS (
    SELECT
        ar,
        coalesce(aldersgrupp, 'Alla') AS aldersgrupp,
        grouping(aldersgrupp) AS alla,
        count(*) AS personer,
        count(*) FILTER (WHERE kostnad = 0) AS utan,
        sum(kostnad) AS kostnad,
        mean_interval(CAST(kostnad AS DOUBLE)) AS medel,
        gini(kostnad) AS gini,
        top_share(kostnad, 0.01) AS topp1,
        top_share(kostnad, 0.2) AS topp20,
        holders(kostnad, 0.5) AS halva,
        max(kostnad) AS storsta
    FROM befolkningen
    GROUP BY GROUPING SETS ((ar), (ar, aldersgrupp))
)
SELECT
    ar,
    aldersgrupp,
    personer,
    100.0 * CAST(utan AS DOUBLE) / CAST(personer AS DOUBLE) AS andel_utan,
    kostnad,
    medel['estimate'] AS medelkostnad,
    -- Under noll går ingen kostnad. En enda person har inget intervall.
    CASE WHEN medel['low'] IS NOT NULL THEN greatest(medel['low'], 0) END AS medelkostnad_low,
    medel['high'] AS medelkostnad_high,
    gini,
    100 * topp1 AS topp1,
    100 * topp20 AS topp20,
    100 * halva AS halva,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    storsta
FROM matten
ORDER BY ar, alla DESC, aldersgrupp
