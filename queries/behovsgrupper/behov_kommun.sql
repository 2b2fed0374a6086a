/*+++
title = "Ett behov i varje kommun"
question = "Hur vanligt är behovet i varje kommun, och skiljer sig kommunen från resten av länet?"
description = """
Begrepp: andelen av kommunens invånare 18–84 år som har behovet, och hur den skiljer sig från alla andra kommuner i länet
tillsammans. Frågan begrepp säger vad som räknas.
Metod: enkätens vikter och urvalsplan. Minsta skillnad som hade synts (80 procents styrka) visar hur grov bilden är: med
ungefär 300 svar i en kommun är den flera procentenheter.
Så läses den fel: detta är ingen rangordning, därför står kommunerna efter sin kod. Sexton kommuner prövas på en gång: en av
dem kan skilja sig av en slump. Andelarna är inte åldersstandardiserade: en kommun med fler äldre har fler av de äldres
behov utan att någon mår sämre; välj en åldersgrupp för att jämföra lika åldrar. Kan inte sägas betyder inte lika; med färre
än 30 svar sägs inget.
"""
seminar = 1
sources = ["Liv & Hälsa"]
unit = "procent"
overview = [
    "namn", "andel", "andel_low", "andel_high", "n", "skillnad", "skillnad_low", "skillnad_high", "minsta", "bedomning",
]

[params.kriterium]
type = "text"
default = "Nedsatt psykiskt välbefinnande"
values_from = "behov.kriterium"
description = "Vilket behov"
[params.ar]
type = "integer"
values_from = "behov.ar"
description = "Undersökningsår; utan år det senaste"
[params.kon]
type = "text"
choices = ["Kvinnor", "Män"]
description = "Kön; utan värde alla"
[params.aldersgrupp]
type = "text"
values_from = "behov.aldersgrupp"
description = "Åldersgrupp, till exempel 18–29 år; utan värde alla 18–84 år"

[columns.ar]
label = "År"
[columns.kriterium]
label = "Behov"
[columns.kommun]
label = "Kod"
[columns.namn]
label = "Kommun"
[columns.andel]
label = "Andel"
unit = "procent"
decimals = 1
[columns.andel_se]
label = "Medelfel"
unit = "procentenheter"
decimals = 1
[columns.andel_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_high]
label = "Högst (95 %)"
unit = "procent"
decimals = 1
[columns.n]
label = "Svar"
unit = "svar"
decimals = 0
[columns.personer]
label = "Personer med behovet"
unit = "personer"
decimals = 0
[columns.personer_low]
label = "Minst (95 %)"
unit = "personer"
decimals = 0
[columns.personer_high]
label = "Högst (95 %)"
unit = "personer"
decimals = 0
[columns.ovriga]
label = "Andel i resten av länet"
unit = "procent"
decimals = 1
[columns.skillnad]
label = "Skillnad mot resten av länet"
unit = "procentenheter"
decimals = 1
[columns.skillnad_low]
label = "Skillnad, lägst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.skillnad_high]
label = "Skillnad, högst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.p]
label = "P-värde"
decimals = 4
[columns.minsta]
label = "Minsta skillnad som hade synts"
unit = "procentenheter"
decimals = 1
[columns.bedomning]
label = "Bedömning"

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["ar", "kriterium", "kommun", "namn"]
+++*/
WITH svar AS (
    SELECT ar, kriterium, kommun, utfall, design
    FROM behov
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov))
        AND kriterium = $kriterium
        AND ($kon IS NULL OR kon = $kon)
        AND ($aldersgrupp IS NULL OR aldersgrupp = $aldersgrupp)
),
jamforda AS (
    -- Varje svar jämförs med varje kommun: det hör till den eller till resten av länet.
    SELECT *, unnest((SELECT array_agg(DISTINCT kommun) FROM svar)) AS jamford
    FROM svar
),
skattade AS (
    SELECT
        ar,
        kriterium,
        jamford AS kommun,
        survey_proportion(utfall, design) FILTER (WHERE kommun = jamford) AS s,
        survey_total(utfall, design) FILTER (WHERE kommun = jamford) AS t,
        survey_proportion(utfall, design) FILTER (WHERE kommun <> jamford) AS o,
        survey_contrast(
            utfall, design, CASE WHEN kommun = jamford THEN 'kommunen' ELSE 'övriga' END, {'kommunen': 1, 'övriga': -1}
        ) AS d
    FROM jamforda
    GROUP BY ar, kriterium, jamford
)
SELECT
    ar,
    kriterium,
    kommun,
    e.namn,
    100 * s['estimate'] AS andel,
    100 * s['se'] AS andel_se,
    100 * s['low'] AS andel_low,
    100 * s['high'] AS andel_high,
    coalesce(s['n'], 0) AS n,
    t['estimate'] AS personer,
    -- Gränserna är symmetriska: när få har behovet kan den undre annars hamna under noll.
    CASE WHEN t['low'] < 0 THEN 0 ELSE t['low'] END AS personer_low,
    t['high'] AS personer_high,
    100 * o['estimate'] AS ovriga,
    100 * d['estimate'] AS skillnad,
    100 * d['low'] AS skillnad_low,
    100 * d['high'] AS skillnad_high,
    d['p'] AS p,
    100 * d['detectable'] AS minsta,
    CASE
        WHEN s['n'] IS NULL THEN 'kan inte sägas: frågan ställdes inte, eller ingen har svarat'
        WHEN o['n'] IS NULL THEN 'kan inte sägas: ingen att jämföra med'
        -- En andel på noll eller ett har inga gränser: då säger skillnadens medelfel inget.
        WHEN d['p'] IS NULL OR s['low'] IS NULL OR o['low'] IS NULL OR s['n'] < 30
            THEN 'kan inte sägas: för få svar'
        WHEN d['verdict'] = 'higher' THEN 'vanligare'
        WHEN d['verdict'] = 'lower' THEN 'ovanligare'
        ELSE 'kan inte sägas: skillnaden kan vara en slump'
    END AS bedomning
FROM skattade
LEFT JOIN enheter AS e ON e.enhet = skattade.kommun
ORDER BY kommun
