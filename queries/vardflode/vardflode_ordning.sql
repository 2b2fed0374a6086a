/*+++
title = "Vem kom först: sjukhuset eller kommunen"
question = "När en äldre får sin första insats från kommunen, hade sjukhuset då nyss träffat personen?"
description = """
De som under året fick hemtjänst, korttidsboende eller särskilt boende utan att ha haft något av det de tolv månaderna före,
och som bodde i länet hela året före. En månad med 888 (ej aktuellt) är ingen insats; 777 (dygnet runt) och 999 (uppgift saknas)
är det. De delas efter när de var inskrivna på sjukhus, det närmaste först:

- *Sjukhuset före*: på sjukhus någon av så många dagar före insatsens första månad.
- *Samma månad*: inskrivna först den månad då insatsen började; vilket som kom först går inte att säga.
- *Kommunen före*: inskrivna först inom lika många dagar efter den månaden.
- *Inte på sjukhus*: ingen inskrivning under tiden; den som dog hör också hit.
- *Inte följd*: insatsen började så sent, eller personen flyttade från länet så snart, att dagarna efter inte syns, hur det än
  gick.

Andelarna är av alla utom de inte följda. Intervallet (Wilson) ser året som ett av många möjliga. Raden Länet är alla
kommuner vars leverans finns också året före.

Så läses det fel: *före* betyder att insatsen föregås av sjukhusvård, inte att den orsakas av den. En insats som börjar sent i
månaden kan ha sjukhusvården samma månad bakom sig.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser", "Befolkningsregistret"]
unit = "procent"
overview = ["namn", "ordning", "personer", "foljda", "andel", "andel_low", "andel_high", "skal"]

[params.ar]
type = "integer"
values_from = "person_year.ar"
description = "År då insatsen började; utan år det senaste"
[params.alder_min]
type = "integer"
default = 65
min = 0
description = "Yngsta ålder som räknas (31 december)"
[params.alder_max]
type = "integer"
description = "Äldsta ålder som räknas; utan värde ingen övre gräns"
[params.kommun]
type = "text"
values_from = "person_year.kommun"
description = "Kommunkod, till exempel 1780; utan kod alla och länet"
[params.dagar]
type = "integer"
default = 90
min = 1
max = 365
description = "Hur många dagar före och efter som räknas"

[columns.ar]
label = "År"
[columns.kommun]
label = "Kommunkod"
[columns.namn]
label = "Kommun"
[columns.ordning]
label = "Vem kom först"
[columns.personer]
label = "Personer med ny insats"
unit = "personer"
decimals = 0
[columns.foljda]
label = "Alla följda"
unit = "personer"
decimals = 0
[columns.andel]
label = "Andel av de följda"
unit = "procent"
decimals = 1
[columns.andel_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_high]
label = "Högst (95 %)"
unit = "procent"
decimals = 1
[columns.skal]
label = "Varför andelen saknas"

[disclosure]
rule = "secrecy"
persons = "personer"
within = ["ar", "kommun"]
labels = ["ar", "kommun", "namn", "ordning"]
+++*/
WITH valt AS (
    SELECT
        coalesce($ar, (SELECT max(ar) FROM person_year)) AS ar,
        -- Sista dagen med både vård och befolkningsregister.
        (SELECT max(foljd_till) FROM vardtillfallen) AS slut
),
-- Utan kommunens leverans året före vet ingen vem som är ny.
kommuner AS (
    SELECT coalesce(kommun, '0017') AS kommun, min(ar) AS forsta_ar
    FROM kommunvard
    GROUP BY GROUPING SETS ((kommun), ())
),
manader AS (
    SELECT DISTINCT person, 12 * ar + manad AS manad
    FROM kommunvard
    WHERE ar <= coalesce($ar, (SELECT max(ar) FROM person_year))
        AND ar >= coalesce($ar, (SELECT max(ar) FROM person_year)) - 1
        AND tjanst IN ('Hemtjänst', 'Korttidsboende', 'Särskilt boende')
        AND (mangd > 0 OR mangdkod IN ('Dygnet runt', 'Uppgift saknas'))
),
med_forra AS (
    SELECT
        person,
        manad,
        lag(manad) OVER (PARTITION BY person ORDER BY manad) AS forra
    FROM manader
),
flyttar AS (
    SELECT b.person, min(b.statusdatum) AS dag
    FROM befolkning AS b
    JOIN valt AS v ON b.ar = v.ar OR b.ar = v.ar + 1
    WHERE b.status = 'utflyttad'
    GROUP BY b.person
),
nya AS (
    SELECT
        n.person,
        nu.kommun,
        v.slut,
        f.dag AS flyttad,
        make_date(v.ar, n.manad - 12 * v.ar, 1) AS borjan,
        CAST(make_date(v.ar, n.manad - 12 * v.ar, 1) + INTERVAL '1 month' AS DATE) - 1 AS manadens_slut
    FROM med_forra AS n
    JOIN valt AS v ON n.manad > 12 * v.ar
    JOIN befolkning AS nu ON nu.person = n.person AND nu.ar = v.ar
    JOIN befolkning AS fjol ON fjol.person = n.person AND fjol.ar = v.ar - 1
    JOIN kommuner AS k ON k.kommun = nu.kommun AND k.forsta_ar < v.ar
    LEFT JOIN flyttar AS f ON f.person = n.person
    WHERE (n.forra IS NULL OR n.manad - n.forra > 12)
        AND fjol.status = 'bosatt'
        AND nu.alder >= $alder_min
        AND ($alder_max IS NULL OR nu.alder <= $alder_max)
),
ordnade AS (
    SELECT
        n.person,
        n.kommun,
        CASE
            -- Tiden efter syns inte hel: då vet ingen om sjukhuset hade kommit efter.
            WHEN n.manadens_slut + $dagar > least(coalesce(n.flyttad, n.slut), n.slut) THEN 5
            WHEN bool_or(t.inskriven < n.borjan AND t.utskriven >= n.borjan - $dagar) THEN 1
            WHEN bool_or(t.inskriven >= n.borjan AND t.inskriven <= n.manadens_slut) THEN 2
            WHEN bool_or(t.inskriven > n.manadens_slut AND t.inskriven <= n.manadens_slut + $dagar) THEN 3
            ELSE 4
        END AS nummer
    FROM nya AS n
    LEFT JOIN vardtillfallen AS t ON t.person = n.person
    GROUP BY n.person, n.kommun, n.borjan, n.manadens_slut, n.flyttad, n.slut
),
antal AS (
    SELECT
        coalesce(kommun, '0017') AS kommun,
        count(*) FILTER (WHERE nummer < 5) AS foljda,
        count(*) FILTER (WHERE nummer = 1) AS sjukhuset,
        count(*) FILTER (WHERE nummer = 2) AS samma,
        count(*) FILTER (WHERE nummer = 3) AS kommunen,
        count(*) FILTER (WHERE nummer = 4) AS inte_sjukhus,
        count(*) FILTER (WHERE nummer = 5) AS inte_foljd
    FROM ordnade
    GROUP BY GROUPING SETS ((kommun), ())
),
-- Varje kommun har fem rader, också där ingen är.
rader AS (
    SELECT k.kommun, k.forsta_ar, o.nummer, o.ordning
    FROM kommuner AS k
    CROSS JOIN (
        VALUES
            (1, 'Sjukhuset före'), (2, 'Samma månad'), (3, 'Kommunen före'), (4, 'Inte på sjukhus'), (5, 'Inte följd')
    ) AS o (nummer, ordning)
    WHERE $kommun IS NULL OR k.kommun = $kommun
),
raknade AS (
    SELECT
        r.*,
        coalesce(a.foljda, 0) AS foljda,
        coalesce(
            CASE r.nummer
                WHEN 1 THEN a.sjukhuset
                WHEN 2 THEN a.samma
                WHEN 3 THEN a.kommunen
                WHEN 4 THEN a.inte_sjukhus
                ELSE a.inte_foljd
            END,
            0
        ) AS personer
    FROM rader AS r
    LEFT JOIN antal AS a ON a.kommun = r.kommun
),
med_andel AS (
    -- Utan följda är 0 av 0 ingen andel.
    SELECT *, CASE WHEN nummer < 5 THEN proportion(personer, foljda, {'multiplier': 100}) END AS p
    FROM raknade
)
SELECT
    v.ar,
    r.kommun,
    CASE r.kommun WHEN '0017' THEN 'Länet' ELSE e.namn END AS namn,
    r.ordning,
    r.personer,
    r.foljda,
    p['estimate'] AS andel,
    p['low'] AS andel_low,
    p['high'] AS andel_high,
    CASE
        WHEN r.forsta_ar >= v.ar THEN 'året före saknas i leveranserna'
        WHEN r.nummer = 5 THEN 'dagarna efter syns inte'
        WHEN r.foljda = 0 THEN 'ingen följd med ny insats'
    END AS skal
FROM med_andel AS r
CROSS JOIN valt AS v
LEFT JOIN enheter AS e ON e.enhet = r.kommun AND e.typ = 'K'
ORDER BY r.kommun, r.nummer
