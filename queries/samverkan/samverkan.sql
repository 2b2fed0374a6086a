/*+++
title = "Samverkanskartan: arenorna"
question = "Vilka arenor för samverkan finns, vem utser dem, vem leder och äger dagordningen, med vilket mandat och hur ofta?"
description = """
En rad per arena. Deltagare är funktioner, inte personer: den som sitter med i två funktioner räknas två gånger.
Kommuner är hur många av länets kommuner som har någon på plats. Kolumnen saknas säger vad arenan inte har enligt det
som är inrapporterat; att något saknas här kan betyda att ingen har skrivit ned det. En arena med få möten eller litet
mandat är inte sämre än en annan: den kan ha en annan uppgift.
"""
seminar = 3
sources = ["Samverkanskartan"]
unit = "arenor"
overview = ["namn", "niva", "mandat", "utsedd_av", "ordforande", "moten_per_ar", "kommuner", "fragor", "saknas"]

[params.niva]
type = "text"
values_from = "arenor.niva"
description = "Nivå, till exempel Politisk; utan värde alla"
[params.fraga]
type = "text"
values_from = "samverkansfragor.fraga"
description = "Frågans kod, till exempel F05; utan kod alla arenor"
[params.organisation]
type = "text"
values_from = "arenadeltagare.organisation"
description = "Bara arenor där organisationen sitter, till exempel 1784 eller 0017"

[columns.arena]
label = "Arena"
[columns.namn]
label = "Namn"
[columns.niva]
label = "Nivå"
[columns.utsedd_av]
label = "Utsedd av"
[columns.dagordning]
label = "Äger dagordningen"
[columns.ordforande]
label = "Ordförande"
[columns.mandat]
label = "Mandat"
[columns.moten_per_ar]
label = "Möten per år"
unit = "möten"
decimals = 0
[columns.sedan]
label = "Finns sedan"
[columns.protokoll]
label = "För protokoll"
[columns.deltagare]
label = "Funktioner"
unit = "funktioner"
decimals = 0
[columns.region]
label = "Regionens funktioner"
unit = "funktioner"
decimals = 0
[columns.kommuner]
label = "Kommuner på plats"
unit = "kommuner"
decimals = 0
[columns.fragor]
label = "Frågor"
[columns.saknas]
label = "Saknas"

[disclosure]
rule = "public"
+++*/
WITH deltagare AS (
    SELECT
        arena,
        count(*) AS deltagare,
        count(*) FILTER (WHERE organisation = '0017') AS region,
        count(DISTINCT CASE WHEN organisation LIKE '17%' THEN organisation END) AS kommuner,
        count(*) FILTER (WHERE organisation = $organisation) AS valda
    FROM arenadeltagare
    GROUP BY arena
),
fragor AS (
    SELECT
        a.arena,
        string_agg(coalesce(s.namn, a.fraga), '; ' ORDER BY a.fraga) AS fragor,
        count(*) FILTER (WHERE a.fraga = $fraga) AS valda
    FROM arenafragor AS a
    LEFT JOIN samverkansfragor AS s ON s.fraga = a.fraga
    GROUP BY a.arena
)
SELECT
    r.arena,
    r.namn,
    r.niva,
    r.utsedd_av,
    r.dagordning,
    r.ordforande,
    r.mandat,
    r.moten_per_ar,
    r.sedan,
    r.protokoll,
    coalesce(d.deltagare, 0) AS deltagare,
    coalesce(d.region, 0) AS region,
    coalesce(d.kommuner, 0) AS kommuner,
    f.fragor,
    -- concat_ws hoppar över det som inte saknas.
    nullif(
        concat_ws(
            ', ',
            CASE WHEN r.utsedd_av IS NULL THEN 'någon som har utsett den' END,
            CASE WHEN r.dagordning IS NULL THEN 'ägare till dagordningen' END,
            CASE WHEN r.ordforande IS NULL THEN 'ordförande' END,
            CASE WHEN r.moten_per_ar IS NULL OR r.moten_per_ar = 0 THEN 'möten' END,
            CASE WHEN r.protokoll IS NULL OR NOT r.protokoll THEN 'protokoll' END,
            CASE WHEN d.deltagare IS NULL THEN 'deltagare' END,
            CASE WHEN f.fragor IS NULL THEN 'frågor' END
        ),
        ''
    ) AS saknas
FROM arenor AS r
LEFT JOIN deltagare AS d ON d.arena = r.arena
LEFT JOIN fragor AS f ON f.arena = r.arena
WHERE ($niva IS NULL OR r.niva = $niva)
    AND ($fraga IS NULL OR f.valda > 0)
    AND ($organisation IS NULL OR d.valda > 0)
ORDER BY r.arena
