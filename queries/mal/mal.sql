/*+++
title = "Mål: läge, förändring och mål"
question = "Går utvecklingen åt rätt håll, och är de gemensamma målen nådda?"
description = """
Det senaste värdet jämfört med basåret, för varje mål i varje område som målet gäller. Ett nyckeltal som har lämnat Kolada har
sitt sista värde; ett mål utan nyckeltal i Kolada följs med regionens eget. Ett nyckeltal som räknar motsatsen till målet
bedöms omvänt. Ett mål om mindre skillnader mellan grupper bedöms här bara efter nyckeltalets nivå, se mal_skillnader.

Läget: *nått* när målvärdet är nått och förändringen är större än slumpen kan ge, *rätt riktning* och *fel riktning* när den
är större än slumpen kan ge, annars *ingen säkerställd förändring*, eller *kan inte bedömas* när ambitionen är mindre än den
minsta förändring som går att upptäcka. Då vet vi inte: det är inte samma sak som oförändrat. Medelvärden över flera år jämförs
bara när de inte delar år, och aldrig över ett brott i serien.

Slumpen (95 procent): för Liv & Hälsa enkätens urval. För hela befolkningar ses året som ett av många som kunde ha blivit: i en
liten kommun varierar talen utan att något har ändrats. Var osäkerheten inte är känd (kolumnen Slumpen) är läget bedömt efter
talen som de är: där kan en liten förändring vara ingen. Hur var och en räknas står i tabellerna nyckeltal och malvarden.
Många mål i många kommuner bedöms på en gång: ett av tjugo lägen kan skilja sig av en slump.
"""
seminar = 4
sources = ["Kolada", "Egna nyckeltal", "Liv & Hälsa", "Befolkningsregistret", "SCB, livslängdstabeller"]
unit = "olika enheter"
overview = ["namn", "kort", "ar", "varde", "malvarde", "matt", "status"]

[params.malset]
type = "text"
default = "2022"
values_from = "malset.malset"
description = "Vilken version av målen"
[params.enhet]
type = "text"
values_from = "enheter.enhet"
description = "Kommun- eller regionkod, till exempel 0017; utan kod länet och alla dess kommuner"

[params.kpi]
type = "text"
values_from = "malvarden.kpi"
description = "Ett nyckeltal, till exempel U01405; utan värde alla"
[params.ar]
type = "integer"
values_from = "kolada.ar"
description = "Läget till och med detta år, till exempel målåret; utan år det senaste"

[columns.grupp]
label = "Målgrupp"
[columns.mal]
label = "Mål"
[columns.livsperspektiv]
label = "Livsperspektiv"
[columns.kort]
label = "Mål, kort"
[columns.kpi]
label = "Nyckeltal"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.basar]
label = "Basår"
[columns.basvarde]
label = "Basvärde"
decimals = 1
[columns.ar]
label = "Senaste år"
[columns.varde]
label = "Senast"
decimals = 1
[columns.forandring]
label = "Förändring"
decimals = 1
[columns.matt]
label = "Enhet"
[columns.ambition]
label = "Ambition"
decimals = 1
[columns.ambition_enhet]
label = "Ambitionens enhet"
[columns.malar]
label = "Målår"
[columns.malvarde]
label = "Målvärde"
decimals = 1
[columns.forandring_low]
label = "Förändring, lägst (95 %)"
decimals = 1
[columns.forandring_high]
label = "Förändring, högst (95 %)"
decimals = 1
[columns.upptackbar]
label = "Minsta förändring som går att upptäcka"
decimals = 1
[columns.status]
label = "Läge"
[columns.osakerhet]
label = "Slumpen"
[columns.skal]
label = "Varför det inte kan bedömas"

[disclosure]
rule = "public"
+++*/
WITH omraden AS (
    SELECT enhet, namn, typ
    FROM enheter
    WHERE enhet = coalesce($enhet, CASE WHEN enhet = '0017' OR (typ = 'K' AND substr(enhet, 1, 2) = '17') THEN enhet END)
),
-- Varje mål i varje område som det gäller, också mål utan nyckeltal och områden utan värden.
mal AS (
    SELECT m.*, o.enhet, o.namn
    FROM malset AS m
    JOIN omraden AS o ON m.niva = 'alla' OR o.typ = 'L'
    WHERE m.malset = $malset
),
-- Läget är bedömt år för år i mallage. Det senaste år som går att jämföra med basåret gäller.
senaste AS (
    SELECT
        l.*,
        row_number() OVER (
            PARTITION BY l.ordning, l.enhet
            ORDER BY l.jamforbar DESC NULLS LAST, l.ar DESC
        ) AS nyast
    FROM mallage AS l
    JOIN omraden AS o ON o.enhet = l.enhet
    WHERE l.malset = $malset
        AND (l.ar IS NULL OR $ar IS NULL OR l.ar <= $ar)
)
SELECT
    m.grupp,
    m.livsperspektiv,
    m.mal,
    m.kort,
    coalesce(m.kpi, s.kpi) AS kpi,
    m.enhet,
    m.namn,
    m.basar,
    s.basvarde,
    CASE WHEN s.jamforbar THEN s.ar END AS ar,
    CASE WHEN s.jamforbar THEN s.varde END AS varde,
    CASE WHEN s.jamforbar THEN s.forandring END AS forandring,
    coalesce(m.varde_enhet, CASE WHEN s.kpi IS NOT NULL THEN 'procent' END) AS matt,
    m.ambition,
    m.ambition_enhet,
    m.malar,
    s.malvarde,
    s.forandring_low,
    s.forandring_high,
    s.upptackbar,
    coalesce(s.status, 'kan inte bedömas') AS status,
    CASE WHEN s.status IS NULL OR NOT s.jamforbar THEN 'värden saknas' ELSE s.skal END AS skal,
    s.osakerhet
FROM mal AS m
LEFT JOIN senaste AS s ON s.ordning = m.ordning AND s.enhet = m.enhet AND s.nyast = 1
WHERE $kpi IS NULL OR coalesce(m.kpi, s.kpi) = $kpi
ORDER BY m.ordning, m.enhet
