/*+++
title = "Kvalitet: speglar de svarande de tillfrågade"
question = "Är de brukare som svarade lika dem som tillfrågades?"
description = """
Räknas: svarsfrekvensen bland kvinnor och män och bland dem som är 80 år och äldre och de yngre, med Wilsons
intervall, och gruppens andel av de svarande mot dess andel av de tillfrågade. Skevt sägs när avståndet är större än
slumpen ger (95 %) om vem som helst av de tillfrågade hade lika lätt att svara. Att de svarande liknar de tillfrågade
i kön och ålder säger inte att de tycker lika: de sjukaste svarar sällan, i alla grupper.
"""
seminar = 3
sources = ["Brukarundersökningen, svar och utskick"]
unit = "procent"
overview = ["omrade", "verksamhet", "grupp", "tillfragade", "svarande", "svarsfrekvens", "skillnad", "status"]

[params.ar]
type = "integer"
values_from = "brukarenkat.ar"
description = "År; utan år det senaste"
[params.kommun]
type = "text"
values_from = "brukarenkat.kommun"
description = "Kommunkod, till exempel 1784; utan kod hela länet"
[params.verksamhet]
type = "text"
values_from = "brukarenkat.verksamhet"
description = "Verksamhet, till exempel Hemtjänst; utan värde alla"
[params.indelning]
type = "text"
default = "Område"
choices = ["Område", "Kommun", "Enhet"]
description = "En rad för hela området, för varje kommun eller för varje enhet"

[columns.ar]
label = "År"
[columns.omrade]
label = "Område"
[columns.verksamhet]
label = "Verksamhet"
[columns.fordelning]
label = "Fördelning"
[columns.grupp]
label = "Grupp"
[columns.tillfragade]
label = "Tillfrågade"
unit = "personer"
decimals = 0
[columns.svarande]
label = "Svarande"
unit = "personer"
decimals = 0
[columns.svarsfrekvens]
label = "Svarsfrekvens"
unit = "procent"
decimals = 1
[columns.svarsfrekvens_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.svarsfrekvens_high]
label = "Högst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_tillfragade]
label = "Andel av de tillfrågade"
unit = "procent"
decimals = 1
[columns.andel_svarande]
label = "Andel av de svarande"
unit = "procent"
decimals = 1
[columns.skillnad]
label = "Svarande minus tillfrågade"
unit = "procentenheter"
decimals = 1
[columns.slump]
label = "Så stor kan slumpen vara (95 %)"
unit = "procentenheter"
decimals = 1
[columns.status]
label = "Läsning"

[disclosure]
rule = "secrecy"
persons = "svarande"
within = ["ar", "omrade", "verksamhet", "fordelning"]
labels = ["ar", "omrade", "verksamhet", "fordelning", "grupp"]
+++*/
WITH aret AS (
    SELECT coalesce($ar, max(ar)) AS ar FROM brukarenkat
),
utskick AS (
    SELECT
        u.ar,
        CASE
            WHEN $indelning = 'Enhet' THEN concat(u.kommun, ' ', u.enhet)
            WHEN $indelning = 'Kommun' OR $kommun IS NOT NULL THEN u.kommun
            ELSE '0017'
        END AS kod,
        u.verksamhet,
        sum(u.utskickade) AS alla,
        sum(u.utskickade_kvinnor) AS kvinnor,
        sum(u.utskickade_80) AS aldre
    FROM brukarenkat_utskick AS u
    JOIN aret AS a ON a.ar = u.ar
    WHERE ($kommun IS NULL OR u.kommun = $kommun)
        AND ($verksamhet IS NULL OR u.verksamhet = $verksamhet)
    GROUP BY 1, 2, 3
),
svar AS (
    SELECT
        CASE
            WHEN $indelning = 'Enhet' THEN concat(b.kommun, ' ', b.enhet)
            WHEN $indelning = 'Kommun' OR $kommun IS NOT NULL THEN b.kommun
            ELSE '0017'
        END AS kod,
        b.verksamhet,
        count(b.kon) AS med_kon,
        count(*) FILTER (WHERE b.kon = 'Kvinnor') AS kvinnor,
        count(b.aldersgrupp) AS med_alder,
        count(*) FILTER (WHERE b.aldersgrupp IN ('80–89 år', '90 år och äldre')) AS aldre
    FROM brukarenkat AS b
    JOIN aret AS a ON a.ar = b.ar
    WHERE $kommun IS NULL OR b.kommun = $kommun
    GROUP BY 1, 2
),
grupper AS (
    -- En rad per grupp: de tillfrågade i den och alla, de svarande i den och alla.
    SELECT
        u.ar,
        u.kod,
        u.verksamhet,
        g.fordelning,
        g.grupp,
        g.ordning,
        u.alla AS alla,
        CASE g.ordning
            WHEN 1 THEN u.kvinnor
            WHEN 2 THEN u.alla - u.kvinnor
            WHEN 3 THEN u.alla - u.aldre
            ELSE u.aldre
        END AS tillfragade,
        CASE WHEN g.ordning <= 2 THEN coalesce(s.med_kon, 0) ELSE coalesce(s.med_alder, 0) END AS alla_svarande,
        CASE g.ordning
            WHEN 1 THEN coalesce(s.kvinnor, 0)
            WHEN 2 THEN coalesce(s.med_kon - s.kvinnor, 0)
            WHEN 3 THEN coalesce(s.med_alder - s.aldre, 0)
            ELSE coalesce(s.aldre, 0)
        END AS svarande
    FROM utskick AS u
    LEFT JOIN svar AS s ON s.kod = u.kod AND s.verksamhet = u.verksamhet
    CROSS JOIN (
        VALUES
            (1, 'Kön', 'Kvinnor'), (2, 'Kön', 'Män'), (3, 'Ålder', 'Under 80 år'), (4, 'Ålder', '80 år och äldre')
    ) AS g (ordning, fordelning, grupp)
),
andelar AS (
    SELECT
        *,
        CAST(tillfragade AS DOUBLE) / nullif(CAST(alla AS DOUBLE), 0) AS av_tillfragade,
        CAST(svarande AS DOUBLE) / nullif(CAST(alla_svarande AS DOUBLE), 0) AS av_svarande
    FROM grupper
    -- Ingen tillfrågad i gruppen: inget att jämföra.
    WHERE tillfragade > 0
),
med_slump AS (
    SELECT
        *,
        -- De svarande som ett urval ur de tillfrågade, utan återläggning.
        1.959963984540054 * sqrt(
            av_tillfragade * (1.0 - av_tillfragade) / nullif(CAST(alla_svarande AS DOUBLE), 0)
            * CAST(alla - alla_svarande AS DOUBLE) / nullif(CAST(alla - 1 AS DOUBLE), 0)
        ) AS slump,
        -- Fler svarande än tillfrågade i en grupp är ett fel i uppgifterna och får ingen frekvens.
        CASE WHEN svarande <= tillfragade THEN proportion(svarande, tillfragade) END AS frekvens
    FROM andelar
)
SELECT
    m.ar,
    coalesce(e.namn, m.kod) AS omrade,
    m.verksamhet,
    m.fordelning,
    m.grupp,
    m.tillfragade,
    m.svarande,
    100.0 * frekvens['estimate'] AS svarsfrekvens,
    100.0 * frekvens['low'] AS svarsfrekvens_low,
    100.0 * frekvens['high'] AS svarsfrekvens_high,
    100.0 * m.av_tillfragade AS andel_tillfragade,
    100.0 * m.av_svarande AS andel_svarande,
    100.0 * (m.av_svarande - m.av_tillfragade) AS skillnad,
    100.0 * m.slump AS slump,
    CASE
        WHEN m.alla_svarande = 0 THEN 'ingen svarade'
        WHEN m.svarande > m.tillfragade THEN 'fler svarande än tillfrågade: rätta uppgifterna'
        WHEN abs(m.av_svarande - m.av_tillfragade) > m.slump AND m.av_svarande > m.av_tillfragade
            THEN 'skevt: svarade oftare'
        WHEN abs(m.av_svarande - m.av_tillfragade) > m.slump THEN 'skevt: svarade mer sällan'
        ELSE 'inte skevare än slumpen'
    END AS status
FROM med_slump AS m
LEFT JOIN enheter AS e ON e.enhet = m.kod
ORDER BY m.kod, m.verksamhet, m.ordning
