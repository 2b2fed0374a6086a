/*+++
title = "Tro och veta: vad publiken gissade och vad som är så"
question = "Vilka myter är störst: var ligger gissningen längst från det som är så?"
description = """
Räknas: publikens gissningar vid ett seminarium bredvid svaret ur samma tabeller som de andra frågorna, så att talen
är lika överallt. Gissningen är medelvärdet av dem som gissade; den som svarade Vet ej räknas inte in men redovisas.
Störst myt först: ordningen följer hur många gånger för hög eller för låg gissningen är, lika mycket åt båda hållen.
Ungefär rätt är det när hälften gissat högst det alternativ som ligger närmast svaret och hälften minst det. Andelen
närmast är de som valde det alternativet: finns inget alternativ nära svaret säger den lite. Svaret är det senaste som
finns i dag, inte det som var känt när publiken gissade. Intervallet finns för enkäten (95 %, med urvalets plan) och
för andelen sexåringar (Wilson, ett år som ett av många); kostnader är en summering av alla, och SCB ger inget
intervall. Publiken är de som var där, inget urval av invånare.
"""
seminar = 2
sources = ["Publikens gissningar", "Samma tabeller som de andra frågorna"]
unit = "olika enheter"
overview = ["rubrik", "enhet", "gissning", "svaret", "ganger", "bedomning", "andel_narmast", "roster"]

[params.tillfalle]
type = "text"
values_from = "gissningar.tillfalle"
description = "Seminarium, till exempel Nya Perspektiv 2024; utan värde det senaste"
[params.fraga]
type = "text"
values_from = "gissningsfragor.fraga"
description = "En av frågorna; utan värde alla"

[columns.tillfalle]
label = "Tillfälle"
[columns.fraga]
label = "Fråga"
[columns.rubrik]
label = "Frågan"
[columns.enhet]
label = "Enhet"
[columns.gissning]
label = "Publiken tror"
decimals = 1
[columns.gissning_median]
label = "Hälften gissade högst"
decimals = 1
[columns.svaret]
label = "Så är det"
decimals = 1
[columns.svaret_low]
label = "Lägst (95 %)"
decimals = 1
[columns.svaret_high]
label = "Högst (95 %)"
decimals = 1
[columns.avser]
label = "Svaret avser"
[columns.skillnad]
label = "Gissningen minus svaret"
decimals = 1
[columns.ganger]
label = "Gissningen genom svaret"
unit = "gånger"
decimals = 2
[columns.bedomning]
label = "Publiken gissade"
[columns.andel_narmast]
label = "Valde det närmaste"
unit = "procent"
decimals = 0
[columns.roster]
label = "Gissningar"
unit = "röster"
decimals = 0
[columns.vet_ej]
label = "Vet ej"
unit = "röster"
decimals = 0
[columns.underlag]
label = "Minst antal bakom tro eller veta"
unit = "personer"
decimals = 0
[columns.tabell]
label = "Svaret kommer ur"
[columns.svaret_ar]
label = "Så räknas svaret"
[columns.skal]
label = "Varför svaret saknas"

[disclosure]
rule = "secrecy"
persons = "underlag"
labels = ["tillfalle", "fraga", "rubrik", "enhet", "tabell", "svaret_ar"]
+++*/
WITH aldre AS (
    -- Samma rangordning som i hogkonsumenter: 65 år och äldre det senaste året, också den som inte kostat något.
    SELECT
        ar,
        kostnad,
        kostnad_region,
        row_number() OVER (ORDER BY kostnad DESC, person) AS rang,
        count(*) OVER () AS antal
    FROM person_year
    WHERE ar = (SELECT max(ar) FROM person_year)
        AND alder >= 65
),
kostnader AS (
    SELECT
        max(ar) AS ar,
        count(*) AS antal,
        CAST(sum(kostnad) AS DOUBLE) AS alla,
        CAST(sum(kostnad_region) AS DOUBLE) AS regionen,
        CAST(sum(kostnad) FILTER (WHERE rang <= round(antal * 0.2)) AS DOUBLE) AS femtedelen,
        count(*) FILTER (WHERE rang <= round(antal * 0.2)) AS i_femtedelen
    FROM aldre
),
unga_kvinnor AS (
    SELECT ar, survey_proportion(utfall, design) AS tal
    FROM behov
    WHERE kriterium = 'Nedsatt psykiskt välbefinnande'
        AND kon = 'Kvinnor'
        AND aldersgrupp = '18–29 år'
        AND ar = (SELECT max(ar) FROM behov)
    GROUP BY ar
),
karies AS (
    SELECT ar, count(utfall) AS antal, proportion(sum(utfall), count(utfall), {'multiplier': 100}) AS tal
    FROM behov_unga
    WHERE kriterium = 'Karies vid 6 år'
        AND ar = (SELECT max(ar) FROM behov_unga WHERE kriterium = 'Karies vid 6 år')
    GROUP BY ar
),
livslangder AS (
    SELECT
        period,
        max(aterstaende) FILTER (WHERE kon = 'Kvinnor') - max(aterstaende) FILTER (WHERE kon = 'Män') AS skillnad
    FROM livslangd
    WHERE enhet = '0017'
        AND alder = 0
        AND period = (SELECT max(period) FROM livslangd)
    GROUP BY period
),
svaren AS (
    -- Tre frågor har sitt svar i samma rad: den läses en gång.
    SELECT
        f.fraga,
        CAST(k.ar AS VARCHAR) AS avser,
        CASE f.fraga
            WHEN 'regionens_andel_65' THEN 100.0 * k.regionen / nullif(k.alla, 0)
            WHEN 'femtedelens_andel' THEN 100.0 * k.femtedelen / nullif(k.alla, 0)
            ELSE k.femtedelen / nullif(k.i_femtedelen, 0) / 1000.0
        END AS svaret,
        CAST(NULL AS DOUBLE) AS low,
        CAST(NULL AS DOUBLE) AS high,
        CASE f.fraga WHEN 'regionens_andel_65' THEN k.antal ELSE k.i_femtedelen END AS personer
    FROM kostnader AS k
    CROSS JOIN (
        VALUES ('regionens_andel_65'), ('femtedelens_andel'), ('hogkonsument_kostnad')
    ) AS f (fraga)
    UNION ALL
    SELECT
        'unga_kvinnors_valbefinnande', CAST(ar AS VARCHAR), 100.0 * tal['estimate'], 100.0 * tal['low'],
        100.0 * tal['high'], tal['n']
    FROM unga_kvinnor
    UNION ALL
    SELECT 'karies_6', CAST(ar AS VARCHAR), tal['estimate'], tal['low'], tal['high'], antal
    FROM karies
    UNION ALL
    -- Publicerad av SCB: ingen kan kännas igen i den.
    SELECT 'livslangd_skillnad', period, skillnad, NULL, NULL, NULL
    FROM livslangder
),
sakra_svar AS (
    SELECT
        fraga,
        avser,
        personer,
        -- En skattning ur färre än 30 svar visas inte någonstans.
        CASE WHEN fraga <> 'unga_kvinnors_valbefinnande' OR personer >= 30 THEN svaret END AS svaret,
        CASE WHEN fraga <> 'unga_kvinnors_valbefinnande' OR personer >= 30 THEN low END AS low,
        CASE WHEN fraga <> 'unga_kvinnors_valbefinnande' OR personer >= 30 THEN high END AS high
    FROM svaren
),
valda AS (
    SELECT tillfalle, fraga, gissning, sum(roster) AS roster
    FROM gissningar
    WHERE tillfalle = coalesce(
            $tillfalle,
            (SELECT max(tillfalle) FROM gissningar WHERE datum = (SELECT max(datum) FROM gissningar))
        )
        AND ($fraga IS NULL OR fraga = $fraga)
    GROUP BY tillfalle, fraga, gissning
),
raknade AS (
    SELECT
        v.tillfalle,
        v.fraga,
        v.gissning,
        v.roster,
        s.svaret,
        s.low,
        s.high,
        s.avser,
        s.personer,
        sum(v.roster) OVER (PARTITION BY v.fraga ORDER BY v.gissning) AS hittills,
        sum(v.roster) OVER (PARTITION BY v.fraga) AS alla,
        abs(v.gissning - s.svaret) AS avstand,
        min(abs(v.gissning - s.svaret)) OVER (PARTITION BY v.fraga) AS minsta_avstand
    FROM valda AS v
    LEFT JOIN sakra_svar AS s ON s.fraga = v.fraga
    WHERE v.gissning IS NOT NULL
),
gissade AS (
    -- Varje fråga har ett svar: max är det.
    SELECT
        tillfalle,
        fraga,
        sum(gissning * roster) / nullif(sum(roster), 0) AS medel,
        min(gissning) FILTER (WHERE 2 * hittills >= alla) AS median,
        min(gissning) FILTER (WHERE avstand = minsta_avstand) AS narmast_lag,
        max(gissning) FILTER (WHERE avstand = minsta_avstand) AS narmast_hog,
        sum(roster) FILTER (WHERE avstand = minsta_avstand) AS narmast,
        sum(roster) AS roster,
        max(svaret) AS svaret,
        max(low) AS low,
        max(high) AS high,
        max(avser) AS avser,
        max(personer) AS personer
    FROM raknade
    GROUP BY tillfalle, fraga
),
jamforda AS (
    -- Dubbelt för mycket är en lika stor myt som hälften så mycket.
    SELECT *, abs(ln(medel / nullif(svaret, 0))) AS myt FROM gissade
),
vet_ej AS (
    SELECT fraga, sum(roster) AS roster
    FROM valda
    WHERE gissning IS NULL
    GROUP BY fraga
)
SELECT
    g.tillfalle,
    g.fraga,
    coalesce(f.rubrik, g.fraga) AS rubrik,
    f.enhet,
    g.medel AS gissning,
    g.median AS gissning_median,
    g.svaret,
    g.low AS svaret_low,
    g.high AS svaret_high,
    g.avser,
    g.medel - g.svaret AS skillnad,
    g.medel / nullif(g.svaret, 0) AS ganger,
    CASE
        WHEN g.median < g.narmast_lag THEN 'för lågt'
        WHEN g.median > g.narmast_hog THEN 'för högt'
        WHEN g.svaret IS NOT NULL THEN 'ungefär rätt'
    END AS bedomning,
    100.0 * CAST(g.narmast AS DOUBLE) / nullif(CAST(g.roster AS DOUBLE), 0) AS andel_narmast,
    g.roster,
    coalesce(v.roster, 0) AS vet_ej,
    least(g.roster, coalesce(g.personer, g.roster)) AS underlag,
    f.tabell,
    f.svaret_ar,
    CASE
        WHEN g.svaret IS NOT NULL THEN NULL
        WHEN f.fraga IS NULL THEN 'frågan är inte beskriven i gissningsfragor'
        WHEN g.personer < 30 THEN 'färre än 30 svar'
        ELSE 'tabellen har inget tal'
    END AS skal
FROM jamforda AS g
LEFT JOIN gissningsfragor AS f ON f.fraga = g.fraga
LEFT JOIN vet_ej AS v ON v.fraga = g.fraga
ORDER BY g.myt DESC NULLS LAST, g.fraga
