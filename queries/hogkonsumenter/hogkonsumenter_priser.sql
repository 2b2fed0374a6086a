/*+++
title = "Håller det om priserna är andra: känslighet för prislistan"
question = "Står sig 50/50 och 20/80, och är det samma personer, om kommunernas insatser har andra priser?"
description = """
Kommunernas insatser är timmar, dygn och månader som en prislista gör till kronor. Här räknas året om med andra
priser: ett i taget och alla på en gång, upp och ned lika mycket, med samma pris i alla kommuner (medelvärdet av
kommunernas, varje kommun lika tung) och, om en kommun anges, med den kommunens priser för alla. Saknar den ett pris
gäller kommunens eget. Regionens kostnader är desamma i alla rader, liksom mängderna. Högkonsumenter är lika många i
alla rader: de som kostar mest med radens priser.

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
        kostnad,
        kostnad_kommun > 0 AS har_insats,
        count(*) OVER () AS antal,
        sum(kostnad_region) OVER () AS all_region,
        sum(kostnad) OVER () AS all_kostnad,
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
-- Vad en enhet kostar: i kommunen, i medeltal i länet (till närmaste öre) och i den valda kommunen.
priser AS (
    SELECT
        kommun,
        tjanst,
        enhet,
        pris AS eget,
        CAST(avg(pris) OVER (PARTITION BY tjanst, enhet) AS DECIMAL(12, 2)) AS medel,
        coalesce(max(CASE WHEN kommun = $prislista THEN pris END) OVER (PARTITION BY tjanst, enhet), pris) AS valt
    FROM prislista
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM person_year))
),
-- Hur mycket var och en fått till varje pris. Dygnet runt har ett eget pris per månad.
mangder AS (
    SELECT
        k.person,
        CASE WHEN p.enhet = 'dygnet runt' THEN 'Hemtjänst dygnet runt' ELSE k.tjanst END AS insats,
        p.eget,
        p.medel,
        p.valt,
        CASE
            WHEN p.enhet = 'dygnet runt' THEN CAST(1 AS DECIMAL(10, 2))
            ELSE CAST(k.mangd AS DECIMAL(10, 2))
        END AS mangd
    FROM kommunvard AS k
    JOIN priser AS p
        ON p.kommun = k.kommun
        AND p.tjanst = k.tjanst
        AND p.enhet = CASE WHEN k.mangdkod = 'Dygnet runt' THEN 'dygnet runt' ELSE k.enhet END
    WHERE k.ar = coalesce($ar, (SELECT max(ar) FROM person_year))
),
insatser AS (
    SELECT
        person,
        insats,
        CAST(sum(eget * mangd) AS DECIMAL(14, 2)) AS eget,
        CAST(sum(medel * mangd) AS DECIMAL(14, 2)) AS medel,
        CAST(sum(valt * mangd) AS DECIMAL(14, 2)) AS valt
    FROM mangder
    GROUP BY person, insats
),
-- Vad som prövas. Faktorn gäller insatsens kostnad med eget pris; utan faktor byts priset.
provas AS (
    SELECT
        1 AS ordning,
        'Prislistan som den är' AS priser,
        CAST(NULL AS VARCHAR) AS insats,
        CAST(0 AS DECIMAL(9, 6)) AS faktor,
        'eget' AS byte
    UNION ALL
    SELECT
        10 * i.ordning + u.ordning,
        concat(i.namn, u.ord) AS priser,
        CASE WHEN i.namn <> 'Alla insatser' THEN i.namn END AS insats,
        CAST(u.tecken * $andring AS DECIMAL(9, 6)) AS faktor,
        'eget' AS byte
    FROM (
        VALUES
            (1, 'Alla insatser'), (2, 'Hemtjänst'), (3, 'Hemtjänst dygnet runt'), (4, 'Korttidsboende'),
            (5, 'Särskilt boende'), (6, 'LSS'), (7, 'Individ- och familjeomsorg')
    ) AS i (ordning, namn)
    CROSS JOIN (VALUES (1, 1.0, ' dyrare'), (2, -1.0, ' billigare')) AS u (ordning, tecken, ord)
    UNION ALL
    SELECT 81, 'Samma pris i alla kommuner', NULL, CAST(0 AS DECIMAL(9, 6)), 'medel'
    UNION ALL
    SELECT
        82,
        concat('Som i ', coalesce((SELECT max(namn) FROM enheter WHERE enhet = $prislista), $prislista)),
        NULL,
        CAST(0 AS DECIMAL(9, 6)),
        'valt'
    WHERE $prislista IS NOT NULL
),
andrade AS (
    SELECT
        p.ordning,
        i.person,
        sum(CASE p.byte
            WHEN 'medel' THEN i.medel - i.eget
            WHEN 'valt' THEN i.valt - i.eget
            ELSE CAST(p.faktor * i.eget AS DECIMAL(14, 2))
        END) AS skillnad
    FROM insatser AS i
    JOIN provas AS p ON p.insats IS NULL OR p.insats = i.insats
    WHERE p.ordning > 1
    GROUP BY p.ordning, i.person
),
-- Ordningen bland dem utan insatser är densamma i alla rader: fler av dem än så kan inte bli högkonsumenter.
mojliga AS (
    SELECT
        b.*,
        p.ordning,
        p.priser,
        p.faktor,
        coalesce(a.skillnad, 0) AS skillnad,
        b.kostnad + coalesce(a.skillnad, 0) AS ny_kostnad
    FROM befolkningen AS b
    CROSS JOIN provas AS p
    LEFT JOIN andrade AS a ON a.ordning = p.ordning AND a.person = b.person
    WHERE b.har_insats
        OR b.rang_utan_insats <= round(b.antal * $hog)
        -- Insatser som inget kostar i dag kan få ett pris.
        OR a.person IS NOT NULL
),
rangordnade AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY ordning ORDER BY ny_kostnad DESC, person) <= round(antal * $hog) AS hog
    FROM mojliga
),
rader AS (
    SELECT
        ar,
        ordning,
        priser,
        faktor,
        all_region AS region,
        -- Alla som har insatser är bland de möjliga.
        all_kostnad + sum(skillnad) AS totalt,
        count(*) FILTER (WHERE hog) AS personer,
        count(*) FILTER (WHERE hog AND rang <= round(antal * $hog)) AS kvar,
        coalesce(sum(ny_kostnad) FILTER (WHERE hog), 0) AS kostnad,
        coalesce(max(ny_kostnad) FILTER (WHERE hog), 0) AS storsta
    FROM rangordnade
    GROUP BY ar, ordning, priser, faktor, all_region, all_kostnad
)
SELECT
    ar,
    priser,
    CASE WHEN ordning > 1 AND ordning < 80 THEN 100 * CAST(faktor AS DOUBLE) END AS andring,
    totalt AS kostnad,
    100 * CAST(region AS DOUBLE) / nullif(CAST(totalt AS DOUBLE), 0) AS andel_region,
    CASE
        WHEN totalt = 0 THEN 'kan inte sägas: ingen har kostat något'
        WHEN CAST(region AS DOUBLE) / CAST(totalt AS DOUBLE) > 0.55 THEN 'regionen mer'
        WHEN CAST(region AS DOUBLE) / CAST(totalt AS DOUBLE) < 0.45 THEN 'kommunerna mer'
        ELSE 'ungefär hälften var'
    END AS delning,
    personer,
    kostnad AS kostnad_hog,
    100 * CAST(kostnad AS DOUBLE) / nullif(CAST(totalt AS DOUBLE), 0) AS andel_kostnad,
    CAST(kostnad AS DOUBLE) / nullif(CAST(personer AS DOUBLE), 0) AS medelkostnad,
    100 * CAST(kvar AS DOUBLE) / nullif(CAST(personer AS DOUBLE), 0) AS kvar,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    storsta
FROM rader
ORDER BY ordning
