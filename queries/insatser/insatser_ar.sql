/*+++
title = "Insatser: med och utan insatsen, år för år"
question = "Utvecklades kommunerna lika före insatsen, och vad hände sedan?"
description = """
Nyckeltalet i kommunerna med insatsen och i länets övriga, år för år: bilden av förutsättningen för skillnad i skillnader.
avvikelse är skillnaden mellan dem det året minus skillnaden i medeltal under åren före insatsen (parametern fore; ett år som
självt är ett av dem jämförs med de andra av dem). Före insatsen ska den ligga nära noll och inte luta; därefter är den
effekten så här långt. Marginalen (95 procent) är vad lotten ger om insatsen fördelas på lika många kommuner på alla sätt
som går: en avvikelse utanför marginalen är större än slump. Med många år är något av dem det av en slump.

Kommunerna vägs efter antalet personer bakom värdena, där det är känt. Medelvärden över flera år ändras långsamt och delar år.
"""
seminar = 4
sources = ["Insatserna", "Egna nyckeltal", "Kolada"]
unit = "nyckeltalets enhet"
overview = ["ar", "skede", "med", "utan", "skillnad", "avvikelse", "marginal"]

[params.insats]
type = "text"
default = "I01"
values_from = "insatser.insats"
description = "En insats, till exempel I01"
[params.fore]
type = "integer"
default = 3
min = 2
max = 10
description = "Antal år före insatsen att jämföra med"

[columns.insats]
label = "Insats"
[columns.namn]
label = "Namn"
[columns.nyckeltal]
label = "Nyckeltal"
[columns.ar]
label = "År"
[columns.skede]
label = "Skede"
[columns.kommuner_med]
label = "Kommuner med insatsen"
decimals = 0
[columns.kommuner_utan]
label = "Kommuner att jämföra med"
decimals = 0
[columns.med]
label = "Med insatsen"
decimals = 1
[columns.utan]
label = "Utan insatsen"
decimals = 1
[columns.skillnad]
label = "Skillnad"
decimals = 1
[columns.avvikelse]
label = "Skillnad mot åren före"
decimals = 1
[columns.marginal]
label = "Så mycket ger lotten (95 %)"
decimals = 1
[columns.utfall]
label = "Utfall"

[disclosure]
rule = "public"
+++*/
WITH varden AS (
    SELECT
        *,
        ar < startar AND ar >= startar - $fore AS ar_fore,
        CASE
            WHEN ar < startar - $fore THEN 'dessförinnan'
            WHEN ar < startar THEN 'före'
            WHEN ar > sista_helar THEN 'efter att insatsen slutat'
            WHEN ar - spann + 1 >= forsta_helar THEN 'efter'
            ELSE 'övergång'
        END AS skede
    FROM insatsvarden
    WHERE insats = $insats AND varde IS NOT NULL
),
fore AS (
    SELECT kommun, sum(vikt * varde) AS summa, sum(vikt) AS vikt
    FROM varden
    WHERE ar_fore
    GROUP BY kommun
),
-- Varje kommuns värde mot dess eget medel under åren före, det egna året borträknat.
avvikelser AS (
    SELECT
        v.ar,
        v.kommun,
        v.med,
        v.varde - (f.summa - CASE WHEN v.ar_fore THEN v.vikt * v.varde ELSE 0 END)
            / (f.vikt - CASE WHEN v.ar_fore THEN v.vikt ELSE 0 END) AS avvikelse,
        1 / (1 / v.vikt + 1 / (f.vikt - CASE WHEN v.ar_fore THEN v.vikt ELSE 0 END)) AS vikt,
        row_number() OVER (PARTITION BY v.ar ORDER BY v.kommun) - 1 AS nummer
    FROM varden AS v
    JOIN fore AS f ON f.kommun = v.kommun
    -- Ett enda år före har inget att jämföras med.
    WHERE f.vikt - CASE WHEN v.ar_fore THEN v.vikt ELSE 0 END > 1e-9
),
summor AS (
    SELECT
        ar,
        count(*) FILTER (WHERE med) AS antal_med,
        count(*) AS antal,
        sum(vikt) AS vikter,
        sum(vikt * avvikelse) FILTER (WHERE med) / sum(vikt) FILTER (WHERE med)
            - sum(vikt * avvikelse) FILTER (WHERE NOT med) / sum(vikt) FILTER (WHERE NOT med) AS avvikelse
    FROM avvikelser
    GROUP BY ar
),
-- Varje lottning är ett tal vars bitar säger vilka kommuner som får insatsen.
lotter AS (
    SELECT
        value AS lott,
        (value & 1) + ((value >> 1) & 1) + ((value >> 2) & 1) + ((value >> 3) & 1)
            + ((value >> 4) & 1) + ((value >> 5) & 1) + ((value >> 6) & 1) + ((value >> 7) & 1)
            + ((value >> 8) & 1) + ((value >> 9) & 1) + ((value >> 10) & 1) + ((value >> 11) & 1)
            + ((value >> 12) & 1) + ((value >> 13) & 1) + ((value >> 14) & 1) + ((value >> 15) & 1) AS antal
    FROM generate_series(0, 65535)
),
-- Det som är kvar när årets avvikelse är borttagen ur kommunerna med insatsen: vad lotten ensam ger.
rester AS (
    SELECT
        a.ar,
        a.nummer,
        a.vikt,
        a.vikt * (a.avvikelse - CASE WHEN a.med THEN s.avvikelse ELSE 0 END) AS rest,
        sum(a.vikt * (a.avvikelse - CASE WHEN a.med THEN s.avvikelse ELSE 0 END)) OVER (PARTITION BY a.ar) AS rester,
        s.vikter,
        s.antal,
        s.antal_med
    FROM avvikelser AS a
    JOIN summor AS s ON s.ar = a.ar
),
lottade AS (
    SELECT
        r.ar,
        l.lott,
        abs(sum(r.rest) / sum(r.vikt) - (min(r.rester) - sum(r.rest)) / (min(r.vikter) - sum(r.vikt))) AS slump
    FROM rester AS r
    JOIN lotter AS l ON l.antal = r.antal_med
    -- Sexton bitar räcker till länets sexton kommuner; fler än så prövas inte.
    WHERE (l.lott >> r.nummer) & 1 = 1 AND l.lott < power(2, r.antal) AND r.antal <= 16
    GROUP BY r.ar, l.lott
),
rangordnade AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY ar ORDER BY slump) AS plats,
        count(*) OVER (PARTITION BY ar) AS lottningar
    FROM lottade
),
marginaler AS (
    SELECT ar, max(slump) FILTER (WHERE plats = ceil(0.95 * lottningar)) AS marginal
    FROM rangordnade
    -- Med färre än 20 lottningar går inget att skilja från slump.
    WHERE lottningar >= 20
    GROUP BY ar
),
arsvis AS (
    SELECT
        insats,
        min(namn) AS namn,
        min(nyckeltal) AS nyckeltal,
        ar,
        min(skede) AS skede,
        count(*) FILTER (WHERE med) AS kommuner_med,
        count(*) FILTER (WHERE NOT med) AS kommuner_utan,
        sum(vikt * varde) FILTER (WHERE med) / sum(vikt) FILTER (WHERE med) AS med,
        sum(vikt * varde) FILTER (WHERE NOT med) / sum(vikt) FILTER (WHERE NOT med) AS utan
    FROM varden
    GROUP BY insats, ar
)
SELECT
    v.insats,
    v.namn,
    v.nyckeltal,
    v.ar,
    v.skede,
    v.kommuner_med,
    v.kommuner_utan,
    v.med,
    v.utan,
    v.med - v.utan AS skillnad,
    s.avvikelse,
    m.marginal,
    CASE
        WHEN m.marginal IS NULL THEN 'kan inte bedömas'
        WHEN abs(s.avvikelse) <= m.marginal THEN 'inom slumpen'
        ELSE 'större än slumpen'
    END AS utfall
FROM arsvis AS v
LEFT JOIN summor AS s ON s.ar = v.ar
LEFT JOIN marginaler AS m ON m.ar = v.ar
ORDER BY v.ar
