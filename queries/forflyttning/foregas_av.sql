/*+++
title = "Vad föregås det första högåret av?"
question = "Vad hände året före, hos dem som gick till hög konsumtion eller till hemtjänst och särskilt boende, och hos dem som stannade?"
description = """
Varje år räknas alla som bodde i länet vid årets slut och hittills inte varit högkonsumenter (eller haft hemtjänst eller
särskilt boende, med utfall = "Omsorg"). Av dem räknas vilka som har sitt första sådana år nästa år, och vad som hände
under de tolv månaderna före det året, alltså kalenderåret innan. Händelsen och högåret är skilda år: kostnaden för
sjukhusvården efter ett fall hör till året före och är inte det som gör nästa år till ett högår. Händelserna är
definierade i tabellen personbanor.

Andelen är risken på ett år. Kvoten jämför den med risken i jämförelsegruppen, bland lika gamla, av samma kön, samma
år (Mantel–Haenszels riskkvot över femårsgrupper, kön och år, med 95 % intervall enligt Greenland och Robins). Den råa
kvoten är utan den jämförelsen, och ofta större: den som faller eller mister sin make är äldre än andra. Den som dör
under året hör till nämnaren, och till täljaren om hen hann ha hög kostnad (eller omsorg) det året; den som flyttar ut
hör bara till nämnaren. År före det tredje i registret räknas inte: en ny diagnos kräver ett år att jämföra med.

Läs inte så här: "föregås av" är inte "orsakas av". Den som faller är ofta skör redan innan, och kvoten mäter båda. Den
som följs upp efter sjukhuset är ofta sjukare än den som inte gör det: en kvot under 1 säger inte att det är bättre att
inte följas upp.
Raderna överlappar (samma person kan ha fallit och blivit änka) och får inte läggas ihop. Den som blev högkonsument
redan händelseåret är inte med: därför syns inte de svåraste fallen här. Flera händelser prövas samtidigt, och en av
tjugo intervall utelämnar 1 av en slump.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent"
overview = ["handelse", "jamforelse", "personer", "flyttade", "andel", "andel_utan", "kvot", "kvot_low", "kvot_high", "andel_av_flyttar"]

[params.utfall]
type = "text"
choices = ["Hög konsumtion", "Omsorg"]
default = "Hög konsumtion"
description = "Vad man går till: det första högåret, eller det första året med hemtjänst eller särskilt boende"
[params.ar]
type = "integer"
values_from = "personbanor.ar"
description = "Året man går till; utan år alla år tillsammans (från det tredje i registret)"
[params.kommun]
type = "text"
values_from = "personbanor.kommun"
description = "Kommunkod året före, till exempel 1780; utan kod hela länet"
[params.alder_min]
type = "integer"
default = 65
min = 0
description = "Yngsta ålder som räknas (31 december året före)"
[params.alder_max]
type = "integer"
description = "Äldsta ålder året före; utan värde ingen övre gräns"
[params.hog]
type = "number"
default = 0.2
min = 0.0
max = 1.0
description = "Andel av personerna i länet som räknas som högkonsumenter"

[columns.handelse]
label = "Året före"
[columns.jamforelse]
label = "Jämförs med"
[columns.personer]
label = "Personår med händelsen"
unit = "personår"
decimals = 0
[columns.flyttade]
label = "Gick till utfallet"
unit = "personer"
decimals = 0
[columns.andel]
label = "Risk på ett år"
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
[columns.personer_utan]
label = "Personår i jämförelsen"
unit = "personår"
decimals = 0
[columns.flyttade_utan]
label = "Gick till utfallet i jämförelsen"
unit = "personer"
decimals = 0
[columns.andel_utan]
label = "Risk i jämförelsen"
unit = "procent"
decimals = 1
[columns.kvot_ra]
label = "Rå kvot"
unit = "gånger"
decimals = 2
[columns.kvot]
label = "Kvot bland lika gamla"
unit = "gånger"
decimals = 2
[columns.kvot_low]
label = "Kvot, lägst (95 %)"
unit = "gånger"
decimals = 2
[columns.kvot_high]
label = "Kvot, högst (95 %)"
unit = "gånger"
decimals = 2
[columns.andel_av_flyttar]
label = "Andel av alla som gick"
unit = "procent"
decimals = 1
[columns.minsta]
label = "Minsta grupp bakom raden"
unit = "personer"
decimals = 0
[columns.skal]
label = "Varför det inte går att säga"

[disclosure]
rule = "secrecy"
persons = "minsta"
within = ["handelse"]
labels = ["handelse", "jamforelse"]
+++*/
WITH rangordnade AS (
    SELECT
        person,
        ar,
        status,
        omsorg,
        row_number() OVER (PARTITION BY ar ORDER BY kostnad DESC, person) AS rang,
        count(*) OVER (PARTITION BY ar) AS antal
    FROM personbanor
    WHERE alder >= $alder_min
),
-- Det första året med utfallet, sett över alla år som personen är med.
forsta_aren AS (
    SELECT
        person,
        min(ar) FILTER (
            WHERE status <> 'utflyttad'
                AND CASE WHEN $utfall = 'Omsorg' THEN omsorg ELSE rang <= round(antal * $hog) END
        ) AS forsta
    FROM rangordnade
    GROUP BY person
),
-- De som kan gå: bor kvar vid årets slut och har inte haft utfallet. Räknade i grupper av lika personer.
folk AS (
    SELECT
        b.ar,
        b.kon,
        least(b.alder / 5, 18) AS femarsgrupp,
        b.fallskada,
        b.utskrivning,
        b.make_maka,
        b.ny_tumor,
        b.ny_psykisk,
        b.ny_nerv,
        b.ny_cirkulation,
        b.ny_andning,
        count(*) AS personer,
        count(*) FILTER (WHERE f.forsta = b.ar + 1) AS flyttade
    FROM personbanor AS b
    JOIN forsta_aren AS f ON f.person = b.person
    WHERE b.alder BETWEEN $alder_min AND coalesce($alder_max, 999)
        AND b.status IN ('bosatt', 'inflyttad')
        AND b.finns_aret_efter
        AND (f.forsta IS NULL OR f.forsta > b.ar)
        AND b.ar > (SELECT min(ar) FROM personbanor)
        AND ($ar IS NULL OR b.ar = $ar - 1)
        AND ($kommun IS NULL OR b.kommun = $kommun)
    GROUP BY
        b.ar, b.kon, femarsgrupp, b.fallskada, b.utskrivning, b.make_maka,
        b.ny_tumor, b.ny_psykisk, b.ny_nerv, b.ny_cirkulation, b.ny_andning
),
-- För varje händelse: vem som hade den (true) och vem man jämför med (false). Övriga är varken eller.
utsatta AS (
    SELECT
        h.nr,
        h.handelse,
        h.jamforelse,
        f.*,
        CASE h.nr
            WHEN 0 THEN true
            WHEN 1 THEN f.fallskada
            WHEN 2 THEN f.utskrivning = 'Utan uppföljning'
            WHEN 3 THEN f.make_maka = 'Förlorad'
            WHEN 4 THEN f.ny_tumor
            WHEN 5 THEN f.ny_psykisk
            WHEN 6 THEN f.ny_nerv
            WHEN 7 THEN f.ny_cirkulation
            WHEN 8 THEN f.ny_andning
        END AS utsatt
    FROM (
        VALUES
            (0, 'Alla', NULL),
            (1, 'Fallskada', 'alla utan fallskada'),
            (2, 'Utskriven utan uppföljning', 'utskrivna med uppföljning'),
            (3, 'Förlorade make eller maka', 'gifta'),
            (4, 'Ny diagnos: tumörer (II)', 'alla utan ny diagnos i kapitlet'),
            (5, 'Ny diagnos: psykiska sjukdomar (V)', 'alla utan ny diagnos i kapitlet'),
            (6, 'Ny diagnos: nervsystemet (VI)', 'alla utan ny diagnos i kapitlet'),
            (7, 'Ny diagnos: cirkulationsorganen (IX)', 'alla utan ny diagnos i kapitlet'),
            (8, 'Ny diagnos: andningsorganen (X)', 'alla utan ny diagnos i kapitlet')
    ) AS h (nr, handelse, jamforelse)
    LEFT JOIN folk AS f ON true
),
skikt AS (
    SELECT
        nr,
        handelse,
        jamforelse,
        ar,
        kon,
        femarsgrupp,
        CAST(coalesce(sum(personer) FILTER (WHERE utsatt), 0) AS DOUBLE) AS med,
        CAST(coalesce(sum(flyttade) FILTER (WHERE utsatt), 0) AS DOUBLE) AS med_flyttade,
        CAST(coalesce(sum(personer) FILTER (WHERE NOT utsatt), 0) AS DOUBLE) AS utan,
        CAST(coalesce(sum(flyttade) FILTER (WHERE NOT utsatt), 0) AS DOUBLE) AS utan_flyttade
    FROM utsatta
    GROUP BY nr, handelse, jamforelse, ar, kon, femarsgrupp
),
-- Mantel–Haenszel: täljaren och nämnaren i kvoten är summor över skikten, och variansens täljare en tredje.
summor AS (
    SELECT
        nr,
        handelse,
        jamforelse,
        CAST(sum(med) AS BIGINT) AS personer,
        CAST(sum(med_flyttade) AS BIGINT) AS flyttade,
        CAST(sum(utan) AS BIGINT) AS personer_utan,
        CAST(sum(utan_flyttade) AS BIGINT) AS flyttade_utan,
        sum(med_flyttade * utan / nullif(med + utan, 0)) AS t,
        sum(utan_flyttade * med / nullif(med + utan, 0)) AS n,
        sum(
            ((med_flyttade + utan_flyttade) * med * utan - med_flyttade * utan_flyttade * (med + utan))
            / nullif((med + utan) * (med + utan), 0)
        ) AS v
    FROM skikt
    GROUP BY nr, handelse, jamforelse
),
kvoter AS (
    SELECT
        *,
        proportion(flyttade, nullif(personer, 0), {'multiplier': 100}) AS p,
        CASE WHEN t > 0 AND n > 0 THEN t / n END AS kvot,
        CASE WHEN t > 0 AND n > 0 THEN sqrt(v / (t * n)) END AS medelfel_log,
        max(CASE WHEN nr = 0 THEN flyttade END) OVER () AS alla_flyttade
    FROM summor
)
SELECT
    handelse,
    jamforelse,
    personer,
    flyttade,
    p['estimate'] AS andel,
    p['low'] AS andel_low,
    p['high'] AS andel_high,
    CASE WHEN nr > 0 THEN personer_utan END AS personer_utan,
    CASE WHEN nr > 0 THEN flyttade_utan END AS flyttade_utan,
    100.0 * flyttade_utan / nullif(personer_utan, 0) AS andel_utan,
    CASE WHEN flyttade > 0 AND flyttade_utan > 0
        THEN (1.0 * flyttade / personer) / (1.0 * flyttade_utan / personer_utan) END AS kvot_ra,
    kvot,
    kvot * exp(-1.959963984540054 * medelfel_log) AS kvot_low,
    kvot * exp(1.959963984540054 * medelfel_log) AS kvot_high,
    100.0 * flyttade / nullif(alla_flyttade, 0) AS andel_av_flyttar,
    -- Det minsta antal personer som raden berättar om, åt något håll.
    coalesce(
        least(
            nullif(flyttade, 0),
            nullif(personer - flyttade, 0),
            nullif(flyttade_utan, 0),
            nullif(personer_utan - flyttade_utan, 0)
        ),
        0
    ) AS minsta,
    CASE
        WHEN personer = 0 AND nr = 0 THEN 'ingen att följa: ingen i urvalet, eller ett av registrets två första år'
        WHEN personer = 0 THEN 'ingen hade händelsen'
        WHEN nr = 0 THEN NULL
        WHEN flyttade = 0 THEN 'ingen med händelsen gick till utfallet'
        WHEN flyttade_utan = 0 THEN 'ingen i jämförelsen gick till utfallet'
        WHEN kvot IS NULL THEN 'ingen av dem som gick har någon lika gammal att jämföra med'
    END AS skal
FROM kvoter
ORDER BY nr
