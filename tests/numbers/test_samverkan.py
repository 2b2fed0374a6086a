"""The map of collaboration: against plain Python over the delivered tables."""

import pytest
from comparison import same

RANKS = ["Beslut", "Inriktning", "Beredning", "Samråd", "Information"]


@pytest.fixture
def map_of(lake):
    """Arenas, who sits in them and what is on their agenda."""
    arenas = {row["arena"]: row for row in lake.rows("SELECT * FROM arenor")}
    seats: dict = {arena: set() for arena in arenas}
    for row in lake.rows("SELECT * FROM arenadeltagare"):
        seats[row["arena"]].add((row["organisation"], row["funktion"]))
    agenda: dict = {arena: set() for arena in arenas}
    for row in lake.rows("SELECT * FROM arenafragor"):
        agenda[row["arena"]].add(row["fraga"])
    questions = {row["fraga"]: row for row in lake.rows("SELECT * FROM samverkansfragor")}
    return arenas, seats, agenda, questions


@pytest.mark.parametrize("given", [{}, {"niva": "Politisk"}, {"fraga": "F05"}, {"organisation": "1784"}], ids=str)
def test_arenas(answer, map_of, given):
    arenas, seats, agenda, questions = map_of
    theirs = []
    for code, arena in arenas.items():
        if given.get("niva", arena["niva"]) != arena["niva"]:
            continue
        if "fraga" in given and given["fraga"] not in agenda[code]:
            continue
        if "organisation" in given and given["organisation"] not in {who for who, _ in seats[code]}:
            continue
        missing = [
            word
            for word, there in [
                ("någon som har utsett den", arena["utsedd_av"]),
                ("ägare till dagordningen", arena["dagordning"]),
                ("ordförande", arena["ordforande"]),
                ("möten", arena["moten_per_ar"]),
                ("protokoll", arena["protokoll"]),
                ("deltagare", seats[code]),
                ("frågor", agenda[code]),
            ]
            if not there
        ]
        theirs.append(
            arena
            | {
                "deltagare": len(seats[code]),
                "region": sum(who == "0017" for who, _ in seats[code]),
                "kommuner": len({who for who, _ in seats[code] if who.startswith("17")}),
                "fragor": "; ".join(questions[q]["namn"] for q in sorted(agenda[code])) or None,
                "saknas": ", ".join(missing) or None,
            }
        )
    columns = ["namn", "niva", "utsedd_av", "dagordning", "ordforande", "mandat", "moten_per_ar", "sedan", "protokoll"]
    same_dates = [row | {"sedan": str(row["sedan"])} for row in answer("samverkan", **given)]
    theirs = [row | {"sedan": str(row["sedan"])} for row in theirs]
    same(same_dates, theirs, ["arena"], [*columns, "deltagare", "region", "kommuner", "fragor", "saknas"])


@pytest.mark.parametrize("given", [{}, {"grans": 0.15}, {"grans": 1.0}, {"fraga": "F02"}], ids=str)
def test_pairs(answer, map_of, given):
    arenas, seats, agenda, questions = map_of
    limit = given.get("grans", 0.5)
    theirs = []
    for one in arenas:
        for two in arenas:
            people, both = seats[one] & seats[two], agenda[one] & agenda[two]
            if one >= two or not (people or both) or ("fraga" in given and given["fraga"] not in both):
                continue
            all_of, smaller = len(seats[one] | seats[two]), min(len(seats[one]), len(seats[two]))
            share = len(people) / all_of
            level = arenas[one]["niva"] == arenas[two]["niva"]
            if not both:
                reading = "samma deltagare, olika frågor"
            elif share >= limit and level:
                reading = "möjlig dubblett"
            elif len(people) / smaller >= limit:
                reading = "samma fråga, den ena ryms i den andra"
            else:
                reading = "samma fråga, samma nivå, andra deltagare" if level else "samma fråga på olika nivå"
            chairs = {arenas[one]["ordforande"], arenas[two]["ordforande"]}
            theirs.append(
                {
                    "arena_1": one,
                    "arena_2": two,
                    "gemensamma_fragor": "; ".join(questions[q]["namn"] for q in sorted(both)) or None,
                    "antal_fragor": len(both),
                    "gemensamma": len(people),
                    "andel_gemensamma": 100 * share,
                    "andel_av_mindre": 100 * len(people) / smaller,
                    "samma_ordforande": len(chairs) == 1 and None not in chairs,
                    "moten_tillsammans": arenas[one]["moten_per_ar"] + arenas[two]["moten_per_ar"],
                    "lasning": reading,
                }
            )
    columns = [column for column in theirs[0] if column not in ("arena_1", "arena_2")]
    same(answer("samverkan_overlapp", **given), theirs, ["arena_1", "arena_2"], columns)


def test_the_double_arenas_are_found(answer):
    """Planted: A07 and A11 have the same people, chair and question; nothing else is a double."""
    doubles = [row for row in answer("samverkan_overlapp") if row["lasning"] == "möjlig dubblett"]
    assert [(row["arena_1"], row["arena_2"], row["samma_ordforande"]) for row in doubles] == [("A07", "A11", True)]
    # They come first.
    assert answer("samverkan_overlapp")[0]["arena_2"] == "A11"


