/*+++
title = "Tro: hur publiken gissade"
question = "Hur fördelade sig publikens gissningar, och har de ändrats mellan seminarierna?"
description = """
Räknas: rösterna på varje alternativ vid varje seminarium, också Vet ej. Andelen är av alla röster på frågan det året.
Det är olika människor i publiken olika år: en förändring visar vilka som var där lika mycket som vad de har lärt sig.
Rösterna är anonyma redan när de avges. Svaret står inte här, så att frågan kan ställas innan det visas; se
tro_och_veta.
"""
seminar = 2
sources = ["Publikens gissningar"]
unit = "röster"
overview = ["tillfalle", "rubrik", "enhet", "alternativ", "roster", "andel"]

[params.tillfalle]
type = "text"
values_from = "gissningar.tillfalle"
description = "Seminarium, till exempel Nya Perspektiv 2024; utan värde alla"
[params.fraga]
type = "text"
values_from = "gissningar.fraga"
description = "En av frågorna; utan värde alla"

[columns.tillfalle]
label = "Tillfälle"
[columns.datum]
label = "Datum"
[columns.fraga]
label = "Fråga"
[columns.rubrik]
label = "Frågan"
[columns.enhet]
label = "Enhet"
[columns.alternativ]
label = "Alternativ"
[columns.roster]
label = "Röster"
unit = "röster"
decimals = 0
[columns.andel]
label = "Andel av rösterna"
unit = "procent"
decimals = 0
[columns.alla]
label = "Röster på frågan"
unit = "röster"
decimals = 0

[disclosure]
rule = "public"
+++*/
SELECT
    g.tillfalle,
    g.datum,
    g.fraga,
    coalesce(f.rubrik, g.fraga) AS rubrik,
    f.enhet,
    g.alternativ,
    g.roster,
    100.0 * CAST(g.roster AS DOUBLE)
        / nullif(CAST(sum(g.roster) OVER (PARTITION BY g.tillfalle, g.fraga) AS DOUBLE), 0) AS andel,
    sum(g.roster) OVER (PARTITION BY g.tillfalle, g.fraga) AS alla
FROM gissningar AS g
LEFT JOIN gissningsfragor AS f ON f.fraga = g.fraga
WHERE ($tillfalle IS NULL OR g.tillfalle = $tillfalle)
    AND ($fraga IS NULL OR g.fraga = $fraga)
-- Alternativen i storleksordning, Vet ej sist.
ORDER BY g.datum, g.fraga, g.gissning NULLS LAST
