/*+++
title = "Vem kom först: sjukhuset eller kommunen"
question = "När en äldre får sin första insats från kommunen, hade sjukhuset då nyss träffat personen?"
description = """
De som under året eller åren fick hemtjänst, korttidsboende eller särskilt boende utan att ha haft något av det de
tolv månaderna före, och som bodde i länet hela kalenderåret före. Den som börjat flera gånger räknas den första. En
månad med 888 (ej aktuellt) är ingen insats; 777 (dygnet runt) och 999 (uppgift saknas) är det. De delas efter när de
var inskrivna på sjukhus, det närmaste först:

- *Sjukhuset före*: på sjukhus någon av så många dagar före insatsens första månad.
- *Samma månad*: inskrivna först den månad då insatsen började; vilket som kom först går inte att säga.
- *Kommunen före*: inskrivna först inom lika många dagar efter den månaden.
- *Inte på sjukhus*: ingen inskrivning under tiden; den som dog hör också hit.
- *Inte följd*: insatsen började så sent, eller personen flyttade från länet så snart, att dagarna efter inte syns, hur det än
  gick.

Andelarna är av alla utom de inte följda. Intervallet (Wilson) ser året som ett av många möjliga. Raden Länet är alla
kommuner vars leverans finns också året före.

Så läses det fel: *före* betyder att insatsen föregås av sjukhusvård, inte att den orsakas av den. En insats som
börjar sent i månaden kan ha sjukhusvården samma månad bakom sig.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser", "Befolkningsregistret"]
unit = "procent"
overview = ["namn", "ordning", "personer", "foljda", "andel", "andel_low", "andel_high", "skal"]

[params.ar]
type = "integer"
values_from = "person_year.ar"
description = "År då insatsen började; utan år det senaste"
[params.antal_ar]
type = "integer"
default = 3
min = 1
max = 20
description = "Så många år till och med året läggs ihop: fler år ger säkrare tal där få är nya"
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

[columns.fran_ar]
label = "Från och med år"
[columns.ar]
label = "Till och med år"
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
within = ["fran_ar", "ar"]
labels = ["fran_ar", "ar", "kommun", "namn", "ordning"]
totals = { kommun = "0017", namn = "Länet" }
known = ["ordning"]
+++*/
WITH valt AS (
    SELECT
        coalesce($ar, (SELECT max(ar) FROM person_year)) AS ar,
        coalesce($ar, (SELECT max(ar) FROM person_year)) - $antal_ar + 1 AS fran_ar,
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
        AND ar >= coalesce($ar, (SELECT max(ar) FROM person_year)) - $antal_ar
        AND tjanst IN ('Hemtjänst', 'Korttidsboende', 'Särskilt boende')
        AND (mangd > 0 OR mangdkod IN ('Dygnet runt', 'Uppgift saknas'))
),
med_forra AS (
    SELECT
        person,
        manad,
        (manad - 1) / 12 AS ar,
        lag(manad) OVER (PARTITION BY person ORDER BY manad) AS forra
    FROM manader
),
borjade AS (
    SELECT
        n.person,
        nu.kommun,
        v.slut,
        make_date(n.ar, n.manad - 12 * n.ar, 1) AS borjan,
        CAST(make_date(n.ar, n.manad - 12 * n.ar, 1) + INTERVAL '1 month' AS DATE) - 1 AS manadens_slut,
        row_number() OVER (PARTITION BY n.person ORDER BY n.manad) AS gang
    FROM med_forra AS n
    JOIN valt AS v ON n.ar >= v.fran_ar
    JOIN befolkning AS nu ON nu.person = n.person AND nu.ar = n.ar
    JOIN befolkning AS fjol ON fjol.person = n.person AND fjol.ar = n.ar - 1
    JOIN kommuner AS k ON k.kommun = nu.kommun AND k.forsta_ar < n.ar
    WHERE (n.forra IS NULL OR n.manad - n.forra > 12)
        AND fjol.status = 'bosatt'
        AND nu.alder >= $alder_min
        AND ($alder_max IS NULL OR nu.alder <= $alder_max)
),
nya AS (
    SELECT b.person, b.kommun, b.slut, b.borjan, b.manadens_slut, min(f.dag) AS flyttad
    FROM borjade AS b
    LEFT JOIN (
        SELECT person, coalesce(statusdatum, make_date(ar, 12, 31)) AS dag
        FROM befolkning
        WHERE status = 'utflyttad'
    ) AS f ON f.person = b.person AND f.dag >= b.borjan
    WHERE b.gang = 1
    GROUP BY b.person, b.kommun, b.slut, b.borjan, b.manadens_slut
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
    -- Åren där den som är ny kan skiljas från den som inte är det.
    CASE WHEN r.forsta_ar < v.ar THEN greatest(v.fran_ar, r.forsta_ar + 1) END AS fran_ar,
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
