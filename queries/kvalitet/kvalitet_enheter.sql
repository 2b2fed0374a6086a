/*+++
title = "Kvalitet: vilka enheter skiljer sig mer än slumpen"
question = "Vilka enheter skiljer sig från verksamheten i stort mer än slumpen kan göra?"
description = """
Räknas: varje enhets andel positiva svar (4 eller 5 av 5) bredvid kontrollgränser (trattdiagram): så långt från hela
verksamhetens andel i länet som slumpen når för en enhet med så många svar, 95 respektive 99,8 procent. Av hundra
enheter hamnar fem utanför den inre gränsen av slump och nästan ingen utanför den yttre: bara den yttre är ett skäl
att fråga vidare. En enhet utanför är inte dålig: brukarna kan ha större behov, fler anhöriga kan ha svarat, eller
frågan betyda något annat där. Enheterna står i kodordning och ska inte rangordnas. Enheter med färre än 30 svar visas
inte i en publicering.
"""
seminar = 3
sources = ["Brukarundersökningen"]
unit = "procent"
overview = ["namn", "enhet", "andel", "n", "verksamhetens", "undre_998", "ovre_998", "lasning"]

[params.ar]
type = "integer"
values_from = "brukarenkat.ar"
description = "År; utan år det senaste"
[params.verksamhet]
type = "text"
default = "Hemtjänst"
values_from = "brukarenkat.verksamhet"
description = "Verksamhet, till exempel Särskilt boende"
[params.fraga]
type = "text"
default = "Trygghet"
values_from = "brukarsvar.fraga"
description = "En fråga, till exempel Bemötande"
[params.kommun]
type = "text"
values_from = "brukarenkat.kommun"
description = "Visa bara den kommunens enheter; gränserna är ändå länets"

[columns.ar]
label = "År"
[columns.kommun]
label = "Kod"
[columns.namn]
label = "Kommun"
[columns.enhet]
label = "Enhet"
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
[columns.n]
label = "Svar"
unit = "svar"
decimals = 0
[columns.verksamhetens]
label = "Hela verksamheten"
unit = "procent"
decimals = 1
[columns.undre_95]
label = "Undre gräns (95 %)"
unit = "procent"
decimals = 1
[columns.ovre_95]
label = "Övre gräns (95 %)"
unit = "procent"
decimals = 1
[columns.undre_998]
label = "Undre gräns (99,8 %)"
unit = "procent"
decimals = 1
[columns.ovre_998]
label = "Övre gräns (99,8 %)"
unit = "procent"
decimals = 1
[columns.lasning]
label = "Läsning"

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["ar", "kommun", "namn", "enhet", "verksamhet", "fraga"]
+++*/
WITH enheterna AS (
    SELECT
        ar,
        kommun,
        enhet,
        verksamhet,
        fraga,
        CAST(count(positivt) AS DOUBLE) AS n,
        CAST(sum(positivt) AS DOUBLE) AS positiva
    FROM brukarsvar
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM brukarenkat))
        AND verksamhet = $verksamhet
        AND fraga = $fraga
    GROUP BY ar, kommun, enhet, verksamhet, fraga
),
andelar AS (
    SELECT
        *,
        positiva / nullif(n, 0) AS p,
        sum(positiva) OVER () / nullif(sum(n) OVER (), 0) AS alla
    FROM enheterna
),
granser AS (
    -- Slumpens avstånd från hela verksamheten för så många svar.
    SELECT *, sqrt(alla * (1.0 - alla) / nullif(n, 0)) AS slump FROM andelar
)
SELECT
    g.ar,
    g.kommun,
    coalesce(e.namn, g.kommun) AS namn,
    g.enhet,
    g.verksamhet,
    g.fraga,
    100.0 * g.p AS andel,
    100.0 * sqrt(g.p * (1.0 - g.p) / nullif(g.n, 0)) AS andel_se,
    CAST(g.n AS BIGINT) AS n,
    100.0 * g.alla AS verksamhetens,
    100.0 * greatest(g.alla - 1.959963984540054 * g.slump, 0.0) AS undre_95,
    100.0 * least(g.alla + 1.959963984540054 * g.slump, 1.0) AS ovre_95,
    100.0 * greatest(g.alla - 3.090232306167813 * g.slump, 0.0) AS undre_998,
    100.0 * least(g.alla + 3.090232306167813 * g.slump, 1.0) AS ovre_998,
    CASE
        WHEN g.n = 0 THEN 'ingen hade någon åsikt'
        WHEN g.p < g.alla - 3.090232306167813 * g.slump THEN 'lägre än slumpen: fråga vidare'
        WHEN g.p > g.alla + 3.090232306167813 * g.slump THEN 'högre än slumpen: fråga vidare'
        WHEN abs(g.p - g.alla) > 1.959963984540054 * g.slump THEN 'utanför den inre gränsen: kan vara slump'
        ELSE 'inom det som slumpen gör'
    END AS lasning
FROM granser AS g
LEFT JOIN enheter AS e ON e.enhet = g.kommun
WHERE $kommun IS NULL OR g.kommun = $kommun
ORDER BY g.kommun, g.enhet
