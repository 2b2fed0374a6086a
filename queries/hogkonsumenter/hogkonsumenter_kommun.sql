/*+++
title = "Högkonsumenter i varje kommun"
question = "Är högkonsumenterna fler i någon kommun än åldern där förklarar, och vad kostar invånarna i snitt?"
description = """
Högkonsumenter är den andel av länets invånare i åldern som kostat mest under året, med samma gräns för alla kommuner:
var länets högkonsumenter bor. Alla invånare räknas, också de som inte kostat något.

En kommun med äldre invånare har fler högkonsumenter. Därför jämförs antalet med det som kommunens kvinnor och män
skulle ha haft om de vore lika ofta högkonsumenter som länets i samma ålder (femårsklasser): *gånger väntat* är 1 när
det är som väntat. Intervallen ser året som ett av många möjliga. De för gånger väntat räknar med slumpen i antalet
enligt Poisson, som är vidare än den är när var femte är högkonsument: en skillnad som sägs vara säker är det. Orden i
*jämförelse* kräver 99,8 procents säkerhet, för sexton kommuner jämförs på en gång. Kostnadernas intervall (Student)
är ungefärligt bland färre än några hundra invånare, för få dyra väger tungt.

Så läses det fel: kommunerna har egna priser. En dyr timme hemtjänst gör fler till högkonsumenter utan att någon fått
mer vård; frågan hogkonsumenter_priser visar hur mycket. Raderna står efter kommunens kod och är ingen rangordning.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["namn", "personer", "hoga", "andel", "kvot", "kvot_low", "kvot_high", "jamforelse", "medelkostnad"]

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
[params.hog]
type = "number"
default = 0.2
min = 0.0
max = 1.0
description = "Andel av personerna som räknas som högkonsumenter"

[columns.ar]
label = "År"
[columns.kommun]
label = "Kommunkod"
[columns.namn]
label = "Kommun"
[columns.personer]
label = "Invånare"
unit = "personer"
decimals = 0
[columns.hoga]
label = "Högkonsumenter"
unit = "personer"
decimals = 0
[columns.andel]
label = "Andel högkonsumenter"
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
[columns.vantade]
label = "Väntat antal högkonsumenter"
unit = "personer"
decimals = 0
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
[columns.kostnad]
label = "Kostnad"
unit = "kr"
decimals = 0
[columns.medelkostnad]
label = "Kostnad per invånare"
unit = "kr"
decimals = 0
[columns.medelkostnad_low]
label = "Kostnad per invånare, lägst (95 %)"
unit = "kr"
decimals = 0
[columns.medelkostnad_high]
label = "Kostnad per invånare, högst (95 %)"
unit = "kr"
decimals = 0
[columns.andel_region]
label = "Regionens del"
unit = "procent"
decimals = 1
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "hoga"
within = ["ar"]
labels = ["ar", "kommun", "namn"]
largest = "storsta"
sum = "kostnad"
+++*/
WITH befolkningen AS (
    SELECT
        ar,
        person,
        kommun,
        kon,
        alder / 5 AS alder5,
        kostnad,
        kostnad_region,
        -- Vid lika kostnad avgör pseudonymen.
        row_number() OVER (ORDER BY kostnad DESC, person) AS rang,
        count(*) OVER () AS antal
    FROM person_year
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM person_year))
        AND alder >= $alder_min
        AND ($alder_max IS NULL OR alder <= $alder_max)
),
klasser AS (
    SELECT
        kommun,
        kon,
        alder5,
        count(*) AS personer,
        count(*) FILTER (WHERE rang <= round(antal * $hog)) AS hoga
    FROM befolkningen
    GROUP BY kommun, kon, alder5
),
-- Länets antal i samma kön och ålder: det som kommunen jämförs med.
med_lan AS (
    SELECT
        *,
        sum(personer) OVER (PARTITION BY kon, alder5) AS personer_lan,
        sum(hoga) OVER (PARTITION BY kon, alder5) AS hoga_lan
    FROM klasser
),
kvoter AS (
    SELECT
        kommun,
        sum(hoga) AS hoga,
        standardised_ratio(hoga, personer, hoga_lan, personer_lan, {'level2': 0.998}) AS kvot
    FROM med_lan
    GROUP BY kommun
),
kostnader AS (
    SELECT
        ar,
        kommun,
        count(*) AS personer,
        sum(kostnad) AS kostnad,
        sum(kostnad_region) AS region,
        max(kostnad) AS storsta,
        mean_interval(CAST(kostnad AS DOUBLE)) AS medel
    FROM befolkningen
    GROUP BY ar, kommun
)
SELECT
    ar,
    k.kommun,
    namn,
    personer,
    hoga,
    100 * (proportion(hoga, personer))['estimate'] AS andel,
    100 * (proportion(hoga, personer))['low'] AS andel_low,
    100 * (proportion(hoga, personer))['high'] AS andel_high,
    kvot['expected'] AS vantade,
    kvot['estimate'] AS kvot,
    kvot['low'] AS kvot_low,
    kvot['high'] AS kvot_high,
    CASE
        WHEN kvot['estimate'] IS NULL THEN 'kan inte bedömas: inga högkonsumenter väntas'
        WHEN kvot['low2'] > 1 THEN 'fler än väntat'
        WHEN kvot['high2'] < 1 THEN 'färre än väntat'
        ELSE 'ingen säker skillnad'
    END AS jamforelse,
    kostnad,
    medel['estimate'] AS medelkostnad,
    -- Under noll går ingen kostnad. En enda person har inget intervall.
    CASE WHEN medel['low'] IS NOT NULL THEN greatest(medel['low'], 0) END AS medelkostnad_low,
    medel['high'] AS medelkostnad_high,
    100 * CAST(region AS DOUBLE) / nullif(CAST(kostnad AS DOUBLE), 0) AS andel_region,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    storsta
FROM kostnader AS k
JOIN kvoter AS q ON q.kommun = k.kommun
LEFT JOIN enheter AS e ON e.enhet = k.kommun AND e.typ = 'K'
ORDER BY k.kommun
