/*+++
title = "Produktion och upplevelse: vad vi gör och vad brukarna tycker"
question = "Hur mycket hemtjänst och särskilt boende ger kommunerna, och vad tycker de som får det?"
description = """
Räknas: inifrån, ur registren, hur många invånare som fått insatsen under året, hur stor del av alla som är 80 år och
äldre som fått den (också den som inget fått, och den som dog eller flyttade under året, är med i nämnaren) och
kostnaden per person som fått den, med prislistans priser. Utifrån, ur brukarundersökningen, andelen positiva svar på
frågan (4 eller 5 av 5) med Wilsons intervall. Färre än 30 svar ger ingen andel. Kostnaden beror på hur stora behoven
är hos dem som får insatsen: en hög kostnad per person är inte slöseri och en låg inte effektivitet. Jämför läget
bredvid vartannat; sexton kommuner räcker inte för att säga att det ena hänger ihop med det andra.
"""
seminar = 3
sources = ["Kommunerna, insatser och prislista", "Befolkningsregistret", "Brukarundersökningen"]
unit = "kr och procent"
overview = ["namn", "verksamhet", "brukare", "andel_80", "kostnad_per_brukare", "andel", "andel_low", "andel_high", "n", "skal"]

[params.ar]
type = "integer"
values_from = "brukarenkat.ar"
description = "År; utan år det senaste"
[params.verksamhet]
type = "text"
choices = ["Hemtjänst", "Särskilt boende"]
description = "Verksamhet; utan värde båda"
[params.fraga]
type = "text"
default = "Trygghet"
values_from = "brukarsvar.fraga"
description = "Frågan till brukarna, till exempel Trygghet"

[columns.ar]
label = "År"
[columns.kommun]
label = "Kod"
[columns.namn]
label = "Område"
[columns.verksamhet]
label = "Verksamhet"
[columns.fraga]
label = "Frågan till brukarna"
[columns.brukare]
label = "Invånare med insatsen"
unit = "personer"
decimals = 0
[columns.brukare_80]
label = "Varav 80 år och äldre"
unit = "personer"
decimals = 0
[columns.invanare_80]
label = "Invånare 80 år och äldre"
unit = "personer"
decimals = 0
[columns.andel_80]
label = "Andel av 80 år och äldre"
unit = "procent"
decimals = 1
[columns.kostnad]
label = "Kostnad"
unit = "kr"
decimals = 0
[columns.kostnad_per_brukare]
label = "Kostnad per person"
unit = "kr"
decimals = 0
[columns.andel]
label = "Positiva svar"
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
[columns.n]
label = "Svar"
unit = "svar"
decimals = 0
[columns.storsta]
label = "Högsta kostnad för en person"
unit = "kr"
decimals = 0
[columns.skal]
label = "Varför talet saknas"

[columns.minsta]
label = "Minsta antal bakom raden"
unit = "personer"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "minsta"
within = ["ar", "verksamhet"]
labels = ["ar", "kommun", "namn", "verksamhet", "fraga"]
largest = "storsta"
sum = "kostnad"
+++*/
WITH aret AS (
    SELECT coalesce($ar, max(ar)) AS ar FROM brukarenkat
),
personer AS (
    SELECT p.kommun, p.alder, 'Hemtjänst' AS verksamhet, p.kostnad_hemtjanst AS kostnad
    FROM person_year AS p
    JOIN aret AS a ON a.ar = p.ar
    UNION ALL
    SELECT p.kommun, p.alder, 'Särskilt boende', p.kostnad_sarskilt_boende
    FROM person_year AS p
    JOIN aret AS a ON a.ar = p.ar
),
inifran AS (
    -- Länet är raden utan kommun.
    SELECT
        coalesce(kommun, '0017') AS kommun,
        verksamhet,
        count(*) FILTER (WHERE kostnad > 0) AS brukare,
        count(*) FILTER (WHERE kostnad > 0 AND alder >= 80) AS brukare_80,
        count(*) FILTER (WHERE alder >= 80) AS invanare_80,
        sum(kostnad) AS kostnad,
        max(kostnad) AS storsta
    FROM personer
    WHERE $verksamhet IS NULL OR verksamhet = $verksamhet
    GROUP BY GROUPING SETS ((kommun, verksamhet), (verksamhet))
),
utifran AS (
    SELECT
        coalesce(b.kommun, '0017') AS kommun,
        b.verksamhet,
        count(b.positivt) AS n,
        proportion(sum(b.positivt), count(b.positivt)) AS tal
    FROM brukarsvar AS b
    JOIN aret AS a ON a.ar = b.ar
    WHERE b.fraga = $fraga
    GROUP BY GROUPING SETS ((b.kommun, b.verksamhet), (b.verksamhet))
)
SELECT
    a.ar,
    i.kommun,
    coalesce(e.namn, i.kommun) AS namn,
    i.verksamhet,
    $fraga AS fraga,
    i.brukare,
    i.brukare_80,
    i.invanare_80,
    100.0 * CAST(i.brukare_80 AS DOUBLE) / nullif(CAST(i.invanare_80 AS DOUBLE), 0) AS andel_80,
    i.kostnad,
    CAST(i.kostnad AS DOUBLE) / nullif(CAST(i.brukare AS DOUBLE), 0) AS kostnad_per_brukare,
    CASE WHEN u.n >= 30 THEN 100.0 * tal['estimate'] END AS andel,
    CASE WHEN u.n >= 30 THEN 100.0 * tal['low'] END AS andel_low,
    CASE WHEN u.n >= 30 THEN 100.0 * tal['high'] END AS andel_high,
    coalesce(u.n, 0) AS n,
    -- Raden visar alla och dem som är 80 år och äldre: de yngre är skillnaden, och den minsta delen avgör.
    CASE
        WHEN i.brukare_80 = 0 OR i.brukare_80 = i.brukare THEN i.brukare
        ELSE least(i.brukare_80, i.brukare - i.brukare_80)
    END AS minsta,
    -- Publiceras aldrig: regeln ser med den om en enda person står för det mesta.
    i.storsta,
    CASE
        WHEN u.n >= 30 THEN NULL
        WHEN coalesce(u.n, 0) = 0 THEN 'ingen brukare har svarat på frågan'
        ELSE 'färre än 30 svar'
    END AS skal
FROM inifran AS i
CROSS JOIN aret AS a
LEFT JOIN utifran AS u ON u.kommun = i.kommun AND u.verksamhet = i.verksamhet
LEFT JOIN enheter AS e ON e.enhet = i.kommun
ORDER BY i.verksamhet, i.kommun
