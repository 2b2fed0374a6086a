/*+++
title = "Insatser: kommun för kommun"
question = "Hänger resultatet på en enda kommun?"
description = """
Underlaget till frågan insatser: varje kommuns värde före och efter, med och utan insatsen. effekt_utan är effekten om den
kommunen lämnas utanför: byter den tecken eller ändras mycket bär en enda kommun resultatet. I en liten kommun varierar talen mest av
slump: läs inte en kommuns förändring för sig.
"""
seminar = 4
sources = ["Insatserna", "Egna nyckeltal", "Kolada"]
unit = "nyckeltalets enhet"
overview = ["kommunnamn", "med_insats", "fore", "efter", "forandring", "effekt_utan"]

[params.insats]
type = "text"
default = "I01"
values_from = "insatser.insats"
description = "En insats, till exempel I01"
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
[columns.kommun]
label = "Kod"
[columns.kommunnamn]
label = "Kommun"
[columns.med_insats]
label = "Insatsen"
[columns.fore]
label = "Före"
decimals = 1
[columns.efter]
label = "Efter"
decimals = 1
[columns.forandring]
label = "Förändring"
decimals = 1
[columns.vikt]
label = "Vikt"
unit = "procent"
decimals = 1
[columns.effekt_utan]
label = "Effekt utan kommunen"
decimals = 1
[columns.dolda]
label = "Värden med ett eller två fall, uppskattade"
decimals = 0
[columns.skal]
label = "Varför den inte är med"

[disclosure]
rule = "public"
+++*/
WITH varden AS (
    SELECT
        *,
        CASE
            WHEN ar < startar AND ar >= startar - $fore THEN 'före'
            WHEN ar >= startar AND ar - spann + 1 >= forsta_helar + $fordrojning
                AND (sista_helar IS NULL OR ar <= sista_helar + $fordrojning) THEN 'efter'
        END AS skede
    FROM insatsvarden
    WHERE insats = $insats
),
kommuner AS (
    SELECT
        insats,
        min(namn) AS namn,
        kommun,
        min(kommunnamn) AS kommunnamn,
        med,
        sum(vikt * varde) FILTER (WHERE skede = 'före' AND varde IS NOT NULL)
            / sum(vikt) FILTER (WHERE skede = 'före' AND varde IS NOT NULL) AS fore,
        sum(vikt * varde) FILTER (WHERE skede = 'efter' AND varde IS NOT NULL)
            / sum(vikt) FILTER (WHERE skede = 'efter' AND varde IS NOT NULL) AS efter,
        1 / (1 / sum(vikt) FILTER (WHERE skede = 'före' AND varde IS NOT NULL)
            + 1 / sum(vikt) FILTER (WHERE skede = 'efter' AND varde IS NOT NULL)) AS vikt,
        count(*) FILTER (WHERE dolt AND skede IS NOT NULL) AS dolda
    FROM varden
    GROUP BY insats, kommun, med
),
vagda AS (
    SELECT
        *,
        efter - fore AS forandring,
        -- Den egna gruppens och den andra gruppens summor.
        sum(vikt) OVER (PARTITION BY med) AS gruppens,
        sum(vikt * (efter - fore)) OVER (PARTITION BY med) AS gruppens_summa,
        sum(vikt) OVER () AS allas,
        sum(vikt * (efter - fore)) OVER () AS allas_summa
    FROM kommuner
)
SELECT
    insats,
    namn,
    kommun,
    kommunnamn,
    CASE WHEN med THEN 'med' ELSE 'utan' END AS med_insats,
    fore,
    efter,
    forandring,
    100 * vikt / gruppens AS vikt,
    CASE WHEN med THEN 1 ELSE -1 END * (
        (gruppens_summa - vikt * forandring) / CASE WHEN gruppens - vikt > 1e-9 THEN gruppens - vikt END
        - (allas_summa - gruppens_summa) / CASE WHEN allas - gruppens > 1e-9 THEN allas - gruppens END
    ) AS effekt_utan,
    dolda,
    CASE
        WHEN fore IS NULL THEN 'värden före insatsen saknas'
        WHEN efter IS NULL THEN 'inget helår med värden efter insatsen'
    END AS skal
FROM vagda
ORDER BY kommun
