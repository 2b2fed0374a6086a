/*+++
title = "Representativitet: de som svarade på Liv & Hälsa mot befolkningen"
question = "Är de som svarade på befolkningsenkäten lika befolkningen, och rättar vikterna till det?"
description = """
Räknas: gruppens andel av de svarande som de är, med enkätens vikter, och av alla bosatta 18–84 år i
befolkningsregistret samma år. Utbildning jämförs i åldrarna 25–84 år, där registret har den. Vikterna rättar för det
som vikterna känner till, som kön, ålder och kommun; liknar de vägda andelarna befolkningen där är det så det ska vara
och inget bevis för att svaren är det. Skiljer sig utbildningen också vägd finns en skevhet kvar, och den påverkar
allt som hänger ihop med utbildning. Få svar i en grupp ger breda intervall, inte nödvändigtvis skeva.
"""
seminar = 1
sources = ["Liv & Hälsa", "Befolkningsregistret"]
unit = "procent"
overview = ["fordelning", "grupp", "svar", "andel_svarande", "andel_vagd", "andel_befolkning", "kvar", "skal"]

[params.ar]
type = "integer"
values_from = "liv_halsa.ar"
description = "Undersökningsår; utan år det senaste"

[columns.ar]
label = "År"
[columns.fordelning]
label = "Fördelning"
[columns.grupp]
label = "Grupp"
[columns.svar]
label = "Svar"
unit = "svar"
decimals = 0
[columns.andel_svarande]
label = "Andel av de svarande"
unit = "procent"
decimals = 1
[columns.andel_vagd]
label = "Andel, vägd"
unit = "procent"
decimals = 1
[columns.befolkning]
label = "Invånare"
unit = "personer"
decimals = 0
[columns.andel_befolkning]
label = "Andel av befolkningen"
unit = "procent"
decimals = 1
[columns.skillnad]
label = "Svarande minus befolkning"
unit = "procentenheter"
decimals = 1
[columns.kvar]
label = "Vägd minus befolkning"
unit = "procentenheter"
decimals = 1
[columns.skal]
label = "Varför talet saknas"

[disclosure]
rule = "secrecy"
persons = "svar"
within = ["ar", "fordelning"]
labels = ["ar", "fordelning", "grupp"]
+++*/
WITH aret AS (
    SELECT coalesce($ar, max(ar)) AS ar FROM liv_halsa
),
svarande AS (
    SELECT
        l.kon,
        l.aldersgrupp,
        l.kommun,
        CASE WHEN l.alder >= 25 THEN l.utbildning END AS utbildning,
        l.vikt
    FROM liv_halsa AS l
    JOIN aret AS a ON a.ar = l.ar
),
invanare AS (
    SELECT
        b.kon,
        CASE
            WHEN b.alder < 30 THEN '18–29 år'
            WHEN b.alder < 45 THEN '30–44 år'
            WHEN b.alder < 65 THEN '45–64 år'
            ELSE '65–84 år'
        END AS aldersgrupp,
        b.kommun,
        CASE WHEN b.alder >= 25 THEN b.utbildning END AS utbildning
    FROM befolkning AS b
    JOIN aret AS a ON a.ar = b.ar
    WHERE b.alder BETWEEN 18 AND 84
        AND b.status IN ('bosatt', 'inflyttad')
),
svarandes_grupper AS (
    SELECT
        CASE
            WHEN grouping(kon) = 0 THEN 'Kön'
            WHEN grouping(aldersgrupp) = 0 THEN 'Ålder'
            WHEN grouping(utbildning) = 0 THEN 'Utbildning, 25–84 år'
            ELSE 'Kommun'
        END AS fordelning,
        coalesce(kon, aldersgrupp, utbildning, kommun) AS grupp,
        count(*) AS svar,
        sum(vikt) AS vikt
    FROM svarande
    GROUP BY GROUPING SETS ((kon), (aldersgrupp), (utbildning), (kommun))
),
invanarnas_grupper AS (
    SELECT
        CASE
            WHEN grouping(kon) = 0 THEN 'Kön'
            WHEN grouping(aldersgrupp) = 0 THEN 'Ålder'
            WHEN grouping(utbildning) = 0 THEN 'Utbildning, 25–84 år'
            ELSE 'Kommun'
        END AS fordelning,
        coalesce(kon, aldersgrupp, utbildning, kommun) AS grupp,
        count(*) AS befolkning
    FROM invanare
    GROUP BY GROUPING SETS ((kon), (aldersgrupp), (utbildning), (kommun))
),
bredvid AS (
    -- Grupper som finns på det ena stället är noll på det andra. Okänt är ingen grupp.
    SELECT
        coalesce(s.fordelning, b.fordelning) AS fordelning,
        coalesce(s.grupp, b.grupp) AS kod,
        coalesce(s.svar, 0) AS svar,
        coalesce(s.vikt, 0) AS vikt,
        coalesce(b.befolkning, 0) AS befolkning
    FROM svarandes_grupper AS s
    FULL JOIN invanarnas_grupper AS b ON b.fordelning = s.fordelning AND b.grupp = s.grupp
    WHERE coalesce(s.grupp, b.grupp) IS NOT NULL
),
andelar AS (
    SELECT
        *,
        100.0 * CAST(svar AS DOUBLE) / nullif(CAST(sum(svar) OVER delarna AS DOUBLE), 0) AS andel_svarande,
        100.0 * vikt / nullif(sum(vikt) OVER delarna, 0) AS andel_vagd,
        100.0 * CAST(befolkning AS DOUBLE) / nullif(CAST(sum(befolkning) OVER delarna AS DOUBLE), 0)
            AS andel_befolkning
    FROM bredvid
    WINDOW delarna AS (PARTITION BY fordelning)
)
SELECT
    a.ar,
    d.fordelning,
    CASE WHEN d.fordelning = 'Kommun' THEN coalesce(e.namn, d.kod) ELSE d.kod END AS grupp,
    d.svar,
    d.andel_svarande,
    d.andel_vagd,
    CASE WHEN d.andel_befolkning IS NOT NULL THEN d.befolkning END AS befolkning,
    d.andel_befolkning,
    d.andel_svarande - d.andel_befolkning AS skillnad,
    d.andel_vagd - d.andel_befolkning AS kvar,
    CASE WHEN d.andel_befolkning IS NULL THEN 'befolkningsregistret har inte det året' END AS skal
FROM andelar AS d
CROSS JOIN aret AS a
LEFT JOIN enheter AS e ON e.enhet = d.kod AND d.fordelning = 'Kommun'
ORDER BY d.fordelning, d.kod
