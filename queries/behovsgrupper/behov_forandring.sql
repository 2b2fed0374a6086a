/*+++
title = "Har behoven förändrats mellan två undersökningar?"
question = "Har behoven blivit vanligare eller ovanligare, eller går det inte att säga?"
description = """
Begrepp: förändringen är andelen i den senare undersökningen minus andelen i den tidigare, i procentenheter. Ökat och
minskat står bara när 95 %-gränserna inte innehåller noll. Oförändrat står bara när båda gränserna ligger inom gränsen för
vad som spelar roll (parametern relevant); det går före, för en förändring kan vara säker och ändå för liten. Annars kan det
inte bedömas: undersökningen är för liten (alltid med färre än 30 svar någon av gångerna), och det är inte detsamma som
oförändrat.
Metod: undersökningarna är två oberoende urval; skillnaden prövas med enkätens vikter och urvalsplan. Minsta förändring som
hade synts gäller med 80 procents styrka. Justerat p (Holm) tar hänsyn till att alla rader i svaret prövas på en gång.
Så läses den fel: andelarna är inte åldersstandardiserade, så en äldre befolkning kan själv flytta ett tal. En fråga som
ställts eller kodats om mellan åren ger en förändring som ingen har upplevt. Två undersökningar är ingen trend: se
behov_over_tid. Ålder är åldern då enkäten gjordes: åldersgruppen är inte samma människor de två åren.
"""
seminar = 2
sources = ["Liv & Hälsa"]
unit = "procentenheter"
overview = [
    "kriterium", "grupp", "andel_fran", "andel_till", "forandring", "forandring_low", "forandring_high", "minsta",
    "bedomning",
]

[params.fran]
type = "integer"
values_from = "behov.ar"
description = "Den tidigare undersökningens år; utan år den närmast före den senare"
[params.till]
type = "integer"
values_from = "behov.ar"
description = "Den senare undersökningens år; utan år den senaste"
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
[params.relevant]
type = "number"
default = 3.0
min = 0.1
max = 100.0
description = "Minsta förändring som spelar roll, i procentenheter"

[columns.utmaning]
label = "Utmaning"
[columns.kriterium]
label = "Behov"
[columns.grupptyp]
label = "Indelning"
[columns.grupp]
label = "Grupp"
[columns.fran]
label = "Från"
[columns.till]
label = "Till"
[columns.andel_fran]
label = "Andel då"
unit = "procent"
decimals = 1
[columns.andel_till]
label = "Andel senare"
unit = "procent"
decimals = 1
[columns.forandring]
label = "Förändring"
unit = "procentenheter"
decimals = 1
[columns.forandring_se]
label = "Förändringens medelfel"
unit = "procentenheter"
decimals = 1
[columns.forandring_low]
label = "Lägst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.forandring_high]
label = "Högst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.p]
label = "P-värde"
decimals = 4
[columns.p_justerat]
label = "Justerat p-värde"
decimals = 4
[columns.minsta]
label = "Minsta förändring som hade synts"
unit = "procentenheter"
decimals = 1
[columns.n_fran]
label = "Svar då"
unit = "svar"
decimals = 0
[columns.n_till]
label = "Svar senare"
unit = "svar"
decimals = 0
[columns.n]
label = "Svar i den minsta av de två"
unit = "svar"
decimals = 0
[columns.bedomning]
label = "Bedömning"
[columns.skal]
label = "Varför det inte kan bedömas"

[disclosure]
rule = "quality"
n = "n"
estimate = "forandring"
se = "forandring_se"
# En skillnad nära noll har ett stort medelfel i förhållande till sig själv utan att vara osäkrare för det.
relative_se = inf
labels = ["utmaning", "kriterium", "grupptyp", "grupp", "fran", "till"]
+++*/
WITH matningar AS (
    SELECT
        coalesce($fran, max(ar) FILTER (WHERE ar < coalesce($till, senast))) AS fran,
        coalesce($till, max(senast)) AS till
    FROM (SELECT DISTINCT ar, (SELECT max(ar) FROM behov) AS senast FROM behov)
),
svar AS (
    SELECT
        m.fran,
        m.till,
        utmaning,
        kriterium,
        utfall,
        design,
        CASE ar WHEN m.till THEN 'till' ELSE 'från' END AS omgang,
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
    JOIN matningar AS m ON behov.ar IN (m.fran, m.till)
    WHERE ($kommun IS NULL OR kommun = $kommun)
        AND ($kriterium IS NULL OR kriterium = $kriterium)
),
skattade AS (
    SELECT
        fran,
        till,
        utmaning,
        kriterium,
        grupp,
        survey_proportion(utfall, design) FILTER (WHERE omgang = 'från') AS f,
        survey_proportion(utfall, design) FILTER (WHERE omgang = 'till') AS t,
        survey_contrast(
            utfall, design, omgang, {'till': 1, 'från': -1}, {'relevant': $relevant / 100}
        ) AS d
    FROM svar
    WHERE grupp IS NOT NULL
    GROUP BY fran, till, utmaning, kriterium, grupp
),
provade AS (
    SELECT
        *,
        coalesce(f['n'], 0) AS n_fran,
        coalesce(t['n'], 0) AS n_till,
        d['p'] AS p,
        -- Holm: det minsta p-värdet gånger antalet prov, det näst minsta gånger ett mindre, och så vidare.
        d['p'] * (count(d['p']) OVER () - row_number() OVER (ORDER BY d['p'] NULLS LAST, kriterium, grupp) + 1) AS p_gangat
    FROM skattade
),
bedomda AS (
    SELECT
        *,
        CASE
            WHEN fran IS NULL THEN 'det finns ingen tidigare undersökning att jämföra med'
            WHEN fran >= till THEN 'den undersökning som ska vara tidigare är det inte'
            WHEN n_fran = 0 AND n_till = 0 THEN 'frågan ställdes inte, eller ingen har svarat'
            WHEN n_fran = 0 THEN 'frågan ställdes inte den tidigare gången, eller ingen har svarat'
            WHEN n_till = 0 THEN 'frågan ställdes inte den senare gången, eller ingen har svarat'
            -- En andel på noll eller ett har inga gränser: då säger förändringens medelfel inget.
            WHEN p IS NULL OR f['low'] IS NULL OR t['low'] IS NULL OR least(n_fran, n_till) < 30 THEN 'för få svar'
            WHEN d['verdict'] = 'undecided' THEN 'osäkerheten är större än förändringen'
        END AS skal
    FROM provade
)
SELECT
    utmaning,
    kriterium,
    $grupptyp AS grupptyp,
    grupp,
    fran,
    till,
    100 * f['estimate'] AS andel_fran,
    100 * t['estimate'] AS andel_till,
    100 * d['estimate'] AS forandring,
    100 * d['se'] AS forandring_se,
    100 * d['low'] AS forandring_low,
    100 * d['high'] AS forandring_high,
    p,
    -- Ett justerat värde är aldrig mindre än det före, och aldrig över ett.
    CASE WHEN p IS NOT NULL
        THEN least(1, max(p_gangat) OVER (ORDER BY p NULLS LAST, kriterium, grupp)) END AS p_justerat,
    100 * d['detectable'] AS minsta,
    n_fran,
    n_till,
    least(n_fran, n_till) AS n,
    CASE
        WHEN skal IS NOT NULL THEN 'kan inte bedömas'
        WHEN d['verdict'] = 'higher' THEN 'ökat'
        WHEN d['verdict'] = 'lower' THEN 'minskat'
        ELSE 'oförändrat'
    END AS bedomning,
    skal
FROM bedomda
ORDER BY kriterium, grupp
