/*+++
title = "Kvalitet: vad brukarna tycker"
question = "Vad tycker de som får hemtjänst, särskilt boende, daglig verksamhet och stöd av socialtjänsten?"
description = """
Räknas: andelen som svarat 4 eller 5 på en skala till 5, bland dem som hade en åsikt. Svarsfrekvensen är inkomna svar
av utskickade, för hela verksamheten. Intervallet är Wilsons och behandlar de svarande som ett slumpmässigt urval av
alla brukare, ett år som ett av många: det säger vad slumpen gör, inte vad bortfallet gör. Är svarsfrekvensen låg kan
de som inte svarade tycka något annat, se kvalitet_svarande. En del svar har getts av en anhörig, och anhöriga är
mindre nöjda, se kvalitet_vem_svarade: jämför inte två områden utan att se på deras andelar anhöriga. Metoden byttes
2023; tal före och efter går inte att jämföra. Skillnader mellan små enheter är oftast slump.
"""
seminar = 3
sources = ["Brukarundersökningen"]
unit = "procent"
overview = ["omrade", "verksamhet", "fraga", "andel", "andel_low", "andel_high", "n", "svarsfrekvens", "andel_anhorig"]

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
values_from = "brukarsvar.fraga"
description = "En fråga, till exempel Trygghet; utan värde alla"
[params.indelning]
type = "text"
default = "Område"
choices = ["Område", "Kommun", "Enhet"]
description = "En rad för hela området, för varje kommun eller för varje enhet"

[columns.ar]
label = "År"
[columns.metod]
label = "Metod"
[columns.omrade]
label = "Område"
[columns.verksamhet]
label = "Verksamhet"
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
label = "Svar på frågan"
unit = "svar"
decimals = 0
[columns.utan_asikt]
label = "Ingen åsikt"
unit = "svar"
decimals = 0
[columns.tillfragade]
label = "Tillfrågade"
unit = "personer"
decimals = 0
[columns.svar]
label = "Inkomna svar"
unit = "svar"
decimals = 0
[columns.svarsfrekvens]
label = "Svarsfrekvens"
unit = "procent"
decimals = 1
[columns.andel_anhorig]
label = "Svar av anhörig"
unit = "procent"
decimals = 1

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["ar", "metod", "omrade", "verksamhet", "fraga"]
+++*/
WITH aret AS (
    SELECT
        coalesce($ar, max(ar)) AS ar,
        CASE WHEN coalesce($ar, max(ar)) < 2023 THEN 'till och med 2022' ELSE 'från 2023' END AS metod
    FROM brukarenkat
),
svaren AS (
    SELECT
        CASE
            WHEN $indelning = 'Enhet' THEN concat(b.kommun, ' ', b.enhet)
            WHEN $indelning = 'Kommun' OR $kommun IS NOT NULL THEN b.kommun
            ELSE '0017'
        END AS kod,
        b.verksamhet,
        b.fraga,
        b.vem_svarade,
        b.positivt
    FROM brukarsvar AS b
    JOIN aret AS a ON a.ar = b.ar
    WHERE ($kommun IS NULL OR b.kommun = $kommun)
        AND ($verksamhet IS NULL OR b.verksamhet = $verksamhet)
        AND ($fraga IS NULL OR b.fraga = $fraga)
),
utskick AS (
    SELECT
        CASE
            WHEN $indelning = 'Enhet' THEN concat(u.kommun, ' ', u.enhet)
            WHEN $indelning = 'Kommun' OR $kommun IS NOT NULL THEN u.kommun
            ELSE '0017'
        END AS kod,
        u.verksamhet,
        sum(u.utskickade) AS tillfragade,
        sum(u.svar) AS svar
    FROM brukarenkat_utskick AS u
    JOIN aret AS a ON a.ar = u.ar
    WHERE ($kommun IS NULL OR u.kommun = $kommun)
        AND ($verksamhet IS NULL OR u.verksamhet = $verksamhet)
    GROUP BY 1, 2
),
tillfragade AS (
    -- Varje fråga som ställs i verksamheten, också där ingen svarade.
    SELECT u.kod, u.verksamhet, f.fraga, u.tillfragade, u.svar
    FROM utskick AS u
    JOIN (SELECT DISTINCT verksamhet, fraga FROM brukarsvar) AS f ON f.verksamhet = u.verksamhet
    WHERE $fraga IS NULL OR f.fraga = $fraga
),
andelar AS (
    SELECT
        kod,
        verksamhet,
        fraga,
        count(positivt) AS n,
        count(*) - count(positivt) AS utan_asikt,
        proportion(sum(positivt), count(positivt)) AS tal,
        -- Av dem som sagt vem som svarade.
        CAST(count(*) FILTER (WHERE vem_svarade = 'Anhörig') AS DOUBLE) / nullif(count(vem_svarade), 0) AS anhorig
    FROM svaren
    GROUP BY kod, verksamhet, fraga
)
SELECT
    a.ar,
    a.metod,
    coalesce(e.namn, s.kod, u.kod) AS omrade,
    coalesce(s.verksamhet, u.verksamhet) AS verksamhet,
    coalesce(s.fraga, u.fraga) AS fraga,
    100.0 * tal['estimate'] AS andel,
    100.0 * sqrt(tal['estimate'] * (1.0 - tal['estimate']) / nullif(s.n, 0)) AS andel_se,
    100.0 * tal['low'] AS andel_low,
    100.0 * tal['high'] AS andel_high,
    coalesce(s.n, 0) AS n,
    coalesce(s.utan_asikt, 0) AS utan_asikt,
    u.tillfragade,
    u.svar,
    100.0 * CAST(u.svar AS DOUBLE) / nullif(CAST(u.tillfragade AS DOUBLE), 0) AS svarsfrekvens,
    100.0 * s.anhorig AS andel_anhorig
FROM andelar AS s
FULL JOIN tillfragade AS u ON u.kod = s.kod AND u.verksamhet = s.verksamhet AND u.fraga = s.fraga
CROSS JOIN aret AS a
LEFT JOIN enheter AS e ON e.enhet = coalesce(s.kod, u.kod)
ORDER BY coalesce(s.kod, u.kod), verksamhet, fraga
