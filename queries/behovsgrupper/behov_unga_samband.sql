/*+++
title = "Behov som går före andra behov hos samma barn"
question = "Vilka behov föregås av andra behov hos samma barn?"
description = """
Begrepp: barnets mätningar i barnhälsovården, tandvården och elevhälsan läggs bredvid varandra på pseudonymen: hur vanligt
är det senare behovet bland barn med det tidigare, jämfört med bland barn utan? Samma år betyder samma ålder och år, i
elevhälsan vid samma samtal: där går det ena inte före det andra. Frågan begrepp säger vad som räknas.
Metod: bara barn som mätts för båda räknas. Varje barn räknas en gång i varje rad. Andelarna har Wilsons gränser, och kvoten
Katz gränser (95 %, på logaritmen); med färre än fem fall på någon sida sägs inget. Paren är valda i förväg; andra par
ställs med parametrarna tidigare och senare.
Så läses den fel: det senare föregås av det tidigare, men orsakas inte därmed av det. Båda kan ha samma bakgrund, som
familjens ekonomi, och inget är räknat bort. Barn som flyttat, eller inte kom till något av besöken, saknas. Med många par
ser ungefär ett av tjugo ut som ett samband av en slump. Sambandet gäller gruppen: av ett enskilt barns behov går inget att
förutsäga.
Visas inte: rader där någon av de fyra grupperna är färre än fem barn.
"""
seminar = 1
sources = ["Barnhälsovården", "Tandvården", "Elevhälsan"]
unit = "procent"
overview = [
    "tidigare", "tidigare_alder", "senare", "senare_alder", "andel_med", "andel_utan", "kvot", "kvot_low", "kvot_high",
    "bedomning",
]

[params.tidigare]
type = "text"
values_from = "behov_unga.kriterium"
description = "Det behov som går före; utan värde alla, eller de par som är valda i förväg"
[params.senare]
type = "text"
values_from = "behov_unga.kriterium"
description = "Det behov som kommer sedan; utan värde alla, eller de par som är valda i förväg"
[params.kon]
type = "text"
choices = ["Kvinnor", "Män"]
description = "Kön; utan värde alla"
[params.kommun]
type = "text"
values_from = "behov_unga.kommun"
description = "Kommunkod vid den senare mätningen, till exempel 1780; utan kod hela länet"

[columns.tidigare]
label = "Behov"
[columns.tidigare_alder]
label = "vid"
unit = "år"
decimals = 0
[columns.senare]
label = "Följt av"
[columns.senare_alder]
label = "vid"
unit = "år"
decimals = 0
[columns.nar]
label = "När"
[columns.barn_med]
label = "Barn med det tidigare"
unit = "barn"
decimals = 0
[columns.barn_utan]
label = "Barn utan det tidigare"
unit = "barn"
decimals = 0
[columns.fall_med]
label = "Därav med det senare, av dem med"
unit = "barn"
decimals = 0
[columns.fall_utan]
label = "Därav med det senare, av dem utan"
unit = "barn"
decimals = 0
[columns.andel_med]
label = "Andel bland dem med"
unit = "procent"
decimals = 1
[columns.andel_med_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_med_high]
label = "Högst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_utan]
label = "Andel bland dem utan"
unit = "procent"
decimals = 1
[columns.andel_utan_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_utan_high]
label = "Högst (95 %)"
unit = "procent"
decimals = 1
[columns.kvot]
label = "Gånger så vanligt"
unit = "gånger"
decimals = 2
[columns.kvot_low]
label = "Gånger, lägst (95 %)"
unit = "gånger"
decimals = 2
[columns.kvot_high]
label = "Gånger, högst (95 %)"
unit = "gånger"
decimals = 2
[columns.minsta]
label = "Den minsta av de fyra grupperna"
unit = "barn"
decimals = 0
[columns.bedomning]
label = "Bedömning"

[disclosure]
rule = "secrecy"
persons = "minsta"
labels = ["nar"]
within = ["tidigare", "tidigare_alder", "senare", "senare_alder"]
+++*/
WITH behoven AS (
    SELECT DISTINCT kriterium FROM behov_unga
),
par AS (
    SELECT tidigare, senare
    FROM (
        VALUES
            ('Övervikt eller fetma vid 4 år', 'Karies vid 6 år'),
            ('Rökning i hemmet vid 8 månader', 'Avvikande språkundersökning vid 3 år'),
            ('Rökning i hemmet vid 8 månader', 'Övervikt eller fetma vid 4 år'),
            ('Rökning i hemmet vid 8 månader', 'Karies vid 3 år'),
            ('Avvikande språkundersökning vid 3 år', 'Frånvaro minst 15 procent'),
            ('Ofta eller alltid orolig', 'Frånvaro minst 15 procent'),
            ('Sover dåligt', 'Frånvaro minst 15 procent')
    ) AS valda (tidigare, senare)
    WHERE $tidigare IS NULL AND $senare IS NULL
    UNION ALL
    -- De par som analytikern frågar efter.
    SELECT f.kriterium, s.kriterium
    FROM behoven AS f
    CROSS JOIN behoven AS s
    WHERE ($tidigare IS NOT NULL OR $senare IS NOT NULL)
        AND ($tidigare IS NULL OR f.kriterium = $tidigare)
        AND ($senare IS NULL OR s.kriterium = $senare)
),
matta AS (
    SELECT person, kriterium, ar, alder, kommun, kon, utfall
    FROM behov_unga
    WHERE utfall IS NOT NULL
),
barn AS (
    SELECT
        f.kriterium AS tidigare,
        f.alder AS tidigare_alder,
        f.utfall AS hade,
        s.kriterium AS senare,
        s.alder AS senare_alder,
        s.utfall AS fick
    FROM par
    JOIN matta AS f ON f.kriterium = par.tidigare
    JOIN matta AS s ON s.kriterium = par.senare AND s.person = f.person
    -- Senare i livet, eller samma år: i elevhälsan är det samma samtal.
    WHERE (s.alder > f.alder OR (s.alder = f.alder AND s.ar = f.ar AND s.kriterium <> f.kriterium))
        AND ($kon IS NULL OR s.kon = $kon)
        AND ($kommun IS NULL OR s.kommun = $kommun)
),
raknade AS (
    SELECT
        tidigare,
        tidigare_alder,
        senare,
        senare_alder,
        count(*) FILTER (WHERE hade = 1) AS barn_med,
        count(*) FILTER (WHERE hade = 0) AS barn_utan,
        count(*) FILTER (WHERE hade = 1 AND fick = 1) AS fall_med,
        count(*) FILTER (WHERE hade = 0 AND fick = 1) AS fall_utan
    FROM barn
    GROUP BY tidigare, tidigare_alder, senare, senare_alder
),
kvoter AS (
    SELECT
        *,
        CASE WHEN fall_med > 0 AND fall_utan > 0
            THEN (CAST(fall_med AS DOUBLE) / barn_med) / (CAST(fall_utan AS DOUBLE) / barn_utan) END AS kvot,
        CASE WHEN fall_med > 0 AND fall_utan > 0
            THEN sqrt(1.0 / fall_med - 1.0 / barn_med + 1.0 / fall_utan - 1.0 / barn_utan) END AS kvot_log_se,
        -- Den minsta av de fyra grupperna som har några barn alls: noll avslöjar ingen enskild.
        least(
            CASE WHEN fall_med > 0 THEN fall_med ELSE barn_med + barn_utan END,
            CASE WHEN barn_med > fall_med THEN barn_med - fall_med ELSE barn_med + barn_utan END,
            CASE WHEN fall_utan > 0 THEN fall_utan ELSE barn_med + barn_utan END,
            CASE WHEN barn_utan > fall_utan THEN barn_utan - fall_utan ELSE barn_med + barn_utan END
        ) AS minsta
    FROM raknade
)
SELECT
    par.tidigare,
    tidigare_alder,
    par.senare,
    senare_alder,
    CASE WHEN tidigare_alder = senare_alder THEN 'samma år' WHEN tidigare_alder < senare_alder THEN 'senare' END AS nar,
    coalesce(barn_med, 0) AS barn_med,
    coalesce(barn_utan, 0) AS barn_utan,
    coalesce(fall_med, 0) AS fall_med,
    coalesce(fall_utan, 0) AS fall_utan,
    100.0 * fall_med / nullif(barn_med, 0) AS andel_med,
    100 * (wilson(fall_med, barn_med))['low'] AS andel_med_low,
    100 * (wilson(fall_med, barn_med))['high'] AS andel_med_high,
    100.0 * fall_utan / nullif(barn_utan, 0) AS andel_utan,
    100 * (wilson(fall_utan, barn_utan))['low'] AS andel_utan_low,
    100 * (wilson(fall_utan, barn_utan))['high'] AS andel_utan_high,
    kvot,
    kvot * exp(-1.96 * kvot_log_se) AS kvot_low,
    kvot * exp(1.96 * kvot_log_se) AS kvot_high,
    coalesce(minsta, 0) AS minsta,
    CASE
        WHEN barn_med IS NULL THEN 'kan inte sägas: inget barn är mätt för båda i den ordningen'
        WHEN barn_med = 0 OR barn_utan = 0 THEN 'kan inte sägas: ingen att jämföra med'
        WHEN fall_med < 5 OR fall_utan < 5 THEN 'kan inte sägas: för få barn'
        WHEN kvot * exp(-1.96 * kvot_log_se) > 1 THEN 'vanligare bland barn med det tidigare'
        WHEN kvot * exp(1.96 * kvot_log_se) < 1 THEN 'ovanligare bland barn med det tidigare'
        ELSE 'kan inte sägas: skillnaden kan vara en slump'
    END AS bedomning
FROM par
LEFT JOIN kvoter AS k ON k.tidigare = par.tidigare AND k.senare = par.senare
ORDER BY par.tidigare, par.senare, tidigare_alder, senare_alder
