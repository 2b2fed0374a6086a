/*+++
title = "Mål: jämfört med andra"
question = "Hur står vi oss mot liknande kommuner, länet och riket, och går det åt samma håll där?"
description = """
Det senaste år då båda har ett värde, för varje mål. En kommun jämförs med Koladas grupp av liknande kommuner (medelvärdet av
medlemmarna, utan vikt), med länet och med riket; länet med mitten av alla regioner och med riket. Skillnaden är områdets värde
minus det andras, och intervallet (95 procent) räknar bara slumpen i områdets eget värde, där den är känd. Länet innehåller
kommunen själv, så en stor kommun skiljer sig mindre från det än från de andra.

Läs det som en fråga, inte som en rangordning: andra har andra förutsättningar. Liv & Hälsa mäter 18–84 år ett enda år i
Värmland, medan resten av landet har en annan enkät med åldrarna 16–84 och flera år tillsammans: den skillnaden bedöms inte.
"""
seminar = 2
sources = ["Kolada", "Liv & Hälsa", "Befolkningsregistret", "SCB, livslängdstabeller"]
unit = "olika enheter"
overview = ["namn", "kort", "jamforelse", "ar", "varde", "andras", "skillnad", "utfall"]

[params.malset]
type = "text"
default = "2022"
values_from = "malset.malset"
description = "Vilken version av målen"
[params.enhet]
type = "text"
default = "0017"
values_from = "enheter.enhet"
description = "Kommun- eller regionkod, till exempel 1780"
[params.kpi]
type = "text"
values_from = "malvarden.kpi"
description = "Ett nyckeltal, till exempel U01405; utan värde alla"

[columns.mal]
label = "Mål"
[columns.kort]
label = "Mål, kort"
[columns.kpi]
label = "Nyckeltal"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.jamforelse]
label = "Jämfört med"
[columns.omraden]
label = "Områden i jämförelsen"
[columns.ar]
label = "År"
[columns.varde]
label = "Värde"
decimals = 1
[columns.andras]
label = "De andras värde"
decimals = 1
[columns.skillnad]
label = "Skillnad"
decimals = 1
[columns.skillnad_low]
label = "Skillnad, lägst (95 %)"
decimals = 1
[columns.skillnad_high]
label = "Skillnad, högst (95 %)"
decimals = 1
[columns.matt]
label = "Enhet"
[columns.utfall]
label = "Utfall"
[columns.forandring]
label = "Förändring sedan basåret"
decimals = 1
[columns.andras_forandring]
label = "De andras förändring"
decimals = 1
[columns.anmarkning]
label = "Att tänka på"

[disclosure]
rule = "public"
+++*/
WITH omrade AS (
    SELECT enhet, namn, typ
    FROM enheter
    WHERE enhet = $enhet
),
-- Gruppen byter medlemmar varje år: den senaste heter som kommunen och har det högsta årtalet sist i namnet.
liknande AS (
    SELECT g.grupp, g.enhet
    FROM enhetsgrupper AS g
    JOIN omrade AS o ON starts_with(g.gruppnamn, 'Liknande kommuner övergripande, ' || o.namn || ', ')
    WHERE g.gruppnamn = (
        SELECT max(s.gruppnamn)
        FROM enhetsgrupper AS s
        JOIN omrade AS p ON starts_with(s.gruppnamn, 'Liknande kommuner övergripande, ' || p.namn || ', ')
    )
),
mal AS (
    SELECT
        m.*,
        coalesce(m.kpi, eget.kpi) AS nyckeltal,
        CASE WHEN (m.riktning = 'öka') <> m.inverterad THEN 1 ELSE -1 END AS tecken,
        o.enhet,
        o.namn,
        o.typ
    FROM malset AS m
    LEFT JOIN nyckeltal AS eget ON eget.mal = m.mal AND m.kpi IS NULL
    JOIN omrade AS o ON m.niva = 'alla' OR o.typ = 'L'
    WHERE m.malset = $malset
        AND ($kpi IS NULL OR coalesce(m.kpi, eget.kpi) = $kpi)
),
varden AS (
    SELECT kpi, enhet, ar, varde, medelfel
    FROM malvarden
    WHERE kon = 'T' AND varde IS NOT NULL
),
-- Gruppens eget värde ur Kolada där det finns, annars medlemmarnas medelvärde när minst tre av dem har ett.
gruppvarden AS (
    SELECT kpi, ar, avg(varde) AS varde, count(*) AS omraden
    FROM varden AS v
    JOIN liknande AS l ON l.enhet = v.enhet
    GROUP BY kpi, ar
    HAVING count(*) >= 3
),
koladas AS (
    SELECT v.kpi, v.ar, v.varde, v.antal AS omraden
    FROM kolada AS v
    WHERE v.enhet = (SELECT max(grupp) FROM liknande) AND v.kon = 'T' AND v.varde IS NOT NULL
),
andra AS (
    SELECT 'Liknande kommuner' AS jamforelse, 1 AS plats, coalesce(k.kpi, g.kpi) AS kpi, coalesce(k.ar, g.ar) AS ar,
        coalesce(k.varde, g.varde) AS varde, coalesce(k.omraden, g.omraden) AS omraden
    FROM koladas AS k
    FULL JOIN gruppvarden AS g ON g.kpi = k.kpi AND g.ar = k.ar
    UNION ALL
    SELECT 'Länet' AS jamforelse, 2 AS plats, kpi, ar, varde, 1 AS omraden
    FROM varden
    WHERE enhet = '0017' AND (SELECT typ FROM omrade) = 'K' AND substr($enhet, 1, 2) = '17'
    UNION ALL
    SELECT 'Mitten av regionerna' AS jamforelse, 3 AS plats, v.kpi, v.ar, median(v.varde) AS varde, count(*) AS omraden
    FROM varden AS v
    JOIN enheter AS e ON e.enhet = v.enhet AND e.typ = 'L' AND e.enhet <> '0000'
    WHERE (SELECT typ FROM omrade) = 'L' AND v.enhet <> $enhet
    GROUP BY v.kpi, v.ar
    HAVING count(*) >= 3
    UNION ALL
    SELECT 'Riket' AS jamforelse, 4 AS plats, kpi, ar, varde, 1 AS omraden
    FROM varden
    WHERE enhet = '0000' AND $enhet <> '0000'
),
gemensamma AS (
    SELECT
        m.ordning,
        a.jamforelse,
        a.plats,
        a.omraden,
        a.ar,
        v.varde,
        v.medelfel,
        a.varde AS andras,
        n.metod = 'enkät' AND a.jamforelse <> 'Länet' AS andra_enkater,
        row_number() OVER (PARTITION BY m.ordning, a.jamforelse ORDER BY a.ar DESC) AS nyast
    FROM mal AS m
    JOIN varden AS v ON v.kpi = m.nyckeltal AND v.enhet = m.enhet
    JOIN andra AS a ON a.kpi = v.kpi AND a.ar = v.ar
    JOIN nyckeltal AS n ON n.kpi = v.kpi
)
SELECT
    m.mal,
    m.kort,
    m.nyckeltal AS kpi,
    m.enhet,
    m.namn,
    g.jamforelse,
    g.omraden,
    g.ar,
    g.varde,
    g.andras,
    round(g.varde - g.andras, 9) AS skillnad,
    g.varde - g.andras - 1.959964 * g.medelfel AS skillnad_low,
    g.varde - g.andras + 1.959964 * g.medelfel AS skillnad_high,
    coalesce(m.varde_enhet, 'procent') AS matt,
    CASE
        WHEN g.jamforelse IS NULL OR g.andra_enkater THEN 'bedöms inte'
        WHEN round(g.varde - g.andras, 9) = 0 THEN 'lika'
        WHEN abs(g.varde - g.andras) <= 1.959964 * g.medelfel THEN 'ingen säkerställd skillnad'
        WHEN m.tecken * (g.varde - g.andras) > 0 THEN CASE WHEN g.medelfel IS NULL THEN 'bättre som talen är' ELSE 'bättre' END
        ELSE CASE WHEN g.medelfel IS NULL THEN 'sämre som talen är' ELSE 'sämre' END
    END AS utfall,
    round(g.varde - bas.varde, 9) AS forandring,
    round(g.andras - andras_bas.varde, 9) AS andras_forandring,
    CASE
        WHEN g.jamforelse IS NULL THEN 'inget gemensamt år med någon annan'
        WHEN g.andra_enkater THEN 'utanför länet andra åldrar och flera år tillsammans'
        WHEN g.medelfel IS NULL THEN 'osäkerheten är inte känd'
    END AS anmarkning
FROM mal AS m
LEFT JOIN gemensamma AS g ON g.ordning = m.ordning AND g.nyast = 1
-- Förändringen visas när hela vägen från basåret går att jämföra.
LEFT JOIN varden AS bas
    ON bas.kpi = m.nyckeltal AND bas.enhet = m.enhet AND bas.ar = m.basar
    AND g.ar > m.basar AND (m.brott IS NULL OR (g.ar < m.brott) = (m.basar < m.brott))
LEFT JOIN andra AS andras_bas
    ON andras_bas.kpi = m.nyckeltal AND andras_bas.jamforelse = g.jamforelse AND andras_bas.ar = m.basar
    AND g.ar > m.basar AND (m.brott IS NULL OR (g.ar < m.brott) = (m.basar < m.brott))
ORDER BY m.ordning, g.plats
