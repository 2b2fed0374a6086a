/*+++
title = "Samverkan: motparter på samma nivå"
question = "Var möts region och kommuner inte på samma nivå?"
description = """
Räknas: arenans funktioner efter nivå. Nivån läses ur funktionens namn: ordförande är Politisk; direktörer, social-
och skolchefer är Högsta ledning; övriga är Verksamhet. Ändra där den inte stämmer hos er. Högsta nivån är den högsta
som någon från parten har. Parterna har motpart när båda är på plats med samma högsta nivå. En skillnad är inte fel:
en områdeschef kan ha större ansvar än en socialchef i en liten kommun. Brukare och andra räknas inte som part.
"""
seminar = 3
sources = ["Samverkanskartan"]
unit = "funktioner"
overview = ["namn", "niva", "mandat", "regionens_niva", "kommunernas_niva", "lasning"]

[params.niva]
type = "text"
values_from = "arenor.niva"
description = "Arenans nivå, till exempel Politisk; utan värde alla"

[columns.arena]
label = "Arena"
[columns.namn]
label = "Namn"
[columns.niva]
label = "Arenans nivå"
[columns.mandat]
label = "Mandat"
[columns.regionens]
label = "Regionens funktioner"
unit = "funktioner"
decimals = 0
[columns.regionens_niva]
label = "Regionens högsta nivå"
[columns.kommunernas]
label = "Kommunernas funktioner"
unit = "funktioner"
decimals = 0
[columns.kommunernas_niva]
label = "Kommunernas högsta nivå"
[columns.kommuner]
label = "Kommuner på plats"
unit = "kommuner"
decimals = 0
[columns.franvarande]
label = "Kommuner som inte är med"
[columns.lasning]
label = "Läsning"

[disclosure]
rule = "public"
+++*/
WITH funktioner AS (
    SELECT
        arena,
        organisation,
        funktion,
        CASE
            WHEN organisation = '0017' THEN 'region'
            WHEN organisation LIKE '17%' THEN 'kommun'
        END AS part,
        -- Här bestäms vem som är på vilken nivå.
        CASE
            WHEN lower(funktion) LIKE '%ordförande%' THEN 1
            WHEN lower(funktion) LIKE '%direktör%' THEN 2
            WHEN lower(funktion) LIKE 'socialchef%' OR lower(funktion) LIKE 'skolchef%' THEN 2
            ELSE 3
        END AS rang
    FROM arenadeltagare
),
parter AS (
    SELECT
        arena,
        count(*) FILTER (WHERE part = 'region') AS regionens,
        min(rang) FILTER (WHERE part = 'region') AS regionens_rang,
        count(*) FILTER (WHERE part = 'kommun') AS kommunernas,
        min(rang) FILTER (WHERE part = 'kommun') AS kommunernas_rang,
        count(DISTINCT CASE WHEN part = 'kommun' THEN organisation END) AS kommuner
    FROM funktioner
    GROUP BY arena
),
franvarande AS (
    SELECT r.arena, string_agg(k.namn, ', ' ORDER BY k.enhet) AS franvarande
    FROM arenor AS r
    CROSS JOIN (SELECT enhet, namn FROM enheter WHERE typ = 'K' AND enhet LIKE '17%') AS k
    LEFT ANTI JOIN arenadeltagare AS d ON d.arena = r.arena AND d.organisation = k.enhet
    GROUP BY r.arena
)
SELECT
    r.arena,
    r.namn,
    r.niva,
    r.mandat,
    coalesce(p.regionens, 0) AS regionens,
    CASE p.regionens_rang WHEN 1 THEN 'Politisk' WHEN 2 THEN 'Högsta ledning' WHEN 3 THEN 'Verksamhet' END
        AS regionens_niva,
    coalesce(p.kommunernas, 0) AS kommunernas,
    CASE p.kommunernas_rang WHEN 1 THEN 'Politisk' WHEN 2 THEN 'Högsta ledning' WHEN 3 THEN 'Verksamhet' END
        AS kommunernas_niva,
    coalesce(p.kommuner, 0) AS kommuner,
    -- En lokal arena är en kommuns: de andra ska inte vara där.
    CASE WHEN r.niva <> 'Lokal' THEN f.franvarande END AS franvarande,
    CASE
        WHEN coalesce(p.regionens, 0) = 0 AND coalesce(p.kommunernas, 0) = 0 THEN 'varken region eller kommuner'
        WHEN coalesce(p.regionens, 0) = 0 THEN 'regionen saknas'
        WHEN coalesce(p.kommunernas, 0) = 0 THEN 'kommunerna saknas'
        WHEN p.regionens_rang > p.kommunernas_rang THEN 'regionen är på lägre nivå än kommunerna'
        WHEN p.regionens_rang < p.kommunernas_rang THEN 'kommunerna är på lägre nivå än regionen'
        ELSE 'motparter på samma nivå'
    END AS lasning
FROM arenor AS r
LEFT JOIN parter AS p ON p.arena = r.arena
LEFT JOIN franvarande AS f ON f.arena = r.arena
WHERE $niva IS NULL OR r.niva = $niva
ORDER BY r.arena
