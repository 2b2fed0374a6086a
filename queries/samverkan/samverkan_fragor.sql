/*+++
title = "Samverkan: frågornas arenor och det som saknas"
question = "Vilka gemensamma frågor saknar arena, beslut eller motpart?"
description = """
En rad per fråga som region och kommuner behöver ha gemensamt, också den som ingen arena har på sin dagordning. Högsta
mandatet räknas Beslut, Inriktning, Beredning, Samråd, Information. En part finns i frågan när någon av dess
funktioner sitter i en arena som har den; kommuner räknas en gång hur många funktioner de än har. Skälet är det första
av: ingen arena; ingen från regionen; ingen från kommunerna; ingen arena som får besluta eller ge inriktning; frågan
finns på flera arenor på samma nivå. En fråga med ett skäl är inte misskött: det är en fråga att ställa i
gruppdialogen.
"""
seminar = 3
sources = ["Samverkanskartan"]
unit = "arenor"
overview = ["fraga_namn", "antal_arenor", "mandat", "regionens", "kommuner", "skal"]

[params.livsperspektiv]
type = "text"
choices = ["Barnalivet", "Ungdomslivet", "Vuxenlivet", "Äldrelivet"]
description = "Ett livsperspektiv; utan värde alla, och de frågor som hör till alla"

[columns.fraga]
label = "Fråga"
[columns.fraga_namn]
label = "Frågan"
[columns.livsperspektiv]
label = "Livsperspektiv"
[columns.antal_arenor]
label = "Arenor"
unit = "arenor"
decimals = 0
[columns.arenor]
label = "Vilka arenor"
[columns.nivaer]
label = "Nivåer"
[columns.mandat]
label = "Högsta mandat"
[columns.moten_per_ar]
label = "Möten per år, alla arenor"
unit = "möten"
decimals = 0
[columns.regionens]
label = "Regionens funktioner"
unit = "funktioner"
decimals = 0
[columns.kommuner]
label = "Kommuner på plats"
unit = "kommuner"
decimals = 0
[columns.brukare]
label = "Brukare eller anhöriga på plats"
[columns.skal]
label = "Att fråga om"

[disclosure]
rule = "public"
+++*/
WITH mandat AS (
    SELECT * FROM (
        VALUES (1, 'Beslut'), (2, 'Inriktning'), (3, 'Beredning'), (4, 'Samråd'), (5, 'Information')
    ) AS m (rang, mandat)
),
fragans_arenor AS (
    SELECT
        a.fraga,
        count(*) AS antal_arenor,
        array_to_string(array_sort(array_agg(DISTINCT r.namn)), '; ') AS arenor,
        array_to_string(array_sort(array_agg(DISTINCT r.niva)), ', ') AS nivaer,
        count(DISTINCT r.niva) AS antal_nivaer,
        min(m.rang) AS hogsta,
        sum(r.moten_per_ar) AS moten_per_ar
    FROM arenafragor AS a
    JOIN arenor AS r ON r.arena = a.arena
    LEFT JOIN mandat AS m ON m.mandat = r.mandat
    GROUP BY a.fraga
),
fragans_parter AS (
    -- Den som sitter i två av frågans arenor är en.
    SELECT
        a.fraga,
        count(DISTINCT CASE WHEN d.organisation = '0017' THEN d.funktion END) AS regionens,
        count(DISTINCT CASE WHEN d.organisation LIKE '17%' THEN d.organisation END) AS kommuner,
        bool_or(d.organisation NOT LIKE '17%' AND d.organisation <> '0017') AS brukare
    FROM arenafragor AS a
    JOIN arenadeltagare AS d ON d.arena = a.arena
    GROUP BY a.fraga
)
SELECT
    s.fraga,
    s.namn AS fraga_namn,
    s.livsperspektiv,
    coalesce(f.antal_arenor, 0) AS antal_arenor,
    f.arenor,
    f.nivaer,
    m.mandat,
    coalesce(f.moten_per_ar, 0) AS moten_per_ar,
    coalesce(p.regionens, 0) AS regionens,
    coalesce(p.kommuner, 0) AS kommuner,
    coalesce(p.brukare, false) AS brukare,
    CASE
        WHEN f.antal_arenor IS NULL THEN 'ingen arena har frågan'
        WHEN coalesce(p.regionens, 0) = 0 THEN 'regionen saknas'
        WHEN coalesce(p.kommuner, 0) = 0 THEN 'kommunerna saknas'
        WHEN f.hogsta IS NULL OR f.hogsta > 2 THEN 'ingen arena får besluta eller ge inriktning'
        WHEN f.antal_arenor > f.antal_nivaer THEN 'flera arenor på samma nivå'
    END AS skal
FROM samverkansfragor AS s
LEFT JOIN fragans_arenor AS f ON f.fraga = s.fraga
LEFT JOIN fragans_parter AS p ON p.fraga = s.fraga
LEFT JOIN mandat AS m ON m.rang = f.hogsta
WHERE $livsperspektiv IS NULL OR s.livsperspektiv = $livsperspektiv
ORDER BY s.fraga
