/*+++
title = "Insatser: vad de gav mot kommuner utan insatsen"
question = "Vad gav varje insats, jämfört med kommuner som inte hade den?"
description = """
Hur mycket nyckeltalet ändrades i kommunerna med insatsen, minus hur mycket det ändrades i länets kommuner utan den (skillnad i
skillnader). Före är de år som parametern fore säger närmast före insatsens första år; efter är helår med insatsen i alla dess
kommuner. Startår som bara delvis har insatsen räknas inte. Ett medelvärde över flera år räknas efter bara när alla dess år är
det. Kommunerna vägs efter antalet personer bakom värdena, där det är känt.

Slumpen: insatsen lottas ut på lika många kommuner på alla sätt som går. p är andelen sätt som ger minst så stor effekt, och
intervallet (95 procent) är så mycket som lotten ger sedan effekten är borttagen. Det håller också när kommunerna är få,
och åren i en kommun räknas inte som oberoende. Effekten som hade synts (80 procents säkerhet) säger om frågan alls gick att besvara.

Förutsättningen är att kommunerna annars hade utvecklats lika. Den går inte att bevisa, men prövas: fore_effekt är samma
räkning på åren dessförinnan, då insatsen inte fanns. Skilde de sig åt redan då bedöms inte insatsen; se också insatser_ar, år för år.
Kommunerna valdes inte av lotten: de som ville börja kan skilja sig från de andra, och något annat kan ha hänt samtidigt.
Att målet är nått är ingen effekt, och ingen säkerställd effekt är inte samma sak som ingen effekt. Av många insatser som prövas
blir någon säkerställd av en slump: en på tjugo.
"""
seminar = 4
sources = ["Insatserna", "Egna nyckeltal", "Kolada"]
unit = "nyckeltalets enhet"
overview = ["namn", "kommuner_med", "fore", "efter", "effekt", "effekt_low", "effekt_high", "slutsats"]

[params.insats]
type = "text"
values_from = "insatser.insats"
description = "En insats, till exempel I01; utan värde alla"
[params.fore]
type = "integer"
default = 3
min = 1
max = 10
description = "Antal år före insatsen att jämföra med"
[params.fordrojning]
type = "integer"
default = 0
min = 0
max = 10
description = "Antal år som det tar innan nyckeltalet kan ändras"

[columns.insats]
label = "Insats"
[columns.namn]
label = "Namn"
[columns.mal]
label = "Mål"
[columns.nyckeltal]
label = "Nyckeltal"
[columns.kommuner_med]
label = "Kommuner med insatsen"
decimals = 0
[columns.kommuner_utan]
label = "Kommuner att jämföra med"
decimals = 0
[columns.fore]
label = "Före"
[columns.efter]
label = "Efter"
[columns.med_fore]
label = "Med insatsen, före"
decimals = 1
[columns.med_efter]
label = "Med insatsen, efter"
decimals = 1
[columns.utan_fore]
label = "Utan insatsen, före"
decimals = 1
[columns.utan_efter]
label = "Utan insatsen, efter"
decimals = 1
[columns.effekt]
label = "Effekt"
decimals = 1
[columns.effekt_low]
label = "Effekt, lägst (95 %)"
decimals = 1
[columns.effekt_high]
label = "Effekt, högst (95 %)"
decimals = 1
[columns.p]
label = "Andel lottningar med minst så stor effekt"
decimals = 3
[columns.upptackbar]
label = "Effekt som hade synts"
decimals = 1
[columns.fore_effekt]
label = "Samma räkning på åren dessförinnan"
decimals = 1
[columns.fore_p]
label = "Andel lottningar med minst så stor skillnad dessförinnan"
decimals = 3
[columns.dolda]
label = "Värden med ett eller två fall, uppskattade"
decimals = 0
[columns.slutsats]
label = "Slutsats"
[columns.skal]
label = "Att tänka på"

[disclosure]
rule = "public"
+++*/
WITH varden AS (
    SELECT
        *,
        CASE
            WHEN ar < startar AND ar >= startar - $fore THEN 'före'
            WHEN ar < startar - $fore AND ar >= startar - 2 * $fore THEN 'dessförinnan'
            WHEN ar - spann + 1 >= forsta_helar + $fordrojning
                AND (sista_helar IS NULL OR ar <= sista_helar + $fordrojning) THEN 'efter'
        END AS skede
    FROM insatsvarden
    WHERE $insats IS NULL OR insats = $insats
),
-- Två prov av samma slag: effekten, och samma räkning på de år då insatsen inte fanns.
prov (prov, forst, sedan) AS (
    VALUES ('effekt', 'före', 'efter'), ('förprov', 'dessförinnan', 'före')
),
kommuner AS (
    SELECT
        p.prov,
        v.insats,
        v.kommun,
        v.med,
        sum(v.vikt * v.varde) FILTER (WHERE v.skede = p.forst) / sum(v.vikt) FILTER (WHERE v.skede = p.forst) AS forst,
        sum(v.vikt * v.varde) FILTER (WHERE v.skede = p.sedan) / sum(v.vikt) FILTER (WHERE v.skede = p.sedan) AS sedan,
        -- Vikten i en skillnad mellan två medelvärden.
        1 / (1 / sum(v.vikt) FILTER (WHERE v.skede = p.forst) + 1 / sum(v.vikt) FILTER (WHERE v.skede = p.sedan)) AS vikt
    FROM varden AS v
    CROSS JOIN prov AS p
    WHERE v.varde IS NOT NULL
    GROUP BY p.prov, v.insats, v.kommun, v.med
),
-- Kommuner med värden i båda perioderna, numrerade för lottningen.
numrerade AS (
    SELECT
        *,
        sedan - forst AS forandring,
        row_number() OVER (PARTITION BY prov, insats ORDER BY kommun) - 1 AS nummer
    FROM kommuner
    WHERE forst IS NOT NULL AND sedan IS NOT NULL
),
summor AS (
    SELECT
        prov,
        insats,
        count(*) FILTER (WHERE med) AS kommuner_med,
        count(*) FILTER (WHERE NOT med) AS kommuner_utan,
        sum(vikt * forst) FILTER (WHERE med) / sum(vikt) FILTER (WHERE med) AS med_fore,
        sum(vikt * sedan) FILTER (WHERE med) / sum(vikt) FILTER (WHERE med) AS med_efter,
        sum(vikt * forst) FILTER (WHERE NOT med) / sum(vikt) FILTER (WHERE NOT med) AS utan_fore,
        sum(vikt * sedan) FILTER (WHERE NOT med) / sum(vikt) FILTER (WHERE NOT med) AS utan_efter,
        sum(vikt * forandring) FILTER (WHERE med) / sum(vikt) FILTER (WHERE med)
            - sum(vikt * forandring) FILTER (WHERE NOT med) / sum(vikt) FILTER (WHERE NOT med) AS effekt
    FROM numrerade
    GROUP BY prov, insats
),
-- Varje lottning är ett tal vars bitar säger vilka kommuner som får insatsen.
lotter AS (
    SELECT lott, antal
    FROM (
        SELECT
            value AS lott,
            (value & 1) + ((value >> 1) & 1) + ((value >> 2) & 1) + ((value >> 3) & 1)
                + ((value >> 4) & 1) + ((value >> 5) & 1) + ((value >> 6) & 1) + ((value >> 7) & 1)
                + ((value >> 8) & 1) + ((value >> 9) & 1) + ((value >> 10) & 1) + ((value >> 11) & 1)
                + ((value >> 12) & 1) + ((value >> 13) & 1) + ((value >> 14) & 1) + ((value >> 15) & 1) AS antal
        FROM generate_series(0, 65535)
    )
),
lottade AS (
    SELECT
        s.prov,
        s.insats,
        s.effekt,
        l.lott,
        sum(n.vikt * n.forandring) FILTER (WHERE (l.lott >> n.nummer) & 1 = 1)
            / sum(n.vikt) FILTER (WHERE (l.lott >> n.nummer) & 1 = 1)
            - sum(n.vikt * n.forandring) FILTER (WHERE (l.lott >> n.nummer) & 1 = 0)
            / sum(n.vikt) FILTER (WHERE (l.lott >> n.nummer) & 1 = 0) AS utfall,
        -- Samma sak när effekten är borttagen ur kommunerna med insatsen: vad lotten ensam ger.
        sum(n.vikt * (n.forandring - CASE WHEN n.med THEN s.effekt ELSE 0 END)) FILTER (WHERE (l.lott >> n.nummer) & 1 = 1)
            / sum(n.vikt) FILTER (WHERE (l.lott >> n.nummer) & 1 = 1)
            - sum(n.vikt * (n.forandring - CASE WHEN n.med THEN s.effekt ELSE 0 END)) FILTER (WHERE (l.lott >> n.nummer) & 1 = 0)
            / sum(n.vikt) FILTER (WHERE (l.lott >> n.nummer) & 1 = 0) AS slump
    FROM summor AS s
    JOIN lotter AS l ON l.antal = s.kommuner_med
    JOIN numrerade AS n ON n.prov = s.prov AND n.insats = s.insats
    -- Sexton bitar räcker till länets sexton kommuner; fler än så prövas inte.
    WHERE l.lott < power(2, s.kommuner_med + s.kommuner_utan) AND s.kommuner_med + s.kommuner_utan <= 16
    GROUP BY s.prov, s.insats, s.effekt, l.lott
),
rangordnade AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY prov, insats ORDER BY abs(slump)) AS plats,
        count(*) OVER (PARTITION BY prov, insats) AS lottningar
    FROM lottade
),
provade AS (
    SELECT
        prov,
        insats,
        max(lottningar) AS lottningar,
        -- En lottning som ger precis lika mycket räknas med, avrundningsfel eller inte.
        avg(CASE WHEN abs(utfall) >= abs(effekt) - 1e-9 THEN 1.0 ELSE 0.0 END) AS p,
        max(abs(slump)) FILTER (WHERE plats = ceil(0.95 * lottningar)) AS marginal
    FROM rangordnade
    GROUP BY prov, insats
),
perioder AS (
    SELECT
        insats,
        min(namn) AS namn,
        min(mal) AS mal,
        min(nyckeltal) AS nyckeltal,
        min(ar) FILTER (WHERE skede = 'före' AND varde IS NOT NULL) AS fore_fran,
        max(ar) FILTER (WHERE skede = 'före' AND varde IS NOT NULL) AS fore_till,
        min(ar) FILTER (WHERE skede = 'efter' AND varde IS NOT NULL) AS efter_fran,
        max(ar) FILTER (WHERE skede = 'efter' AND varde IS NOT NULL) AS efter_till,
        count(*) FILTER (WHERE dolt AND skede IN ('före', 'efter')) AS dolda,
        max(spann) AS spann,
        count(DISTINCT ar) FILTER (WHERE skede = 'dessförinnan' AND varde IS NOT NULL) AS ar_dessforinnan
    FROM varden
    GROUP BY insats
),
brott AS (
    SELECT coalesce(kpi, '') AS kpi, max(brott) AS brott
    FROM malset
    GROUP BY kpi
),
samlade AS (
    SELECT
        d.*,
        b.brott,
        s.kommuner_med,
        s.kommuner_utan,
        s.med_fore,
        s.med_efter,
        s.utan_fore,
        s.utan_efter,
        -- Med färre än 20 lottningar kan ingen effekt, hur stor den än är, skiljas från slump.
        coalesce(e.lottningar >= 20 AND s.kommuner_utan > 0, false) AS gar_att_prova,
        s.effekt,
        e.p,
        e.marginal,
        CASE WHEN f.lottningar >= 20 THEN g.effekt END AS fore_effekt,
        CASE WHEN f.lottningar >= 20 THEN f.p END AS fore_p
    FROM perioder AS d
    LEFT JOIN brott AS b ON b.kpi = d.nyckeltal AND b.brott > d.fore_fran AND b.brott <= d.efter_till
    LEFT JOIN summor AS s ON s.insats = d.insats AND s.prov = 'effekt'
    LEFT JOIN provade AS e ON e.insats = d.insats AND e.prov = 'effekt'
    LEFT JOIN summor AS g ON g.insats = d.insats AND g.prov = 'förprov'
    LEFT JOIN provade AS f ON f.insats = d.insats AND f.prov = 'förprov'
)
SELECT
    insats,
    namn,
    mal,
    nyckeltal,
    coalesce(kommuner_med, 0) AS kommuner_med,
    coalesce(kommuner_utan, 0) AS kommuner_utan,
    CASE WHEN fore_fran = fore_till THEN CAST(fore_fran AS TEXT) ELSE fore_fran || '–' || fore_till END AS fore,
    CASE WHEN efter_fran = efter_till THEN CAST(efter_fran AS TEXT) ELSE efter_fran || '–' || efter_till END AS efter,
    med_fore,
    med_efter,
    utan_fore,
    utan_efter,
    effekt,
    CASE WHEN gar_att_prova THEN effekt - marginal END AS effekt_low,
    CASE WHEN gar_att_prova THEN effekt + marginal END AS effekt_high,
    CASE WHEN gar_att_prova THEN p END AS p,
    -- (1,96 + 0,84) / 1,96 gånger marginalen: 80 procents säkerhet att upptäcka.
    CASE WHEN gar_att_prova THEN marginal * (1.959964 + 0.841621) / 1.959964 END AS upptackbar,
    fore_effekt,
    fore_p,
    dolda,
    CASE
        WHEN NOT gar_att_prova OR fore_p < 0.05 THEN 'kan inte bedömas'
        WHEN p >= 0.05 THEN 'ingen säkerställd effekt'
        WHEN effekt < 0 THEN 'lägre än utan insatsen'
        ELSE 'högre än utan insatsen'
    END AS slutsats,
    CASE
        WHEN fore_fran IS NULL THEN 'värden före insatsen saknas'
        WHEN efter_fran IS NULL THEN 'inget helår med värden efter insatsen'
        WHEN kommuner_med + kommuner_utan > 16 THEN 'fler än sexton kommuner: lottningen räcker inte'
        WHEN NOT gar_att_prova THEN 'för få kommuner med och utan insatsen'
        WHEN fore_p < 0.05 THEN 'utvecklingen skilde sig redan före insatsen'
        WHEN brott IS NOT NULL THEN 'metodbyte ' || brott || ': antas ha slagit lika överallt'
        WHEN fore_p IS NULL THEN 'utvecklingen dessförinnan kan inte prövas'
        WHEN ar_dessforinnan = 1 THEN 'bara ett år dessförinnan: förutsättningen är svagt prövad'
        WHEN spann > 1 THEN 'medelvärdena delar år: förutsättningen är svagt prövad'
    END AS skal
FROM samlade
ORDER BY insats
