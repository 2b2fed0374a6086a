/*+++
title = "Tiden till det första högåret"
question = "Hur många blir högkonsumenter inom ett, två, … år, och hur många hinner dö eller flytta innan?"
description = """
Alla som bodde i länet vid startårets slut och inte var högkonsumenter det året, också den som inte kostat något, följs
till det första högåret, till döden eller flytten från länet, eller till det sista året i registret. Högår är ett år då
kostnaden är bland de högsta (parametern hog) av alla i länet från alder_min, rangordnat som i hogkonsumenter.

Måttet är den kumulativa incidensen (Aalen–Johansen) med döden och flytten som konkurrerande händelser, inte
Kaplan–Meier: den som dött kan inte bli högkonsument, och Kaplan–Meier hade räknat som om hen kunde det och gett för
höga tal. Alla följs lika länge, och då är incidensen helt enkelt andelen av dem som var med från start. Intervallet
är Wilsons (95 %) och ser gruppen som en av många tänkbara.

Raderna för ett år summerar till alla från start. "Avliden efter hög kostnad samma år" är den vars enda högår var
dödsåret: läggs den till Hög får man alla som någonsin hade ett högår. Läs inte så här: startåret är det första man
vet något om, så första högåret är det första sedan dess; den som var högkonsument tidigare kan vara med. Och
tiden räknas i kalenderår: högåret kan ha börjat när som helst under året.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["grupp", "efter_ar", "lage", "antal", "personer", "andel", "andel_low", "andel_high"]

[params.startar]
type = "integer"
values_from = "personbanor.ar"
description = "Startår; utan år det första i registret"
[params.indelning]
type = "text"
choices = ["Alla", "Ålder", "Kön", "Startnivå", "Kommun"]
default = "Alla"
description = "En kurva för alla, eller en för varje åldersgrupp, kön, nivå startåret (Låg, Medel) eller kommun"
[params.kommun]
type = "text"
values_from = "personbanor.kommun"
description = "Kommunkod vid startårets slut, till exempel 1780; utan kod hela länet"
[params.alder_min]
type = "integer"
default = 65
min = 0
description = "Yngsta ålder som räknas (31 december startåret)"
[params.alder_max]
type = "integer"
description = "Äldsta ålder vid start; utan värde ingen övre gräns"
[params.hog]
type = "number"
default = 0.2
min = 0.0
max = 1.0
description = "Andel av personerna som räknas som högkonsumenter"
[params.medel]
type = "number"
default = 0.3
min = 0.0
max = 1.0
description = "Andel av personerna som räknas som medelkonsumenter (för indelningen Startnivå)"

[columns.startar]
label = "Startår"
[columns.grupp]
label = "Grupp"
[columns.efter_ar]
label = "Inom antal år"
decimals = 0
[columns.ar]
label = "Till och med år"
[columns.lage]
label = "Läge"
[columns.nya]
label = "Nya det året"
unit = "personer"
decimals = 0
[columns.antal]
label = "Personer"
unit = "personer"
decimals = 0
[columns.personer]
label = "Personer från start"
unit = "personer"
decimals = 0
[columns.andel]
label = "Andel"
unit = "procent"
decimals = 1
[columns.andel_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_high]
label = "Högst (95 %)"
unit = "procent"
decimals = 1
[columns.minsta]
label = "Minsta grupp bakom raden"
unit = "personer"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "minsta"
within = ["grupp", "efter_ar"]
labels = ["startar", "grupp", "efter_ar", "ar", "lage"]
+++*/
WITH valt_ar AS (
    SELECT coalesce($startar, min(ar)) AS startar, max(ar) AS sista_ar FROM personbanor
),
rangordnade AS (
    SELECT
        p.person,
        p.ar,
        p.kommun,
        p.kon,
        p.alder,
        p.status,
        p.ar = v.startar AS vid_start,
        row_number() OVER (PARTITION BY p.ar ORDER BY p.kostnad DESC, p.person) AS rang,
        count(*) OVER (PARTITION BY p.ar) AS antal
    FROM personbanor AS p
    JOIN valt_ar AS v ON p.ar >= v.startar
    WHERE p.alder >= $alder_min
),
aren AS (
    SELECT
        *,
        rang <= round(antal * $hog) AS hogar,
        status IN ('avliden', 'utflyttad') AS slutar,
        CASE $indelning
            WHEN 'Alla' THEN ''
            WHEN 'Kön' THEN kon
            WHEN 'Kommun' THEN kommun
            WHEN 'Startnivå' THEN CASE WHEN rang <= round(antal * ($hog + $medel)) THEN '2' ELSE '1' END
            ELSE CASE
                WHEN alder < 18 THEN '0–17 år'
                WHEN alder < 45 THEN '18–44 år'
                WHEN alder < 65 THEN '45–64 år'
                WHEN alder < 75 THEN '65–74 år'
                WHEN alder < 85 THEN '75–84 år'
                ELSE '85 år och äldre'
            END
        END AS kod
    FROM rangordnade
),
personer AS (
    SELECT
        person,
        -- Gruppen är den vid start; den som inte var med från start har ingen.
        min(kod) FILTER (
            WHERE vid_start
                AND NOT hogar
                AND NOT slutar
                AND ($alder_max IS NULL OR alder <= $alder_max)
                AND ($kommun IS NULL OR kommun = $kommun)
        ) AS kod,
        min(ar) FILTER (WHERE NOT vid_start AND hogar AND NOT slutar) AS hogar,
        min(ar) FILTER (WHERE NOT vid_start AND slutar) AS slutar,
        bool_or(hogar) FILTER (WHERE NOT vid_start AND status = 'avliden') AS dog_efter_hog_kostnad,
        bool_or(NOT vid_start AND status = 'avliden') AS dog
    FROM aren
    GROUP BY person
),
-- Det som hände först: högår, död eller flytt. Den som inget hände är kvar (läge 5) och har inget år.
utfall AS (
    SELECT
        kod,
        CASE WHEN hogar < coalesce(slutar, 9999) THEN hogar ELSE slutar END AS hande,
        CASE
            WHEN hogar < coalesce(slutar, 9999) THEN 1
            WHEN dog_efter_hog_kostnad THEN 2
            WHEN dog THEN 3
            WHEN slutar IS NOT NULL THEN 4
            ELSE 5
        END AS utgang,
        count(*) AS antal
    FROM personer
    WHERE kod IS NOT NULL
    GROUP BY kod, hande, utgang
),
-- Ett tal för varje grupp, år och läge, också när det är noll; startåret självt är kurvans början.
kurvor AS (
    SELECT
        u.kod,
        a.ar,
        l.nr,
        l.namn,
        sum(CASE
            WHEN u.hande <= a.ar AND u.utgang = l.nr THEN u.antal
            WHEN (u.hande IS NULL OR u.hande > a.ar) AND l.nr = 5 THEN u.antal
            ELSE 0
        END) AS antal,
        sum(u.antal) AS personer
    FROM utfall AS u
    CROSS JOIN (SELECT unnest(generate_series(startar, sista_ar)) AS ar FROM valt_ar) AS a
    CROSS JOIN (
        VALUES
            (1, 'Hög'),
            (2, 'Avliden efter hög kostnad samma år'),
            (3, 'Avliden'),
            (4, 'Utflyttad'),
            (5, 'Ännu inte hög')
    ) AS l (nr, namn)
    GROUP BY u.kod, a.ar, l.nr, l.namn
),
andelar AS (
    SELECT
        *,
        CASE WHEN nr < 5 THEN antal - lag(antal, 1, 0) OVER (PARTITION BY kod, nr ORDER BY ar) END AS nya,
        proportion(antal, personer, {'multiplier': 100}) AS s
    FROM kurvor
)
SELECT
    v.startar,
    CASE $indelning
        WHEN 'Alla' THEN 'Alla'
        WHEN 'Kommun' THEN coalesce(e.namn, a.kod)
        WHEN 'Startnivå' THEN CASE a.kod WHEN '1' THEN 'Låg' ELSE 'Medel' END
        ELSE a.kod
    END AS grupp,
    a.ar - v.startar AS efter_ar,
    a.ar,
    a.namn AS lage,
    a.nya,
    a.antal,
    a.personer,
    s['estimate'] AS andel,
    s['low'] AS andel_low,
    s['high'] AS andel_high,
    -- Två års tal bredvid varandra visar också hur många som kom till.
    coalesce(least(nullif(a.antal, 0), nullif(a.nya, 0)), 0) AS minsta
FROM andelar AS a
CROSS JOIN valt_ar AS v
LEFT JOIN enheter AS e ON e.enhet = a.kod
ORDER BY a.kod, a.ar, a.nr
