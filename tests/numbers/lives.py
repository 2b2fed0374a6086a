"""The same lives as the table `personbanor`, told from the deliveries' tables in plain Python."""

import math
from collections import defaultdict
from datetime import date, timedelta

CHAPTERS = {"II": "ny_tumor", "V": "ny_psykisk", "VI": "ny_nerv", "IX": "ny_cirkulation", "X": "ny_andning"}
MONTH = timedelta(days=30)
HERE = ("bosatt", "inflyttad")
Z = 1.959963984540054


def lives(lake) -> dict[int, dict[int, dict]]:
    """Each person's years: a mapping a year, with what happened in it."""
    found: dict[int, dict[int, dict]] = defaultdict(dict)
    cost = {
        (row["person"], row["ar"]): row["kostnad"] for row in lake.rows("SELECT person, ar, kostnad FROM person_year")
    }
    for row in lake.rows("SELECT * FROM befolkning"):
        lost = row["civilstand"] == "änka eller änkling" and row["civilstandsdatum"]
        found[row["person"]][row["ar"]] = {
            name: row[name] for name in ("person", "ar", "kommun", "kon", "alder", "status")
        } | {
            "kostnad": cost[row["person"], row["ar"]],
            "omsorg": False,
            "fallskada": False,
            "utskrivning": None,
            "make_maka": "Förlorad"
            if lost and row["civilstandsdatum"].year == row["ar"]
            else "Gift"
            if row["civilstand"] == "gift"
            else None,
        }
    for row in lake.rows("SELECT person, ar, tjanst, mangdkod FROM kommunvard"):
        year = found.get(row["person"], {}).get(row["ar"])
        if year and row["tjanst"] in ("Hemtjänst", "Särskilt boende") and row["mangdkod"] != "Ej aktuellt":
            year["omsorg"] = True
    stays, visits, chapters = defaultdict(list), defaultdict(list), defaultdict(set)
    for row in lake.rows("SELECT person, datum, vardniva, kontakttyp, diagnoskapitel, vardtid FROM regionvard"):
        who, day = row["person"], row["datum"]
        chapters[who, day.year].add(row["diagnoskapitel"])
        if row["vardniva"] == "Slutenvård":
            stays[who].append((day, day + timedelta(days=row["vardtid"])))
            year = found.get(who, {}).get(day.year)
            if year and row["diagnoskapitel"] == "XIX" and year["alder"] >= 65:
                year["fallskada"] = True
        elif row["kontakttyp"] != "Akutbesök":
            visits[who].append(day)
    for who, years in found.items():
        for ar, year in years.items():
            before = years.get(ar - 1)
            for chapter, name in CHAPTERS.items():
                known = chapter in chapters[who, ar] and chapter not in chapters[who, ar - 1]
                year[name] = None if before is None else known
            year["finns_aret_efter"] = ar + 1 in years
        # Episodes: what begins within thirty days of being at home again goes on.
        episodes: list[list[date]] = []
        for begin, end in sorted(stays[who]):
            if episodes and begin <= episodes[-1][1] + MONTH:
                episodes[-1][1] = max(end, episodes[-1][1])
            else:
                episodes.append([begin, end])
        for _, end in episodes:
            year = years.get(end.year)
            if year and year["status"] in HERE and (end + MONTH).year == end.year:
                seen = any(end < day <= end + MONTH for day in visits[who])
                if year["utskrivning"] != "Utan uppföljning":
                    year["utskrivning"] = "Med uppföljning" if seen else "Utan uppföljning"
    return found


def levels(found, alder_min: int, hog: float, medel: float) -> None:
    """Writes each year's level (1 low, 2 medium, 3 high, None for the young) into it."""
    by_year = defaultdict(list)
    for years in found.values():
        for year in years.values():
            year["niva"] = None
            if year["alder"] >= alder_min:
                by_year[year["ar"]].append(year)
    for everybody in by_year.values():
        everybody.sort(key=lambda year: (-year["kostnad"], year["person"]))
        high = math.floor(len(everybody) * hog + 0.5)
        both = math.floor(len(everybody) * (hog + medel) + 0.5)
        for place, year in enumerate(everybody):
            year["niva"] = 3 if place < high else 2 if place < both else 1


def age_group(age: int) -> str:
    """The age groups of the transitions."""
    limits = [(18, "0–17 år"), (45, "18–44 år"), (65, "45–64 år"), (75, "65–74 år"), (85, "75–84 år")]
    return next((name for limit, name in limits if age < limit), "85 år och äldre")


def wilson(x: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % limits of a proportion, in per cent."""
    middle = (x + Z * Z / 2) / (n + Z * Z)
    half = Z / (n + Z * Z) * math.sqrt(x * (n - x) / n + Z * Z / 4)
    return 100 * (middle - half), 100 * (middle + half)
