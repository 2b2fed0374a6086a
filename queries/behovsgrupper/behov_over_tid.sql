/*+++
title = "Behoven över tid"
question = "Hur har behoven utvecklats sedan den första undersökningen?"
description = """
Begrepp: andelen av invånarna 18–84 år som har behovet, i varje undersökning där frågan ställdes. Frågan begrepp säger vad
som räknas.
Metod: varje undersökning är ett eget urval, med sina vikter och sin urvalsplan. Strecken är 95 %-gränser (logit).
Så läses den fel: mellan undersökningarna går flera år, och ingen vet hur det var däremellan. Om strecken för två år går
omlott är det inte säkert att något har hänt, men det är inget prov: pröva med behov_forandring. Saknas ett år ställdes inte
frågan. Åldersgrupperna är inte samma människor i varje undersökning, och befolkningen har blivit äldre.
"""
seminar = 2
sources = ["Liv & Hälsa"]
unit = "procent"
overview = ["kriterium", "grupp", "ar", "andel", "andel_low", "andel_high", "n"]

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
default = "Alla"
choices = ["Alla", "Kön", "Ålder", "Kön och ålder", "Utbildning", "Ekonomi", "Bakgrund"]
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
[columns.personer]
label = "Personer med behovet"
unit = "personer"
decimals = 0
[columns.n]
label = "Svar"
unit = "svar"
decimals = 0

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
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
            WHEN 'Alla' THEN 'Alla'
            WHEN 'Kön' THEN kon
            WHEN 'Ålder' THEN aldersgrupp
            WHEN 'Kön och ålder' THEN kon || ' ' || aldersgrupp
            WHEN 'Utbildning' THEN utbildning
            WHEN 'Ekonomi' THEN ekonomi
            WHEN 'Bakgrund' THEN bakgrund
        END AS grupp
    FROM behov
    WHERE ($kommun IS NULL OR kommun = $kommun)
        AND ($kriterium IS NULL OR kriterium = $kriterium)
),
skattade AS (
    SELECT ar, utmaning, kriterium, grupp, survey_proportion(utfall, design) AS s
    FROM svar
    WHERE grupp IS NOT NULL
    GROUP BY ar, utmaning, kriterium, grupp
)
SELECT
    ar,
    utmaning,
    kriterium,
    $grupptyp AS grupptyp,
    grupp,
    100 * s['estimate'] AS andel,
    100 * s['se'] AS andel_se,
    100 * s['low'] AS andel_low,
    100 * s['high'] AS andel_high,
    s['estimate'] * s['population'] AS personer,
    s['n'] AS n
FROM skattade
-- Ett behov som undersökningen inte frågade om är inget svar.
WHERE s['n'] > 0
ORDER BY kriterium, grupp, ar
