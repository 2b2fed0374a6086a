/*+++
title = "Inifrån och utifrån: personalens och brukarnas bild av samma enhet"
question = "Var ser personalen något annat än brukarna?"
description = """
Räknas: för varje enhet personalens medelpoäng i P-CAT (1–5, alla påståenden, fullständiga svar) bredvid andelen
brukare som svarat positivt (4 eller 5 av 5), samma år. Högt och lågt är jämfört med alla svarande i samma verksamhet,
och sägs bara när enhetens intervall (95 %) inte når verksamhetens tal. Av många enheter hamnar några där av slump: en
av tjugo på varje sida. Det är två olika frågor till två olika grupper: att de skiljer sig är början på ett samtal,
inte ett betyg. Få svar från personal eller brukare ger breda intervall; kolumnen osakert säger när det är färre än
30.
"""
seminar = 3
sources = ["P-CAT", "Brukarundersökningen"]
unit = "poäng och procent"
overview = ["enhet", "verksamhet", "inifran", "verksamhetens_inifran", "utifran", "verksamhetens_utifran", "lasning", "osakert"]

[params.ar]
type = "integer"
values_from = "pcat.ar"
description = "År; utan år det senaste med båda undersökningarna"
[params.kommun]
type = "text"
values_from = "pcat.kommun"
description = "Kommunkod, till exempel 1780; utan kod alla enheter i länet"
[params.verksamhet]
type = "text"
values_from = "pcat.verksamhet"
description = "Verksamhet, till exempel Hemtjänst; utan värde alla"
[params.fraga]
type = "text"
default = "Trygghet"
values_from = "brukarsvar.fraga"
description = "Frågan till brukarna, till exempel Trygghet"
[params.nyckel]
type = "text"
default = "Tre delskalor"
values_from = "pcat_nyckel.nyckel"
description = "Poängnyckel för P-CAT"

[columns.ar]
label = "År"
[columns.kommun]
label = "Kod"
[columns.namn]
label = "Kommun"
[columns.enhet]
label = "Enhet"
[columns.verksamhet]
label = "Verksamhet"
[columns.fraga]
label = "Frågan till brukarna"
[columns.inifran]
label = "Personalen (P-CAT)"
unit = "poäng 1–5"
decimals = 2
[columns.inifran_low]
label = "Personalen, lägst (95 %)"
unit = "poäng 1–5"
decimals = 2
[columns.inifran_high]
label = "Personalen, högst (95 %)"
unit = "poäng 1–5"
decimals = 2
[columns.n_personal]
label = "Personal"
unit = "svar"
decimals = 0
[columns.verksamhetens_inifran]
label = "Personalen i verksamheten"
unit = "poäng 1–5"
decimals = 2
[columns.utifran]
label = "Brukarna, positiva svar"
unit = "procent"
decimals = 1
[columns.utifran_low]
label = "Brukarna, lägst (95 %)"
unit = "procent"
decimals = 1
[columns.utifran_high]
label = "Brukarna, högst (95 %)"
unit = "procent"
decimals = 1
[columns.n_brukare]
label = "Brukare"
unit = "svar"
decimals = 0
[columns.verksamhetens_utifran]
label = "Brukarna i verksamheten"
unit = "procent"
decimals = 1
[columns.lasning]
label = "Läsning"
[columns.osakert]
label = "Osäkert"
[columns.underlag]
label = "Minst antal svar"
unit = "svar"
decimals = 0

[disclosure]
rule = "secrecy"
persons = "underlag"
within = ["ar", "verksamhet", "fraga"]
labels = ["ar", "kommun", "namn", "enhet", "verksamhet", "fraga"]
+++*/
WITH aret AS (
    SELECT coalesce($ar, max(ar)) AS ar
    FROM pcat
    WHERE ar IN (SELECT DISTINCT ar FROM brukarenkat)
),
personal AS (
    -- En poäng per svarande: medelvärdet av alla påståenden, när alla är besvarade.
    SELECT p.kommun, p.enhet, p.verksamhet, p.lopnr, avg(CAST(p.poang AS DOUBLE)) AS poang
    FROM pcat_poang AS p
    JOIN aret AS a ON a.ar = p.ar
    WHERE p.nyckel = $nyckel
        AND ($verksamhet IS NULL OR p.verksamhet = $verksamhet)
    GROUP BY p.kommun, p.enhet, p.verksamhet, p.lopnr
    HAVING count(p.poang) = count(*)
),
inifran AS (
    SELECT kommun, enhet, verksamhet, mean_interval(poang) AS inne
    FROM personal
    GROUP BY kommun, enhet, verksamhet
),
inifran_alla AS (
    SELECT verksamhet, avg(poang) AS medel
    FROM personal
    GROUP BY verksamhet
),
brukare AS (
    SELECT b.kommun, b.enhet, b.verksamhet, b.positivt
    FROM brukarsvar AS b
    JOIN aret AS a ON a.ar = b.ar
    WHERE b.fraga = $fraga
        AND ($verksamhet IS NULL OR b.verksamhet = $verksamhet)
),
utifran AS (
    SELECT
        kommun,
        enhet,
        verksamhet,
        count(positivt) AS n,
        proportion(sum(positivt), count(positivt)) AS ute
    FROM brukare
    GROUP BY kommun, enhet, verksamhet
),
utifran_alla AS (
    SELECT verksamhet, avg(CAST(positivt AS DOUBLE)) AS andel
    FROM brukare
    GROUP BY verksamhet
),
bredvid AS (
    -- Också enheter där bara den ena undersökningen har svar.
    SELECT
        coalesce(i.kommun, u.kommun) AS kommun,
        coalesce(i.enhet, u.enhet) AS enhet,
        coalesce(i.verksamhet, u.verksamhet) AS verksamhet,
        inne['estimate'] AS inifran,
        inne['low'] AS inifran_low,
        inne['high'] AS inifran_high,
        coalesce(inne['n'], 0) AS n_personal,
        ute['estimate'] AS utifran,
        ute['low'] AS utifran_low,
        ute['high'] AS utifran_high,
        coalesce(u.n, 0) AS n_brukare
    FROM inifran AS i
    FULL JOIN utifran AS u ON u.kommun = i.kommun AND u.enhet = i.enhet AND u.verksamhet = i.verksamhet
),
lasta AS (
    SELECT
        b.*,
        ia.medel AS alla_inifran,
        ua.andel AS alla_utifran,
        CASE WHEN b.inifran_low > ia.medel THEN 'högt' WHEN b.inifran_high < ia.medel THEN 'lågt' END AS inne_lage,
        CASE WHEN b.utifran_low > ua.andel THEN 'högt' WHEN b.utifran_high < ua.andel THEN 'lågt' END AS ute_lage
    FROM bredvid AS b
    -- Verksamheter utan P-CAT har ingen insida att ställa bredvid.
    JOIN inifran_alla AS ia ON ia.verksamhet = b.verksamhet
    LEFT JOIN utifran_alla AS ua ON ua.verksamhet = b.verksamhet
)
SELECT
    a.ar,
    l.kommun,
    coalesce(e.namn, l.kommun) AS namn,
    l.enhet,
    l.verksamhet,
    $fraga AS fraga,
    l.inifran,
    l.inifran_low,
    l.inifran_high,
    l.n_personal,
    l.alla_inifran AS verksamhetens_inifran,
    100.0 * l.utifran AS utifran,
    100.0 * l.utifran_low AS utifran_low,
    100.0 * l.utifran_high AS utifran_high,
    l.n_brukare,
    100.0 * l.alla_utifran AS verksamhetens_utifran,
    CASE
        WHEN l.inne_lage = 'högt' AND l.ute_lage = 'lågt' THEN 'högt inifrån, lågt utifrån'
        WHEN l.inne_lage = 'lågt' AND l.ute_lage = 'högt' THEN 'lågt inifrån, högt utifrån'
        WHEN l.inne_lage = 'högt' AND l.ute_lage = 'högt' THEN 'högt både inifrån och utifrån'
        WHEN l.inne_lage = 'lågt' AND l.ute_lage = 'lågt' THEN 'lågt både inifrån och utifrån'
        WHEN l.n_personal = 0 THEN 'ingen i personalen har svarat'
        WHEN l.n_brukare = 0 THEN 'ingen brukare har svarat'
        ELSE 'ingen säker skillnad på båda sidor'
    END AS lasning,
    CASE
        WHEN l.n_personal < 30 AND l.n_brukare < 30 THEN 'färre än 30 från personalen och från brukarna'
        WHEN l.n_personal < 30 THEN 'färre än 30 från personalen'
        WHEN l.n_brukare < 30 THEN 'färre än 30 från brukarna'
    END AS osakert,
    least(l.n_personal, l.n_brukare) AS underlag
FROM lasta AS l
CROSS JOIN aret AS a
LEFT JOIN enheter AS e ON e.enhet = l.kommun
WHERE $kommun IS NULL OR l.kommun = $kommun
ORDER BY l.kommun, l.verksamhet, l.enhet
