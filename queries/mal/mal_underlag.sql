/*+++
title = "Mål: underlag för höjda ambitioner"
question = "Vilka mål är nådda, hur säkert är det, och hur mycket mer går att nå?"
description = """
När ett mål är nått höjs ambitionen i nästa års inriktningsdokument. Här står det som behövs för att föreslå en ny: hur länge
målvärdet har varit nått i rad, hur fort det har gått sedan basåret, var riket och den bästa fjärdedelen av jämförbara områden
ligger (regioner för länet, alla kommuner som har värden samma år för en kommun), hur många av länets kommuner som har nått
målet, och den minsta förändring som går att upptäcka härifrån med dagens osäkerhet: en mindre ambition kan aldrig bedömas.

Läget är det i frågan mal: nått kräver att förändringen är större än slumpen kan ge, där den är känd. Takten är ett medel över
åren och ingen prognos. Den bästa fjärdedelen säger vad andra har nått, inte vad som är möjligt här.
"""
seminar = 4
sources = ["Kolada", "Egna nyckeltal", "Liv & Hälsa", "Befolkningsregistret", "SCB, livslängdstabeller"]
unit = "olika enheter"
overview = ["kort", "ar", "varde", "malvarde", "marginal", "nadd_sedan", "underlag"]

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
[columns.basvarde]
label = "Basvärde"
decimals = 1
[columns.malvarde]
label = "Målvärde"
decimals = 1
[columns.ar]
label = "Senaste år"
[columns.varde]
label = "Senast"
decimals = 1
[columns.marginal]
label = "Förbi målvärdet med"
decimals = 1
[columns.matt]
label = "Enhet"
[columns.nadd_sedan]
label = "Nått varje år sedan"
[columns.takt]
label = "Åt rätt håll per år"
decimals = 2
[columns.riket]
label = "Riket samma år"
decimals = 1
[columns.basta_fjardedelen]
label = "Bästa fjärdedelen av jämförbara"
decimals = 1
[columns.jamforbara]
label = "Jämförbara områden"
decimals = 0
[columns.kommuner_nadda]
label = "Kommuner i länet som nått målet"
decimals = 0
[columns.kommuner]
label = "Kommuner i länet med bedömt mål"
decimals = 0
[columns.minsta_ambition]
label = "Minsta ambition som går att följa upp"
decimals = 1
[columns.status]
label = "Läge"
[columns.underlag]
label = "Underlag"

[disclosure]
rule = "public"
+++*/
WITH mal AS (
    SELECT m.*, o.enhet, o.namn, o.typ
    FROM malset AS m
    JOIN enheter AS o ON o.enhet = $enhet AND (m.niva = 'alla' OR o.typ = 'L')
    WHERE m.malset = $malset
),
lagen AS (
    SELECT
        *,
        -- Målvärdet är passerat, vare sig förändringen är säkerställd eller inte.
        tecken * round(varde - malvarde, 9) AS forbi,
        row_number() OVER (PARTITION BY ordning, enhet ORDER BY ar DESC) AS nyast
    FROM mallage
    WHERE malset = $malset AND jamforbar AND ar > basar
),
-- Det senaste året som målvärdet inte var nått: från mätningen därefter har det varit nått varje gång.
inte_nadda AS (
    SELECT ordning, enhet, max(ar) AS sista
    FROM lagen
    WHERE forbi < 0
    GROUP BY ordning, enhet
),
nadda AS (
    SELECT l.ordning, l.enhet, min(l.ar) AS nadd_sedan
    FROM lagen AS l
    LEFT JOIN inte_nadda AS i ON i.ordning = l.ordning AND i.enhet = l.enhet
    WHERE l.forbi >= 0 AND (i.sista IS NULL OR l.ar > i.sista)
    GROUP BY l.ordning, l.enhet
),
lanets_kommuner AS (
    SELECT
        l.ordning,
        count(*) FILTER (WHERE l.status = 'nått') AS kommuner_nadda,
        count(*) FILTER (WHERE l.status <> 'kan inte bedömas') AS kommuner
    FROM lagen AS l
    JOIN enheter AS e ON e.enhet = l.enhet AND e.typ = 'K' AND substr(e.enhet, 1, 2) = '17'
    WHERE l.nyast = 1
    GROUP BY l.ordning
),
senaste AS (
    SELECT
        m.*,
        coalesce(m.varde_enhet, 'procent') AS matt,
        l.kpi AS nyckeltal, l.tecken, l.basvarde, l.malvarde, l.ar, l.varde, l.forandring, l.forbi, l.status
    FROM mal AS m
    LEFT JOIN lagen AS l ON l.ordning = m.ordning AND l.enhet = m.enhet AND l.nyast = 1
),
jamforbara AS (
    SELECT
        s.ordning,
        count(*) AS antal,
        -- Den bästa fjärdedelen: den övre kvartilen av värdena vända så att mer är bättre.
        max(s.tecken) * percentile_cont(0.75) WITHIN GROUP (ORDER BY s.tecken * v.varde) AS basta_fjardedelen
    FROM senaste AS s
    JOIN malvarden AS v ON v.kpi = s.nyckeltal AND v.ar = s.ar AND v.kon = 'T' AND v.varde IS NOT NULL AND v.enhet <> s.enhet
    JOIN enheter AS e ON e.enhet = v.enhet AND e.typ = s.typ AND e.enhet <> '0000'
    GROUP BY s.ordning
    HAVING count(*) >= 4
)
SELECT
    s.mal,
    s.kort,
    coalesce(s.kpi, s.nyckeltal) AS kpi,
    s.enhet,
    s.namn,
    s.basvarde,
    s.malvarde,
    s.ar,
    s.varde,
    s.forbi AS marginal,
    s.matt,
    n.nadd_sedan,
    s.tecken * s.forandring / (s.ar - s.basar) AS takt,
    r.varde AS riket,
    j.basta_fjardedelen,
    j.antal AS jamforbara,
    k.kommuner_nadda,
    k.kommuner,
    -- Från en ny mätning till nästa, var och en lika osäker som den senaste.
    (1.959964 + 0.841621) * sqrt(2) * v.medelfel AS minsta_ambition,
    coalesce(s.status, 'kan inte bedömas') AS status,
    CASE
        WHEN s.ambition IS NULL THEN 'målet har ingen ambition i tal'
        WHEN s.status IS NULL THEN 'värden efter basåret saknas'
        WHEN s.malvarde IS NULL THEN 'basårets värde saknas'
        WHEN s.matt = 'procent' AND s.malvarde NOT BETWEEN 0 AND 100
            THEN 'målvärdet ligger utanför 0–100 procent och går inte att nå'
        WHEN s.status = 'nått' AND v.medelfel IS NULL AND n.nadd_sedan = s.ar
            THEN 'nått bara det senaste året, och osäkerheten är inte känd: vänta'
        WHEN s.status = 'nått' AND v.medelfel IS NULL THEN 'nått flera år i rad, men osäkerheten är inte känd'
        WHEN s.status = 'nått' AND n.nadd_sedan = s.ar THEN 'nått det senaste året: ambitionen kan höjas'
        WHEN s.status = 'nått' THEN 'nått flera år i rad: ambitionen kan höjas'
        WHEN s.forbi >= 0 THEN 'målvärdet är nått, men läget kan inte bedömas: vänta'
        ELSE 'inte nått'
    END AS underlag
FROM senaste AS s
LEFT JOIN nadda AS n ON n.ordning = s.ordning AND n.enhet = s.enhet
LEFT JOIN lanets_kommuner AS k ON k.ordning = s.ordning
LEFT JOIN jamforbara AS j ON j.ordning = s.ordning
LEFT JOIN malvarden AS v ON v.kpi = s.nyckeltal AND v.enhet = s.enhet AND v.ar = s.ar AND v.kon = 'T'
LEFT JOIN malvarden AS r ON r.kpi = s.nyckeltal AND r.enhet = '0000' AND r.ar = s.ar AND r.kon = 'T'
WHERE $kpi IS NULL OR coalesce(s.kpi, s.nyckeltal) = $kpi
ORDER BY s.ordning
