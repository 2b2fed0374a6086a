/*+++
title = "Elevers behov enligt skolenkäten"
question = "Vilka behov säger eleverna själva att de har, och vilka elever har dem oftast?"
description = """
Begrepp: andelen elever i årskurs 5, årskurs 9 och gymnasiets år 2 som har behovet. Frågan begrepp säger vad som räknas. Kön
är det som eleven själv svarat.
Metod: alla elever tillfrågas, och vikten räknar upp för dem som inte svarade, inom kommun och årskurs. Gränserna (95 %,
logit) visar osäkerheten av att inte alla svarat, men inte slumpen mellan olika årskullar: två år som skiljer sig mer än
gränserna kan ändå ha haft samma förutsättningar. En kommun och årskurs med bara en svarande bidrar som om den avvek från
länet (adjust).
Så läses den fel: vikten antar att de som inte svarade liknar dem som gjorde det, och elever med stor frånvaro svarar mer
sällan: behoven är snarare vanligare än så. Andelarna går inte att jämföra med elevhälsans, där eleven svarar skolsköterskan
med sitt namn. Grupperna överlappar och ska inte läggas ihop.
"""
seminar = 1
sources = ["Skolenkäten"]
unit = "procent"
overview = ["kriterium", "grupp", "andel", "andel_low", "andel_high", "n"]

[params.ar]
type = "integer"
values_from = "behov_elever.ar"
description = "Undersökningsår; utan år det senaste"
[params.kommun]
type = "text"
values_from = "behov_elever.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.kriterium]
type = "text"
values_from = "behov_elever.kriterium"
description = "Ett behov, till exempel Mobbad i år; utan värde alla"
[params.arskurs]
type = "text"
values_from = "behov_elever.arskurs"
description = "Årskurs, till exempel Årskurs 9; utan värde alla"
[params.grupptyp]
type = "text"
default = "Kön och årskurs"
choices = ["Alla", "Kön", "Årskurs", "Kön och årskurs", "Ekonomi", "Kommun", "År"]
description = "Hur eleverna delas in; År visar alla undersökningar"

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
[columns.n]
label = "Svar"
unit = "svar"
decimals = 0
[columns.elever]
label = "Elever med behovet"
unit = "elever"
decimals = 0
[columns.elever_low]
label = "Minst (95 %)"
unit = "elever"
decimals = 0
[columns.elever_high]
label = "Högst (95 %)"
unit = "elever"
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
            WHEN 'Årskurs' THEN arskurs
            WHEN 'Kön och årskurs' THEN arskurs || ', ' || kon
            -- Behovet och indelningen vore samma fråga.
            WHEN 'Ekonomi' THEN CASE WHEN kriterium <> 'Dålig ekonomi i familjen' THEN ekonomi END
            WHEN 'Kommun' THEN kommun
            WHEN 'År' THEN CAST(ar AS VARCHAR)
        END AS grupp
    FROM behov_elever
    WHERE (ar = coalesce($ar, (SELECT max(ar) FROM behov_elever)) OR ($ar IS NULL AND $grupptyp = 'År'))
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($kriterium IS NULL OR kriterium = $kriterium)
        AND ($arskurs IS NULL OR arskurs = $arskurs)
),
skattade AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        grupp,
        survey_proportion(utfall, design, {'lonely': 'adjust'}) AS s,
        survey_total(utfall, design, {'lonely': 'adjust'}) AS t
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
    coalesce(s['n'], 0) AS n,
    t['estimate'] AS elever,
    -- Gränserna är symmetriska: när få har behovet kan den undre annars hamna under noll.
    CASE WHEN t['low'] < 0 THEN 0 ELSE t['low'] END AS elever_low,
    t['high'] AS elever_high
FROM skattade
ORDER BY kriterium, ar, grupp
