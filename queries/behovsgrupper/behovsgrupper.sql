/*+++
title = "Behovsgrupper: vilka har större behov än andra"
question = "Vilka grupper har de största behoven, hur stora är de och hur överrepresenterade?"
description = """
Begrepp: frågan begrepp säger för varje behov vad som räknas och vad som inte räknas. Andelen gäller invånare 18–84 år som
svarat på frågan; den som hoppat över frågan räknas varken med eller utan behovet.
Metod: svaren vägs upp till befolkningen med enkätens vikter och urvalsplan. Strecken (95 %) är logitgränser för andelen och
vanliga gränser för antalet. Övriga är alla svarande utom gruppen själv, också de som inte sagt sin utbildning eller
ekonomi.
Så läses den fel: behoven överlappar och ska inte läggas ihop. Antalet räknar bara dem som svarat på frågan och är därför
hellre några procent för lågt. En grupp som är överrepresenterad har inte därmed en orsak; jämför med osäkerheten i frågan
overrepresentation innan en skillnad visas. Yngre än 18, äldre än 84 och den som inte svarat på enkäten syns inte.
"""
seminar = 1
sources = ["Liv & Hälsa"]
unit = "procent"
overview = ["kriterium", "grupp", "andel", "andel_low", "andel_high", "n", "overrepresentation"]

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
choices = ["Alla", "Kön", "Ålder", "Kön och ålder", "Utbildning", "Ekonomi", "Bakgrund"]
description = "Hur befolkningen delas in; utan värde på alla sätt"

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
label = "Andel bland övriga"
unit = "procent"
decimals = 1
[columns.overrepresentation]
label = "Gånger övriga"
unit = "gånger"
decimals = 2

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["ar", "utmaning", "kriterium", "grupptyp", "grupp"]
+++*/
WITH svar AS (
    SELECT *
    FROM behov
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov))
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($kriterium IS NULL OR kriterium = $kriterium)
),
indelade AS (
    -- Varje svar hör till en grupp i varje indelning.
    SELECT *, unnest(['Alla', 'Kön', 'Ålder', 'Kön och ålder', 'Utbildning', 'Ekonomi', 'Bakgrund']) AS grupptyp
    FROM svar
),
grupperade AS (
    SELECT
        *,
        CASE grupptyp
            WHEN 'Alla' THEN 'Alla'
            WHEN 'Kön' THEN kon
            WHEN 'Ålder' THEN aldersgrupp
            WHEN 'Kön och ålder' THEN kon || ' ' || aldersgrupp
            WHEN 'Utbildning' THEN utbildning
            WHEN 'Ekonomi' THEN ekonomi
            WHEN 'Bakgrund' THEN bakgrund
        END AS grupp
    FROM indelade
    -- Alla behövs alltid: övriga är alla utom gruppen.
    WHERE grupptyp = 'Alla' OR $grupptyp IS NULL OR grupptyp = $grupptyp
),
skattade AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        grupptyp,
        grupp,
        survey_proportion(utfall, design) AS s,
        survey_total(utfall, design) AS t
    FROM grupperade
    GROUP BY ar, utmaning, kriterium, grupptyp, grupp
),
namngivna AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        grupptyp,
        grupp,
        s['estimate'] AS andel,
        s['se'] AS se,
        s['low'] AS low,
        s['high'] AS high,
        coalesce(s['n'], 0) AS n,
        s['population'] AS population,
        t['low'] AS personer_low,
        t['high'] AS personer_high
    FROM skattade
    -- Den som inte sagt sin utbildning, ekonomi eller bakgrund hör till ingen grupp där, men till övriga.
    WHERE grupp IS NOT NULL
),
jamforda AS (
    SELECT
        *,
        -- Alla i området: den första indelningen, som alltid är med.
        max(n) FILTER (WHERE grupptyp = 'Alla') OVER behovet AS n_alla,
        max(population) FILTER (WHERE grupptyp = 'Alla') OVER behovet AS population_alla,
        max(andel * population) FILTER (WHERE grupptyp = 'Alla') OVER behovet AS personer_alla
    FROM namngivna
    WINDOW behovet AS (PARTITION BY ar, kriterium)
),
med_ovriga AS (
    SELECT
        *,
        -- Övriga är alla svarande utom gruppen själv.
        (personer_alla - andel * population) / nullif(population_alla - population, 0) AS andel_ovriga
    FROM jamforda
    -- Ett behov som undersökningen inte frågade om är inget svar.
    WHERE n_alla > 0
        AND ($grupptyp IS NULL OR grupptyp = $grupptyp)
)
SELECT
    ar,
    utmaning,
    kriterium,
    grupptyp,
    grupp,
    100 * andel AS andel,
    100 * se AS andel_se,
    100 * low AS andel_low,
    100 * high AS andel_high,
    n,
    andel * population AS personer,
    -- Gränserna är symmetriska: när få har behovet kan den undre annars hamna under noll.
    CASE WHEN personer_low < 0 THEN 0 ELSE personer_low END AS personer_low,
    personer_high,
    CASE WHEN grupptyp <> 'Alla' THEN 100 * andel_ovriga END AS ovriga,
    -- Ingen bland övriga: då finns inget tal för hur många gånger vanligare.
    CASE WHEN grupptyp <> 'Alla' AND andel_ovriga > 1e-9 THEN andel / andel_ovriga END AS overrepresentation
FROM med_ovriga
ORDER BY overrepresentation DESC NULLS LAST, kriterium, grupptyp, grupp
