/*+++
title = "Befolkningsprognosen: åldrarna framåt"
question = "Hur många blir vi i varje ålder, och hur många i arbetsför ålder finns det för varje äldre?"
description = """
Räknas: folkmängden den 31 december enligt den valda prognosen, jämförd med den verkliga folkmängden prognosens
utgångsår. Antalen är väntevärden under det som prognosen antar (kolumnen antagande); de är inte mål och säger inget
om hur fel prognosen kan ha. Jämför scenarierna, och se prognosutfall för hur fel den förra hade. Ju mindre kommun och
ju längre fram, desto osäkrare. Personer 20–64 år per person 80 år och äldre är ett mått på befolkningen, inte på
behovet av vård eller på hur många som arbetar.
"""
seminar = 1
sources = ["Befolkningsprognosen", "Befolkningsregistret"]
unit = "personer"
overview = ["namn", "ar", "aldersgrupp", "antal", "forandring", "forandring_procent", "arbetsfora_per_80"]

[params.kommun]
type = "text"
values_from = "prognos.kommun"
description = "Kommunkod, till exempel 1784; utan kod länet och alla kommuner"
[params.fran]
type = "integer"
values_from = "prognos.ar"
description = "Första år som visas; utan värde bara prognosens sista"
[params.scenario]
type = "text"
default = "Huvudalternativ"
values_from = "prognos.scenario"
description = "Prognosens scenario; har versionen inte scenariot blir svaret tomt"
[params.version]
type = "text"
values_from = "prognos.version"
description = "Prognosens version; utan värde den nyaste"

[columns.version]
label = "Version"
[columns.scenario]
label = "Scenario"
[columns.ar]
label = "År"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.aldersgrupp]
label = "Ålder"
[columns.antal]
label = "Invånare enligt prognosen"
unit = "personer"
decimals = 0
[columns.utgangsar]
label = "Utgångsår"
[columns.utgangsantal]
label = "Invånare utgångsåret"
unit = "personer"
decimals = 0
[columns.forandring]
label = "Förändring"
unit = "personer"
decimals = 0
[columns.forandring_procent]
label = "Förändring"
unit = "procent"
decimals = 1
[columns.arbetsfora_per_80]
label = "Personer 20–64 år per person 80 år och äldre"
unit = "personer"
decimals = 1
[columns.antagande]
label = "Vad prognosen antar"

[disclosure]
rule = "public"
+++*/
WITH vald AS (
    -- Den version och det scenario som gäller, med vad de antar. Har den nyaste versionen inte scenariot blir svaret tomt.
    SELECT *
    FROM prognosantaganden
    WHERE scenario = $scenario
        AND version = coalesce($version, (SELECT max(version) FROM prognosantaganden WHERE scenario = $scenario))
),
framat AS (
    SELECT p.ar, p.kommun, p.alder, p.antal
    FROM prognos AS p
    JOIN vald AS v ON v.version = p.version AND v.scenario = p.scenario
    WHERE $kommun IS NULL OR p.kommun = $kommun
),
utgangsaret AS (
    SELECT b.ar, b.kommun, b.alder, CAST(b.antal AS DOUBLE) AS antal
    FROM befolkning_ar AS b
    JOIN vald AS v ON v.utgangsar = b.ar
    WHERE $kommun IS NULL OR b.kommun = $kommun
),
grupperade AS (
    SELECT
        ar,
        kommun,
        antal,
        CASE
            WHEN alder < 6 THEN 0
            WHEN alder < 16 THEN 6
            WHEN alder < 20 THEN 16
            WHEN alder < 65 THEN 20
            WHEN alder < 80 THEN 65
            ELSE 80
        END AS fran_alder
    FROM (SELECT * FROM framat UNION ALL SELECT * FROM utgangsaret) AS alla
),
summor AS (
    SELECT ar, kommun, fran_alder, sum(antal) AS antal
    FROM grupperade
    GROUP BY GROUPING SETS ((ar, kommun, fran_alder), (ar, kommun), (ar, fran_alder), (ar))
),
omraden AS (
    SELECT ar, coalesce(kommun, '0017') AS enhet, coalesce(fran_alder, -1) AS fran_alder, antal
    FROM summor
    WHERE $kommun IS NULL OR kommun IS NOT NULL
),
kvoter AS (
    SELECT
        ar,
        enhet,
        sum(antal) FILTER (WHERE fran_alder = 20) / nullif(sum(antal) FILTER (WHERE fran_alder = 80), 0)
            AS arbetsfora_per_80
    FROM omraden
    GROUP BY ar, enhet
)
SELECT
    v.version,
    v.scenario,
    o.ar,
    o.enhet,
    coalesce(e.namn, o.enhet) AS namn,
    CASE o.fran_alder
        WHEN -1 THEN 'Alla åldrar'
        WHEN 0 THEN '0–5 år'
        WHEN 6 THEN '6–15 år'
        WHEN 16 THEN '16–19 år'
        WHEN 20 THEN '20–64 år'
        WHEN 65 THEN '65–79 år'
        ELSE '80 år och äldre'
    END AS aldersgrupp,
    o.antal,
    v.utgangsar,
    coalesce(u.antal, 0) AS utgangsantal,
    o.antal - coalesce(u.antal, 0) AS forandring,
    100.0 * (o.antal - u.antal) / nullif(u.antal, 0) AS forandring_procent,
    k.arbetsfora_per_80,
    concat(
        v.fodda_per_1000, ' födda och ', v.inflyttade_per_1000, ' inflyttade per 1 000 invånare. Utflyttning: ',
        v.utflyttning, '. Dödlighet: ', v.dodlighet, '.'
    ) AS antagande
FROM omraden AS o
CROSS JOIN vald AS v
JOIN kvoter AS k ON k.ar = o.ar AND k.enhet = o.enhet
LEFT JOIN omraden AS u ON u.ar = v.utgangsar AND u.enhet = o.enhet AND u.fran_alder = o.fran_alder
LEFT JOIN enheter AS e ON e.enhet = o.enhet
WHERE o.ar > v.utgangsar
    AND o.ar >= coalesce($fran, v.till_ar)
ORDER BY o.ar, o.enhet, o.fran_alder
