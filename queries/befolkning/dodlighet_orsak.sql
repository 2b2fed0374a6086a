/*+++
title = "Dödlighet efter orsak när åldrarna är lika"
question = "Vilka dödsorsaker är vanligare i Värmland än i Halland och riket, när åldrarna är lika?"
description = """
Räknas: döda per 100 000 invånare och år efter underliggande dödsorsak, som om alla områden hade rikets åldrar (direkt
standardisering, intervall efter Dobson). Standarden är rikets medelfolkmängd för båda könen, så att kvinnor och män
också går att jämföra. Färre än tio döda ger inget tal. Gånger riket har riket i sig självt, och länet är en del av
riket: läs det som ett läge, inte som ett test. Ett år är ett av många; intervallet säger vad slumpen gör.
"""
seminar = 1
sources = ["Socialstyrelsen, dödsorsaker", "SCB, folkmängd"]
unit = "per 100 000"
overview = ["aldrar", "kon", "orsak", "namn", "dodlighet", "dodlighet_low", "dodlighet_high", "ganger_riket", "skal"]

[params.fran]
type = "integer"
values_from = "dodsorsaker.ar"
description = "Första året; utan värde det första som finns"
[params.till]
type = "integer"
values_from = "dodsorsaker.ar"
description = "Sista året; utan värde det senaste"
[params.alder_min]
type = "integer"
default = 0
min = 0
max = 85
description = "Yngsta ålder, en jämn femårsgräns som 50; utan värde alla"
[params.alder_max]
type = "integer"
min = 4
description = "Äldsta ålder, sista året i en femårsgrupp som 74; utan värde alla"

[columns.period]
label = "Period"
[columns.aldrar]
label = "Åldrar"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.kon]
label = "Kön"
[columns.orsak]
label = "Dödsorsak"
[columns.dodlighet]
label = "Döda per 100 000"
unit = "per 100 000"
decimals = 1
[columns.dodlighet_low]
label = "Lägst (95 %)"
unit = "per 100 000"
decimals = 1
[columns.dodlighet_high]
label = "Högst (95 %)"
unit = "per 100 000"
decimals = 1
[columns.doda]
label = "Döda"
unit = "personer"
decimals = 0
[columns.ganger_riket]
label = "Gånger riket"
unit = "gånger"
decimals = 2
[columns.skal]
label = "Varför talet saknas"

[disclosure]
rule = "public"
+++*/
WITH folk AS (
    SELECT enhet, kon, ar, least(CAST(regexp_replace(aldersgrupp, '[-+].*', '') AS INT), 85) AS alder, sum(antal) AS antal
    FROM folkmangd
    WHERE kon <> 'Totalt'
        AND enhet IN (SELECT DISTINCT enhet FROM dodsorsaker)
    GROUP BY enhet, kon, ar, least(CAST(regexp_replace(aldersgrupp, '[-+].*', '') AS INT), 85)
),
medelfolk AS (
    -- Årets medelfolkmängd: mellan förra årets slut och årets. Är årets början inte känd räknas årets slut.
    SELECT f.enhet, f.kon, f.alder, f.ar, 0.5 * (coalesce(i.antal, f.antal) + f.antal) AS personar
    FROM folk AS f
    LEFT JOIN folk AS i ON i.enhet = f.enhet AND i.kon = f.kon AND i.alder = f.alder AND i.ar = f.ar - 1
    WHERE f.ar IN (SELECT DISTINCT ar FROM dodsorsaker)
        AND ($fran IS NULL OR f.ar >= $fran)
        AND ($till IS NULL OR f.ar <= $till)
        AND f.alder >= $alder_min
        AND ($alder_max IS NULL OR f.alder + 4 <= $alder_max)
),
perioden AS (
    SELECT min(ar) AS fran, max(ar) AS till, min(alder) AS yngst, max(alder) AS aldst FROM medelfolk
),
personar AS (
    SELECT enhet, kon, alder, sum(personar) AS personar
    FROM medelfolk
    GROUP BY enhet, kon, alder
),
riket AS (
    SELECT alder, sum(personar) AS standard
    FROM personar
    WHERE enhet = '0000'
    GROUP BY alder
),
doda AS (
    SELECT
        d.enhet,
        d.kon,
        CAST(regexp_replace(d.aldersgrupp, '[-+].*', '') AS INT) AS alder,
        d.orsak,
        sum(d.antal) AS doda
    FROM dodsorsaker AS d
    JOIN perioden AS p ON d.ar BETWEEN p.fran AND p.till
    GROUP BY d.enhet, d.kon, CAST(regexp_replace(d.aldersgrupp, '[-+].*', '') AS INT), d.orsak
),
orsaker AS (
    SELECT unnest(array_agg(DISTINCT orsak)) AS orsak FROM dodsorsaker
),
celler AS (
    -- En cell utan någon död finns inte i utdraget och är noll.
    SELECT p.enhet, p.kon, o.orsak, p.personar, r.standard, coalesce(d.doda, 0) AS doda
    FROM personar AS p
    JOIN riket AS r ON r.alder = p.alder
    CROSS JOIN orsaker AS o
    LEFT JOIN doda AS d ON d.enhet = p.enhet AND d.kon = p.kon AND d.alder = p.alder AND d.orsak = o.orsak
),
standardiserade AS (
    SELECT
        enhet,
        kon,
        orsak,
        sum(doda) AS doda,
        standardised_rate(doda, personar, standard) AS tal
    FROM celler
    GROUP BY enhet, kon, orsak
),
tal AS (
    SELECT
        enhet,
        kon,
        orsak,
        doda,
        tal['estimate'] AS dodlighet,
        tal['low'] AS low,
        tal['high'] AS high,
        max(tal['estimate']) FILTER (WHERE enhet = '0000') OVER (PARTITION BY kon, orsak) AS rikets
    FROM standardiserade
)
SELECT
    CASE WHEN p.fran = p.till THEN CAST(p.fran AS VARCHAR) ELSE concat(p.fran, '–', p.till) END AS period,
    -- De åldrar som räknas, i hela femårsgrupper.
    CASE
        WHEN p.yngst = 0 AND p.aldst = 85 THEN 'Alla åldrar'
        WHEN p.aldst = 85 THEN concat(p.yngst, ' år och äldre')
        ELSE concat(p.yngst, '–', p.aldst + 4, ' år')
    END AS aldrar,
    s.enhet,
    coalesce(n.namn, s.enhet) AS namn,
    s.kon,
    s.orsak,
    s.dodlighet,
    s.low AS dodlighet_low,
    s.high AS dodlighet_high,
    s.doda,
    s.dodlighet / nullif(s.rikets, 0) AS ganger_riket,
    CASE WHEN s.dodlighet IS NULL THEN 'färre än tio döda' END AS skal
FROM tal AS s
CROSS JOIN perioden AS p
LEFT JOIN enheter AS n ON n.enhet = s.enhet
ORDER BY s.kon, s.orsak, s.enhet
