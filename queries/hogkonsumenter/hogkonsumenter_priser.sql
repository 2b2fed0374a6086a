/*+++
title = "Håller det om priserna är andra: känslighet för prislistan"
question = "Står sig 50/50 och 20/80, och är det samma personer, om kommunernas insatser har andra priser?"
description = """
Kommunernas insatser är timmar, dygn och månader som en prislista gör till kronor. Här räknas året om med andra priser: ett i
taget och alla på en gång, upp och ned lika mycket, med samma pris i alla kommuner (medelvärdet av kommunernas, varje kommun lika
tung) och, om en kommun anges, med den kommunens priser för alla. Saknar den ett pris gäller kommunens eget. Regionens
kostnader är desamma i alla rader, liksom mängderna. Högkonsumenter är lika många i alla rader: de som kostar mest med radens
priser.

*Kvar* är hur stor del av högkonsumenterna med prislistan som den är som är det också med radens priser. *Delning* säger
ungefär hälften var när regionens del är 45–55 procent.

Så läses det fel: att resultatet står sig visar att priserna inte styr det, inte att priserna är rätta.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["priser", "andring", "andel_region", "delning", "andel_kostnad", "medelkostnad", "kvar"]

[params.ar]
type = "integer"
values_from = "person_year.ar"
description = "År; utan år det senaste"
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
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.hog]
type = "number"
default = 0.2
min = 0.0
max = 1.0
description = "Andel av personerna som räknas som högkonsumenter"
[params.andring]
type = "number"
default = 0.2
min = 0.0
max = 1.0
description = "Hur mycket priserna ändras, som andel: 0.2 är 20 procent upp och ned"
[params.prislista]
type = "text"
values_from = "prislista.kommun"
description = "En kommun vars priser prövas för alla, till exempel 1780; utan kod ingen"

[columns.ar]
label = "År"
[columns.priser]
label = "Priser"
[columns.andring]
label = "Ändring"
unit = "procent"
decimals = 0
[columns.kostnad]
label = "Kostnad"
unit = "kr"
decimals = 0
[columns.andel_region]
label = "Regionens del"
unit = "procent"
decimals = 1
[columns.delning]
label = "Delning"
[columns.personer]
label = "Högkonsumenter"
unit = "personer"
decimals = 0
[columns.kostnad_hog]
label = "Högkonsumenternas kostnad"
unit = "kr"
decimals = 0
[columns.andel_kostnad]
label = "Högkonsumenternas andel av kostnaden"
unit = "procent"
decimals = 1
[columns.medelkostnad]
label = "Kostnad per högkonsument"
unit = "kr"
decimals = 0
[columns.kvar]
label = "Kvar bland högkonsumenterna"
unit = "procent"
decimals = 1
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "personer"
labels = ["ar", "priser", "andring"]
largest = "storsta"
sum = "kostnad_hog"
+++*/
WITH befolkningen AS (
    SELECT
        ar,
        person,
        CAST(kostnad_region AS DOUBLE) AS region,
        CAST(kostnad AS DOUBLE) AS kostnad,
        kostnad_kommun > 0 AS har_insats,
        count(*) OVER () AS antal,
        row_number() OVER (ORDER BY kostnad DESC, person) AS rang,
        sum(CASE WHEN kostnad_kommun = 0 THEN 1 ELSE 0 END) OVER (
            ORDER BY kostnad DESC, person ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS rang_utan_insats
    FROM person_year
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM person_year))
        AND alder >= $alder_min
        AND ($alder_max IS NULL OR alder <= $alder_max)
        AND ($kommun IS NULL OR kommun = $kommun)
),
totalt AS (
    SELECT ar, count(*) AS personer, sum(region) AS region, sum(kostnad) AS kostnad
    FROM befolkningen
    GROUP BY ar
),
-- Vad en enhet kostar: i kommunen, i medeltal i länet och i den valda kommunen.
priser AS (
    SELECT
        kommun,
        tjanst,
        enhet,
        CAST(pris AS DOUBLE) AS eget,
        avg(CAST(pris AS DOUBLE)) OVER (PARTITION BY tjanst, enhet) AS medel,
        coalesce(
            max(CASE WHEN kommun = $prislista THEN CAST(pris AS DOUBLE) END) OVER (PARTITION BY tjanst, enhet),
            CAST(pris AS DOUBLE)
        ) AS valt
    FROM prislista
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM person_year))
),
-- Vad varje slag av insats kostar personen med de tre priserna. Dygnet runt har ett eget pris per månad.
insatser AS (
    SELECT
        k.person,
        CASE WHEN p.enhet = 'dygnet runt' THEN 'Hemtjänst dygnet runt' ELSE k.tjanst END AS insats,
        sum(p.eget * CASE WHEN p.enhet = 'dygnet runt' THEN 1 ELSE k.mangd END) AS eget,
        sum(p.medel * CASE WHEN p.enhet = 'dygnet runt' THEN 1 ELSE k.mangd END) AS medel,
        sum(p.valt * CASE WHEN p.enhet = 'dygnet runt' THEN 1 ELSE k.mangd END) AS valt
    FROM kommunvard AS k
    JOIN priser AS p
        ON p.kommun = k.kommun
        AND p.tjanst = k.tjanst
        AND p.enhet = CASE WHEN k.mangdkod = 'Dygnet runt' THEN 'dygnet runt' ELSE k.enhet END
    WHERE k.ar = coalesce($ar, (SELECT max(ar) FROM person_year))
    GROUP BY k.person, CASE WHEN p.enhet = 'dygnet runt' THEN 'Hemtjänst dygnet runt' ELSE k.tjanst END
),
-- Vad som prövas. Faktorn gäller insatsens kostnad med eget pris; utan faktor byts priset.
provas AS (
    SELECT 1 AS ordning, 'Prislistan som den är' AS priser, CAST(NULL AS VARCHAR) AS insats, 0.0 AS faktor, 'eget' AS byte
    UNION ALL
    SELECT
        10 * i.ordning + u.ordning,
        i.namn AS priser,
        CASE WHEN i.namn <> 'Alla insatser' THEN i.namn END AS insats,
        u.tecken * $andring AS faktor,
        'eget' AS byte
    FROM (
        VALUES
            (1, 'Alla insatser'), (2, 'Hemtjänst'), (3, 'Hemtjänst dygnet runt'), (4, 'Korttidsboende'),
            (5, 'Särskilt boende'), (6, 'LSS'), (7, 'Individ- och familjeomsorg')
    ) AS i (ordning, namn)
    CROSS JOIN (VALUES (1, 1.0), (2, -1.0)) AS u (ordning, tecken)
    UNION ALL
    SELECT 81, 'Samma pris i alla kommuner', NULL, 0.0, 'medel'
    UNION ALL
    SELECT 82, concat('Som i ', coalesce((SELECT max(namn) FROM enheter WHERE enhet = $prislista), $prislista)), NULL, 0.0, 'valt'
    WHERE $prislista IS NOT NULL
),
andrade AS (
    SELECT
        p.ordning,
        i.person,
        sum(CASE p.byte
            WHEN 'medel' THEN i.medel - i.eget
            WHEN 'valt' THEN i.valt - i.eget
            ELSE p.faktor * i.eget
        END) AS skillnad
    FROM insatser AS i
    JOIN provas AS p ON p.insats IS NULL OR p.insats = i.insats
    WHERE p.ordning > 1
    GROUP BY p.ordning, i.person
),
-- Ordningen bland dem utan insatser är densamma i alla rader: fler av dem än så kan inte bli högkonsumenter.
mojliga AS (
    SELECT
        b.ar,
        p.ordning,
        b.person,
        b.kostnad + coalesce(a.skillnad, 0) AS kostnad,
        b.rang <= round(b.antal * $hog) AS hog_nu,
        b.antal
    FROM befolkningen AS b
    CROSS JOIN provas AS p
    LEFT JOIN andrade AS a ON a.ordning = p.ordning AND a.person = b.person
    WHERE b.har_insats OR b.rang_utan_insats <= round(b.antal * $hog)
),
rangordnade AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY ordning ORDER BY kostnad DESC, person) AS rang
    FROM mojliga
),
hoga AS (
    SELECT
        ordning,
        count(*) AS personer,
        count(*) FILTER (WHERE hog_nu) AS kvar,
        sum(kostnad) AS kostnad,
        max(kostnad) AS storsta
    FROM rangordnade
    WHERE rang <= round(antal * $hog)
    GROUP BY ordning
),
skillnader AS (
    SELECT a.ordning, sum(a.skillnad) AS skillnad
    FROM andrade AS a
    JOIN befolkningen AS b ON b.person = a.person
    GROUP BY a.ordning
),
-- En rad för allt som prövas, också när gränsen inte lämnar någon högkonsument.
rader AS (
    SELECT
        t.ar,
        p.ordning,
        p.priser,
        p.faktor,
        t.region,
        t.kostnad + coalesce(s.skillnad, 0) AS totalt,
        coalesce(h.personer, 0) AS personer,
        coalesce(h.kostnad, 0) AS kostnad,
        h.kvar,
        coalesce(h.storsta, 0) AS storsta
    FROM provas AS p
    CROSS JOIN totalt AS t
    LEFT JOIN hoga AS h ON h.ordning = p.ordning
    LEFT JOIN skillnader AS s ON s.ordning = p.ordning
)
SELECT
    ar,
    priser,
    CASE WHEN ordning > 1 AND ordning < 80 THEN 100 * faktor END AS andring,
    totalt AS kostnad,
    100 * region / nullif(totalt, 0) AS andel_region,
    CASE
        WHEN abs(totalt) < 0.005 THEN 'kan inte sägas: ingen har kostat något'
        WHEN region / totalt > 0.55 THEN 'regionen mer'
        WHEN region / totalt < 0.45 THEN 'kommunerna mer'
        ELSE 'ungefär hälften var'
    END AS delning,
    personer,
    kostnad AS kostnad_hog,
    100 * kostnad / nullif(totalt, 0) AS andel_kostnad,
    kostnad / nullif(CAST(personer AS DOUBLE), 0) AS medelkostnad,
    100 * CAST(kvar AS DOUBLE) / nullif(CAST(personer AS DOUBLE), 0) AS kvar,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    storsta
FROM rader
ORDER BY ordning
