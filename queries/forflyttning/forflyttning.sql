/*+++
title = "Förflyttningar mellan låg, medel och hög konsumtion"
question = "Hur många går från låg till hög konsumtion på ett år, hur många går tillbaka, och hur många dör eller flyttar ut?"
description = """
Alla som bodde i länet vid startårets slut, också den som inte kostat något, följs ett år framåt. Nivån är kostnaden
under året, rangordnad som i hogkonsumenter: de dyraste (parametern hog) är Hög, de näst dyraste (medel) är Medel, övriga
Låg. Nivåerna sätts varje år för sig, bland alla i länet från alder_min, även när svaret gäller en kommun eller har en
övre ålder: hög betyder då detsamma överallt, och den som byter kommun inom länet följs vidare.

Läget är det vid årets slut. Den som dog under året är avliden, med eller utan hög kostnad det året; den som flyttade
från länet är utflyttad, vad som än hände innan. "Uppgift saknas" är den som varken dog eller flyttade enligt registret
men inte finns där året efter.

Intervallet (Wilson, 95 %) ser året som ett av många tänkbara: registret är hela befolkningen, men nästa år blir inte
likadant. Läs inte så här: att många går från hög till låg betyder inte att insatser har hjälpt. Kostnaden för ett
vårdtillfälle finns ett år och är borta nästa. Och nivåerna är andelar: när några går upp måste andra gå ned.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["grupp", "fran", "till", "antal", "personer", "andel", "andel_low", "andel_high", "skal"]

[params.ar]
type = "integer"
values_from = "personbanor.ar"
description = "Startår; utan år det senaste som har ett år efter sig"
[params.indelning]
type = "text"
choices = ["Alla", "Ålder", "Kön", "Kommun"]
default = "Alla"
description = "En matris för alla, eller en för varje åldersgrupp, kön eller kommun (startårets)"
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
description = "Andel av personerna som räknas som medelkonsumenter"

[columns.fran_ar]
label = "Från år"
[columns.till_ar]
label = "Till år"
[columns.grupp]
label = "Grupp"
[columns.fran]
label = "Konsumtion startåret"
[columns.till]
label = "Läge året efter"
[columns.antal]
label = "Personer som gick så"
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
[columns.skal]
label = "Varför det inte går att säga"

[disclosure]
rule = "secrecy"
persons = "antal"
within = ["fran_ar", "grupp", "fran"]
labels = ["fran_ar", "till_ar", "grupp", "fran", "till", "skal"]
+++*/
WITH valt_ar AS (
    SELECT coalesce($ar, max(ar) - 1) AS fran_ar, max(ar) AS sista_ar FROM personbanor
),
rangordnade AS (
    SELECT
        p.person,
        p.ar,
        p.kommun,
        p.kon,
        p.alder,
        p.status,
        row_number() OVER (PARTITION BY p.ar ORDER BY p.kostnad DESC, p.person) AS rang,
        count(*) OVER (PARTITION BY p.ar) AS antal
    FROM personbanor AS p
    JOIN valt_ar AS v ON p.ar = v.fran_ar OR p.ar = v.fran_ar + 1
    WHERE p.alder >= $alder_min
),
nivaer AS (
    SELECT
        *,
        CASE
            WHEN rang <= round(antal * $hog) THEN 3
            WHEN rang <= round(antal * ($hog + $medel)) THEN 2
            ELSE 1
        END AS niva
    FROM rangordnade
),
-- De som bodde här vid startårets slut, och vad det blev av dem.
vagar AS (
    SELECT
        CASE $indelning
            WHEN 'Alla' THEN ''
            WHEN 'Kön' THEN fran.kon
            WHEN 'Kommun' THEN fran.kommun
            ELSE CASE
                WHEN fran.alder < 18 THEN '0–17 år'
                WHEN fran.alder < 45 THEN '18–44 år'
                WHEN fran.alder < 65 THEN '45–64 år'
                WHEN fran.alder < 75 THEN '65–74 år'
                WHEN fran.alder < 85 THEN '75–84 år'
                ELSE '85 år och äldre'
            END
        END AS kod,
        fran.niva AS fran_niva,
        CASE
            WHEN till.person IS NULL THEN 7
            WHEN till.status = 'utflyttad' THEN 6
            WHEN till.status = 'avliden' AND till.niva = 3 THEN 5
            WHEN till.status = 'avliden' THEN 4
            ELSE till.niva
        END AS till_lage,
        count(*) AS antal
    FROM nivaer AS fran
    JOIN valt_ar AS v ON v.fran_ar = fran.ar
    LEFT JOIN nivaer AS till ON till.person = fran.person AND till.ar = fran.ar + 1
    WHERE fran.status IN ('bosatt', 'inflyttad')
        AND ($alder_max IS NULL OR fran.alder <= $alder_max)
        AND ($kommun IS NULL OR fran.kommun = $kommun)
    GROUP BY kod, fran_niva, till_lage
),
-- Varje väg finns med, också den som ingen gick.
matris AS (
    SELECT
        g.kod,
        g.fran_niva,
        l.lage,
        l.namn AS till,
        sum(CASE WHEN g.till_lage = l.lage THEN g.antal ELSE 0 END) AS antal,
        sum(g.antal) AS personer
    FROM vagar AS g
    CROSS JOIN (
        VALUES
            (1, 'Låg'),
            (2, 'Medel'),
            (3, 'Hög'),
            (4, 'Avliden'),
            (5, 'Avliden efter hög kostnad samma år'),
            (6, 'Utflyttad'),
            (7, 'Uppgift saknas')
    ) AS l (lage, namn)
    GROUP BY g.kod, g.fran_niva, l.lage, l.namn
),
andelar AS (
    SELECT *, proportion(antal, personer, {'multiplier': 100}) AS s FROM matris
)
SELECT
    v.fran_ar,
    v.fran_ar + 1 AS till_ar,
    CASE $indelning WHEN 'Alla' THEN 'Alla' WHEN 'Kommun' THEN coalesce(e.namn, m.kod) ELSE m.kod END AS grupp,
    CASE m.fran_niva WHEN 1 THEN 'Låg' WHEN 2 THEN 'Medel' ELSE 'Hög' END AS fran,
    m.till,
    m.antal,
    m.personer,
    CASE WHEN m.lage < 7 THEN s['estimate'] END AS andel,
    CASE WHEN m.lage < 7 THEN s['low'] END AS andel_low,
    CASE WHEN m.lage < 7 THEN s['high'] END AS andel_high,
    CASE
        WHEN v.fran_ar >= v.sista_ar THEN 'året efter finns inte ännu'
        WHEN m.lage = 7 THEN 'finns inte i registret året efter'
    END AS skal
FROM andelar AS m
CROSS JOIN valt_ar AS v
LEFT JOIN enheter AS e ON e.enhet = m.kod
WHERE CASE WHEN m.lage = 7 THEN m.antal > 0 ELSE v.fran_ar < v.sista_ar END
ORDER BY m.kod, m.fran_niva, m.lage
