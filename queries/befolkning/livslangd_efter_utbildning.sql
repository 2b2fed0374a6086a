/*+++
title = "Livslängd efter utbildning"
question = "Hur många år skiljer livslängden mellan kort och lång utbildning, och växer skillnaden?"
description = """
Räknas: återstående medellivslängd vid 30 års ålder efter utbildning, som SCB publicerar den, och hur långt den är
från den som har eftergymnasial utbildning. SCB ger inga intervall. Perioder som delar år (kolumnen overlappar) är
inte oberoende: läs en förändring mellan dem med försiktighet. Utbildning är inte orsaken i sig: grupperna skiljer sig
i ålder, arbete, ekonomi och hälsa redan från början, och de med kort utbildning blir färre och mer särpräglade.
"""
seminar = 2
sources = ["SCB, livslängd efter utbildning"]
unit = "år"
overview = ["namn", "kon", "period", "utbildning", "aterstaende", "mot_eftergymnasial", "overlappar", "skal"]

[params.enhet]
type = "text"
default = "0017"
values_from = "livslangd_utbildning.enhet"
description = "Länets eller rikets kod, till exempel 0017"
[params.jamfor_med]
type = "text"
default = "0000"
values_from = "livslangd_utbildning.enhet"
description = "Ännu ett område bredvid, till exempel 0000 riket eller 0013 Halland"

[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.kon]
label = "Kön"
[columns.period]
label = "Period"
[columns.utbildning]
label = "Utbildning"
[columns.aterstaende]
label = "Återstående år vid 30"
unit = "år"
decimals = 1
[columns.mot_eftergymnasial]
label = "Jämfört med eftergymnasial"
unit = "år"
decimals = 1
[columns.overlappar]
label = "Delar år med"
[columns.skal]
label = "Varför talet saknas"

[disclosure]
rule = "public"
+++*/
WITH valda AS (
    SELECT
        enhet,
        kon,
        period,
        utbildning,
        aterstaende,
        CASE utbildning WHEN 'Förgymnasial' THEN 1 WHEN 'Gymnasial' THEN 2 ELSE 3 END AS ordning,
        CAST(left(period, 4) AS INT) AS fran,
        CAST(right(period, 4) AS INT) AS till
    FROM livslangd_utbildning
    WHERE enhet IN ($enhet, $jamfor_med)
),
perioder AS (
    SELECT DISTINCT period, fran, till FROM valda
),
overlapp AS (
    -- En tidigare period som slutar efter att den här har börjat.
    SELECT p.period, string_agg(f.period, ', ' ORDER BY f.period) AS overlappar
    FROM perioder AS p
    JOIN perioder AS f ON f.fran < p.fran AND f.till >= p.fran
    GROUP BY p.period
)
SELECT
    v.enhet,
    coalesce(n.namn, v.enhet) AS namn,
    v.kon,
    v.period,
    v.utbildning,
    v.aterstaende,
    v.aterstaende - l.aterstaende AS mot_eftergymnasial,
    o.overlappar,
    CASE WHEN v.aterstaende IS NULL THEN 'SCB visar inget tal: för få döda för att skilja nivåerna åt' END AS skal
FROM valda AS v
LEFT JOIN valda AS l
    ON l.enhet = v.enhet AND l.kon = v.kon AND l.period = v.period AND l.utbildning = 'Eftergymnasial'
LEFT JOIN overlapp AS o ON o.period = v.period
LEFT JOIN enheter AS n ON n.enhet = v.enhet
ORDER BY v.enhet, v.kon, v.period, v.ordning
