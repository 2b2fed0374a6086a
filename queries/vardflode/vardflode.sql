/*+++
title = "Från sjukhus till hem, korttid eller tillbaka"
question = "Vart går de som skrivs ut från sjukhus, och hur många är tillbaka inom 30 dagar?"
description = """
Alla vårdtillfällen som slutade under året eller åren, efter vad kommunen gav personen före och efter. Byte av
avdelning eller sjukhus samma dag är ett och samma vårdtillfälle. *Före* är de tre månaderna före inskrivningens
månad, *efter* utskrivningens månad och månaden efter: insatserna är kända per månad. Den som har flera räknas före
som särskilt boende, annars hemtjänst, annars korttidsboende, och efter som korttidsboende, annars särskilt boende,
annars hemtjänst.

*Tillbaka* är en ny inskrivning inom så många dagar, planerad eller inte: underlaget skiljer dem inte åt. Den som dog
på sjukhuset kan inte komma tillbaka och räknas inte i andelen. Den som dog senare utan att ha kommit tillbaka räknas
där, och står för sig. Den som flyttade från länet inom tiden, eller vars tid inte är slut i leveranserna, är inte
följd och räknas inte.

Intervallet ser året som ett av många möjliga. Samma person kan ha flera vårdtillfällen, och det är räknat med:
personerna är oberoende av varandra, vårdtillfällena inte.

Så läses det fel: den som snabbt kommer tillbaka hinner inte få en insats, så vägarna går inte att jämföra för att se
vad insatserna gör. En insats i utskrivningens månad kan ha börjat före inskrivningen.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser", "Befolkningsregistret"]
unit = "vårdtillfällen"
overview = ["insats_fore", "insats_efter", "tillfallen", "andel_tillfallen", "andel_ater", "andel_ater_low", "andel_ater_high", "andel_avlidna", "skal"]

[params.ar]
type = "integer"
values_from = "person_year.ar"
description = "Utskrivningens år; utan år det senaste"
[params.antal_ar]
type = "integer"
default = 3
min = 1
max = 20
description = "Så många år till och med året läggs ihop: fler år ger säkrare tal där få skrivs ut"
[params.alder_min]
type = "integer"
default = 65
min = 0
description = "Yngsta ålder som räknas (31 december)"
[params.alder_max]
type = "integer"
description = "Äldsta ålder som räknas; utan värde ingen övre gräns"
[params.kommun]
type = "text"
values_from = "person_year.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.dagar]
type = "integer"
default = 30
min = 1
max = 365
description = "Hur många dagar efter utskrivningen som en ny inskrivning räknas"

[columns.fran_ar]
label = "Från och med år"
[columns.ar]
label = "Till och med år"
[columns.vag]
label = "Före → efter"
[columns.insats_fore]
label = "Insats före"
[columns.insats_efter]
label = "Insats efter"
[columns.tillfallen]
label = "Vårdtillfällen"
unit = "vårdtillfällen"
decimals = 0
[columns.personer]
label = "Personer"
unit = "personer"
decimals = 0
[columns.andel_tillfallen]
label = "Andel av alla"
unit = "procent"
decimals = 1
[columns.vardtid]
label = "Vårdtid i snitt"
unit = "dagar"
decimals = 1
[columns.foljda]
label = "Följda hela tiden"
unit = "vårdtillfällen"
decimals = 0
[columns.ater]
label = "Tillbaka"
unit = "vårdtillfällen"
decimals = 0
[columns.andel_ater]
label = "Andel tillbaka"
unit = "procent"
decimals = 1
[columns.andel_ater_low]
label = "Andel tillbaka, lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_ater_high]
label = "Andel tillbaka, högst (95 %)"
unit = "procent"
decimals = 1
[columns.avlidna]
label = "Avlidna utan att ha kommit tillbaka"
unit = "vårdtillfällen"
decimals = 0
[columns.andel_avlidna]
label = "Andel avlidna"
unit = "procent"
decimals = 1
[columns.skal]
label = "Varför andelen saknas"
[columns.minst]
label = "Minsta antal personer bakom ett tal"
unit = "personer"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "minst"
within = ["fran_ar", "ar"]
labels = ["fran_ar", "ar", "vag", "insats_fore", "insats_efter"]
+++*/
WITH utskrivna AS (
    SELECT
        v.insats_fore,
        v.insats_efter,
        v.person,
        v.utskriven - v.inskriven AS vardtid,
        -- Den som dog på sjukhuset kan inte komma tillbaka. Av de andra är den följd som bor kvar i länet (eller dör här)
        -- och vars alla dagar finns i leveranserna.
        CASE WHEN v.insats_efter <> 'Avliden på sjukhuset' AND v.utskriven + $dagar <= v.foljd_till THEN 1 ELSE 0 END AS foljd,
        CASE WHEN v.nasta <= v.utskriven + $dagar THEN 1 ELSE 0 END AS tillbaka,
        CASE WHEN v.avliden <= v.utskriven + $dagar THEN 1 ELSE 0 END AS avliden
    FROM vardtillfallen AS v
    WHERE v.ar <= coalesce($ar, (SELECT max(ar) FROM person_year))
        AND v.ar > coalesce($ar, (SELECT max(ar) FROM person_year)) - $antal_ar
        AND v.alder >= $alder_min
        AND ($alder_max IS NULL OR v.alder <= $alder_max)
        AND ($kommun IS NULL OR v.kommun = $kommun)
),
-- En rad per person: vårdtillfällena hos samma person hänger ihop.
personer AS (
    SELECT
        insats_fore,
        insats_efter,
        person,
        count(*) AS tillfallen,
        sum(vardtid) AS vardtid,
        sum(foljd) AS foljda,
        sum(foljd * tillbaka) AS ater,
        sum(foljd * avliden * (1 - tillbaka)) AS avlidna
    FROM utskrivna
    GROUP BY insats_fore, insats_efter, person
),
vagar AS (
    SELECT
        insats_fore,
        insats_efter,
        sum(tillfallen) AS tillfallen,
        count(*) AS personer,
        sum(vardtid) AS vardtid,
        sum(foljda) AS foljda,
        sum(ater) AS ater,
        sum(avlidna) AS avlidna,
        count(*) FILTER (WHERE foljda > 0) AS foljda_personer,
        count(*) FILTER (WHERE ater > 0) AS ater_personer,
        count(*) FILTER (WHERE avlidna > 0) AS avlidna_personer,
        CAST(sum(ater) AS DOUBLE) / nullif(CAST(sum(foljda) AS DOUBLE), 0) AS andel,
        CAST(sum(ater * ater) AS DOUBLE) AS yy,
        CAST(sum(ater * foljda) AS DOUBLE) AS xy,
        CAST(sum(foljda * foljda) AS DOUBLE) AS xx
    FROM personer
    GROUP BY insats_fore, insats_efter
),
-- Hur många oberoende vårdtillfällen de följda är värda: färre än de är, när samma person kommer tillbaka flera gånger.
-- Variansen är den för en kvot av två summor över personer. Utan variation (ingen eller alla tillbaka) räknas personerna.
oberoende AS (
    SELECT
        *,
        CASE
            WHEN andel > 0 AND andel < 1 AND foljda_personer > 1 THEN least(
                CAST(foljda AS DOUBLE),
                andel * (1 - andel) * power(CAST(foljda AS DOUBLE), 2)
                * CAST(foljda_personer - 1 AS DOUBLE) / CAST(foljda_personer AS DOUBLE)
                / nullif(yy - 2 * andel * xy + andel * andel * xx, 0)
            )
            ELSE CAST(foljda_personer AS DOUBLE)
        END AS antal
    FROM vagar
)
SELECT
    greatest(
        coalesce($ar, (SELECT max(ar) FROM person_year)) - $antal_ar + 1,
        (SELECT min(ar) FROM person_year)
    ) AS fran_ar,
    coalesce($ar, (SELECT max(ar) FROM person_year)) AS ar,
    concat(insats_fore, ' → ', lower(insats_efter)) AS vag,
    insats_fore,
    insats_efter,
    tillfallen,
    personer,
    100.0 * CAST(tillfallen AS DOUBLE) / CAST(sum(tillfallen) OVER () AS DOUBLE) AS andel_tillfallen,
    CAST(vardtid AS DOUBLE) / CAST(tillfallen AS DOUBLE) AS vardtid,
    foljda,
    ater,
    100 * andel AS andel_ater,
    100 * (wilson(andel * antal, antal))['low'] AS andel_ater_low,
    100 * (wilson(andel * antal, antal))['high'] AS andel_ater_high,
    avlidna,
    100 * CAST(avlidna AS DOUBLE) / nullif(CAST(foljda AS DOUBLE), 0) AS andel_avlidna,
    CASE
        WHEN insats_efter = 'Avliden på sjukhuset' THEN 'avlidna kan inte komma tillbaka'
        WHEN foljda = 0 THEN 'ingen har följts hela tiden'
    END AS skal,
    -- Är något av antalen litet döljs hela raden; ingen alls är inte litet.
    least(
        personer,
        CASE WHEN ater_personer > 0 THEN ater_personer ELSE personer END,
        CASE WHEN avlidna_personer > 0 THEN avlidna_personer ELSE personer END
    ) AS minst
FROM oberoende
ORDER BY
    CASE insats_fore
        WHEN 'Ingen insats' THEN 1 WHEN 'Hemtjänst' THEN 2 WHEN 'Korttidsboende' THEN 3 WHEN 'Särskilt boende' THEN 4 ELSE 5
    END,
    CASE insats_efter
        WHEN 'Ingen insats' THEN 1 WHEN 'Hemtjänst' THEN 2 WHEN 'Korttidsboende' THEN 3 WHEN 'Särskilt boende' THEN 4
        WHEN 'Avliden på sjukhuset' THEN 5 ELSE 6
    END
