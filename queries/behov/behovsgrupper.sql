/*+++
title = "Behovsgrupper: vilka har större behov än andra"
question = "Vilka grupper har de största behoven, hur stora är de och hur överrepresenterade?"
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
skattade AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        kon,
        aldersgrupp,
        utbildning,
        ekonomi,
        bakgrund,
        -- Vilka kolumner raden är delad efter: 1 där den inte är det.
        grouping(kon) AS utan_kon,
        grouping(aldersgrupp) AS utan_alder,
        grouping(utbildning) AS utan_utbildning,
        grouping(ekonomi) AS utan_ekonomi,
        grouping(bakgrund) AS utan_bakgrund,
        survey_proportion(utfall, design) AS s
    FROM svar
    GROUP BY GROUPING SETS (
        (ar, utmaning, kriterium),
        (ar, utmaning, kriterium, kon),
        (ar, utmaning, kriterium, aldersgrupp),
        (ar, utmaning, kriterium, kon, aldersgrupp),
        (ar, utmaning, kriterium, utbildning),
        (ar, utmaning, kriterium, ekonomi),
        (ar, utmaning, kriterium, bakgrund)
    )
),
namngivna AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        CASE
            WHEN utan_kon = 0 AND utan_alder = 0 THEN 'Kön och ålder'
            WHEN utan_kon = 0 THEN 'Kön'
            WHEN utan_alder = 0 THEN 'Ålder'
            WHEN utan_utbildning = 0 THEN 'Utbildning'
            WHEN utan_ekonomi = 0 THEN 'Ekonomi'
            WHEN utan_bakgrund = 0 THEN 'Bakgrund'
            ELSE 'Alla'
        END AS grupptyp,
        CASE
            WHEN utan_kon = 0 AND utan_alder = 0 THEN kon || ' ' || aldersgrupp
            WHEN utan_kon = 0 THEN kon
            WHEN utan_alder = 0 THEN aldersgrupp
            WHEN utan_utbildning = 0 THEN utbildning
            WHEN utan_ekonomi = 0 THEN ekonomi
            WHEN utan_bakgrund = 0 THEN bakgrund
            ELSE 'Alla'
        END AS grupp,
        s['estimate'] AS andel,
        s['se'] AS se,
        s['low'] AS low,
        s['high'] AS high,
        coalesce(s['n'], 0) AS n,
        s['population'] AS population
    FROM skattade
),
alla AS (
    SELECT ar, kriterium, andel, population
    FROM namngivna
    -- Ett behov som undersökningen inte frågade om är inget svar.
    WHERE grupptyp = 'Alla' AND n > 0
),
jamforda AS (
    SELECT
        g.*,
        -- Övriga är alla svarande utom gruppen själv.
        (a.andel * a.population - g.andel * g.population) / nullif(a.population - g.population, 0) AS andel_ovriga
    FROM namngivna AS g
    JOIN alla AS a ON a.ar = g.ar AND a.kriterium = g.kriterium
    WHERE g.grupp IS NOT NULL
        AND ($grupptyp IS NULL OR g.grupptyp = $grupptyp)
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
    CASE WHEN grupptyp <> 'Alla' THEN 100 * andel_ovriga END AS ovriga,
    -- Ingen bland övriga: då finns inget tal för hur många gånger vanligare.
    CASE WHEN grupptyp <> 'Alla' AND andel_ovriga > 1e-9 THEN andel / andel_ovriga END AS overrepresentation
FROM jamforda
ORDER BY overrepresentation DESC NULLS LAST, kriterium, grupptyp, grupp
