/*+++
title = "Röster bredvid siffror"
question = "Vad säger människor själva, och vad säger siffran om detsamma?"
description = """
En rad per röst: citat, resultat av dialog eller gott exempel, med källa, och bredvid den en siffra om samma utmaning,
i samma kommun när den har minst 30 svar, annars i länet. Vilken siffra som hör till vilken utmaning står i frågan och
kan ändras. Ett citat är med bara när personen har samtyckt skriftligt eller muntligt; dialoger och goda exempel är
ingen enskilds ord. En röst är en röst: den visar hur något kan vara, inte hur vanligt det är, och siffran visar hur
vanligt, inte hur det är. Siffran och rösten kommer inte från samma personer. I en liten kommun kan den som läser
känna igen den som talar: fråga innan rösten visas igen.
"""
seminar = 3
sources = ["Rösterna", "Liv & Hälsa", "Brukarundersökningen"]
unit = "procent"
overview = ["namn", "typ", "vem", "lydelse", "siffra", "andel", "andel_low", "andel_high", "siffrans_omrade"]

[params.kommun]
type = "text"
values_from = "roster.kommun"
description = "Kommunkod, till exempel 1780, eller 0017 för det som gäller hela länet; utan kod alla"
[params.livsperspektiv]
type = "text"
values_from = "roster.livsperspektiv"
description = "Livsperspektiv, till exempel Äldrelivet; utan värde alla"
[params.utmaning]
type = "text"
values_from = "roster.utmaning"
description = "Utmaning, till exempel Psykisk ohälsa; utan värde alla"
[params.typ]
type = "text"
values_from = "roster.typ"
description = "Citat, Dialog eller Gott exempel; utan värde alla"

[columns.rost]
label = "Röst"
[columns.datum]
label = "Datum"
[columns.kommun]
label = "Kod"
[columns.namn]
label = "Område"
[columns.livsperspektiv]
label = "Livsperspektiv"
[columns.utmaning]
label = "Utmaning"
[columns.typ]
label = "Typ"
[columns.vem]
label = "Vem"
[columns.lydelse]
label = "Orden"
[columns.kalla]
label = "Källa"
[columns.samtycke]
label = "Samtycke"
[columns.siffra]
label = "Siffran bredvid"
[columns.siffrans_omrade]
label = "Siffran gäller"
[columns.ar]
label = "Siffrans år"
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

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = [
    "rost", "datum", "kommun", "namn", "livsperspektiv", "utmaning", "typ", "vem", "lydelse", "kalla", "samtycke", "siffra",
    "siffrans_omrade", "ar",
]
+++*/
WITH siffror AS (
    -- Här bestäms vilken siffra som står bredvid vilken utmaning.
    SELECT * FROM (
        VALUES
            ('Psykisk ohälsa', 'Nedsatt psykiskt välbefinnande'),
            ('Den sårbara familjen', 'Ekonomisk stress'),
            ('Riskbruk och riskbeteende', 'Riskabla alkoholvanor'),
            ('Hälsosamma levnadsvanor', 'Stillasittande mer än 7 timmar')
    ) AS v (utmaning, kriterium)
),
skattade AS (
    SELECT
        b.ar,
        b.kriterium,
        coalesce(b.kommun, '0017') AS omrade,
        survey_proportion(b.utfall, b.design) AS tal
    FROM behov AS b
    WHERE b.ar = (SELECT max(ar) FROM behov)
        AND b.kriterium IN (SELECT kriterium FROM siffror)
    GROUP BY GROUPING SETS ((b.ar, b.kriterium, b.kommun), (b.ar, b.kriterium))
),
brukare AS (
    SELECT
        ar,
        coalesce(kommun, '0017') AS omrade,
        count(positivt) AS n,
        proportion(sum(positivt), count(positivt)) AS tal
    FROM brukarsvar
    WHERE fraga = 'Trygghet'
        AND verksamhet = 'Hemtjänst'
        AND ar = (SELECT max(ar) FROM brukarenkat)
    GROUP BY GROUPING SETS ((ar, kommun), (ar))
),
tal AS (
    SELECT
        s.utmaning,
        concat(s.kriterium, ', invånare 18–84 år') AS siffra,
        t.omrade,
        t.ar,
        tal['estimate'] AS p,
        tal['se'] AS se,
        tal['low'] AS low,
        tal['high'] AS high,
        tal['n'] AS n
    FROM skattade AS t
    JOIN siffror AS s ON s.kriterium = t.kriterium
    UNION ALL
    SELECT
        'Äldres hälsa',
        'Känner sig trygga, brukare med hemtjänst',
        omrade,
        ar,
        tal['estimate'],
        sqrt(tal['estimate'] * (1.0 - tal['estimate']) / nullif(n, 0)),
        tal['low'],
        tal['high'],
        n
    FROM brukare
),
rosterna AS (
    SELECT *
    FROM roster
    WHERE (typ <> 'Citat' OR samtycke IN ('Skriftligt', 'Muntligt'))
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($livsperspektiv IS NULL OR livsperspektiv = $livsperspektiv)
        AND ($utmaning IS NULL OR utmaning = $utmaning)
        AND ($typ IS NULL OR typ = $typ)
),
bredvid AS (
    SELECT
        r.*,
        CASE WHEN k.n >= 30 THEN r.kommun ELSE '0017' END AS siffrans_omrade
    FROM rosterna AS r
    LEFT JOIN tal AS k ON k.utmaning = r.utmaning AND k.omrade = r.kommun
)
SELECT
    b.rost,
    b.datum,
    b.kommun,
    coalesce(e.namn, b.kommun) AS namn,
    b.livsperspektiv,
    b.utmaning,
    b.typ,
    b.vem,
    b.lydelse,
    b.kalla,
    b.samtycke,
    t.siffra,
    CASE WHEN t.siffra IS NOT NULL THEN coalesce(o.namn, b.siffrans_omrade) END AS siffrans_omrade,
    t.ar,
    100.0 * t.p AS andel,
    100.0 * t.se AS andel_se,
    100.0 * t.low AS andel_low,
    100.0 * t.high AS andel_high,
    -- En röst utan utmaning har ingen siffra bredvid sig.
    coalesce(t.n, 0) AS n
FROM bredvid AS b
LEFT JOIN tal AS t ON t.utmaning = b.utmaning AND t.omrade = b.siffrans_omrade
LEFT JOIN enheter AS e ON e.enhet = b.kommun
LEFT JOIN enheter AS o ON o.enhet = b.siffrans_omrade
ORDER BY b.datum, b.rost
