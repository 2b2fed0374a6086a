/*+++
title = "Behov och konsumtion efter ålder"
question = "I vilka åldrar är behovet stort och konsumtionen låg, och i vilka är det tvärtom?"
description = """
Behovet är andelen av de svarande i åldersgruppen som har det valda behovet (kriteriet, se tabellen behov), konsumtionen
kostnaden per invånare i samma ålder samma år, för region och kommun eller en del av dem; alla i befolkningsregistret
räknas, också den som inte kostat något. Behovets intervall följer urvalet. Kostnadens ser invånarna som några av många
tänkbara: registret har alla, men ett annat år blir annorlunda.

Båda jämförs med alla 18–84 år i länet. "Behov mot alla" är hur många gånger vanligare behovet är, "kostnad mot
alla" hur många gånger högre kostnaden är. Läget säger större eller mindre när hela intervallet ligger på ena sidan om
värdet för alla, som tas som känt. Kostnaden visas inte för någon ålder när den i någon grupp hör till färre än fem personer,
eller mest till en.

Läs inte så här: kostnaden är all vård och omsorg, inte den för just det behovet, och den stiger med åldern av andra skäl.
Att unga med psykisk ohälsa kostar lite är alltså en fråga att ställa, inte ett svar. Enkäten och registren är inte
kopplade: tabellen säger ingenting om samma personer, och inget index på personnivå går att räkna. Den som är under 18
eller över 84 är inte med i enkäten och därför inte här.
"""
seminar = 3
sources = ["Liv & Hälsa", "Region Värmland, vårdkontakter", "Kommunerna, insatser och prislista", "Befolkningsregistret"]
unit = "procent och kr per invånare"
overview = ["kon", "alder", "n", "andel", "andel_low", "andel_high", "kostnad", "behov_mot_alla", "kostnad_mot_alla", "lage", "skal"]

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
[columns.ar]
label = "År"
[columns.kon]
label = "Kön"
[columns.alder]
label = "Ålder"
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
[columns.personer]
label = "Invånare"
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
[columns.behov_mot_alla]
label = "Behov mot alla"
unit = "gånger"
decimals = 2
[columns.kostnad_mot_alla]
label = "Kostnad mot alla"
unit = "gånger"
decimals = 2
[columns.lage]
label = "Läge mot alla 18–84 år"
[columns.skal]
label = "Varför det inte går att säga"

# Raden hör till enkäten: för få svar döljer också kostnaden. Att kostnaden inte röjer någon sköter frågan själv.
[disclosure]
rule = "quality"
n = "n"
estimate = "andel"
se = "andel_se"
labels = ["ar", "kon", "alder", "skal"]
+++*/
WITH behovet AS (
    SELECT
        coalesce(kon, 'Båda') AS kon,
        coalesce(aldersgrupp, 'Alla') AS aldersgrupp,
        survey_proportion(utfall, design) AS s
    FROM behov
    WHERE ar = coalesce($ar, (SELECT max(ar) FROM behov))
        AND kriterium = $kriterium
    GROUP BY GROUPING SETS ((), (kon), (aldersgrupp), (kon, aldersgrupp))
),
kostnader AS (
    SELECT
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
konsumtionen AS (
    SELECT
        coalesce(kon, 'Båda') AS kon,
        coalesce(aldersgrupp, 'Alla') AS aldersgrupp,
        mean_interval(kr) AS m,
        -- För få bakom kostnaden, eller en som står för det mesta av den.
        CASE WHEN count(*) FILTER (WHERE kr > 0) BETWEEN 1 AND 4 OR max(kr) > 0.5 * sum(kr) THEN 1 ELSE 0 END AS rojer
    FROM kostnader
    GROUP BY GROUPING SETS ((), (kon), (aldersgrupp), (kon, aldersgrupp))
),
-- Enkätens regel ser inte vem som kostar. Röjer kostnaden i en åldersgrupp någon döljs alla åldersgruppers, så att den
-- inte går att räkna ut ur de andra.
visad_konsumtion AS (
    SELECT
        *,
        max(CASE WHEN aldersgrupp = 'Alla' THEN rojer END) OVER () = 0
            AND (aldersgrupp = 'Alla' OR max(rojer) OVER () = 0) AS visas
    FROM konsumtionen
),
bredvid AS (
    SELECT
        b.kon,
        b.aldersgrupp AS alder,
        b.kon <> 'Båda' OR b.aldersgrupp <> 'Alla' AS ar_del,
        coalesce(s['n'], 0) AS n,
        s['estimate'] AS andel,
        s['se'] AS andel_se,
        s['low'] AS andel_low,
        s['high'] AS andel_high,
        m['n'] AS personer,
        k.visas,
        CASE WHEN k.visas THEN m['estimate'] END AS kostnad,
        CASE WHEN k.visas THEN m['low'] END AS kostnad_low,
        CASE WHEN k.visas THEN m['high'] END AS kostnad_high,
        max(CASE WHEN b.kon = 'Båda' AND b.aldersgrupp = 'Alla' THEN s['estimate'] END) OVER () AS allas_andel,
        max(CASE WHEN b.kon = 'Båda' AND b.aldersgrupp = 'Alla' AND k.visas THEN m['estimate'] END) OVER () AS allas_kostnad
    FROM behovet AS b
    LEFT JOIN visad_konsumtion AS k ON k.kon = b.kon AND k.aldersgrupp = b.aldersgrupp
),
-- 1 större, -1 mindre, 0 ingen säker skillnad.
jamforda AS (
    SELECT
        *,
        CASE WHEN andel_low > allas_andel THEN 1 WHEN andel_high < allas_andel THEN -1
            WHEN andel_low IS NOT NULL THEN 0 END AS behov_tecken,
        CASE WHEN kostnad_low > allas_kostnad THEN 1 WHEN kostnad_high < allas_kostnad THEN -1
            WHEN kostnad_low IS NOT NULL THEN 0 END AS kostnad_tecken
    FROM bredvid
)
SELECT
    coalesce($ar, (SELECT max(ar) FROM behov)) AS ar,
    kon,
    alder,
    n,
    100 * andel AS andel,
    100 * andel_se AS andel_se,
    100 * andel_low AS andel_low,
    100 * andel_high AS andel_high,
    personer,
    kostnad,
    kostnad_low,
    kostnad_high,
    CASE WHEN ar_del THEN andel / nullif(allas_andel, 0) END AS behov_mot_alla,
    CASE WHEN ar_del THEN kostnad / nullif(allas_kostnad, 0) END AS kostnad_mot_alla,
    CASE
        WHEN NOT ar_del THEN NULL
        WHEN behov_tecken = 1 AND kostnad_tecken = -1 THEN 'större behov, lägre kostnad'
        WHEN behov_tecken = -1 AND kostnad_tecken = 1 THEN 'mindre behov, högre kostnad'
        WHEN behov_tecken = 1 AND kostnad_tecken = 1 THEN 'större behov, högre kostnad'
        WHEN behov_tecken = -1 AND kostnad_tecken = -1 THEN 'mindre behov, lägre kostnad'
        WHEN behov_tecken = 1 AND kostnad_tecken = 0 THEN 'större behov, ingen säker skillnad i kostnad'
        WHEN behov_tecken = -1 AND kostnad_tecken = 0 THEN 'mindre behov, ingen säker skillnad i kostnad'
        WHEN behov_tecken = 0 AND kostnad_tecken = 1 THEN 'ingen säker skillnad i behov, högre kostnad'
        WHEN behov_tecken = 0 AND kostnad_tecken = -1 THEN 'ingen säker skillnad i behov, lägre kostnad'
        WHEN behov_tecken = 0 AND kostnad_tecken = 0 THEN 'ingen säker skillnad'
    END AS lage,
    CASE
        WHEN n = 0 THEN 'frågan ställdes inte, eller ingen svarade'
        WHEN andel_low IS NULL THEN 'ingen eller alla har behovet: intervallet går inte att räkna'
        WHEN coalesce(personer, 0) = 0 THEN 'kostnader saknas för året'
        WHEN NOT visas THEN 'kostnaden hör i någon åldersgrupp till för få personer'
    END AS skal
FROM jamforda
ORDER BY kon, alder
