/*+++
title = "Behoven framåt"
question = "Hur många kommer att ha behovet om några år, om var och en i samma ålder och kön har det lika ofta som nu?"
description = """
Begrepp: behovets andel bland kvinnor och män i varje åldersgrupp, enligt enkäten, gånger hur många de blir enligt
befolkningsprognosen. Bara 18–84 år: de som är 85 år och äldre blir fler, men enkäten frågar inte dem.
Metod och antaganden: andelarna i varje ålder och kön är desamma som i undersökningen hela vägen: en förändring som pågår
räknas inte med. Prognosen är den valda versionen och scenariot; vad den antar står i antaganden. Gränserna (95 %) är
enkätens: kön och ålder ingår i dess stratum, så gruppernas medelfel läggs ihop som oberoende. Prognosens egen osäkerhet
ingår inte: jämför scenarier.
Utgångsåret är verklig befolkning. Förändringen delas i två: av antal är vad folkmängden 18–84 år ger med dagens blandning
av åldrar, av ålder är vad den ändrade blandningen av åldrar och kön ger.
Så läses den fel: det är ingen prognos av behovet utan ett räkneexempel på vad ålder och antal gör med det. En förändring
inom gränserna säger inget. Antalet kan skilja några procent från behovsgrupper, som bara räknar dem som svarat på frågan
och gäller undersökningsåret.
För en kommun är svaren få: parametern andelar kan ta länets andelar i stället. Där ingen av några få svarande i en ålder
har behovet blir gränserna för snäva.
"""
seminar = 1
sources = ["Liv & Hälsa", "Befolkningsprognosen", "Befolkningsregistret"]
unit = "personer"
overview = [
    "kriterium", "grupp", "ar", "personer", "personer_low", "personer_high", "forandring", "av_antal", "av_alder", "skal",
]

[params.kriterium]
type = "text"
values_from = "behov.kriterium"
description = "Ett behov, till exempel Ensamhet; utan värde alla"
[params.kommun]
type = "text"
values_from = "prognos.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.till]
type = "integer"
values_from = "prognos.ar"
description = "Ett år att räkna fram till; utan år vart femte år och det sista"
[params.undersokning]
type = "integer"
values_from = "behov.ar"
description = "Undersökningsår för andelarna; utan år det senaste"
[params.version]
type = "text"
values_from = "prognos.version"
description = "Prognosens version; utan värde den senaste"
[params.scenario]
type = "text"
default = "Huvudalternativ"
values_from = "prognos.scenario"
description = "Prognosens scenario"
[params.andelar]
type = "text"
default = "Området"
choices = ["Området", "Länet"]
description = "Vems andelar som räknas fram: kommunens egna eller hela länets"
[params.grupptyp]
type = "text"
default = "Alla"
choices = ["Alla", "Kön", "Ålder", "Kön och ålder"]
description = "Hur befolkningen delas in"

[columns.utmaning]
label = "Utmaning"
[columns.kriterium]
label = "Behov"
[columns.grupptyp]
label = "Indelning"
[columns.grupp]
label = "Grupp"
[columns.utgangsar]
label = "Utgångsår"
[columns.ar]
label = "År"
[columns.folkmangd]
label = "Folkmängd 18–84 år"
unit = "personer"
decimals = 0
[columns.andel]
label = "Andel"
unit = "procent"
decimals = 1
[columns.andel_se]
label = "Medelfel"
unit = "procentenheter"
decimals = 1
[columns.andel_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_high]
label = "Högst (95 %)"
unit = "procent"
decimals = 1
[columns.personer]
label = "Personer med behovet"
unit = "personer"
decimals = 0
[columns.personer_low]
label = "Minst (95 %)"
unit = "personer"
decimals = 0
[columns.personer_high]
label = "Högst (95 %)"
unit = "personer"
decimals = 0
[columns.forandring]
label = "Förändring sedan utgångsåret"
unit = "personer"
decimals = 0
[columns.forandring_low]
label = "Förändring, lägst (95 %)"
unit = "personer"
decimals = 0
[columns.forandring_high]
label = "Förändring, högst (95 %)"
unit = "personer"
decimals = 0
[columns.av_antal]
label = "Därav av antal"
unit = "personer"
decimals = 0
[columns.av_alder]
label = "Därav av ålder och kön"
unit = "personer"
decimals = 0
[columns.n]
label = "Svar"
unit = "svar"
decimals = 0
[columns.undersokning]
label = "Undersökning"
[columns.antaganden]
label = "Antaganden"
[columns.skal]
label = "Varför det inte kan räknas"

[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["utmaning", "kriterium", "grupptyp", "grupp", "utgangsar", "ar", "undersokning", "antaganden"]
+++*/
WITH prognosen AS (
    SELECT version, scenario, utgangsar, till_ar, beskrivning, utflyttning, dodlighet
    FROM prognosantaganden
    WHERE scenario = $scenario
        AND version = coalesce($version, (SELECT max(version) FROM prognosantaganden WHERE scenario = $scenario))
),
folk AS (
    -- Utgångsåret är verklig befolkning, åren därefter prognosens.
    SELECT b.ar, b.kommun, b.kon, b.alder, CAST(b.antal AS DOUBLE) AS antal
    FROM befolkning_ar AS b
    JOIN prognosen AS v ON b.ar = v.utgangsar
    UNION ALL
    SELECT p.ar, p.kommun, p.kon, p.alder, p.antal
    FROM prognos AS p
    JOIN prognosen AS v ON p.version = v.version AND p.scenario = v.scenario
    WHERE p.ar = $till
        OR ($till IS NULL AND (p.ar % 5 = 0 OR p.ar = v.till_ar))
),
folkgrupper AS (
    SELECT
        ar,
        kon,
        -- Enkätens åldersgrupper.
        CASE
            WHEN alder < 30 THEN '18–29 år'
            WHEN alder < 45 THEN '30–44 år'
            WHEN alder < 65 THEN '45–64 år'
            ELSE '65–84 år'
        END AS aldersgrupp,
        sum(antal) AS antal
    FROM folk
    WHERE alder BETWEEN 18 AND 84
        AND ($kommun IS NULL OR kommun = $kommun)
    GROUP BY 1, 2, 3
),
andelar AS (
    SELECT ar AS undersokning, utmaning, kriterium, kon, aldersgrupp, survey_mean(utfall, design) AS s
    FROM behov
    WHERE ar = coalesce($undersokning, (SELECT max(ar) FROM behov))
        AND ($kriterium IS NULL OR kriterium = $kriterium)
        AND ($kommun IS NULL OR $andelar = 'Länet' OR kommun = $kommun)
    GROUP BY ar, utmaning, kriterium, kon, aldersgrupp
),
celler AS (
    -- En rad per behov, kön, ålder och år, med utgångsårets antal bredvid.
    SELECT
        a.undersokning,
        a.utmaning,
        a.kriterium,
        CASE $grupptyp
            WHEN 'Alla' THEN 'Alla'
            WHEN 'Kön' THEN f.kon
            WHEN 'Ålder' THEN f.aldersgrupp
            WHEN 'Kön och ålder' THEN f.kon || ' ' || f.aldersgrupp
        END AS grupp,
        f.ar,
        f.antal,
        nu.antal AS antal_nu,
        s['estimate'] AS p,
        s['se'] AS se,
        coalesce(s['n'], 0) AS n
    FROM folkgrupper AS f
    JOIN prognosen AS v ON true
    LEFT JOIN folkgrupper AS nu ON nu.ar = v.utgangsar AND nu.kon = f.kon AND nu.aldersgrupp = f.aldersgrupp
    JOIN andelar AS a ON a.kon = f.kon AND a.aldersgrupp = f.aldersgrupp
),
framraknade AS (
    SELECT
        undersokning,
        utmaning,
        kriterium,
        grupp,
        ar,
        sum(n) AS n,
        sum(antal) AS folkmangd,
        sum(antal_nu) AS folkmangd_nu,
        sum(antal * p) AS personer,
        sum(antal_nu * p) AS personer_nu,
        sqrt(sum(power(antal * se, 2))) AS personer_se,
        sqrt(sum(power((antal - antal_nu) * se, 2))) AS forandring_se,
        -- En andel som ingen har svarat om går inte att bära framåt.
        bool_and(p IS NOT NULL AND se IS NOT NULL) AS alla_andelar,
        bool_and(antal_nu IS NOT NULL) AS allt_utgangslage
    FROM celler
    GROUP BY undersokning, utmaning, kriterium, grupp, ar
),
tal AS (
    SELECT
        * EXCEPT (personer, personer_nu, personer_se, forandring_se),
        CASE WHEN alla_andelar THEN personer END AS personer,
        CASE WHEN alla_andelar THEN personer_se END AS personer_se,
        CASE WHEN alla_andelar THEN personer / folkmangd END AS p,
        CASE WHEN alla_andelar THEN personer_se / folkmangd END AS p_se,
        CASE WHEN alla_andelar AND allt_utgangslage THEN personer_nu END AS personer_nu,
        CASE WHEN alla_andelar AND allt_utgangslage THEN forandring_se END AS forandring_se
    FROM framraknade
),
granser AS (
    SELECT
        *,
        -- Gränserna läggs på logitskalan, som enkätens egna: en andel på noll eller ett har inga.
        CASE WHEN p > 1e-9 AND p < 1 - 1e-9 THEN ln(p / (1 - p)) END AS logit,
        CASE WHEN p > 1e-9 AND p < 1 - 1e-9 THEN 1.96 * p_se / (p * (1 - p)) END AS ut
    FROM tal
)
SELECT
    g.utmaning,
    g.kriterium,
    $grupptyp AS grupptyp,
    g.grupp,
    v.utgangsar,
    g.ar,
    g.folkmangd,
    100 * p AS andel,
    100 * p_se AS andel_se,
    100 / (1 + exp(-(logit - ut))) AS andel_low,
    100 / (1 + exp(-(logit + ut))) AS andel_high,
    personer,
    folkmangd / (1 + exp(-(logit - ut))) AS personer_low,
    folkmangd / (1 + exp(-(logit + ut))) AS personer_high,
    CASE WHEN g.ar > v.utgangsar THEN personer - personer_nu END AS forandring,
    CASE WHEN g.ar > v.utgangsar THEN personer - personer_nu - 1.96 * forandring_se END AS forandring_low,
    CASE WHEN g.ar > v.utgangsar THEN personer - personer_nu + 1.96 * forandring_se END AS forandring_high,
    CASE WHEN g.ar > v.utgangsar THEN (folkmangd / folkmangd_nu - 1) * personer_nu END AS av_antal,
    CASE WHEN g.ar > v.utgangsar THEN personer - folkmangd / folkmangd_nu * personer_nu END AS av_alder,
    coalesce(n, 0) AS n,
    undersokning,
    'Version ' || v.version || ', ' || v.scenario || ': ' || v.beskrivning || '. Dödlighet: ' || lower(v.dodlighet)
        || '. Utflyttning: ' || lower(v.utflyttning) || '. Samma andelar i varje ålder och kön som '
        || CAST(undersokning AS VARCHAR) || '.' AS antaganden,
    CASE
        WHEN v.version IS NULL THEN 'den versionen av prognosen har inte det scenariot'
        WHEN n = 0 THEN 'frågan ställdes inte, eller ingen har svarat'
        WHEN NOT alla_andelar THEN 'för få svar i någon ålder och kön'
        WHEN NOT allt_utgangslage THEN 'utgångsårets befolkning saknas'
    END AS skal
-- En version utan det valda scenariot får en rad som säger det.
FROM (SELECT 1) AS svar
LEFT JOIN prognosen AS v ON true
LEFT JOIN granser AS g ON true
ORDER BY kriterium, grupp, ar
