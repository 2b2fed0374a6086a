/*+++
title = "Samverkan: arenor som liknar varandra"
question = "Vilka arenor har samma deltagare och samma frågor?"
description = """
Räknas: alla par av arenor som delar en fråga eller en funktion. Andelen gemensamma är de gemensamma funktionerna av
alla som sitter i någon av de två; andelen av den mindre är 100 procent när en liten grupp helt ryms i en stor. Ett
par är en möjlig dubblett när de ligger på samma nivå, har minst en fråga gemensam och minst gränsens andel gemensamma
funktioner. Arenor på olika nivå eller med olika mandat som delar fråga kan vara beredning och beslut, och det ska de
vara: kolumnen lasning säger vad paret är efter uppgifterna, inte vad det borde vara. Samma funktion betyder inte
samma person.
"""
seminar = 3
sources = ["Samverkanskartan"]
unit = "procent"
overview = ["namn_1", "namn_2", "gemensamma_fragor", "gemensamma", "andel_gemensamma", "lasning"]

[params.grans]
type = "number"
default = 0.5
min = 0.0
max = 1.0
description = "Andel gemensamma funktioner från vilken två arenor med samma fråga är en möjlig dubblett"
[params.fraga]
type = "text"
values_from = "samverkansfragor.fraga"
description = "Bara par som delar den frågan, till exempel F05"

[columns.arena_1]
label = "Arena 1"
[columns.namn_1]
label = "Namn 1"
[columns.arena_2]
label = "Arena 2"
[columns.namn_2]
label = "Namn 2"
[columns.niva_1]
label = "Nivå 1"
[columns.niva_2]
label = "Nivå 2"
[columns.mandat_1]
label = "Mandat 1"
[columns.mandat_2]
label = "Mandat 2"
[columns.gemensamma_fragor]
label = "Gemensamma frågor"
[columns.antal_fragor]
label = "Antal gemensamma frågor"
unit = "frågor"
decimals = 0
[columns.gemensamma]
label = "Gemensamma funktioner"
unit = "funktioner"
decimals = 0
[columns.andel_gemensamma]
label = "Andel gemensamma"
unit = "procent"
decimals = 0
[columns.andel_av_mindre]
label = "Andel av den mindre"
unit = "procent"
decimals = 0
[columns.samma_ordforande]
label = "Samma ordförande"
[columns.moten_tillsammans]
label = "Möten per år, båda"
unit = "möten"
decimals = 0
[columns.lasning]
label = "Läsning"

[disclosure]
rule = "public"
+++*/
WITH storlekar AS (
    SELECT arena, count(*) AS deltagare FROM arenadeltagare GROUP BY arena
),
delade_funktioner AS (
    -- Samma funktion i samma organisation; en arena jämförs inte med sig själv.
    SELECT a.arena AS arena_1, b.arena AS arena_2, count(*) AS gemensamma
    FROM arenadeltagare AS a
    JOIN arenadeltagare AS b ON b.organisation = a.organisation AND b.funktion = a.funktion AND b.arena > a.arena
    GROUP BY a.arena, b.arena
),
delade_fragor AS (
    SELECT
        a.arena AS arena_1,
        b.arena AS arena_2,
        count(*) AS antal_fragor,
        string_agg(coalesce(s.namn, a.fraga), '; ' ORDER BY a.fraga) AS gemensamma_fragor,
        count(*) FILTER (WHERE a.fraga = $fraga) AS valda
    FROM arenafragor AS a
    JOIN arenafragor AS b ON b.fraga = a.fraga AND b.arena > a.arena
    LEFT JOIN samverkansfragor AS s ON s.fraga = a.fraga
    GROUP BY a.arena, b.arena
),
par AS (
    SELECT
        coalesce(d.arena_1, f.arena_1) AS arena_1,
        coalesce(d.arena_2, f.arena_2) AS arena_2,
        coalesce(d.gemensamma, 0) AS gemensamma,
        coalesce(f.antal_fragor, 0) AS antal_fragor,
        f.gemensamma_fragor,
        coalesce(f.valda, 0) AS valda
    FROM delade_funktioner AS d
    FULL JOIN delade_fragor AS f ON f.arena_1 = d.arena_1 AND f.arena_2 = d.arena_2
),
matta AS (
    SELECT
        p.*,
        r1.namn AS namn_1,
        r2.namn AS namn_2,
        r1.niva AS niva_1,
        r2.niva AS niva_2,
        r1.mandat AS mandat_1,
        r2.mandat AS mandat_2,
        coalesce(r1.ordforande = r2.ordforande, false) AS samma_ordforande,
        coalesce(r1.moten_per_ar, 0) + coalesce(r2.moten_per_ar, 0) AS moten_tillsammans,
        -- Utan deltagare går andelarna inte att räkna.
        CAST(p.gemensamma AS DOUBLE)
            / nullif(coalesce(s1.deltagare, 0) + coalesce(s2.deltagare, 0) - p.gemensamma, 0) AS andel,
        CAST(p.gemensamma AS DOUBLE)
            / nullif(least(coalesce(s1.deltagare, 0), coalesce(s2.deltagare, 0)), 0) AS av_mindre
    FROM par AS p
    JOIN arenor AS r1 ON r1.arena = p.arena_1
    JOIN arenor AS r2 ON r2.arena = p.arena_2
    LEFT JOIN storlekar AS s1 ON s1.arena = p.arena_1
    LEFT JOIN storlekar AS s2 ON s2.arena = p.arena_2
)
SELECT
    arena_1,
    namn_1,
    arena_2,
    namn_2,
    niva_1,
    niva_2,
    mandat_1,
    mandat_2,
    gemensamma_fragor,
    antal_fragor,
    gemensamma,
    100.0 * andel AS andel_gemensamma,
    100.0 * av_mindre AS andel_av_mindre,
    samma_ordforande,
    moten_tillsammans,
    CASE
        WHEN antal_fragor = 0 THEN 'samma deltagare, olika frågor'
        WHEN av_mindre IS NULL THEN 'samma fråga, deltagare saknas'
        WHEN andel >= $grans AND niva_1 = niva_2 THEN 'möjlig dubblett'
        WHEN av_mindre >= $grans THEN 'samma fråga, den ena ryms i den andra'
        WHEN niva_1 = niva_2 THEN 'samma fråga, samma nivå, andra deltagare'
        ELSE 'samma fråga på olika nivå'
    END AS lasning
FROM matta
WHERE $fraga IS NULL OR valda > 0
ORDER BY CASE WHEN antal_fragor > 0 AND andel >= $grans THEN 1 ELSE 2 END, andel DESC NULLS LAST, arena_1, arena_2
