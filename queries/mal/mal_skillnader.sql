/*+++
title = "Mål: skillnader mellan könen och mellan kommunerna"
question = "Minskar skillnaderna mellan kvinnor och män, och mellan kommunerna?"
description = """
För varje mål: hur långt det är mellan kvinnor och män i området, och för länet hur mycket kommunerna skiljer sig åt. Basåret
jämförs med det senaste år som går att jämföra med det, i samma serie och utan att medelvärdena delar år.

Mellan könen är skillnaden kvinnors värde minus mäns. Om den har ändrats mer än slumpen kan ge avgörs av de fyra värdenas
medelfel (95 procent); medellivslängden är två nyckeltal som jämförs med varandra. Utan känd osäkerhet bedöms inget.
Mellan kommunerna är skillnaden standardavvikelsen bland de kommuner som har värden båda åren, sedan den slump som små tal ger
är borträknad där den är känd: det som är kvar är verkliga skillnader. Om spridningen har ändrats prövas med Pitmans och Morgans
test för samma kommuner två gånger, som bedömer spridningen som den är, med slumpen kvar.

Mindre skillnad är inte alltid bättre: den kan minska för att de som hade det bäst har fått det sämre. Läs värdena bredvid.
Ingen kommun namnges här.
"""
seminar = 4
sources = ["Kolada", "Egna nyckeltal", "Liv & Hälsa", "Befolkningsregistret", "SCB, livslängdstabeller"]
unit = "olika enheter"
overview = ["kort", "mellan", "ar", "bas_skillnad", "skillnad", "status"]

[params.malset]
type = "text"
default = "2022"
values_from = "malset.malset"
description = "Vilken version av målen"
[params.enhet]
type = "text"
default = "0017"
values_from = "enheter.enhet"
description = "Kommun- eller regionkod; skillnaden mellan kommunerna visas för 0017"
[params.kpi]
type = "text"
values_from = "malvarden.kpi"
description = "Ett nyckeltal, till exempel U01405; utan värde alla; N00923 och N00925 visas tillsammans"

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
[columns.mellan]
label = "Skillnad mellan"
[columns.kommuner]
label = "Kommuner"
decimals = 0
[columns.basar]
label = "Basår"
[columns.bas_kvinnor]
label = "Kvinnor, basår"
decimals = 1
[columns.bas_man]
label = "Män, basår"
decimals = 1
[columns.bas_skillnad]
label = "Skillnad, basår"
decimals = 1
[columns.ar]
label = "Senaste år"
[columns.kvinnor]
label = "Kvinnor, senast"
decimals = 1
[columns.man]
label = "Män, senast"
decimals = 1
[columns.skillnad]
label = "Skillnad, senast"
decimals = 1
[columns.forandring]
label = "Skillnadens förändring"
decimals = 1
[columns.marginal]
label = "Så mycket kan slumpen ge (95 %)"
decimals = 1
[columns.matt]
label = "Enhet"
[columns.status]
label = "Skillnaden"
[columns.skal]
label = "Varför det inte kan bedömas"

[disclosure]
rule = "public"
+++*/
WITH mal AS (
    SELECT
        m.ordning, m.mal, m.basar, m.brott, m.niva,
        n.spann, n.kon AS ettkon, n.jamforbar_fran,
        n.kpi,
        coalesce(m.varde_enhet, 'procent') AS matt,
        -- Medellivslängden har ett nyckeltal för varje kön: de hör ihop genom målet.
        CASE WHEN n.kon IS NULL THEN m.kort ELSE split_part(m.kort, ',', 1) END AS kort,
        m.kort AS eget_kort
    FROM malset AS m
    LEFT JOIN nyckeltal AS eget ON eget.mal = m.mal AND m.kpi IS NULL
    JOIN nyckeltal AS n ON n.kpi = coalesce(m.kpi, eget.kpi)
    WHERE m.malset = $malset
        AND ($kpi IS NULL OR n.kpi = $kpi OR (n.kon IS NOT NULL AND $kpi IN ('N00923', 'N00925')))
),
omrade AS (
    SELECT enhet, namn, typ
    FROM enheter
    WHERE enhet = $enhet
),
jamforbara AS (
    SELECT m.ordning, m.mal, m.basar, m.matt, m.kort, m.ettkon, m.niva, v.kpi, v.enhet, v.kon, v.ar, v.varde, v.medelfel
    FROM mal AS m
    JOIN malvarden AS v ON v.kpi = m.kpi AND v.varde IS NOT NULL
    WHERE v.ar = m.basar
        OR (v.ar - m.spann + 1 > m.basar
            AND (m.brott IS NULL OR (v.ar < m.brott) = (m.basar < m.brott))
            AND (m.jamforbar_fran IS NULL OR (v.ar < m.jamforbar_fran) = (m.basar < m.jamforbar_fran)))
),
konen AS (
    SELECT
        min(j.ordning) AS ordning, j.mal, j.kort, j.matt, j.basar, j.ar,
        max(j.varde) FILTER (WHERE coalesce(j.ettkon, j.kon) = 'K') AS kvinnor,
        max(j.varde) FILTER (WHERE coalesce(j.ettkon, j.kon) = 'M') AS man,
        max(j.medelfel) FILTER (WHERE coalesce(j.ettkon, j.kon) = 'K') AS fel_kvinnor,
        max(j.medelfel) FILTER (WHERE coalesce(j.ettkon, j.kon) = 'M') AS fel_man
    FROM jamforbara AS j
    JOIN omrade AS o ON o.enhet = j.enhet
    WHERE (j.kon = 'T') = (j.ettkon IS NOT NULL)
    GROUP BY j.mal, j.kort, j.matt, j.basar, j.ar
),
konsgap AS (
    SELECT
        s.ordning, s.mal, s.kort, s.matt, s.basar, s.ar,
        b.kvinnor AS bas_kvinnor, b.man AS bas_man, s.kvinnor, s.man,
        round(b.kvinnor - b.man, 9) AS bas_skillnad,
        round(s.kvinnor - s.man, 9) AS skillnad,
        1.959964 * sqrt(
            power(b.fel_kvinnor, 2) + power(b.fel_man, 2) + power(s.fel_kvinnor, 2) + power(s.fel_man, 2)
        ) AS marginal,
        row_number() OVER (PARTITION BY s.mal, s.kort ORDER BY s.ar DESC) AS nyast
    FROM konen AS s
    JOIN konen AS b ON b.mal = s.mal AND b.kort = s.kort AND b.ar = s.basar
    WHERE s.ar > s.basar
        AND s.kvinnor IS NOT NULL AND s.man IS NOT NULL AND b.kvinnor IS NOT NULL AND b.man IS NOT NULL
),
-- Kommuner med värden både basåret och ett senare år, ett mål i taget.
kommunpar AS (
    SELECT s.ordning, s.ar, b.varde AS bas, s.varde AS nu, b.medelfel AS bas_fel, s.medelfel AS fel
    FROM jamforbara AS s
    JOIN jamforbara AS b ON b.ordning = s.ordning AND b.enhet = s.enhet AND b.ar = s.basar AND b.kon = 'T'
    JOIN enheter AS e ON e.enhet = s.enhet AND e.typ = 'K' AND substr(e.enhet, 1, 2) = '17'
    WHERE s.kon = 'T' AND s.ar > s.basar AND $enhet = '0017' AND s.niva = 'alla'
),
spridning AS (
    SELECT
        ordning,
        ar,
        count(*) AS kommuner,
        -- Slumpens del av spridningen räknas bort när den är känd för alla.
        sqrt(greatest(
            var_samp(bas) - CASE WHEN count(bas_fel) = count(*) THEN avg(bas_fel * bas_fel) ELSE 0 END, 0
        )) AS bas_skillnad,
        sqrt(greatest(
            var_samp(nu) - CASE WHEN count(fel) = count(*) THEN avg(fel * fel) ELSE 0 END, 0
        )) AS skillnad,
        var_samp(nu) - var_samp(bas) AS riktning,
        -- Pitman och Morgan: summan och skillnaden hänger ihop när spridningen har ändrats. Fishers z, gränsen ±1,96.
        atanh(corr(nu + bas, nu - bas)) * sqrt(count(*) - 3) AS z,
        row_number() OVER (PARTITION BY ordning ORDER BY ar DESC) AS nyast
    FROM kommunpar
    GROUP BY ordning, ar
    -- Ett år då nästan alla har värden: annars jämförs olika kommuner med länet.
    HAVING count(*) >= 8
),
rader AS (
    SELECT
        g.ordning, g.kort, 1 AS plats, 'kvinnor och män' AS mellan, CAST(NULL AS BIGINT) AS kommuner,
        g.bas_kvinnor, g.bas_man, g.bas_skillnad, g.ar, g.kvinnor, g.man, g.skillnad,
        round(abs(g.skillnad) - abs(g.bas_skillnad), 9) AS forandring,
        g.marginal,
        CASE
            WHEN g.marginal IS NULL THEN 'kan inte bedömas'
            WHEN abs(g.skillnad - g.bas_skillnad) <= g.marginal THEN 'ingen säkerställd förändring'
            WHEN abs(g.skillnad) < abs(g.bas_skillnad) THEN 'minskar'
            WHEN abs(g.skillnad) > abs(g.bas_skillnad) THEN 'ökar'
            ELSE 'byter riktning'
        END AS status,
        CASE WHEN g.marginal IS NULL THEN 'osäkerheten är inte känd' END AS skal
    FROM konsgap AS g
    WHERE g.nyast = 1
    UNION ALL
    SELECT
        s.ordning, NULL AS kort, 2 AS plats, 'kommunerna' AS mellan, s.kommuner,
        NULL, NULL, s.bas_skillnad, s.ar, NULL, NULL, s.skillnad,
        round(s.skillnad - s.bas_skillnad, 9) AS forandring,
        NULL AS marginal,
        CASE
            WHEN s.z IS NULL THEN 'kan inte bedömas'
            WHEN abs(s.z) <= 1.959964 THEN 'ingen säkerställd förändring'
            WHEN s.riktning < 0 THEN 'minskar'
            ELSE 'ökar'
        END AS status,
        CASE WHEN s.z IS NULL THEN 'värdena skiljer sig inte' END AS skal
    FROM spridning AS s
    WHERE s.nyast = 1
)
SELECT
    m.mal,
    coalesce(r.kort, m.eget_kort) AS kort,
    CASE WHEN m.ettkon IS NOT NULL AND r.plats = 1 THEN 'N00925 och N00923' ELSE m.kpi END AS kpi,
    o.enhet,
    o.namn,
    r.mellan,
    r.kommuner,
    m.basar,
    r.bas_kvinnor,
    r.bas_man,
    r.bas_skillnad,
    r.ar,
    r.kvinnor,
    r.man,
    r.skillnad,
    r.forandring,
    r.marginal,
    m.matt,
    coalesce(r.status, 'kan inte bedömas') AS status,
    CASE WHEN r.ordning IS NULL THEN 'värden för båda könen, basåret och senare, saknas' ELSE r.skal END AS skal
FROM mal AS m
JOIN omrade AS o ON m.niva = 'alla' OR o.typ = 'L'
LEFT JOIN rader AS r ON r.ordning = m.ordning
-- Kvinnors och mäns medellivslängd är en rad: den vid det första av målen.
WHERE r.ordning IS NOT NULL OR m.ettkon IS NULL
ORDER BY m.ordning, r.plats
