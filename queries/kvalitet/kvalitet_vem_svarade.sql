/*+++
title = "Kvalitet: brukaren själv eller en anhörig"
question = "Svarar anhöriga annorlunda än brukarna själva?"
description = """
Räknas: andelen positiva svar (4 eller 5 av 5) efter vem som svarade, och skillnaden mot när brukaren svarade själv,
med Newcombes intervall. Den som låter en anhörig svara är ofta sjukare än den som svarar själv, så skillnaden visar
två olika gruppers svar, inte att anhöriga ser samma omsorg med andra ögon. Svar utan uppgift om vem som svarade är en
egen rad.
"""
seminar = 3
sources = ["Brukarundersökningen"]
unit = "procent"
overview = ["verksamhet", "fraga", "vem_svarade", "andel", "andel_low", "andel_high", "n", "skillnad"]

[params.ar]
type = "integer"
values_from = "brukarenkat.ar"
description = "År; utan år det senaste"
[params.kommun]
type = "text"
values_from = "brukarenkat.kommun"
description = "Kommunkod, till exempel 1784; utan kod hela länet"
[params.verksamhet]
type = "text"
values_from = "brukarenkat.verksamhet"
description = "Verksamhet, till exempel Hemtjänst; utan värde alla"
[params.fraga]
type = "text"
default = "Trygghet"
values_from = "brukarsvar.fraga"
description = "En fråga, till exempel Trygghet"

[columns.ar]
label = "År"
[columns.verksamhet]
label = "Verksamhet"
[columns.fraga]
label = "Fråga"
[columns.vem_svarade]
label = "Vem svarade"
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
[columns.andel_av_svaren]
label = "Andel av svaren"
unit = "procent"
decimals = 1
[columns.skillnad]
label = "Skillnad mot brukaren själv"
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

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["ar", "verksamhet", "fraga", "vem_svarade"]
+++*/
WITH grupper AS (
    SELECT
        ar,
        verksamhet,
        fraga,
        coalesce(vem_svarade, 'Uppgift saknas') AS vem_svarade,
        count(positivt) AS n,
        proportion(sum(positivt), count(positivt)) AS tal
    FROM brukarsvar
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM brukarenkat))
        AND fraga = $fraga
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($verksamhet IS NULL OR verksamhet = $verksamhet)
    GROUP BY ar, verksamhet, fraga, coalesce(vem_svarade, 'Uppgift saknas')
),
andelar AS (
    SELECT
        ar,
        verksamhet,
        fraga,
        vem_svarade,
        n,
        tal['estimate'] AS p,
        tal['low'] AS low,
        tal['high'] AS high
    FROM grupper
),
mot_brukaren AS (
    SELECT
        *,
        sum(n) OVER (PARTITION BY verksamhet) AS alla,
        max(p) FILTER (WHERE vem_svarade = 'Brukaren själv') OVER (PARTITION BY verksamhet) AS p0,
        max(low) FILTER (WHERE vem_svarade = 'Brukaren själv') OVER (PARTITION BY verksamhet) AS low0,
        max(high) FILTER (WHERE vem_svarade = 'Brukaren själv') OVER (PARTITION BY verksamhet) AS high0
    FROM andelar
)
SELECT
    ar,
    verksamhet,
    fraga,
    vem_svarade,
    100.0 * p AS andel,
    100.0 * sqrt(p * (1.0 - p) / nullif(n, 0)) AS andel_se,
    100.0 * low AS andel_low,
    100.0 * high AS andel_high,
    n,
    100.0 * CAST(n AS DOUBLE) / nullif(CAST(alla AS DOUBLE), 0) AS andel_av_svaren,
    CASE WHEN vem_svarade <> 'Brukaren själv' THEN 100.0 * (p - p0) END AS skillnad,
    CASE WHEN vem_svarade <> 'Brukaren själv'
        THEN 100.0 * (p - p0 - sqrt((p - low) * (p - low) + (high0 - p0) * (high0 - p0))) END AS skillnad_low,
    CASE WHEN vem_svarade <> 'Brukaren själv'
        THEN 100.0 * (p - p0 + sqrt((high - p) * (high - p) + (p0 - low0) * (p0 - low0))) END AS skillnad_high
FROM mot_brukaren
ORDER BY verksamhet, CASE WHEN vem_svarade = 'Uppgift saknas' THEN 2 ELSE 1 END, vem_svarade
