/*+++
title = "Prognosutfall: hur rätt hade befolkningsprognosen"
question = "Hur långt från verkligheten hamnade befolkningsprognosen, kommun för kommun?"
description = """
Räknas: folkmängden den 31 december enligt en prognos mot den i befolkningsregistret samma år, för de år som båda har.
Skillnaden är prognosen minus utfallet: större än noll betyder att prognosen hade fler. Huvudalternativet är det som
prognosen räknar med; ett scenario är ingen gissning och bedöms inte efter utfallet. En skillnad på några personer i
en liten åldersgrupp är slump och inget fel i prognosen.
"""
seminar = 1
sources = ["Befolkningsprognosen", "Befolkningsregistret"]
unit = "personer"
overview = ["version", "ar", "namn", "aldersgrupp", "prognos", "utfall", "skillnad", "skillnad_procent"]

[params.kommun]
type = "text"
values_from = "prognos.kommun"
description = "Kommunkod, till exempel 1784; utan kod länet och alla kommuner"
[params.version]
type = "text"
values_from = "prognos.version"
description = "Prognosens version; utan värde alla. En prognos vars år ännu inte har kommit ger ett tomt svar"
[params.scenario]
type = "text"
default = "Huvudalternativ"
values_from = "prognos.scenario"
description = "Prognosens scenario"

[columns.version]
label = "Version"
[columns.ar]
label = "År"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.aldersgrupp]
label = "Ålder"
[columns.prognos]
label = "Enligt prognosen"
unit = "personer"
decimals = 0
[columns.utfall]
label = "Utfall"
unit = "personer"
decimals = 0
[columns.skillnad]
label = "Prognosen minus utfallet"
unit = "personer"
decimals = 0
[columns.skillnad_procent]
label = "Prognosen minus utfallet"
unit = "procent"
decimals = 1

[disclosure]
rule = "secrecy"
persons = "utfall"
within = ["version", "ar", "enhet"]
labels = ["version", "ar", "enhet", "namn", "aldersgrupp"]
+++*/
WITH prognosen AS (
    SELECT version, ar, kommun, alder, sum(antal) AS prognos
    FROM prognos
    WHERE scenario = $scenario
        AND ($version IS NULL OR version = $version)
        AND ($kommun IS NULL OR kommun = $kommun)
    GROUP BY version, ar, kommun, alder
),
utfallet AS (
    -- Prognosens högsta ålder är 100 år och äldre.
    SELECT ar, kommun, least(alder, 100) AS alder, CAST(sum(antal) AS BIGINT) AS utfall
    FROM befolkning_ar
    WHERE $kommun IS NULL OR kommun = $kommun
    GROUP BY ar, kommun, least(alder, 100)
),
jamforda AS (
    SELECT
        p.version,
        p.ar,
        p.kommun,
        p.prognos,
        -- En ålder utan någon invånare har ingen rad i registret.
        coalesce(u.utfall, 0) AS utfall,
        CASE
            WHEN p.alder < 20 THEN 0
            WHEN p.alder < 65 THEN 20
            WHEN p.alder < 80 THEN 65
            ELSE 80
        END AS fran_alder
    FROM prognosen AS p
    LEFT JOIN utfallet AS u ON u.ar = p.ar AND u.kommun = p.kommun AND u.alder = p.alder
    WHERE p.ar <= (SELECT max(ar) FROM befolkning_ar)
),
summor AS (
    SELECT
        version,
        ar,
        kommun,
        fran_alder,
        sum(prognos) AS prognos,
        CAST(sum(utfall) AS BIGINT) AS utfall
    FROM jamforda
    GROUP BY GROUPING SETS (
        (version, ar, kommun, fran_alder), (version, ar, kommun), (version, ar, fran_alder), (version, ar)
    )
)
SELECT
    s.version,
    s.ar,
    coalesce(s.kommun, '0017') AS enhet,
    coalesce(e.namn, s.kommun, '0017') AS namn,
    CASE coalesce(s.fran_alder, -1)
        WHEN -1 THEN 'Alla åldrar'
        WHEN 0 THEN '0–19 år'
        WHEN 20 THEN '20–64 år'
        WHEN 65 THEN '65–79 år'
        ELSE '80 år och äldre'
    END AS aldersgrupp,
    s.prognos,
    s.utfall,
    s.prognos - s.utfall AS skillnad,
    100.0 * (s.prognos - s.utfall) / nullif(CAST(s.utfall AS DOUBLE), 0) AS skillnad_procent
FROM summor AS s
LEFT JOIN enheter AS e ON e.enhet = coalesce(s.kommun, '0017')
WHERE $kommun IS NULL OR s.kommun IS NOT NULL
ORDER BY s.version, s.ar, enhet, coalesce(s.fran_alder, -1)
