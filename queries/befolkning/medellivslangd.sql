/*+++
title = "Medellivslängd efter kommun och kön"
question = "Hur länge lever vi, och skiljer sig kommunerna säkert från varandra?"
description = """
Räknas: döda och levda personår i befolkningsregistret, flera år tillsammans, i en förkortad livslängdstabell efter
Chiang med åldersgrupperna 0, 1–4, 5–9 … 85–89 och 90 år och äldre. Registret har åldern vid årets slut. Den som dör
har i genomsnitt fyllt år i halva fallen, så hälften av varje åldersårs döda och levda år räknas till åldern och
hälften till åldern före; utan det blir medellivslängden ett halvt år för hög. Den som dör, flyttar eller föds under
året räknas som ett halvt personår. Medellivslängden är en sammanfattning av dödligheten de åren, ingen spådom om hur
länge de som bor här kommer att leva. Ett år är ett av många: intervallet säger hur mycket talet hade kunnat bli ett
annat av slump. Skillnaden är mot resten av länet, där kommunen inte är med; med sexton kommuner, två kön och två
åldrar blir tre av sextiofyra säkra av slump. Två kommuners intervall som går i varandra säger inte vilken som är
längst. Perioder som delar år är inte oberoende. Kolumnen SCB är det publicerade talet för en period som slutar samma
år; det räknas på ett annat sätt och ska vara nära, inte lika.
"""
seminar = 1
sources = ["Befolkningsregistret", "SCB, livslängdstabeller"]
unit = "år"
overview = ["namn", "kon", "vid_alder", "livslangd", "livslangd_low", "livslangd_high", "skillnad", "lasning", "skal"]

[params.kommun]
type = "text"
values_from = "befolkning_ar.kommun"
description = "Kommunkod, till exempel 1784; utan kod länet och alla kommuner"
[params.till]
type = "integer"
values_from = "befolkning_ar.ar"
description = "Periodens sista år; utan värde det senaste i registret"
[params.antal_ar]
type = "integer"
default = 5
min = 1
max = 20
description = "Hur många år som räknas tillsammans"

[columns.period]
label = "Period"
[columns.enhet]
label = "Kod"
[columns.namn]
label = "Område"
[columns.kon]
label = "Kön"
[columns.vid_alder]
label = "Vid ålder"
decimals = 0
[columns.livslangd]
label = "Återstående medellivslängd"
unit = "år"
decimals = 1
[columns.livslangd_se]
label = "Medelfel"
unit = "år"
decimals = 2
[columns.livslangd_low]
label = "Lägst (95 %)"
unit = "år"
decimals = 1
[columns.livslangd_high]
label = "Högst (95 %)"
unit = "år"
decimals = 1
[columns.skillnad]
label = "Skillnad mot övriga länet"
unit = "år"
decimals = 1
[columns.skillnad_low]
label = "Skillnad, lägst (95 %)"
unit = "år"
decimals = 1
[columns.skillnad_high]
label = "Skillnad, högst (95 %)"
unit = "år"
decimals = 1
[columns.lasning]
label = "Läsning"
[columns.doda]
label = "Döda, alla åldrar"
unit = "personer"
decimals = 0
[columns.personar]
label = "Personår, alla åldrar"
unit = "personår"
decimals = 0
[columns.scb]
label = "SCB:s tal"
unit = "år"
decimals = 1
[columns.scb_period]
label = "SCB:s period"
[columns.skal]
label = "Varför talet saknas"

[disclosure]
rule = "secrecy"
persons = "doda"
within = ["enhet", "vid_alder"]
labels = ["period", "enhet", "namn", "kon", "vid_alder", "scb", "scb_period"]
+++*/
WITH perioden AS (
    -- Perioden börjar inte före registret.
    SELECT greatest(max(ar) - $antal_ar + 1, min(ar)) AS fran, max(ar) AS till
    FROM befolkning_ar
    WHERE $till IS NULL OR ar <= $till
),
register AS (
    SELECT
        b.kommun,
        b.kon,
        b.alder,
        sum(b.doda) AS doda,
        -- Den som flyttade in är med bland antalet men levde bara halva året här, i genomsnitt. Nyfödda likaså.
        CASE
            WHEN b.alder = 0 THEN 0.5 * sum(b.antal + b.doda + b.utflyttade)
            ELSE sum(b.antal + 0.5 * (b.doda + b.utflyttade - b.inflyttade))
        END AS personar
    FROM befolkning_ar AS b
    JOIN perioden AS p ON b.ar BETWEEN p.fran AND p.till
    GROUP BY b.kommun, b.kon, b.alder
),
fyllda AS (
    -- Hälften levs och dör före födelsedagen, ett år yngre än åldern vid årets slut. Nyfödda har ingen ålder före.
    SELECT kommun, kon, alder, CASE WHEN alder = 0 THEN 1.0 ELSE 0.5 END AS del, doda, personar FROM register
    UNION ALL
    SELECT kommun, kon, alder - 1, 0.5, doda, personar FROM register WHERE alder > 0
),
band AS (
    SELECT
        kommun,
        kon,
        CASE WHEN alder = 0 THEN 0 WHEN alder < 5 THEN 1 WHEN alder >= 90 THEN 90 ELSE alder - alder % 5 END AS alder,
        sum(del * doda) AS doda,
        sum(del * personar) AS personar
    FROM fyllda
    GROUP BY
        kommun,
        kon,
        CASE WHEN alder = 0 THEN 0 WHEN alder < 5 THEN 1 WHEN alder >= 90 THEN 90 ELSE alder - alder % 5 END
),
ovriga AS (
    -- Resten av länet: alla minus kommunen själv, ålder för ålder.
    SELECT
        kommun,
        kon,
        alder,
        sum(doda) OVER (PARTITION BY kon, alder) - doda AS doda,
        sum(personar) OVER (PARTITION BY kon, alder) - personar AS personar
    FROM band
),
tabeller_ovriga AS (
    SELECT
        kommun AS enhet,
        kon,
        life_expectancy(alder, personar, doda) AS ovriga_0,
        life_expectancy(alder, personar, doda, {'at': 65}) AS ovriga_65
    FROM ovriga
    GROUP BY kommun, kon
),
livslangder_ovriga AS (
    SELECT enhet, kon, 0 AS vid_alder, ovriga_0['estimate'] AS livslangd, ovriga_0['se'] AS se FROM tabeller_ovriga
    UNION ALL
    SELECT enhet, kon, 65, ovriga_65['estimate'], ovriga_65['se'] FROM tabeller_ovriga
),
tabeller AS (
    SELECT
        coalesce(kommun, '0017') AS enhet,
        kon,
        life_expectancy(alder, personar, doda) AS vid_0,
        life_expectancy(alder, personar, doda, {'at': 65}) AS vid_65,
        CAST(round(sum(doda)) AS BIGINT) AS doda,
        sum(personar) AS personar
    FROM band
    GROUP BY GROUPING SETS ((kommun, kon), (kon))
),
livslangder AS (
    SELECT enhet, kon, doda, personar, 0 AS vid_alder, vid_0 AS tabell FROM tabeller
    UNION ALL
    SELECT enhet, kon, doda, personar, 65, vid_65 FROM tabeller
),
publicerade AS (
    SELECT l.enhet, l.kon, l.alder, l.aterstaende, l.period
    FROM livslangd AS l
    CROSS JOIN perioden AS p
    WHERE right(l.period, 4) = CAST(p.till AS VARCHAR)
),
jamforda AS (
    SELECT
        l.enhet,
        l.kon,
        l.vid_alder,
        l.doda,
        l.personar,
        tabell['estimate'] AS livslangd,
        tabell['se'] AS se,
        tabell['low'] AS low,
        tabell['high'] AS high,
        tabell['estimate'] - o.livslangd AS skillnad,
        -- Kommunen finns inte i resten: två oberoende räkningar.
        1.959963984540054 * sqrt(tabell['se'] * tabell['se'] + o.se * o.se) AS marginal
    FROM livslangder AS l
    LEFT JOIN livslangder_ovriga AS o ON o.enhet = l.enhet AND o.kon = l.kon AND o.vid_alder = l.vid_alder
    WHERE $kommun IS NULL OR l.enhet = $kommun
)
SELECT
    CASE WHEN p.fran = p.till THEN CAST(p.fran AS VARCHAR) ELSE concat(p.fran, '–', p.till) END AS period,
    j.enhet,
    coalesce(n.namn, j.enhet) AS namn,
    j.kon,
    j.vid_alder,
    j.livslangd,
    j.se AS livslangd_se,
    j.low AS livslangd_low,
    j.high AS livslangd_high,
    j.skillnad,
    j.skillnad - j.marginal AS skillnad_low,
    j.skillnad + j.marginal AS skillnad_high,
    CASE
        WHEN j.skillnad IS NULL THEN NULL
        WHEN j.skillnad - j.marginal > 0 THEN 'längre än i övriga länet'
        WHEN j.skillnad + j.marginal < 0 THEN 'kortare än i övriga länet'
        ELSE 'går inte att skilja från övriga länet'
    END AS lasning,
    -- I alla åldrar på båda raderna: skillnaden dem emellan hade sagt hur många som dog före 65.
    j.doda,
    j.personar,
    s.aterstaende AS scb,
    s.period AS scb_period,
    CASE
        WHEN j.livslangd IS NOT NULL THEN NULL
        WHEN j.personar <= 5000 THEN 'färre än 5 000 personår: räkna fler år tillsammans'
        ELSE 'en åldersgrupp saknar invånare eller döda, eller intervallet blir bredare än 20 år: räkna fler år tillsammans'
    END AS skal
FROM jamforda AS j
CROSS JOIN perioden AS p
LEFT JOIN publicerade AS s ON s.enhet = j.enhet AND s.kon = j.kon AND s.alder = j.vid_alder
LEFT JOIN enheter AS n ON n.enhet = j.enhet
ORDER BY j.vid_alder, j.enhet, j.kon
