/*+++
title = "Upptäckt: i vilka grupper är behoven vanligare än väntat"
question = "Finns det grupper med större behov än andra som vi inte har tänkt på, och fanns de förra gången också?"
description = """
Begrepp: en grupp är varje kombination av upp till tre av kön, ålder, utbildning, ekonomi, bakgrund, hushåll, sysselsättning,
boende och funktionsnedsättning. Övriga är alla andra vars svar på samma bakgrundsfrågor är kända. Personer utöver är gruppens
invånare med behovet, utöver dem som hade haft det om andelen vore som bland övriga. Vad som räknas i varje behov står i
frågan begrepp. Ekonomi är ingen bakgrund till ekonomisk stress, eller till flera behov där den ingår: det vore att förklara
en sak med sig själv.
Metod: skillnaden skattas med enkätens vikter och urvalsplan. Grupper med för få svar prövas inte. Av det som är kvar räknas
det som säkert som klarar en kontroll av andelen falska fynd (Benjamini och Yekutieli) över allt som prövats i alla behov: i
svar utan några verkliga skillnader hittas något alls i högst fem fall av hundra. Fynden ordnas efter personer utöver, och de
som säger detsamma viks ihop: en bred grupp ger plats åt en smalare som har nästan allt av dess utöver, och ett nytt fynd står
kvar bara om gruppen har mer av behovet än andra som ingår i samma av de tidigare fynden. Högst fem fynd visas för varje
behov. Gränserna för personer utöver tar gruppens storlek som känd, och gäller varje grupp för sig.
Förra omgången: samma grupp, prövad en gång för sig.
Så läses den fel: fynden är hypoteser. De har sökts fram bland tusentals jämförelser, och det som söks fram ser större ut
än det är. Att en grupp finns här säger inte varför; den som vill visa en av dem för en publik frågar först om den fanns förra
gången och vad som talar för den, och visar den sedan med frågan behovsgrupper. Därför har frågan ingen regel för
röjandekontroll och går inte att lägga i en presentation. Att en grupp saknas säger inte att den har det bra.
"""
seminar = 1
sources = ["Liv & Hälsa"]
unit = "procent"
overview = ["kriterium", "grupp", "andel", "ovriga", "personer_utover", "n", "forra", "ihopvikta", "provade"]

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
description = "Ett behov, till exempel Ensamhet; utan värde alla. Färre behov ger färre jämförelser, och fler fynd."
[params.minst]
type = "integer"
default = 30
min = 5
description = "Minsta antal svar i en grupp, och bland övriga, för att den ska prövas"
[params.djup]
type = "integer"
default = 3
min = 1
max = 3
description = "Högsta antal bakgrunder i en grupp"
[params.rader]
type = "integer"
default = 5
min = 1
max = 50
description = "Högsta antal fynd för varje behov"
[params.niva]
type = "number"
default = 0.05
min = 0.0001
max = 0.5
description = "Högsta väntade andel falska fynd"
[params.kontroll]
type = "text"
default = "BY"
choices = ["BY", "BH"]
description = "Hur andelen falska fynd hålls nere: BY (Benjamini–Yekutieli) gäller hur jämförelserna än hänger ihop, BH (Benjamini–Hochberg) hittar mer"
[params.kommuner]
type = "boolean"
default = false
description = "Om kommunen också är en bakgrund; annars söks grupper av människor och inte platser"

[columns.ar]
label = "År"
[columns.kriterium]
label = "Behov"
[columns.rad]
label = "Fynd"
decimals = 0
[columns.grupp]
label = "Grupp"
[columns.indelning]
label = "Indelning"
[columns.andel]
label = "Andel"
unit = "procent"
decimals = 1
[columns.ovriga]
label = "Andel bland övriga"
unit = "procent"
decimals = 1
[columns.skillnad]
label = "Skillnad"
unit = "procentenheter"
decimals = 1
[columns.skillnad_se]
label = "Medelfel"
unit = "procentenheter"
decimals = 1
[columns.skillnad_low]
label = "Skillnad, lägst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.skillnad_high]
label = "Skillnad, högst (95 %)"
unit = "procentenheter"
decimals = 1
[columns.ganger]
label = "Gånger övriga"
unit = "gånger"
decimals = 2
[columns.n]
label = "Svar i gruppen"
unit = "svar"
decimals = 0
[columns.personer]
label = "Invånare i gruppen"
unit = "personer"
decimals = 0
[columns.personer_utover]
label = "Personer utöver"
unit = "personer"
decimals = 0
[columns.utover_low]
label = "Utöver, lägst (95 %)"
unit = "personer"
decimals = 0
[columns.utover_high]
label = "Utöver, högst (95 %)"
unit = "personer"
decimals = 0
[columns.q]
label = "Justerat p-värde"
decimals = 4
[columns.ihopvikta]
label = "Fynd som vikts in i detta"
unit = "fynd"
decimals = 0
[columns.forra]
label = "Förra omgången"
[columns.forra_andel]
label = "Andel förra omgången"
unit = "procent"
decimals = 1
[columns.forra_ovriga]
label = "Övriga förra omgången"
unit = "procent"
decimals = 1
[columns.sakra]
label = "Säkra fynd före ihopvikning"
unit = "fynd"
decimals = 0
[columns.ovisade]
label = "Säkra fynd som inte ryms"
unit = "fynd"
decimals = 0
[columns.provade]
label = "Prövade grupper"
unit = "grupper"
decimals = 0
[columns.for_fa]
label = "Grupper med för få svar"
unit = "grupper"
decimals = 0
[columns.provade_i_allt]
label = "Prövade grupper, alla behov"
unit = "grupper"
decimals = 0
[columns.skal]
label = "Varför inget fynd"
+++*/
WITH omgangar AS (
    -- Den omgång som söks igenom, och den närmast före.
    SELECT ar
    FROM behov
    WHERE ar <= coalesce($ar, (SELECT max(ar) FROM behov))
    GROUP BY ar
    ORDER BY ar DESC
    LIMIT 2
),
svar AS (
    SELECT
        b.ar,
        b.kriterium,
        b.utfall,
        b.design,
        b.kon,
        b.aldersgrupp,
        b.utbildning,
        -- Den som saknar kontantmarginal har ekonomisk stress nästan av sig självt.
        CASE WHEN b.kriterium NOT IN ('Ekonomisk stress', 'Flera behov samtidigt') THEN b.ekonomi END AS ekonomi,
        b.bakgrund,
        b.hushall,
        b.sysselsattning,
        b.boende,
        b.funktionsnedsattning,
        CASE WHEN $kommuner THEN 'Kommun ' || b.kommun END AS kommun
    FROM behov AS b
    JOIN omgangar AS o ON o.ar = b.ar
    WHERE ($kommun IS NULL OR b.kommun = $kommun)
        AND ($kriterium IS NULL OR b.kriterium = $kriterium)
),
fynden AS (
    SELECT
        unnest(
            survey_discovery(
                utfall,
                design,
                kriterium,
                ar,
                {
                    'Kön': kon,
                    'Ålder': aldersgrupp,
                    'Utbildning': utbildning,
                    'Ekonomi': ekonomi,
                    'Bakgrund': bakgrund,
                    'Hushåll': hushall,
                    'Sysselsättning': sysselsattning,
                    'Boende': boende,
                    'Funktionsnedsättning': funktionsnedsattning,
                    'Kommun': kommun
                },
                {'min': $minst, 'depth': $djup, 'lines': $rader, 'fdr': $niva, 'method': $kontroll}
            )
        ) AS f
    FROM svar
),
-- Också de behov som ingen har svarat på det året.
sokta AS (
    SELECT kriterium, max(ar) AS ar
    FROM svar
    GROUP BY kriterium
)
SELECT
    s.ar,
    s.kriterium,
    f['rank'] AS rad,
    f['group'] AS grupp,
    f['variables'] AS indelning,
    100 * f['share'] AS andel,
    100 * f['rest'] AS ovriga,
    100 * f['difference'] AS skillnad,
    100 * f['se'] AS skillnad_se,
    100 * f['low'] AS skillnad_low,
    100 * f['high'] AS skillnad_high,
    f['ratio'] AS ganger,
    f['n'] AS n,
    f['population'] AS personer,
    f['excess'] AS personer_utover,
    f['excess_low'] AS utover_low,
    f['excess_high'] AS utover_high,
    f['q'] AS q,
    f['folded'] AS ihopvikta,
    CASE f['before']
        WHEN 'found' THEN 'fanns även ' || CAST(f['before_wave'] AS BIGINT)
        WHEN 'not certain' THEN 'inte säkerställt ' || CAST(f['before_wave'] AS BIGINT)
        WHEN 'few answers' THEN 'för få svar ' || CAST(f['before_wave'] AS BIGINT)
        WHEN 'not asked' THEN 'frågades inte ' || CAST(f['before_wave'] AS BIGINT)
        WHEN 'not known' THEN 'bakgrunden frågades inte ' || CAST(f['before_wave'] AS BIGINT)
        -- Det behov som söks frågades inte den närmaste omgången före, om det fanns en.
        WHEN 'no wave' THEN CASE (SELECT count(*) FROM omgangar)
            WHEN 1 THEN 'ingen tidigare omgång'
            ELSE 'frågades inte ' || (SELECT min(ar) FROM omgangar)
        END
    END AS forra,
    100 * f['before_share'] AS forra_andel,
    100 * f['before_rest'] AS forra_ovriga,
    f['certain'] AS sakra,
    f['more'] AS ovisade,
    coalesce(f['tried'], 0) AS provade,
    f['few'] AS for_fa,
    f['tried_in_all'] AS provade_i_allt,
    CASE
        WHEN f['answers'] IS NULL OR f['answers'] = 0 THEN 'frågan ställdes inte, eller ingen har svarat'
        WHEN f['tried'] = 0 THEN 'alla grupper har för få svar'
        WHEN f['rank'] IS NULL THEN 'ingen prövad grupp är säkert överrepresenterad'
    END AS skal
FROM sokta AS s
LEFT JOIN fynden ON f['outcome'] = s.kriterium AND f['wave'] = s.ar
ORDER BY s.kriterium, rad
