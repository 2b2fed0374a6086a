/*+++
title = "Kvalitet: vad eleverna tycker om skolan"
question = "Är eleverna trygga i skolan, får de hjälp, blir de nyfikna, och slipper de mobbning?"
description = """
Räknas: andelen elever som svarat Stämmer helt eller Stämmer ganska bra, och för mobbning andelen som svarat Aldrig,
uppräknad till alla elever med enkätens vikter. Alla elever tillfrågas; svarsfrekvensen är svarande av alla elever i
kommunens årskurs. Intervallet gäller som om de som svarade vore ett slumpmässigt urval inom varje kommun och årskurs:
de som var frånvarande, och ofta mår sämre, finns inte i svaren. Förändringen är sedan gången före i samma årskurs:
det är andra elever. Högre eller lägre sägs bara när intervallet inte når noll; med många rader blir någon förändring
säker av slump.
"""
seminar = 3
sources = ["Skolenkäten"]
unit = "procent"
overview = ["ar", "arskurs", "kon", "fraga", "andel", "andel_low", "andel_high", "n", "svarsfrekvens", "status"]

[params.ar]
type = "integer"
values_from = "skolenkat.ar"
description = "År; utan år det senaste"
[params.kommun]
type = "text"
values_from = "skolenkat.kommun"
description = "Kommunkod, till exempel 1784; utan kod hela länet"
[params.arskurs]
type = "text"
values_from = "skolenkat.arskurs"
description = "Årskurs, till exempel Årskurs 9; utan värde alla"
[params.fraga]
type = "text"
choices = ["Trygg i skolan", "Lärarna hjälper", "Skolarbetet gör nyfiken", "Aldrig mobbad i år"]
description = "En fråga; utan värde alla"

[columns.ar]
label = "År"
[columns.arskurs]
label = "Årskurs"
[columns.kon]
label = "Kön"
[columns.fraga]
label = "Fråga"
[columns.andel]
label = "Positiva svar"
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
label = "Elever i årskursen"
unit = "elever"
decimals = 0
[columns.svarsfrekvens]
label = "Svarsfrekvens"
unit = "procent"
decimals = 1
[columns.ar_fore]
label = "Jämfört med"
[columns.forandring]
label = "Förändring"
unit = "procentenheter"
decimals = 1
[columns.forandring_low]
label = "Förändring, lägst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.forandring_high]
label = "Förändring, högst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.status]
label = "Utveckling"

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["ar", "arskurs", "kon", "fraga", "ar_fore"]
+++*/
WITH valda AS (
    SELECT *
    FROM skolenkat
    WHERE ($kommun IS NULL OR kommun = $kommun)
        AND ($arskurs IS NULL OR arskurs = $arskurs)
),
svaren AS (
    -- Varje fråga för sig: 1 när svaret är positivt, tomt när frågan inte är besvarad.
    SELECT ar, arskurs, kon, design, 'Trygg i skolan' AS fraga, trygg IN ('Stämmer helt', 'Stämmer ganska bra') AS positivt
    FROM valda
    UNION ALL
    SELECT ar, arskurs, kon, design, 'Lärarna hjälper', hjalp IN ('Stämmer helt', 'Stämmer ganska bra')
    FROM valda
    UNION ALL
    SELECT ar, arskurs, kon, design, 'Skolarbetet gör nyfiken', nyfiken IN ('Stämmer helt', 'Stämmer ganska bra')
    FROM valda
    UNION ALL
    SELECT ar, arskurs, kon, design, 'Aldrig mobbad i år', mobbad = 'Aldrig'
    FROM valda
),
skattade AS (
    SELECT
        ar,
        arskurs,
        kon,
        fraga,
        grouping(kon) AS alla,
        -- En liten kommuns årskurs med en enda svarande: jämförs med alla, för försiktigt hellre än inte alls.
        survey_proportion(positivt, design, {'lonely': 'adjust'}) AS tal
    FROM svaren
    WHERE $fraga IS NULL OR fraga = $fraga
    GROUP BY GROUPING SETS ((ar, arskurs, fraga), (ar, arskurs, fraga, kon))
),
andelar AS (
    SELECT
        ar,
        arskurs,
        CASE WHEN alla = 1 THEN 'Alla' ELSE kon END AS kon,
        fraga,
        tal['estimate'] AS p,
        tal['se'] AS se,
        tal['low'] AS low,
        tal['high'] AS high,
        coalesce(tal['n'], 0) AS n
    FROM skattade
    -- Den som inte angett kön finns bara bland alla.
    WHERE alla = 1 OR kon IS NOT NULL
),
med_fore AS (
    SELECT
        *,
        lag(ar) OVER gangerna AS ar_fore,
        lag(p) OVER gangerna AS p_fore,
        lag(se) OVER gangerna AS se_fore,
        lag(n) OVER gangerna AS n_fore
    FROM andelar
    WINDOW gangerna AS (PARTITION BY arskurs, kon, fraga ORDER BY ar)
),
forandrade AS (
    -- Två omgångar har olika elever: felen är oberoende. Utan fel (ingen variation) går det inte att säga.
    SELECT
        *,
        n >= 30 AND n_fore >= 30 AND se > 0 AND se_fore > 0 AS jamforbar,
        p - p_fore AS d,
        1.959963984540054 * sqrt(se * se + se_fore * se_fore) AS marginal
    FROM med_fore
),
strata AS (
    SELECT ar, arskurs, kommun, max(stratumstorlek) AS elever, count(*) AS svarande
    FROM valda
    GROUP BY ar, arskurs, kommun
),
frekvenser AS (
    SELECT ar, arskurs, sum(elever) AS elever, sum(svarande) AS svarande
    FROM strata
    GROUP BY ar, arskurs
)
SELECT
    f.ar,
    f.arskurs,
    f.kon,
    f.fraga,
    100.0 * f.p AS andel,
    100.0 * f.se AS andel_se,
    100.0 * f.low AS andel_low,
    100.0 * f.high AS andel_high,
    f.n,
    CASE WHEN f.kon = 'Alla' THEN r.elever END AS elever,
    -- Hur många flickor och pojkar som tillfrågades är inte känt.
    CASE WHEN f.kon = 'Alla' THEN 100.0 * CAST(r.svarande AS DOUBLE) / nullif(CAST(r.elever AS DOUBLE), 0) END
        AS svarsfrekvens,
    f.ar_fore,
    CASE WHEN f.jamforbar THEN 100.0 * f.d END AS forandring,
    CASE WHEN f.jamforbar THEN 100.0 * (f.d - f.marginal) END AS forandring_low,
    CASE WHEN f.jamforbar THEN 100.0 * (f.d + f.marginal) END AS forandring_high,
    CASE
        WHEN f.ar_fore IS NULL THEN 'första gången'
        WHEN f.jamforbar IS NULL OR NOT f.jamforbar THEN 'för få svar'
        WHEN f.d - f.marginal > 0 THEN 'högre'
        WHEN f.d + f.marginal < 0 THEN 'lägre'
        ELSE 'går inte att säga'
    END AS status
FROM forandrade AS f
JOIN frekvenser AS r ON r.ar = f.ar AND r.arskurs = f.arskurs
WHERE f.ar = coalesce($ar, (SELECT max(ar) FROM skolenkat))
ORDER BY f.arskurs, f.fraga, f.kon
