/*+++
title = "Varför lever man längre på ett ställe: skillnaden efter ålder och dödsorsak"
question = "Varför lever hallänningar längre än värmlänningar, i vilka åldrar och av vilka dödsorsaker?"
description = """
Räknas: skillnaden i medellivslängd, det andra området minus det första, delad efter ålder och underliggande dödsorsak
med Arriagas metod. Delarna summerar till hela skillnaden. Ett tal större än noll är år som det andra området vinner i
den åldern av den orsaken, ett tal mindre än noll år som det förlorar. Döda är Socialstyrelsens, personår är
medelvärdet av SCB:s folkmängd vid årets början och slut, för det allra första året den vid årets slut.
Åldersgrupperna är femårsgrupper och den sista 85 år och äldre; dödligheten antas vara jämn inom en grupp, också bland
de yngsta. Uppdelningen visar var skillnaden sitter, inte vad som orsakar den: bakom en dödsorsak finns
levnadsvillkor, levnadsvanor och vård. Intervallet hör till hela skillnaden; en enskild ålder och orsak är mer osäker.
Ett område som jämförs med riket finns också i riket.
"""
seminar = 1
sources = ["Socialstyrelsen, dödsorsaker", "SCB, folkmängd"]
unit = "år"
overview = ["kon", "uppdelning", "aldersgrupp", "orsak", "bidrag", "bidrag_low", "bidrag_high"]

[params.enhet_1]
type = "text"
default = "0017"
values_from = "dodsorsaker.enhet"
description = "Området som skillnaden räknas från, till exempel 0017 Värmland"
[params.enhet_2]
type = "text"
default = "0013"
values_from = "dodsorsaker.enhet"
description = "Området som det jämförs med, till exempel 0013 Halland eller 0000 riket"
[params.fran]
type = "integer"
values_from = "dodsorsaker.ar"
description = "Första året; utan värde det första som finns"
[params.till]
type = "integer"
values_from = "dodsorsaker.ar"
description = "Sista året; utan värde det senaste"
[params.uppdelning]
type = "text"
choices = ["Hela skillnaden", "Efter ålder", "Efter orsak", "Efter ålder och orsak"]
description = "Hur skillnaden delas; utan värde alla sätten"

[columns.period]
label = "Period"
[columns.omrade_1]
label = "Från"
[columns.omrade_2]
label = "Jämfört med"
[columns.kon]
label = "Kön"
[columns.uppdelning]
label = "Uppdelning"
[columns.aldersgrupp]
label = "Ålder"
[columns.orsak]
label = "Dödsorsak"
[columns.bidrag]
label = "Skillnad i medellivslängd"
unit = "år"
decimals = 2
[columns.bidrag_low]
label = "Lägst (95 %)"
unit = "år"
decimals = 2
[columns.bidrag_high]
label = "Högst (95 %)"
unit = "år"
decimals = 2
[columns.livslangd_1]
label = "Medellivslängd, från"
unit = "år"
decimals = 1
[columns.livslangd_2]
label = "Medellivslängd, jämfört med"
unit = "år"
decimals = 1
[columns.doda_1]
label = "Döda, från"
unit = "personer"
decimals = 0
[columns.doda_2]
label = "Döda, jämfört med"
unit = "personer"
decimals = 0

[disclosure]
rule = "public"
+++*/
WITH folk AS (
    -- Femårsgrupper som i dödsorsakerna: alla från 85 år tillsammans.
    SELECT enhet, kon, ar, least(CAST(regexp_replace(aldersgrupp, '[-+].*', '') AS INT), 85) AS alder, sum(antal) AS antal
    FROM folkmangd
    WHERE kon <> 'Totalt'
        AND enhet IN ($enhet_1, $enhet_2)
    GROUP BY enhet, kon, ar, least(CAST(regexp_replace(aldersgrupp, '[-+].*', '') AS INT), 85)
),
medelfolk AS (
    -- Årets medelfolkmängd: mellan förra årets slut och årets. Är årets början inte känd räknas årets slut.
    SELECT
        f.enhet,
        f.kon,
        f.alder,
        sum(0.5 * (coalesce(i.antal, f.antal) + f.antal)) AS personar,
        min(f.ar) AS fran,
        max(f.ar) AS till
    FROM folk AS f
    LEFT JOIN folk AS i ON i.enhet = f.enhet AND i.kon = f.kon AND i.alder = f.alder AND i.ar = f.ar - 1
    WHERE f.ar IN (SELECT DISTINCT ar FROM dodsorsaker)
        AND ($fran IS NULL OR f.ar >= $fran)
        AND ($till IS NULL OR f.ar <= $till)
    GROUP BY f.enhet, f.kon, f.alder
),
perioden AS (
    SELECT min(fran) AS fran, max(till) AS till FROM medelfolk
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
    WHERE d.enhet IN ($enhet_1, $enhet_2)
    GROUP BY d.enhet, d.kon, CAST(regexp_replace(d.aldersgrupp, '[-+].*', '') AS INT), d.orsak
),
orsaker AS (
    SELECT unnest(array_agg(DISTINCT orsak)) AS orsak FROM dodsorsaker
),
celler AS (
    -- Varje ålder och orsak: en cell utan någon död finns inte i utdraget och är noll.
    SELECT
        m1.kon,
        m1.alder,
        o.orsak,
        m1.personar AS personar_1,
        CAST(coalesce(d1.doda, 0) AS DOUBLE) AS doda_1,
        m2.personar AS personar_2,
        CAST(coalesce(d2.doda, 0) AS DOUBLE) AS doda_2
    FROM medelfolk AS m1
    JOIN medelfolk AS m2 ON m2.enhet = $enhet_2 AND m2.kon = m1.kon AND m2.alder = m1.alder
    CROSS JOIN orsaker AS o
    LEFT JOIN doda AS d1
        ON d1.enhet = m1.enhet AND d1.kon = m1.kon AND d1.alder = m1.alder AND d1.orsak = o.orsak
    LEFT JOIN doda AS d2
        ON d2.enhet = $enhet_2 AND d2.kon = m1.kon AND d2.alder = m1.alder AND d2.orsak = o.orsak
    WHERE m1.enhet = $enhet_1
),
aldrar AS (
    SELECT
        kon,
        alder,
        max(personar_1) AS personar_1,
        sum(doda_1) AS doda_1,
        max(personar_2) AS personar_2,
        sum(doda_2) AS doda_2
    FROM celler
    GROUP BY kon, alder
),
livslangder AS (
    SELECT
        kon,
        -- Båda är hela län eller riket: intervallet säger själv när det är för få.
        life_expectancy(alder, personar_1, doda_1, {'minimum': 0}) AS e1,
        life_expectancy(alder, personar_2, doda_2, {'minimum': 0}) AS e2
    FROM aldrar
    GROUP BY kon
),
bidragen AS (
    SELECT kon, unnest(life_expectancy_difference(alder, orsak, personar_1, doda_1, personar_2, doda_2)) AS del
    FROM celler
    GROUP BY kon
),
alla AS (
    SELECT
        c.kon,
        c.alder,
        c.orsak,
        sum(del['years']) AS bidrag,
        CAST(sum(c.doda_1) AS BIGINT) AS doda_1,
        CAST(sum(c.doda_2) AS BIGINT) AS doda_2
    FROM celler AS c
    JOIN bidragen AS b ON b.kon = c.kon AND del['age'] = c.alder AND del['cause'] = c.orsak
    GROUP BY GROUPING SETS ((c.kon), (c.kon, c.alder), (c.kon, c.orsak), (c.kon, c.alder, c.orsak))
),
namngivna AS (
    SELECT
        kon,
        alder AS alder_ordning,
        orsak AS dodsorsak,
        bidrag,
        doda_1,
        doda_2,
        CASE
            WHEN alder IS NULL AND orsak IS NULL THEN 'Hela skillnaden'
            WHEN orsak IS NULL THEN 'Efter ålder'
            WHEN alder IS NULL THEN 'Efter orsak'
            ELSE 'Efter ålder och orsak'
        END AS uppdelning
    FROM alla
),
med_fel AS (
    -- Två områden är två räkningar: felen läggs ihop.
    SELECT
        kon,
        e1['estimate'] AS livslangd_1,
        e2['estimate'] AS livslangd_2,
        1.959963984540054 * sqrt(e1['se'] * e1['se'] + e2['se'] * e2['se']) AS marginal
    FROM livslangder
)
SELECT
    CASE WHEN p.fran = p.till THEN CAST(p.fran AS VARCHAR) ELSE concat(p.fran, '–', p.till) END AS period,
    coalesce(u1.namn, $enhet_1) AS omrade_1,
    coalesce(u2.namn, $enhet_2) AS omrade_2,
    a.kon,
    a.uppdelning,
    CASE
        WHEN a.alder_ordning IS NULL THEN 'Alla åldrar'
        WHEN a.alder_ordning = 85 THEN '85 år och äldre'
        ELSE concat(a.alder_ordning, '–', a.alder_ordning + 4, ' år')
    END AS aldersgrupp,
    coalesce(a.dodsorsak, 'Alla orsaker') AS orsak,
    a.bidrag,
    -- Ett område mot sig självt skiljer sig inte, och det är säkert.
    CASE WHEN a.uppdelning = 'Hela skillnaden' AND $enhet_1 <> $enhet_2 THEN a.bidrag - f.marginal END AS bidrag_low,
    CASE WHEN a.uppdelning = 'Hela skillnaden' AND $enhet_1 <> $enhet_2 THEN a.bidrag + f.marginal END AS bidrag_high,
    CASE WHEN a.uppdelning = 'Hela skillnaden' THEN f.livslangd_1 END AS livslangd_1,
    CASE WHEN a.uppdelning = 'Hela skillnaden' THEN f.livslangd_2 END AS livslangd_2,
    a.doda_1,
    a.doda_2
FROM namngivna AS a
CROSS JOIN perioden AS p
JOIN med_fel AS f ON f.kon = a.kon
LEFT JOIN enheter AS u1 ON u1.enhet = $enhet_1
LEFT JOIN enheter AS u2 ON u2.enhet = $enhet_2
WHERE $uppdelning IS NULL OR a.uppdelning = $uppdelning
ORDER BY
    a.kon,
    CASE a.uppdelning
        WHEN 'Hela skillnaden' THEN 1
        WHEN 'Efter orsak' THEN 2
        WHEN 'Efter ålder' THEN 3
        ELSE 4
    END,
    alder_ordning,
    dodsorsak
