/*+++
title = "Behov som följs åt"
question = "Vilka andra behov har de som har ett visst behov, och hur mycket oftare än andra?"
description = """
Begrepp: de som har det valda behovet jämförs med dem som inte har det: hur vanligt är vart och ett av de andra behoven?
Bara den som svarat på båda frågorna räknas. Flera behov samtidigt är inte med bland de andra, för det är sammansatt av dem.
Metod: skillnaden skattas med enkätens vikter och urvalsplan, med samvariationen mellan de två grupperna; kvotens gränser
räknas på logaritmen. Har båda är hur många invånare som har båda behoven.
Så läses den fel: att behov följs åt säger inte vilket som kom först eller om det ena leder till det andra: alla frågor
ställs på en gång. Båda kan vara vanligare i samma ålder eller med samma ekonomi, och inget är räknat bort. Tio jämförelser
görs på en gång. Väljs Flera behov samtidigt följs allt åt av sig självt.
"""
seminar = 1
sources = ["Liv & Hälsa"]
unit = "procent"
overview = [
    "annat", "andel_med", "andel_utan", "skillnad", "skillnad_low", "skillnad_high", "kvot", "har_bada", "bedomning",
]

[params.kriterium]
type = "text"
default = "Nedsatt psykiskt välbefinnande"
values_from = "behov.kriterium"
description = "Det behov som de andra jämförs efter"
[params.ar]
type = "integer"
values_from = "behov.ar"
description = "Undersökningsår; utan år det senaste"
[params.kommun]
type = "text"
values_from = "behov.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"

[columns.ar]
label = "År"
[columns.kriterium]
label = "Behov"
[columns.annat]
label = "Annat behov"
[columns.andel_med]
label = "Andel bland dem med"
unit = "procent"
decimals = 1
[columns.andel_utan]
label = "Andel bland dem utan"
unit = "procent"
decimals = 1
[columns.skillnad]
label = "Skillnad"
unit = "procentenheter"
decimals = 1
[columns.skillnad_se]
label = "Skillnadens medelfel"
unit = "procentenheter"
decimals = 1
[columns.skillnad_low]
label = "Lägst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.skillnad_high]
label = "Högst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.kvot]
label = "Gånger så vanligt"
unit = "gånger"
decimals = 2
[columns.kvot_low]
label = "Gånger, lägst"
unit = "gånger"
decimals = 2
[columns.kvot_high]
label = "Gånger, högst"
unit = "gånger"
decimals = 2
[columns.har_bada]
label = "Har båda"
unit = "personer"
decimals = 0
[columns.har_bada_low]
label = "Minst (95 %)"
unit = "personer"
decimals = 0
[columns.har_bada_high]
label = "Högst (95 %)"
unit = "personer"
decimals = 0
[columns.p]
label = "P-värde"
decimals = 4
[columns.n_med]
label = "Svar bland dem med"
unit = "svar"
decimals = 0
[columns.n_utan]
label = "Svar bland dem utan"
unit = "svar"
decimals = 0
[columns.n]
label = "Svar i den minsta av de två"
unit = "svar"
decimals = 0
[columns.bedomning]
label = "Bedömning"

[disclosure]
rule = "quality"
n = "n"
estimate = "skillnad"
se = "skillnad_se"
# En skillnad nära noll har ett stort medelfel i förhållande till sig själv utan att vara osäkrare för det.
relative_se = inf
labels = ["ar", "kriterium", "annat"]
+++*/
WITH valda AS (
    SELECT ar, kriterium, design_stratum, design_psu, utfall
    FROM behov
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov))
        AND kriterium = $kriterium
),
par AS (
    -- Samma svarande: stratum och enhet, inom undersökningen.
    SELECT
        v.ar,
        v.kriterium,
        b.kriterium AS annat,
        b.design,
        b.utfall,
        CASE v.utfall WHEN 1 THEN 'med' WHEN 0 THEN 'utan' END AS grupp,
        b.utfall * v.utfall AS bada
    FROM behov AS b
    JOIN valda AS v ON v.ar = b.ar AND v.design_stratum = b.design_stratum AND v.design_psu = b.design_psu
    WHERE b.kriterium <> $kriterium
        AND b.kriterium <> 'Flera behov samtidigt'
        AND ($kommun IS NULL OR b.kommun = $kommun)
),
skattade AS (
    SELECT
        ar,
        kriterium,
        annat,
        survey_proportion(utfall, design) FILTER (WHERE grupp = 'med') AS m,
        survey_proportion(utfall, design) FILTER (WHERE grupp = 'utan') AS u,
        survey_total(bada, design) AS b,
        survey_contrast(utfall, design, grupp, {'med': 1, 'utan': -1}) AS d
    FROM par
    GROUP BY ar, kriterium, annat
),
tal AS (
    SELECT
        *,
        coalesce(m['n'], 0) AS n_med,
        coalesce(u['n'], 0) AS n_utan,
        m['estimate'] AS p_med,
        u['estimate'] AS p_utan,
        -- Medelfelen i förhållande till andelen, och gruppernas samvariation, ur de tre medelfelen.
        power(m['se'] / m['estimate'], 2) AS rel_med,
        power(u['se'] / u['estimate'], 2) AS rel_utan,
        (power(m['se'], 2) + power(u['se'], 2) - power(d['se'], 2)) / 2 / (m['estimate'] * u['estimate']) AS rel_samman,
        -- Så många medelfel är det ut till gränsen.
        (d['high'] - d['estimate']) / nullif(d['se'], 0) AS ut,
        -- En andel på noll eller ett har inga gränser: då säger medelfelet inget.
        m['low'] IS NULL OR u['low'] IS NULL AS utan_granser
    FROM skattade
),
kvoter AS (
    SELECT
        *,
        -- Ingen har behovet: då finns inget tal för hur många gånger vanligare det är.
        CASE WHEN p_med > 1e-9 AND p_utan > 1e-9 THEN p_med / p_utan END AS kvot,
        CASE WHEN p_med > 1e-9 AND p_utan > 1e-9
            -- Avrundning kan göra en varians på noll en aning negativ.
            THEN ut * sqrt(greatest(rel_med + rel_utan - 2 * rel_samman, 0)) END AS kvot_ut
    FROM tal
)
SELECT
    ar,
    kriterium,
    annat,
    100 * p_med AS andel_med,
    100 * p_utan AS andel_utan,
    100 * d['estimate'] AS skillnad,
    100 * d['se'] AS skillnad_se,
    100 * d['low'] AS skillnad_low,
    100 * d['high'] AS skillnad_high,
    kvot,
    kvot * exp(-kvot_ut) AS kvot_low,
    kvot * exp(kvot_ut) AS kvot_high,
    b['estimate'] AS har_bada,
    -- Gränserna är symmetriska: när få har båda kan den undre annars hamna under noll.
    CASE WHEN b['low'] < 0 THEN 0 ELSE b['low'] END AS har_bada_low,
    b['high'] AS har_bada_high,
    d['p'] AS p,
    n_med,
    n_utan,
    least(n_med, n_utan) AS n,
    CASE
        WHEN n_med + n_utan = 0 THEN 'kan inte sägas: frågan ställdes inte, eller ingen har svarat'
        WHEN n_med = 0 OR n_utan = 0 THEN 'kan inte sägas: ingen att jämföra med'
        WHEN utan_granser OR least(n_med, n_utan) < 30 THEN 'kan inte sägas: för få svar'
        WHEN d['verdict'] = 'higher' THEN 'vanligare bland dem med'
        WHEN d['verdict'] = 'lower' THEN 'ovanligare bland dem med'
        ELSE 'kan inte sägas: skillnaden kan vara en slump'
    END AS bedomning
FROM kvoter
ORDER BY annat
