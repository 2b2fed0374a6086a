/*+++
title = "Barns och ungas behov enligt registren"
question = "Hur vanliga är behoven bland barn och unga, och för vilka?"
description = """
Begrepp: andelen av de barn och unga som mätts eller svarat som har behovet, ur barnhälsovården, tandvården och elevhälsan.
Frågan begrepp säger vad som räknas. Ålder är den då barnet mättes (0 år är 8 månader); elevhälsans år är det då läsåret
började. Kommunen är den som barnet bodde i.
Metod: registren omfattar alla barn som kommit till besöket, inte ett urval. Gränserna (95 %, Wilson) visar slumpen i ett
enda år: ett annat år hade med samma förutsättningar kunnat ge ett tal därinom. Omätta är de som kom men inte mättes eller
svarade.
Så läses den fel: den som aldrig kom till besöket finns inte här, och de barnen har oftare behov. En kommun med få barn
svänger mycket mellan åren: se gränserna, eller flera år. Talen för olika behov gäller olika barn och ska inte läggas ihop.
Visas inte: grupper där färre än fem barn har, eller färre än fem saknar, behovet.
"""
seminar = 1
sources = ["Barnhälsovården", "Tandvården", "Elevhälsan"]
unit = "procent"
overview = ["kriterium", "alder", "ar", "grupp", "med", "matta", "andel", "andel_low", "andel_high"]

[params.ar]
type = "integer"
values_from = "behov_unga.ar"
description = "År; utan år det senaste för varje behov"
[params.kommun]
type = "text"
values_from = "behov_unga.kommun"
description = "Kommunkod, till exempel 1780; utan kod hela länet"
[params.kriterium]
type = "text"
values_from = "behov_unga.kriterium"
description = "Ett behov, till exempel Karies vid 6 år; utan värde alla"
[params.kon]
type = "text"
choices = ["Kvinnor", "Män"]
description = "Kön; utan värde alla"
[params.grupptyp]
type = "text"
default = "Kön"
choices = ["Alla", "Kön", "Kommun", "År"]
description = "Hur barnen delas in; År visar alla år"

[columns.livsperspektiv]
label = "Livsperspektiv"
[columns.utmaning]
label = "Utmaning"
[columns.kriterium]
label = "Behov"
[columns.kalla]
label = "Källa"
[columns.alder]
label = "Ålder"
unit = "år"
decimals = 0
[columns.ar]
label = "År"
[columns.grupptyp]
label = "Indelning"
[columns.grupp]
label = "Grupp"
[columns.matta]
label = "Mätta eller svarande"
unit = "barn"
decimals = 0
[columns.med]
label = "Med behovet"
unit = "barn"
decimals = 0
[columns.andel]
label = "Andel"
unit = "procent"
decimals = 1
[columns.andel_low]
label = "Lägst (95 %)"
unit = "procent"
decimals = 1
[columns.andel_high]
label = "Högst (95 %)"
unit = "procent"
decimals = 1
[columns.omatta]
label = "Omätta"
unit = "barn"
decimals = 0
[columns.minsta]
label = "Den minsta av dem med och utan"
unit = "barn"
decimals = 0

[disclosure]
rule = "secrecy"
# Både de med och de utan behovet ska vara tillräckligt många.
persons = "minsta"
labels = ["livsperspektiv", "utmaning", "kriterium", "kalla", "alder", "ar", "grupptyp", "grupp"]
within = ["kriterium", "alder", "ar"]
+++*/
WITH barn AS (
    SELECT
        livsperspektiv,
        utmaning,
        kriterium,
        kalla,
        alder,
        ar,
        utfall,
        CASE $grupptyp
            WHEN 'Alla' THEN 'Alla'
            WHEN 'Kön' THEN kon
            WHEN 'Kommun' THEN kommun
            WHEN 'År' THEN CAST(ar AS VARCHAR)
        END AS grupp
    FROM behov_unga
    WHERE ($kommun IS NULL OR kommun = $kommun)
        AND ($kriterium IS NULL OR kriterium = $kriterium)
        AND ($kon IS NULL OR kon = $kon)
        AND ($ar IS NULL OR ar = $ar)
),
raknade AS (
    SELECT
        livsperspektiv,
        utmaning,
        kriterium,
        kalla,
        alder,
        ar,
        grupp,
        count(*) AS barn,
        count(utfall) AS matta,
        coalesce(sum(utfall), 0) AS med
    FROM barn
    GROUP BY livsperspektiv, utmaning, kriterium, kalla, alder, ar, grupp
),
matningar AS (
    SELECT kriterium, alder, max(ar) AS senaste
    FROM behov_unga
    GROUP BY kriterium, alder
)
SELECT
    r.livsperspektiv,
    r.utmaning,
    r.kriterium,
    r.kalla,
    r.alder,
    r.ar,
    $grupptyp AS grupptyp,
    r.grupp,
    r.matta,
    r.med,
    100.0 * r.med / nullif(r.matta, 0) AS andel,
    100 * (wilson(r.med, r.matta))['low'] AS andel_low,
    100 * (wilson(r.med, r.matta))['high'] AS andel_high,
    r.barn - r.matta AS omatta,
    -- Noll avslöjar ingen enskild: då är det den andra som räknas.
    CASE
        WHEN r.med = 0 OR r.med = r.matta THEN r.matta
        ELSE least(r.med, r.matta - r.med)
    END AS minsta
FROM raknade AS r
JOIN matningar AS m ON m.kriterium = r.kriterium AND m.alder = r.alder
WHERE r.ar = m.senaste OR $ar IS NOT NULL OR $grupptyp = 'År'
ORDER BY r.livsperspektiv, r.kriterium, r.alder, r.ar, r.grupp
