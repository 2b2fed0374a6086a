/*+++
title = "Behov och konsumtion, sida vid sida"
question = "Var är behovet stort och konsumtionen låg, och var är det tvärtom?"
description = """
Behovet är andelen av de svarande 18–84 år i Liv & Hälsa som har det valda behovet (kriteriet, se tabellen behov).
Konsumtionen är kostnaden per invånare i samma åldrar samma år, för region och kommun eller en del av dem; alla i
befolkningsregistret räknas, också den som inte kostat något, och den som dog eller flyttade under året.

Råa tal säger hur det är. De standardiserade säger hur det hade varit om åldrarna fördelade sig överallt som i länet
(fyra åldersgrupper, samma vikter på båda sidor och för båda könen): en kommun med många äldre har både mer behov och mer
kostnad. Behovets intervall följer urvalet; det standardiserade är väntevärdet ± 1,96 medelfel, summerat över strata.
Kostnadens intervall ser invånarna som några av många tänkbara: registret har alla, men ett annat år blir annorlunda.

Läget jämför de standardiserade talen med länets för samma kön: större eller mindre när hela intervallet ligger på ena
sidan om länets värde (som tas som känt, fast kommunen själv ingår), annars kan ingen skillnad säkras. Med 16 kommuner
och tre rader var kommer någon rad att sticka ut av en slump.

Kostnaden visas inte för någon kommun när den någonstans hör till färre än fem personer, eller mest till en.

Läs inte så här: enkäten och registren är inte kopplade, så tabellen säger ingenting om samma personer. Den är inget mått på
om den som har behov får vård (inget index på personnivå går att räkna), bara på hur två bilder av samma kommun ser ut
bredvid varandra. Och låg kostnad är inte i sig för lite, lika litet som hög är för mycket. Den som är under 18
eller över 84 är inte med i enkäten och därför inte här.
"""
seminar = 3
sources = ["Liv & Hälsa", "Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent och kr per invånare"
overview = ["omrade", "kon", "n", "standard_andel", "standard_andel_low", "standard_andel_high", "standard_kostnad", "lage", "skal"]

[params.kriterium]
type = "text"
values_from = "behov.kriterium"
default = "Dålig självskattad hälsa"
description = "Behovet, till exempel Ensamhet"
[params.konsumtion]
type = "text"
choices = ["Region och kommun", "Region", "Kommun", "Primärvård", "Öppen specialistvård", "Slutenvård", "Hemtjänst och särskilt boende"]
default = "Region och kommun"
description = "Vilken kostnad som räknas"
[params.ar]
type = "integer"
values_from = "behov.ar"
description = "Undersökningsår; utan år det senaste"
[params.kommun]
type = "text"
values_from = "behov.kommun"
description = "Kommunkod, till exempel 1780, som visas bredvid länet; utan kod alla"

[columns.ar]
label = "År"
[columns.kommun]
label = "Kod"
[columns.omrade]
label = "Område"
[columns.kon]
label = "Kön"
[columns.n]
label = "Svar"
unit = "svar"
decimals = 0
[columns.andel]
label = "Har behovet"
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
[columns.standard_andel]
label = "Har behovet, standardiserat"
unit = "procent"
decimals = 1
[columns.standard_andel_low]
label = "Behov, lägst (95 %)"
unit = "procent"
decimals = 1
[columns.standard_andel_high]
label = "Behov, högst (95 %)"
unit = "procent"
decimals = 1
[columns.personer]
label = "Invånare 18–84 år"
unit = "personer"
decimals = 0
[columns.kostnad]
label = "Kostnad per invånare"
unit = "kr"
decimals = 0
[columns.kostnad_low]
label = "Kostnad, lägst (95 %)"
unit = "kr"
decimals = 0
[columns.kostnad_high]
label = "Kostnad, högst (95 %)"
unit = "kr"
decimals = 0
[columns.standard_kostnad]
label = "Kostnad, standardiserad"
unit = "kr"
decimals = 0
[columns.standard_kostnad_low]
label = "Standardiserad, lägst (95 %)"
unit = "kr"
decimals = 0
[columns.standard_kostnad_high]
label = "Standardiserad, högst (95 %)"
unit = "kr"
decimals = 0
[columns.behov_mot_lanet]
label = "Behov mot länet"
unit = "gånger"
decimals = 2
[columns.kostnad_mot_lanet]
label = "Kostnad mot länet"
unit = "gånger"
decimals = 2
[columns.lage]
label = "Läge mot länet"
[columns.skal]
label = "Varför det inte går att säga"

# Raden hör till enkäten: för få svar döljer också kostnaden. Att kostnaden inte röjer någon sköter frågan själv.
[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["ar", "kommun", "omrade", "kon", "skal"]
+++*/
WITH svar AS (
    SELECT kommun, kon, aldersgrupp, utfall, design
    FROM behov
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov)) AND kriterium = $kriterium
),
-- Länets åldrar, som alla standardiserade tal räknas efter.
standard AS (
    SELECT
        aldersgrupp,
        sum(design_weight) / (sum(sum(design_weight)) OVER ()) AS andel,
        count(*) OVER () AS grupper
    FROM behov
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov)) AND kriterium = $kriterium
    GROUP BY aldersgrupp
),
behovet_efter_alder AS (
    SELECT
        coalesce(kommun, 'Länet') AS kommun,
        coalesce(kon, 'Båda') AS kon,
        coalesce(aldersgrupp, 'Alla') AS aldersgrupp,
        survey_proportion(utfall, design) AS s
    FROM svar
    GROUP BY GROUPING SETS (
        (), (kon), (kommun), (kommun, kon),
        (aldersgrupp), (kon, aldersgrupp), (kommun, aldersgrupp), (kommun, kon, aldersgrupp)
    )
),
behovet AS (
    SELECT
        b.kommun,
        b.kon,
        max(CASE WHEN b.aldersgrupp = 'Alla' THEN coalesce(s['n'], 0) END) AS n,
        max(CASE WHEN b.aldersgrupp = 'Alla' THEN s['estimate'] END) AS andel,
        max(CASE WHEN b.aldersgrupp = 'Alla' THEN s['se'] END) AS andel_se,
        max(CASE WHEN b.aldersgrupp = 'Alla' THEN s['low'] END) AS andel_low,
        max(CASE WHEN b.aldersgrupp = 'Alla' THEN s['high'] END) AS andel_high,
        -- Åldersgrupperna är skilda strata, så deras varianser läggs ihop. Saknas svar i någon går det inte att säga.
        CASE WHEN count(s['se']) FILTER (WHERE b.aldersgrupp <> 'Alla') = max(v.grupper)
            THEN sum(v.andel * s['estimate']) END AS standard,
        sqrt(sum(v.andel * v.andel * s['se'] * s['se'])) AS standard_se
    FROM behovet_efter_alder AS b
    LEFT JOIN standard AS v ON v.aldersgrupp = b.aldersgrupp
    GROUP BY b.kommun, b.kon
),
kostnader AS (
    SELECT
        kommun,
        kon,
        CASE
            WHEN alder < 30 THEN '18–29 år'
            WHEN alder < 45 THEN '30–44 år'
            WHEN alder < 65 THEN '45–64 år'
            ELSE '65–84 år'
        END AS aldersgrupp,
        CAST(CASE $konsumtion
            WHEN 'Region' THEN kostnad_region
            WHEN 'Kommun' THEN kostnad_kommun
            WHEN 'Primärvård' THEN kostnad_primarvard
            WHEN 'Öppen specialistvård' THEN kostnad_oppenvard
            WHEN 'Slutenvård' THEN kostnad_slutenvard
            WHEN 'Hemtjänst och särskilt boende' THEN kostnad_hemtjanst + kostnad_sarskilt_boende
            ELSE kostnad
        END AS DOUBLE) AS kr
    FROM person_year
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov)) AND alder BETWEEN 18 AND 84
),
kostnader_efter_alder AS (
    SELECT
        coalesce(kommun, 'Länet') AS kommun,
        coalesce(kon, 'Båda') AS kon,
        coalesce(aldersgrupp, 'Alla') AS aldersgrupp,
        mean_interval(kr) AS m,
        count(*) FILTER (WHERE kr > 0) AS kostsamma,
        max(kr) AS storsta,
        sum(kr) AS summa
    FROM kostnader
    GROUP BY GROUPING SETS (
        (), (kon), (kommun), (kommun, kon),
        (aldersgrupp), (kon, aldersgrupp), (kommun, aldersgrupp), (kommun, kon, aldersgrupp)
    )
),
konsumtionen AS (
    SELECT
        k.kommun,
        k.kon,
        -- För få bakom kostnaden, eller en som står för det mesta av den.
        max(CASE WHEN k.aldersgrupp = 'Alla' AND (k.kostsamma BETWEEN 1 AND 4 OR k.storsta > 0.5 * k.summa)
            THEN 1 ELSE 0 END) AS rojer,
        max(CASE WHEN k.aldersgrupp = 'Alla' THEN m['n'] END) AS personer,
        max(CASE WHEN k.aldersgrupp = 'Alla' THEN m['estimate'] END) AS kostnad,
        max(CASE WHEN k.aldersgrupp = 'Alla' THEN m['low'] END) AS kostnad_low,
        max(CASE WHEN k.aldersgrupp = 'Alla' THEN m['high'] END) AS kostnad_high,
        CASE WHEN count(m['sd']) FILTER (WHERE k.aldersgrupp <> 'Alla') = max(v.grupper)
            THEN sum(v.andel * m['estimate']) END AS standard,
        sqrt(sum(v.andel * v.andel * m['sd'] * m['sd'] / m['n'])) AS standard_se
    FROM kostnader_efter_alder AS k
    LEFT JOIN standard AS v ON v.aldersgrupp = k.aldersgrupp
    GROUP BY k.kommun, k.kon
),
-- Enkätens regel ser inte vem som kostar. Röjer en kommuns kostnad någon döljs alla kommuners, så att den inte går att
-- räkna ut ur länets; röjer länets, döljs också den.
visad_konsumtion AS (
    SELECT
        kommun,
        kon,
        personer,
        visas,
        CASE WHEN visas THEN kostnad END AS kostnad,
        CASE WHEN visas THEN kostnad_low END AS kostnad_low,
        CASE WHEN visas THEN kostnad_high END AS kostnad_high,
        CASE WHEN visas THEN standard END AS standard,
        CASE WHEN visas THEN standard_se END AS standard_se
    FROM (
        SELECT
            *,
            max(CASE WHEN kommun = 'Länet' THEN rojer END) OVER () = 0
                AND (kommun = 'Länet' OR max(rojer) OVER () = 0) AS visas
        FROM konsumtionen
    )
),
bredvid AS (
    SELECT
        b.*,
        k.personer,
        k.visas,
        k.kostnad,
        k.kostnad_low,
        k.kostnad_high,
        k.standard AS standard_kostnad,
        k.standard - 1.959963984540054 * k.standard_se AS standard_kostnad_low,
        k.standard + 1.959963984540054 * k.standard_se AS standard_kostnad_high,
        greatest(b.standard - 1.959963984540054 * b.standard_se, 0) AS standard_low,
        least(b.standard + 1.959963984540054 * b.standard_se, 1) AS standard_high,
        max(CASE WHEN b.kommun = 'Länet' THEN b.standard END) OVER (PARTITION BY b.kon) AS lanets_behov,
        max(CASE WHEN b.kommun = 'Länet' THEN k.standard END) OVER (PARTITION BY b.kon) AS lanets_kostnad
    FROM behovet AS b
    LEFT JOIN visad_konsumtion AS k ON k.kommun = b.kommun AND k.kon = b.kon
),
-- 1 större, -1 mindre, 0 ingen säker skillnad.
jamforda AS (
    SELECT
        *,
        -- Länet först, sedan kommunerna i kodordning.
        CASE WHEN kommun = 'Länet' THEN '' ELSE kommun END AS kod,
        CASE WHEN standard_low > lanets_behov THEN 1 WHEN standard_high < lanets_behov THEN -1
            WHEN standard IS NOT NULL THEN 0 END AS behov_tecken,
        CASE WHEN standard_kostnad_low > lanets_kostnad THEN 1 WHEN standard_kostnad_high < lanets_kostnad THEN -1
            WHEN standard_kostnad IS NOT NULL THEN 0 END AS kostnad_tecken
    FROM bredvid
)
SELECT
    coalesce($ar, (SELECT max(ar) FROM behov)) AS ar,
    nullif(j.kod, '') AS kommun,
    coalesce(e.namn, j.kommun) AS omrade,
    j.kon,
    j.n,
    100 * j.andel AS andel,
    100 * j.andel_se AS andel_se,
    100 * j.andel_low AS andel_low,
    100 * j.andel_high AS andel_high,
    100 * j.standard AS standard_andel,
    CASE WHEN j.standard IS NOT NULL THEN 100 * j.standard_low END AS standard_andel_low,
    CASE WHEN j.standard IS NOT NULL THEN 100 * j.standard_high END AS standard_andel_high,
    j.personer,
    j.kostnad,
    j.kostnad_low,
    j.kostnad_high,
    j.standard_kostnad,
    j.standard_kostnad_low,
    j.standard_kostnad_high,
    j.standard / nullif(j.lanets_behov, 0) AS behov_mot_lanet,
    j.standard_kostnad / nullif(j.lanets_kostnad, 0) AS kostnad_mot_lanet,
    CASE
        WHEN j.kommun = 'Länet' THEN NULL
        WHEN j.behov_tecken = 1 AND j.kostnad_tecken = -1 THEN 'större behov, lägre kostnad'
        WHEN j.behov_tecken = -1 AND j.kostnad_tecken = 1 THEN 'mindre behov, högre kostnad'
        WHEN j.behov_tecken = 1 AND j.kostnad_tecken = 1 THEN 'större behov, högre kostnad'
        WHEN j.behov_tecken = -1 AND j.kostnad_tecken = -1 THEN 'mindre behov, lägre kostnad'
        WHEN j.behov_tecken = 1 AND j.kostnad_tecken = 0 THEN 'större behov, ingen säker skillnad i kostnad'
        WHEN j.behov_tecken = -1 AND j.kostnad_tecken = 0 THEN 'mindre behov, ingen säker skillnad i kostnad'
        WHEN j.behov_tecken = 0 AND j.kostnad_tecken = 1 THEN 'ingen säker skillnad i behov, högre kostnad'
        WHEN j.behov_tecken = 0 AND j.kostnad_tecken = -1 THEN 'ingen säker skillnad i behov, lägre kostnad'
        WHEN j.behov_tecken = 0 AND j.kostnad_tecken = 0 THEN 'ingen säker skillnad'
    END AS lage,
    CASE
        WHEN j.andel IS NULL THEN 'frågan ställdes inte det året'
        WHEN j.standard IS NULL THEN 'för få svar i någon åldersgrupp'
        WHEN coalesce(j.personer, 0) = 0 THEN 'kostnader saknas för året'
        WHEN NOT j.visas THEN 'kostnaden hör i någon kommun till för få personer'
        WHEN j.standard_kostnad IS NULL THEN 'för få invånare i någon åldersgrupp'
    END AS skal
FROM jamforda AS j
LEFT JOIN enheter AS e ON e.enhet = j.kommun
WHERE $kommun IS NULL OR j.kommun = $kommun OR j.kommun = 'Länet'
ORDER BY j.kod, j.kon
