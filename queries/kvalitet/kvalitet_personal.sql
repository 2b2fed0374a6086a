/*+++
title = "Kvalitet inifrån: personalens syn på personcentrerat arbete (P-CAT)"
question = "Hur personcentrerat arbetar vi enligt personalen, och hur säkert mäter formuläret det?"
description = """
Räknas: medelpoängen per påstående (1–5, högre är mer personcentrerat) bland dem som besvarat alla skalans påståenden,
efter poängnyckeln i pcat_nyckel, där vända påståenden är vända. Intervallet är Students och behandlar de svarande som
ett slumpmässigt urval av personalen, ett år som ett av många. Cronbachs alfa säger hur väl skalans påståenden hänger
ihop, intervall efter Bonett; det räknas bara när tillräckligt många besvarat allt (alfa_minst). Ett högt alfa betyder
inte att skalan mäter rätt sak, och påståenden på en enhet kan hänga ihop för att alla har samma chef. P-CAT är
personalens bild, inifrån: ställ den bredvid brukarnas, se inifran_utifran. Svarsfrekvensen gäller enheter där någon
svarade.
"""
seminar = 3
sources = ["P-CAT"]
unit = "poäng 1–5"
overview = ["omrade", "verksamhet", "skala", "medel", "medel_low", "medel_high", "n", "svarsfrekvens", "alfa", "skal"]

[params.ar]
type = "integer"
values_from = "pcat.ar"
description = "År; utan år det senaste"
[params.kommun]
type = "text"
values_from = "pcat.kommun"
description = "Kommunkod, till exempel 1784; utan kod hela länet"
[params.verksamhet]
type = "text"
values_from = "pcat.verksamhet"
description = "Verksamhet, till exempel Hemtjänst; utan värde alla"
[params.indelning]
type = "text"
default = "Område"
choices = ["Område", "Kommun", "Enhet"]
description = "En rad för hela området, för varje kommun eller för varje enhet"
[params.nyckel]
type = "text"
default = "Tre delskalor"
values_from = "pcat_nyckel.nyckel"
description = "Poängnyckel"
[params.alfa_minst]
type = "integer"
default = 30
min = 10
description = "Färre fullständiga svar än så ger inget alfa"

[columns.ar]
label = "År"
[columns.omrade]
label = "Område"
[columns.verksamhet]
label = "Verksamhet"
[columns.skala]
label = "Skala"
[columns.pastaenden]
label = "Påståenden"
decimals = 0
[columns.medel]
label = "Medelpoäng"
unit = "poäng 1–5"
decimals = 2
[columns.medel_low]
label = "Lägst (95 %)"
unit = "poäng 1–5"
decimals = 2
[columns.medel_high]
label = "Högst (95 %)"
unit = "poäng 1–5"
decimals = 2
[columns.spridning]
label = "Standardavvikelse"
unit = "poäng"
decimals = 2
[columns.n]
label = "Fullständiga svar"
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
[columns.svarsfrekvens]
label = "Svarsfrekvens"
unit = "procent"
decimals = 0
[columns.alfa]
label = "Cronbachs alfa"
decimals = 2
[columns.alfa_low]
label = "Alfa, lägst (95 %)"
decimals = 2
[columns.alfa_high]
label = "Alfa, högst (95 %)"
decimals = 2
[columns.skal]
label = "Att tänka på"

[disclosure]
rule = "secrecy"
persons = "n"
within = ["ar", "verksamhet", "skala"]
labels = ["ar", "omrade", "verksamhet", "skala", "pastaenden"]
+++*/
WITH aret AS (
    SELECT
        CASE
            WHEN $indelning = 'Enhet' THEN concat(kommun, ' ', enhet)
            WHEN $indelning = 'Kommun' OR $kommun IS NOT NULL THEN kommun
            ELSE '0017'
        END AS kod,
        verksamhet,
        kommun,
        enhet,
        tillfragade,
        lopnr,
        delskala,
        fraga,
        poang
    FROM pcat_poang
    WHERE nyckel = $nyckel
        AND ar = coalesce($ar, (SELECT max(ar) FROM pcat))
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($verksamhet IS NULL OR verksamhet = $verksamhet)
),
skalor AS (
    SELECT kod, verksamhet, lopnr, fraga, poang, delskala AS skala FROM aret
    UNION ALL
    SELECT kod, verksamhet, lopnr, fraga, poang, 'Alla påståenden' FROM aret
),
besvarade AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY lopnr, skala) AS pastaenden,
        count(poang) OVER (PARTITION BY lopnr, skala) AS besvarade
    FROM skalor
),
fullstandiga AS (
    -- Den som hoppat över ett påstående har ingen poäng på skalan.
    SELECT kod, verksamhet, skala, pastaenden, lopnr, CAST(sum(poang) AS DOUBLE) AS summa
    FROM besvarade
    WHERE besvarade = pastaenden
    GROUP BY kod, verksamhet, skala, pastaenden, lopnr
),
medel AS (
    SELECT
        kod,
        verksamhet,
        skala,
        pastaenden,
        mean_interval(summa / pastaenden) AS tal,
        var_samp(summa) AS varians
    FROM fullstandiga
    GROUP BY kod, verksamhet, skala, pastaenden
),
per_pastaende AS (
    SELECT kod, verksamhet, skala, fraga, var_samp(CAST(poang AS DOUBLE)) AS varians
    FROM besvarade
    WHERE besvarade = pastaenden
    GROUP BY kod, verksamhet, skala, fraga
),
inom AS (
    SELECT kod, verksamhet, skala, sum(varians) AS varianser
    FROM per_pastaende
    GROUP BY kod, verksamhet, skala
),
enheterna AS (
    SELECT kod, verksamhet, kommun, enhet, max(tillfragade) AS tillfragade, count(DISTINCT lopnr) AS svar
    FROM aret
    GROUP BY kod, verksamhet, kommun, enhet
),
frekvenser AS (
    SELECT kod, verksamhet, sum(tillfragade) AS tillfragade, sum(svar) AS svar
    FROM enheterna
    GROUP BY kod, verksamhet
),
alfa AS (
    SELECT
        m.kod,
        m.verksamhet,
        m.skala,
        m.pastaenden,
        tal['estimate'] AS medel,
        tal['low'] AS low,
        tal['high'] AS high,
        tal['sd'] AS sd,
        tal['n'] AS n,
        m.varians,
        CASE WHEN tal['n'] >= $alfa_minst AND m.pastaenden > 1 THEN
            CAST(m.pastaenden AS DOUBLE) / CAST(m.pastaenden - 1 AS DOUBLE)
            * (1.0 - i.varianser / nullif(m.varians, 0)) END AS alfa,
        -- Bonett (2002): ln(1 − alfa) är nära normalfördelad.
        1.959963984540054 * sqrt(
            2.0 * CAST(m.pastaenden AS DOUBLE)
            / nullif(CAST((m.pastaenden - 1) * greatest(tal['n'] - 2, 0) AS DOUBLE), 0)
        ) AS bredd
    FROM medel AS m
    JOIN inom AS i ON i.kod = m.kod AND i.verksamhet = m.verksamhet AND i.skala = m.skala
)
SELECT
    coalesce($ar, (SELECT max(ar) FROM pcat)) AS ar,
    coalesce(e.namn, a.kod) AS omrade,
    a.verksamhet,
    a.skala,
    a.pastaenden,
    a.medel,
    a.low AS medel_low,
    a.high AS medel_high,
    a.sd AS spridning,
    a.n,
    f.svar,
    f.tillfragade,
    100.0 * CAST(f.svar AS DOUBLE) / nullif(CAST(f.tillfragade AS DOUBLE), 0) AS svarsfrekvens,
    a.alfa,
    1.0 - (1.0 - a.alfa) * exp(a.bredd) AS alfa_low,
    1.0 - (1.0 - a.alfa) * exp(-a.bredd) AS alfa_high,
    CASE
        WHEN a.n < 30 THEN 'osäkert: färre än 30 fullständiga svar'
        WHEN a.n < $alfa_minst THEN 'alfa räknas inte: för få fullständiga svar'
        WHEN a.alfa IS NULL THEN 'alfa går inte att räkna: svaren varierar inte'
    END AS skal
FROM alfa AS a
JOIN frekvenser AS f ON f.kod = a.kod AND f.verksamhet = a.verksamhet
LEFT JOIN enheter AS e ON e.enhet = a.kod
ORDER BY a.kod, a.verksamhet, CASE WHEN a.skala = 'Alla påståenden' THEN 1 ELSE 2 END, a.skala