@pytest.mark.parametrize("given", [{}, {"livsperspektiv": "Äldrelivet"}], ids=str)
def test_questions(answer, map_of, given):
    arenas, seats, agenda, questions = map_of
    theirs = []
    for code, question in questions.items():
        if given.get("livsperspektiv", question["livsperspektiv"]) != question["livsperspektiv"]:
            continue
        at = sorted(arena for arena in arenas if code in agenda[arena])
        people = set().union(*(seats[arena] for arena in at))
        region, local = {who for who in people if who[0] == "0017"}, {who for who, _ in people if who[:2] == "17"}
        levels = sorted({arenas[arena]["niva"] for arena in at})
        mandate = min((RANKS.index(arenas[arena]["mandat"]) for arena in at), default=None)
        reasons = [
            (not at, "ingen arena har frågan"),
            (not region, "regionen saknas"),
            (not local, "kommunerna saknas"),
            (mandate is None or mandate > 1, "ingen arena får besluta eller ge inriktning"),
            (len(at) > len(levels), "flera arenor på samma nivå"),
        ]
        theirs.append(
            {
                "fraga": code,
                "antal_arenor": len(at),
                "arenor": "; ".join(sorted(arenas[arena]["namn"] for arena in at)) or None,
                "nivaer": ", ".join(levels) or None,
                "mandat": RANKS[mandate] if at else None,
                "moten_per_ar": sum(arenas[arena]["moten_per_ar"] for arena in at),
                "regionens": len(region),
                "kommuner": len(local),
                "brukare": any(who not in ("0017",) and who[:2] != "17" for who, _ in people),
                "skal": next((reason for there, reason in reasons if there), None),
            }
        )
    columns = [column for column in theirs[0] if column != "fraga"]
    same(answer("samverkan_fragor", **given), theirs, ["fraga"], columns)


def test_the_question_without_an_arena_is_found(answer):
    """Planted: no arena has F09 on its agenda."""
    without = [row["fraga"] for row in answer("samverkan_fragor") if row["skal"] == "ingen arena har frågan"]
    assert without == ["F09"]


def test_counterparts(answer, map_of, lake):
    arenas, seats, _, _ = map_of
    kommuner = {r["enhet"]: r["namn"] for r in lake.rows("SELECT * FROM enheter WHERE typ = 'K' AND enhet LIKE '17%'")}

    def level(function: str) -> int:
        word = function.lower()
        if "ordförande" in word:
            return 0
        return 1 if "direktör" in word or word.startswith(("socialchef", "skolchef")) else 2

    names = ["Politisk", "Högsta ledning", "Verksamhet"]
    theirs = []
    for code, arena in arenas.items():
        region = [level(what) for who, what in seats[code] if who == "0017"]
        local = [level(what) for who, what in seats[code] if who in kommuner]
        present = {who for who, _ in seats[code]}
        if not region or not local:
            reading = "regionen saknas" if local else "kommunerna saknas" if region else "varken region eller kommuner"
        elif min(region) == min(local):
            reading = "motparter på samma nivå"
        elif min(region) > min(local):
            reading = "regionen är på lägre nivå än kommunerna"
        else:
            reading = "kommunerna är på lägre nivå än regionen"
        absent = ", ".join(name for kommun, name in sorted(kommuner.items()) if kommun not in present)
        theirs.append(
            {
                "arena": code,
                "regionens": len(region),
                "regionens_niva": names[min(region)] if region else None,
                "kommunernas": len(local),
                "kommunernas_niva": names[min(local)] if local else None,
                "kommuner": len(present & kommuner.keys()),
                "franvarande": None if arena["niva"] == "Lokal" else absent or None,
                "lasning": reading,
            }
        )
    columns = [column for column in theirs[0] if column != "arena"]
    same(answer("samverkan_motparter"), theirs, ["arena"], columns)
    # The network of school heads has nobody from the region.
    assert next(row for row in theirs if row["arena"] == "A06")["lasning"] == "regionen saknas"


@pytest.mark.parametrize("given", [{}, {"kommun": "1784"}, {"fraga": "F09"}], ids=str)
def test_where_a_kommun_sits(answer, map_of, lake, given):
    arenas, seats, agenda, questions = map_of
    kommuner = [row["enhet"] for row in lake.rows("SELECT enhet FROM enheter WHERE typ = 'K' AND enhet LIKE '17%'")]
    theirs = []
    for kommun in kommuner:
        for question in questions:
            if given.get("kommun", kommun) != kommun or given.get("fraga", question) != question:
                continue
            at = [a for a in arenas if question in agenda[a] and kommun in {who for who, _ in seats[a]}]
            anywhere = any(question in there for there in agenda.values())
            functions = {what for a in at for who, what in seats[a] if who == kommun}
            theirs.append(
                {
                    "kommun": kommun,
                    "fraga": question,
                    "antal_arenor": len(at),
                    "arenor": "; ".join(sorted(arenas[a]["namn"] for a in at)) or None,
                    "mandat": RANKS[min(RANKS.index(arenas[a]["mandat"]) for a in at)] if at else None,
                    "funktioner": "; ".join(sorted(functions)) or None,
                    "lasning": "kommunen är med"
                    if at
                    else "kommunen är inte med"
                    if anywhere
                    else "ingen arena har frågan",
                }
            )
    columns = ["antal_arenor", "arenor", "mandat", "funktioner", "lasning"]
    same(answer("samverkan_kommun", **given), theirs, ["kommun", "fraga"], columns)
