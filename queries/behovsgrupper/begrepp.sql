/*+++
title = "Begreppen: vad som räknas och inte räknas"
question = "Vad menar vi med varje behov: vad räknas, vad räknas inte och vad ska det inte förväxlas med?"
description = """
Begrepp: varje behov med sin fråga, vad som räknas, vad som inte räknas, vem som inte kan bedömas och vad behovet inte ska
förväxlas med. Orden står i definitionen behovsbegrepp; hur svaren blir ett ja eller nej står i definitionerna behov,
behov_unga och behov_elever, där varje behov räknas ut på ett enda ställe.
Metod: åren är de då frågan ställdes. Svar är hur många som gick att bedöma det senaste av dem, och saknas hur stor del av
alla som inte gick att bedöma.
Så läses den fel: två behov med liknande namn ur olika källor är inte samma mått och kan inte jämföras. Ett stort saknas
betyder att andelen kan vara missvisande om de som inte svarat skiljer sig från andra.
"""
seminar = 1
sources = ["Liv & Hälsa", "Barnhälsovården", "Tandvården", "Elevhälsan", "Skolenkäten"]
overview = ["utmaning", "kriterium", "kalla", "raknas", "raknas_inte", "forvaxla"]

[params.kriterium]
type = "text"
values_from = "behovsbegrepp.kriterium"
description = "Ett behov, till exempel Ensamhet; utan värde alla"
[params.utmaning]
type = "text"
values_from = "behovsbegrepp.utmaning"
description = "En utmaning, till exempel Psykisk ohälsa; utan värde alla"
[params.kalla]
type = "text"
values_from = "behovsbegrepp.kalla"
description = "En källa, till exempel Elevhälsan; utan värde alla"

[columns.livsperspektiv]
label = "Livsperspektiv"
[columns.utmaning]
label = "Utmaning"
[columns.kriterium]
label = "Behov"
[columns.kalla]
label = "Källa"
[columns.fraga]
label = "Fråga eller mått"
[columns.raknas]
label = "Räknas"
[columns.raknas_inte]
label = "Räknas inte"
[columns.okant]
label = "Kan inte bedömas"
[columns.forvaxla]
label = "Förväxla inte med"
[columns.tabell]
label = "Tabell"
[columns.omgangar]
label = "År då frågan ställdes"
[columns.senaste]
label = "Senaste år"
[columns.svar]
label = "Svar senaste året"
unit = "svar"
decimals = 0
[columns.saknas]
label = "Saknas senaste året"
unit = "procent"
decimals = 1

[disclosure]
rule = "secrecy"
persons = "svar"
labels = [
    "livsperspektiv", "utmaning", "kriterium", "kalla", "fraga", "raknas", "raknas_inte", "okant", "forvaxla", "omgangar",
    "senaste",
]
within = ["tabell", "kriterium"]
+++*/
WITH alla_svar AS (
    SELECT 'behov' AS tabell, kriterium, ar, utfall FROM behov
    UNION ALL
    SELECT 'behov_unga', kriterium, ar, utfall FROM behov_unga
    UNION ALL
    SELECT 'behov_elever', kriterium, ar, utfall FROM behov_elever
),
omgangar AS (
    SELECT tabell, kriterium, ar, count(*) AS tillfragade, count(utfall) AS svar
    FROM alla_svar
    GROUP BY tabell, kriterium, ar
    -- En omgång där ingen har svarat ställde inte frågan.
    HAVING count(utfall) > 0
),
sammanfattade AS (
    SELECT
        tabell,
        kriterium,
        string_agg(CAST(ar AS VARCHAR), ', ' ORDER BY ar) AS omgangar,
        max(ar) AS senaste,
        last_value(svar ORDER BY ar) AS svar,
        last_value(tillfragade ORDER BY ar) AS tillfragade
    FROM omgangar
    GROUP BY tabell, kriterium
)
SELECT
    b.livsperspektiv,
    b.utmaning,
    b.kriterium,
    b.kalla,
    b.fraga,
    b.raknas,
    b.raknas_inte,
    b.okant,
    b.forvaxla,
    b.tabell,
    coalesce(s.omgangar, 'inget år') AS omgangar,
    s.senaste,
    coalesce(s.svar, 0) AS svar,
    100.0 * (s.tillfragade - s.svar) / s.tillfragade AS saknas
FROM behovsbegrepp AS b
LEFT JOIN sammanfattade AS s ON s.tabell = b.tabell AND s.kriterium = b.kriterium
WHERE ($kriterium IS NULL OR b.kriterium = $kriterium)
    AND ($utmaning IS NULL OR b.utmaning = $utmaning)
    AND ($kalla IS NULL OR b.kalla = $kalla)
ORDER BY b.nummer
