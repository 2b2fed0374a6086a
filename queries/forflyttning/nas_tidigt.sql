/*+++
title = "Förflyttningar som kunde ha nåtts tidigt"
question = "Hur många av dem som gick till hög konsumtion eller omsorg fanns året före i en grupp som går att nå tidigt?"
description = """
Samma personer, händelser och utfall som i foregas_av: alla som bor i länet och hittills inte varit högkonsumenter (eller
haft hemtjänst eller särskilt boende), och vilka som har sitt första sådana år nästa år. Här räknas hur många av dem som
gick dit som året före fanns i en grupp som region eller kommun redan känner till: fallit, skrivits ut utan uppföljning,
mist make eller maka, fått en ny diagnos (någon av dem i foregas_av).

"Personer per förflyttning" är hur många i gruppen man behöver nå för att nå en som går. "Väntade" är hur många som hade
gått om gruppen haft samma risk som de i samma ålder (femårsgrupp) och av samma kön som inte var i någon av grupperna;
"utöver det väntade" är skillnaden, med ett 95 % intervall (Poisson) för antalet som gick; jämförelsegruppens egen slump är
inte med.

Läs inte så här: antalet utöver det väntade är inte vad en insats skulle förhindra. Det är ett tak för det, och bara om
det som föregår också är orsaken. Raderna överlappar utom de tre sista: "Minst en" och "Ingen" blir
tillsammans "Alla". En person räknas en gång för varje år som hen kan gå.
"""
seminar = 3
sources = ["Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "personer"
overview = ["grupp", "personer", "flyttade", "andel_flyttade", "risk", "personer_per_flytt", "vantade", "utover", "utover_low", "utover_high"]

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

[columns.grupp]
label = "Grupp året före"
[columns.personer]
label = "Personår i gruppen"
unit = "personår"
decimals = 0
[columns.andel_personer]
label = "Andel av alla personår"
unit = "procent"
decimals = 1
[columns.flyttade]
label = "Gick till utfallet"
unit = "personer"
decimals = 0
[columns.andel_flyttade]
label = "Andel av alla som gick"
unit = "procent"
decimals = 1
[columns.risk]
label = "Risk på ett år"
unit = "procent"
decimals = 1
[columns.risk_low]
label = "Risk, lägst (95 %)"
unit = "procent"
decimals = 1
[columns.risk_high]
label = "Risk, högst (95 %)"
unit = "procent"
decimals = 1
[columns.personer_per_flytt]
label = "Personer per förflyttning"
unit = "personer"
decimals = 0
[columns.vantade]
label = "Väntade"
unit = "personer"
decimals = 0
[columns.utover]
label = "Utöver det väntade"
unit = "personer"
decimals = 0
[columns.utover_low]
label = "Utöver, lägst (95 %)"
unit = "personer"
decimals = 0
[columns.utover_high]
label = "Utöver, högst (95 %)"
unit = "personer"
decimals = 0
[columns.andel_utover]
label = "Utöver det väntade, andel av alla som gick"
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
labels = ["grupp"]
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
        b.kon,
        least(b.alder / 5, 18) AS femarsgrupp,
        b.fallskada AS fall,
        coalesce(b.utskrivning = 'Utan uppföljning', false) AS utan_uppfoljning,
        coalesce(b.make_maka = 'Förlorad', false) AS forlust,
        coalesce(b.ny_tumor OR b.ny_psykisk OR b.ny_nerv OR b.ny_cirkulation OR b.ny_andning, false) AS ny_diagnos,
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
    GROUP BY b.kon, femarsgrupp, fall, utan_uppfoljning, forlust, ny_diagnos
),
raknade AS (
    SELECT
        *,
        CAST(fall AS INT) + CAST(utan_uppfoljning AS INT) + CAST(forlust AS INT) + CAST(ny_diagnos AS INT) AS antal_handelser
    FROM folk
),
-- Risken hos lika gamla av samma kön som inte är i någon av grupperna.
med_risk AS (
    SELECT
        *,
        CAST(sum(CASE WHEN antal_handelser = 0 THEN flyttade END) OVER (PARTITION BY kon, femarsgrupp) AS DOUBLE)
            / sum(CASE WHEN antal_handelser = 0 THEN personer END) OVER (PARTITION BY kon, femarsgrupp) AS risk_ingen
    FROM raknade
),
grupper AS (
    SELECT
        g.nr,
        g.grupp,
        coalesce(sum(f.personer), 0) AS personer,
        coalesce(sum(f.flyttade), 0) AS flyttade,
        sum(f.personer * f.risk_ingen) AS vantade,
        bool_or(f.personer > 0 AND f.risk_ingen IS NULL) AS utan_jamforelse
    FROM (
        VALUES
            (1, 'Fallskada'),
            (2, 'Utskriven utan uppföljning'),
            (3, 'Förlorade make eller maka'),
            (4, 'Ny diagnos'),
            (5, 'Två eller fler av dem'),
            (6, 'Minst en av dem'),
            (7, 'Ingen av dem'),
            (8, 'Alla')
    ) AS g (nr, grupp)
    LEFT JOIN med_risk AS f
        ON CASE g.nr
            WHEN 1 THEN f.fall
            WHEN 2 THEN f.utan_uppfoljning
            WHEN 3 THEN f.forlust
            WHEN 4 THEN f.ny_diagnos
            WHEN 5 THEN f.antal_handelser >= 2
            WHEN 6 THEN f.antal_handelser >= 1
            WHEN 7 THEN f.antal_handelser = 0
            ELSE true
        END
    GROUP BY g.nr, g.grupp
),
jamforda AS (
    SELECT
        nr,
        grupp,
        personer,
        flyttade,
        CASE WHEN nr < 7 AND NOT utan_jamforelse THEN vantade END AS vantade,
        utan_jamforelse,
        max(CASE WHEN nr = 8 THEN personer END) OVER () AS alla_personer,
        max(CASE WHEN nr = 8 THEN flyttade END) OVER () AS alla_flyttade,
        proportion(flyttade, nullif(personer, 0), {'multiplier': 100}) AS p,
        poisson_exact(flyttade) AS antal
    FROM grupper
)
SELECT
    grupp,
    personer,
    100.0 * personer / nullif(alla_personer, 0) AS andel_personer,
    flyttade,
    100.0 * flyttade / nullif(alla_flyttade, 0) AS andel_flyttade,
    p['estimate'] AS risk,
    p['low'] AS risk_low,
    p['high'] AS risk_high,
    1.0 * personer / nullif(flyttade, 0) AS personer_per_flytt,
    vantade,
    flyttade - vantade AS utover,
    antal['low'] - vantade AS utover_low,
    antal['high'] - vantade AS utover_high,
    100.0 * (flyttade - vantade) / nullif(alla_flyttade, 0) AS andel_utover,
    -- Det minsta antal personer som raden berättar om, åt något håll. "Minst en" och "Ingen" är tillsammans "Alla": den
    -- ena går att räkna ut ur den andra, så de har ett gemensamt.
    coalesce(
        min(least(nullif(flyttade, 0), nullif(personer - flyttade, 0)))
            OVER (PARTITION BY CASE WHEN nr IN (6, 7) THEN 6 ELSE nr END),
        0
    ) AS minsta,
    CASE
        WHEN personer = 0 AND nr = 8 THEN 'ingen att följa: ingen i urvalet, eller ett av registrets två första år'
        WHEN personer = 0 THEN 'ingen i gruppen'
        WHEN nr < 7 AND vantade IS NULL THEN 'ingen lika gammal utanför grupperna att jämföra med'
        WHEN flyttade = 0 THEN 'ingen i gruppen gick till utfallet'
    END AS skal
FROM jamforda
ORDER BY nr
