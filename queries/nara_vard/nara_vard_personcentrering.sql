/*+++
title = "Nära vård: personcentrering som personalen ser den"
question = "Hur personcentrerad är vården och omsorgen, enligt dem som arbetar där?"
description = """
P-CAT: personalens svar på 13 påståenden om personcentrerad vård, 1–5 sedan de omvända har vänts. Värdet är medelvärdet av
summan (13–65) bland dem som besvarat alla 13. Det är kunskap inifrån: brukarnas egen bild finns i deras enkäter, och
patienternas i målen U71452, U71454 och U71455 (mal_serie).

Kollegor på en enhet svarar mer lika än andra. Enheten är därför det som slumpen räknas på (95 procent, t-fördelningen med
enheternas antal): med en eller två enheter finns inget intervall, med få är det brett. Svarsandelen är svar av
tillfrågade; vilka som inte svarade vet vi inte. Ett högt värde kan vara en god arbetsplats eller en osjälvkritisk.
"""
seminar = 3
sources = ["P-CAT"]
unit = "poäng, 13–65"
overview = ["ar", "namn", "medel", "medel_low", "medel_high", "n", "enheter", "svarsandel"]

[params.ar]
type = "integer"
values_from = "pcat_poang.ar"
description = "År; utan år alla"
[params.verksamhet]
type = "text"
values_from = "pcat_poang.verksamhet"
description = "En verksamhet, till exempel Hemtjänst; utan värde alla"

[columns.ar]
label = "År"
[columns.kommun]
label = "Kod"
[columns.namn]
label = "Område"
[columns.medel]
label = "Medelvärde"
unit = "poäng"
decimals = 1
[columns.medel_se]
label = "Medelfel"
unit = "poäng"
decimals = 2
[columns.medel_low]
label = "Lägst (95 %)"
unit = "poäng"
decimals = 1
[columns.medel_high]
label = "Högst (95 %)"
unit = "poäng"
decimals = 1
[columns.n]
label = "Besvarat alla påståenden"
unit = "svar"
decimals = 0
[columns.svar]
label = "Svar"
unit = "svar"
decimals = 0
[columns.tillfragade]
label = "Tillfrågade"
unit = "personer"
decimals = 0
[columns.svarsandel]
label = "Svarsandel"
unit = "procent"
decimals = 0
[columns.enheter]
label = "Enheter"
decimals = 0

[disclosure]
rule = "quality"
n = "n"
estimate = "medel"
se = "medel_se"
labels = ["ar", "kommun", "namn"]
+++*/
WITH svarande AS (
    SELECT ar, kommun, verksamhet, enhet, lopnr, min(tillfragade) AS tillfragade,
        CASE WHEN min(besvarade) = 13 THEN CAST(sum(poang) AS DOUBLE) END AS summa
    FROM pcat_poang
    WHERE $verksamhet IS NULL OR verksamhet = $verksamhet
    GROUP BY ar, kommun, verksamhet, enhet, lopnr
),
-- Enheterna är det som drogs: kommunen är dess stratum, och varje omgång ett urval för sig.
med_design AS (
    SELECT
        *,
        survey_design({
            'psu': enhet, 'stratum': kommun, 'weight': 1.0, 'wave': ar, 'lonely': 'adjust', 'filtered': true
        }) OVER () AS enhetsvis
    FROM svarande
),
medel AS (
    SELECT
        ar,
        coalesce(kommun, '0017') AS kommun,
        survey_mean(summa, enhetsvis, {'df': 'domain'}) AS matning,
        count(*) AS svar,
        count(DISTINCT enhet) FILTER (WHERE summa IS NOT NULL) AS enheter
    FROM med_design
    GROUP BY GROUPING SETS ((ar), (ar, kommun))
),
utskick AS (
    SELECT ar, coalesce(kommun, '0017') AS kommun, sum(tillfragade) AS tillfragade
    FROM (SELECT DISTINCT ar, kommun, verksamhet, enhet, tillfragade FROM svarande)
    GROUP BY GROUPING SETS ((ar), (ar, kommun))
)
SELECT
    m.ar,
    m.kommun,
    e.namn,
    matning['estimate'] AS medel,
    CASE WHEN m.enheter > 2 THEN matning['se'] END AS medel_se,
    CASE WHEN m.enheter > 2 AND matning['se'] IS NOT NULL THEN greatest(matning['low'], 13) END AS medel_low,
    CASE WHEN m.enheter > 2 AND matning['se'] IS NOT NULL THEN least(matning['high'], 65) END AS medel_high,
    coalesce(matning['n'], 0) AS n,
    m.svar,
    u.tillfragade,
    100.0 * m.svar / nullif(u.tillfragade, 0) AS svarsandel,
    m.enheter
FROM medel AS m
JOIN utskick AS u ON u.ar = m.ar AND u.kommun = m.kommun
LEFT JOIN enheter AS e ON e.enhet = m.kommun
WHERE $ar IS NULL OR m.ar = $ar
ORDER BY m.ar, m.kommun
