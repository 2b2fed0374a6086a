/*+++
title = "Överrepresentation: hur mycket vanligare är behovet i gruppen än bland övriga"
question = "Hur mycket större är behoven i en grupp än bland alla andra, och kan skillnaden vara en slump?"
description = """
Begrepp: övriga är alla svarande utom gruppen själv, också de som inte sagt sin utbildning, ekonomi eller bakgrund. Vad som
räknas i varje behov står i frågan begrepp.
Metod: skillnaden i procentenheter skattas med enkätens vikter och urvalsplan, med samvariationen mellan gruppen och övriga.
Gånger övriga är kvoten mellan andelarna; dess gränser räknas på logaritmen. Personer utöver är gruppens storlek gånger
skillnaden: så många fler är de än om gruppen hade övrigas andel. Vanligare eller ovanligare står det bara när
95 %-gränserna för skillnaden inte innehåller noll och minst 30 har svarat på båda sidor; annars kan det inte sägas, och
minsta skillnad som hade synts säger hur stor den hade behövt vara.
Så läses den fel: många jämförelser görs på en gång, så ungefär en av tjugo sanna likheter ser ut som en skillnad. Kvoten är
stor för ovanliga behov och liten för vanliga: läs den tillsammans med antalet personer. En grupp är inte en orsak. Ingen
säker skillnad är inte detsamma som ingen skillnad.
"""
seminar = 1
sources = ["Liv & Hälsa"]
unit = "procent"
overview = [
    "kriterium", "grupp", "andel", "ovriga", "skillnad", "skillnad_low", "skillnad_high", "kvot", "kvot_low", "kvot_high",
    "bedomning",
]

[params.ar]
type = "integer"
values_from = "behov.ar"
description = "Undersökningsår; utan år det senaste"
[params.kommun]
type = "text"
values_from = "behov.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.kriterium]
type = "text"
values_from = "behov.kriterium"
description = "Ett behov, till exempel Ensamhet; utan värde alla"
[params.grupptyp]
type = "text"
default = "Kön och ålder"
choices = ["Kön", "Ålder", "Kön och ålder", "Utbildning", "Ekonomi", "Bakgrund"]
description = "Hur befolkningen delas in"

[columns.ar]
label = "År"
[columns.utmaning]
label = "Utmaning"
[columns.kriterium]
label = "Behov"
[columns.grupptyp]
label = "Indelning"
[columns.grupp]
label = "Grupp"
[columns.andel]
label = "Andel"
unit = "procent"
decimals = 1
[columns.ovriga]
label = "Andel bland övriga"
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
label = "Gånger övriga"
unit = "gånger"
decimals = 2
[columns.kvot_low]
label = "Gånger övriga, lägst"
unit = "gånger"
decimals = 2
[columns.kvot_high]
label = "Gånger övriga, högst"
unit = "gånger"
decimals = 2
[columns.personer_utover]
label = "Personer utöver"
unit = "personer"
decimals = 0
[columns.p]
label = "P-värde"
decimals = 4
[columns.minsta]
label = "Minsta skillnad som hade synts"
unit = "procentenheter"
decimals = 1
[columns.n_grupp]
label = "Svar i gruppen"
unit = "svar"
decimals = 0
[columns.n_ovriga]
label = "Svar bland övriga"
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
labels = ["ar", "utmaning", "kriterium", "grupptyp", "grupp"]
+++*/
WITH svar AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        utfall,
        design,
        CASE $grupptyp
            WHEN 'Kön' THEN kon
            WHEN 'Ålder' THEN aldersgrupp
            WHEN 'Kön och ålder' THEN kon || ' ' || aldersgrupp
            WHEN 'Utbildning' THEN utbildning
            WHEN 'Ekonomi' THEN ekonomi
            WHEN 'Bakgrund' THEN bakgrund
        END AS grupp
    FROM behov
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov))
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($kriterium IS NULL OR kriterium = $kriterium)
),
jamforda AS (
    -- Varje svar jämförs med varje grupp: det hör till den eller till övriga.
    SELECT *, unnest((SELECT array_agg(DISTINCT grupp) FROM svar WHERE grupp IS NOT NULL)) AS jamford
    FROM svar
),
skattade AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        jamford AS grupp,
        survey_proportion(utfall, design) FILTER (WHERE grupp IS NOT DISTINCT FROM jamford) AS g,
        survey_proportion(utfall, design) FILTER (WHERE grupp IS DISTINCT FROM jamford) AS o,
        survey_contrast(
            utfall, design,
            CASE WHEN grupp IS NOT DISTINCT FROM jamford THEN 'gruppen' ELSE 'övriga' END,
            {'gruppen': 1, 'övriga': -1}
        ) AS d
    FROM jamforda
    GROUP BY ar, utmaning, kriterium, jamford
),
tal AS (
    SELECT
        *,
        coalesce(g['n'], 0) AS n_grupp,
        coalesce(o['n'], 0) AS n_ovriga,
        g['estimate'] AS p_grupp,
        o['estimate'] AS p_ovriga,
        -- Medelfelen i förhållande till andelen, och gruppens samvariation med övriga, ur de tre medelfelen.
        power(g['se'] / g['estimate'], 2) AS rel_grupp,
        power(o['se'] / o['estimate'], 2) AS rel_ovriga,
        (power(g['se'], 2) + power(o['se'], 2) - power(d['se'], 2)) / 2 / (g['estimate'] * o['estimate']) AS rel_samman,
        -- Så många medelfel är det ut till gränsen.
        (d['high'] - d['estimate']) / nullif(d['se'], 0) AS ut,
        -- En andel på noll eller ett har inga gränser: då säger medelfelet inget.
        g['low'] IS NULL OR o['low'] IS NULL AS utan_granser
    FROM skattade
),
kvoter AS (
    SELECT
        *,
        -- Ingen har behovet: då finns inget tal för hur många gånger vanligare det är.
        CASE WHEN p_grupp > 1e-9 AND p_ovriga > 1e-9 THEN p_grupp / p_ovriga END AS kvot,
        CASE WHEN p_grupp > 1e-9 AND p_ovriga > 1e-9
            -- Avrundning kan göra en varians på noll en aning negativ.
            THEN ut * sqrt(greatest(rel_grupp + rel_ovriga - 2 * rel_samman, 0)) END AS kvot_ut
    FROM tal
)
SELECT
    ar,
    utmaning,
    kriterium,
    $grupptyp AS grupptyp,
    grupp,
    100 * p_grupp AS andel,
    100 * p_ovriga AS ovriga,
    100 * d['estimate'] AS skillnad,
    100 * d['se'] AS skillnad_se,
    100 * d['low'] AS skillnad_low,
    100 * d['high'] AS skillnad_high,
    kvot,
    kvot * exp(-kvot_ut) AS kvot_low,
    kvot * exp(kvot_ut) AS kvot_high,
    d['estimate'] * g['population'] AS personer_utover,
    d['p'] AS p,
    100 * d['detectable'] AS minsta,
    n_grupp,
    n_ovriga,
    least(n_grupp, n_ovriga) AS n,
    CASE
        WHEN n_grupp + n_ovriga = 0 THEN 'kan inte sägas: frågan ställdes inte, eller ingen har svarat'
        WHEN n_grupp = 0 OR n_ovriga = 0 THEN 'kan inte sägas: ingen att jämföra med'
        WHEN utan_granser OR least(n_grupp, n_ovriga) < 30 THEN 'kan inte sägas: för få svar'
        WHEN d['verdict'] = 'higher' THEN 'vanligare'
        WHEN d['verdict'] = 'lower' THEN 'ovanligare'
        ELSE 'kan inte sägas: skillnaden kan vara en slump'
    END AS bedomning
FROM kvoter
ORDER BY kriterium, grupp
