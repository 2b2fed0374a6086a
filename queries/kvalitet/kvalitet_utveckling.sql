/*+++
title = "Kvalitet: utvecklingen i brukarnas svar"
question = "Har brukarnas svar blivit mer eller mindre positiva, eller går det inte att säga?"
description = """
Räknas: andelen positiva svar (4 eller 5 av 5) varje gång undersökningen gjorts, och förändringen sedan gången före.
Förändringens intervall är Newcombes, ur de två andelarnas Wilsonintervall; det räknar de två åren som oberoende fast
en del brukare svarar båda, och är därför snarare för brett än för smalt. Högre eller lägre sägs bara när intervallet
inte når noll; annars går det inte att säga, vilket inte är detsamma som oförändrat. Över ett metodbyte räknas ingen
förändring. Med många frågor och verksamheter blir någon förändring säker av slump: en av tjugo.
"""
seminar = 4
sources = ["Brukarundersökningen"]
unit = "procent"
overview = ["verksamhet", "fraga", "ar", "andel", "andel_low", "andel_high", "n", "forandring", "status"]

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
values_from = "brukarsvar.fraga"
description = "En fråga, till exempel Trygghet; utan värde alla"

[columns.verksamhet]
label = "Verksamhet"
[columns.fraga]
label = "Fråga"
[columns.ar]
label = "År"
[columns.metod]
label = "Metod"
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
labels = ["verksamhet", "fraga", "ar", "metod", "ar_fore"]
+++*/
WITH arsvis AS (
    SELECT
        verksamhet,
        fraga,
        ar,
        metod,
        count(positivt) AS n,
        proportion(sum(positivt), count(positivt)) AS tal
    FROM brukarsvar
    WHERE ($kommun IS NULL OR kommun = $kommun)
        AND ($verksamhet IS NULL OR verksamhet = $verksamhet)
        AND ($fraga IS NULL OR fraga = $fraga)
    GROUP BY verksamhet, fraga, ar, metod
),
andelar AS (
    SELECT
        verksamhet,
        fraga,
        ar,
        metod,
        n,
        tal['estimate'] AS p,
        tal['low'] AS low,
        tal['high'] AS high
    FROM arsvis
),
med_fore AS (
    SELECT
        *,
        lag(ar) OVER gangerna AS ar_fore,
        lag(metod) OVER gangerna AS metod_fore,
        lag(n) OVER gangerna AS n_fore,
        lag(p) OVER gangerna AS p_fore,
        lag(low) OVER gangerna AS low_fore,
        lag(high) OVER gangerna AS high_fore
    FROM andelar
    WINDOW gangerna AS (PARTITION BY verksamhet, fraga ORDER BY ar)
),
forandrade AS (
    SELECT
        *,
        -- Jämförs bara inom samma metod och när båda gångerna har minst 30 svar.
        metod_fore = metod AND n >= 30 AND n_fore >= 30 AS jamforbar,
        p - p_fore AS d,
        p - p_fore - sqrt((p - low) * (p - low) + (high_fore - p_fore) * (high_fore - p_fore)) AS d_low,
        p - p_fore + sqrt((high - p) * (high - p) + (p_fore - low_fore) * (p_fore - low_fore)) AS d_high
    FROM med_fore
)
SELECT
    verksamhet,
    fraga,
    ar,
    metod,
    100.0 * p AS andel,
    100.0 * sqrt(p * (1.0 - p) / n) AS andel_se,
    100.0 * low AS andel_low,
    100.0 * high AS andel_high,
    n,
    ar_fore,
    CASE WHEN jamforbar THEN 100.0 * d END AS forandring,
    CASE WHEN jamforbar THEN 100.0 * d_low END AS forandring_low,
    CASE WHEN jamforbar THEN 100.0 * d_high END AS forandring_high,
    CASE
        WHEN ar_fore IS NULL THEN 'första gången'
        WHEN metod <> metod_fore THEN 'annan metod än gången före'
        WHEN NOT jamforbar THEN 'för få svar'
        WHEN d_low > 0 THEN 'högre'
        WHEN d_high < 0 THEN 'lägre'
        ELSE 'går inte att säga'
    END AS status
FROM forandrade
ORDER BY verksamhet, fraga, ar
