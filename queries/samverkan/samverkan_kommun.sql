/*+++
title = "Samverkan: var kommunen sitter"
question = "I vilka gemensamma frågor är kommunen med, var, med vem och med vilket mandat?"
description = """
En rad per kommun och fråga, också de frågor där kommunen inte sitter någonstans och de som ingen arena har. Kommunen
är med i en fråga när någon av dess funktioner sitter i en arena som har den. Att inte vara med kan vara ett val: en
annan kommun kan företräda flera.
"""
seminar = 3
sources = ["Samverkanskartan"]
unit = "arenor"
overview = ["namn", "fraga_namn", "antal_arenor", "mandat", "funktioner", "lasning"]

[params.kommun]
type = "text"
values_from = "befolkning_ar.kommun"
description = "Kommunkod, till exempel 1784; utan kod alla kommuner"
[params.fraga]
type = "text"
values_from = "samverkansfragor.fraga"
description = "Frågans kod, till exempel F05; utan kod alla"

[columns.kommun]
label = "Kod"
[columns.namn]
label = "Kommun"
[columns.fraga]
label = "Fråga"
[columns.fraga_namn]
label = "Frågan"
[columns.antal_arenor]
label = "Arenor där kommunen sitter"
unit = "arenor"
decimals = 0
[columns.arenor]
label = "Vilka arenor"
[columns.mandat]
label = "Högsta mandat"
[columns.funktioner]
label = "Kommunens funktioner"
[columns.lasning]
label = "Läsning"

[disclosure]
rule = "public"
+++*/
WITH kommuner AS (
    SELECT enhet, namn FROM enheter WHERE typ = 'K' AND enhet LIKE '17%'
),
mandat AS (
    SELECT * FROM (
        VALUES (1, 'Beslut'), (2, 'Inriktning'), (3, 'Beredning'), (4, 'Samråd'), (5, 'Information')
    ) AS m (rang, mandat)
),
med AS (
    SELECT
        d.organisation AS kommun,
        a.fraga,
        count(DISTINCT d.arena) AS antal_arenor,
        array_to_string(array_sort(array_agg(DISTINCT r.namn)), '; ') AS arenor,
        array_to_string(array_sort(array_agg(DISTINCT d.funktion)), '; ') AS funktioner,
        min(m.rang) AS hogsta
    FROM arenadeltagare AS d
    JOIN arenafragor AS a ON a.arena = d.arena
    JOIN arenor AS r ON r.arena = d.arena
    LEFT JOIN mandat AS m ON m.mandat = r.mandat
    GROUP BY d.organisation, a.fraga
)
SELECT
    k.enhet AS kommun,
    k.namn,
    s.fraga,
    s.namn AS fraga_namn,
    coalesce(med.antal_arenor, 0) AS antal_arenor,
    med.arenor,
    m.mandat,
    med.funktioner,
    CASE
        WHEN med.antal_arenor IS NOT NULL THEN 'kommunen är med'
        WHEN v.fraga IS NULL THEN 'ingen arena har frågan'
        ELSE 'kommunen är inte med'
    END AS lasning
FROM kommuner AS k
CROSS JOIN samverkansfragor AS s
LEFT JOIN (SELECT DISTINCT fraga FROM arenafragor) AS v ON v.fraga = s.fraga
LEFT JOIN med ON med.kommun = k.enhet AND med.fraga = s.fraga
LEFT JOIN mandat AS m ON m.rang = med.hogsta
WHERE ($kommun IS NULL OR k.enhet = $kommun)
    AND ($fraga IS NULL OR s.fraga = $fraga)
ORDER BY k.enhet, s.fraga
