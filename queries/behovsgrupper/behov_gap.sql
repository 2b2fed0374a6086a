/*+++
title = "Gapet till den grupp som har det bäst"
question = "Hur långt är det till den grupp som har det bäst, och hur många färre kunde behoven vara?"
description = """
Begrepp: bäst har den grupp i indelningen där behovet är minst vanligt, av dem med minst 30 svar (vid lika andel den första
i bokstavsordning). Gapet är gruppens andel minus den bästa gruppens. Att vinna är gruppens storlek gånger gapet: så många
färre skulle ha behovet om gruppen hade den bästa gruppens andel.
Metod: gapet skattas med enkätens vikter och urvalsplan, med samvariationen mellan grupperna. Gruppens storlek räknas som
känd.
Så läses den fel: den bästa gruppen är vald efter utfallet, så gapet är i snitt något överdrivet, mest där grupperna är
många och svaren få. Att vinna är ett räkneexempel på vad skillnaden betyder i personer, inte en effekt som någon åtgärd
ger: mycket av ett gap mellan åldrar är ålder. Talen för olika behov ska inte läggas ihop.
"""
seminar = 1
sources = ["Liv & Hälsa"]
unit = "procent"
overview = ["kriterium", "grupp", "andel", "bast", "bast_andel", "gap", "gap_low", "gap_high", "att_vinna", "bedomning"]

[params.ar]
type = "integer"
values_from = "behov.ar"
description = "Undersökningsår; utan år det senaste"
[params.kommun]
type = "text"
values_from = "behov.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.kriterium]
type = "text"
values_from = "behov.kriterium"
description = "Ett behov, till exempel Ensamhet; utan värde alla"
[params.grupptyp]
type = "text"
default = "Kön och ålder"
choices = ["Kön", "Ålder", "Kön och ålder", "Utbildning", "Ekonomi", "Bakgrund"]
description = "Hur befolkningen delas in"

[columns.ar]
label = "År"
[columns.utmaning]
label = "Utmaning"
[columns.kriterium]
label = "Behov"
[columns.grupptyp]
label = "Indelning"
[columns.grupp]
label = "Grupp"
[columns.andel]
label = "Andel"
unit = "procent"
decimals = 1
[columns.bast]
label = "Bäst har"
[columns.bast_andel]
label = "Andel där"
unit = "procent"
decimals = 1
[columns.gap]
label = "Gap"
unit = "procentenheter"
decimals = 1
[columns.gap_se]
label = "Gapets medelfel"
unit = "procentenheter"
decimals = 1
[columns.gap_low]
label = "Lägst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.gap_high]
label = "Högst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.att_vinna]
label = "Att vinna"
unit = "personer"
decimals = 0
[columns.att_vinna_low]
label = "Att vinna, minst"
unit = "personer"
decimals = 0
[columns.att_vinna_high]
label = "Att vinna, högst"
unit = "personer"
decimals = 0
[columns.p]
label = "P-värde"
decimals = 4
[columns.n]
label = "Svar"
unit = "svar"
decimals = 0
[columns.bedomning]
label = "Bedömning"

[disclosure]
rule = "quality"
n = "n"
estimate = "gap"
se = "gap_se"
# En skillnad nära noll har ett stort medelfel i förhållande till sig själv utan att vara osäkrare för det.
relative_se = inf
labels = ["ar", "utmaning", "kriterium", "grupptyp", "grupp"]
+++*/
WITH svar AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        utfall,
        design,
        CASE $grupptyp
            WHEN 'Kön' THEN kon
            WHEN 'Ålder' THEN aldersgrupp
            WHEN 'Kön och ålder' THEN kon || ' ' || aldersgrupp
            WHEN 'Utbildning' THEN utbildning
            WHEN 'Ekonomi' THEN ekonomi
            WHEN 'Bakgrund' THEN bakgrund
        END AS grupp
    FROM behov
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov))
        AND ($kommun IS NULL OR kommun = $kommun)
        AND ($kriterium IS NULL OR kriterium = $kriterium)
),
andelar AS (
    SELECT kriterium, grupp, survey_proportion(utfall, design) AS s
    FROM svar
    WHERE grupp IS NOT NULL
    GROUP BY kriterium, grupp
),
basta AS (
    SELECT kriterium, grupp AS bast
    FROM andelar
    -- En grupp med få svar kan se bäst ut av en slump.
    WHERE s['n'] >= 30
    QUALIFY row_number() OVER (PARTITION BY kriterium ORDER BY s['estimate'], grupp) = 1
),
jamforda AS (
    -- Varje svar jämförs med varje grupp: det hör till den, till den bästa, eller till ingen av dem.
    SELECT
        svar.*,
        b.bast,
        unnest((SELECT array_agg(DISTINCT grupp) FROM svar WHERE grupp IS NOT NULL)) AS jamford
    FROM svar
    LEFT JOIN basta AS b ON b.kriterium = svar.kriterium
),
skattade AS (
    SELECT
        ar,
        utmaning,
        kriterium,
        bast,
        jamford AS grupp,
        survey_proportion(utfall, design) FILTER (WHERE grupp = jamford) AS g,
        survey_proportion(utfall, design) FILTER (WHERE grupp = bast) AS b,
        survey_contrast(
            utfall, design,
            CASE WHEN grupp = jamford AND jamford <> bast THEN 'gruppen' WHEN grupp = bast THEN 'bäst' END,
            {'gruppen': 1, 'bäst': -1}
        ) AS d
    FROM jamforda
    GROUP BY ar, utmaning, kriterium, bast, jamford
)
SELECT
    ar,
    utmaning,
    kriterium,
    $grupptyp AS grupptyp,
    grupp,
    100 * g['estimate'] AS andel,
    bast,
    100 * b['estimate'] AS bast_andel,
    100 * d['estimate'] AS gap,
    100 * d['se'] AS gap_se,
    100 * d['low'] AS gap_low,
    100 * d['high'] AS gap_high,
    g['population'] * d['estimate'] AS att_vinna,
    g['population'] * d['low'] AS att_vinna_low,
    g['population'] * d['high'] AS att_vinna_high,
    d['p'] AS p,
    coalesce(g['n'], 0) AS n,
    CASE
        WHEN g['n'] IS NULL THEN 'kan inte sägas: frågan ställdes inte, eller ingen i gruppen har svarat'
        WHEN bast IS NULL THEN 'kan inte sägas: färre än 30 svar i varje grupp'
        WHEN grupp = bast THEN 'har det bäst'
        -- En andel på noll eller ett har inga gränser: då säger gapets medelfel inget.
        WHEN d['p'] IS NULL OR g['low'] IS NULL OR b['low'] IS NULL OR g['n'] < 30
            THEN 'kan inte sägas: för få svar'
        WHEN d['verdict'] = 'higher' THEN 'har det sämre'
        ELSE 'kan inte sägas: skillnaden kan vara en slump'
    END AS bedomning
FROM skattade
ORDER BY kriterium, grupp
