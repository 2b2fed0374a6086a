"""Refreshes that are killed at random moments."""

import random
import statistics
import sys
from dataclasses import dataclass

from .data import State
from .room import Reader, Room


@dataclass
class Counts:
    """What came of all kills."""

    kills: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    # Kills after which readers had the old state, and the new one; refreshes that ended before they were killed.
    old: int = 0
    new: int = 0
    ended: int = 0

    def line(self) -> str:
        """The last line of the report."""
        return f"{self.kills} kills, {self.lost} lost, {self.doubled} doubled, {self.torn} torn"

    def whole(self) -> bool:
        """Whether nothing happened to any row."""
        return self.lost + self.doubled + self.torn == 0

    def judge(self, where: str, seen: State, *allowed: State) -> bool:
        """Counts what is wrong with a state that is none of the allowed ones."""
        if seen in allowed:
            return True
        print(f"{where}: saw {seen}, not one of {allowed}", file=sys.stderr)
        rows = {table: (numbers[0], numbers[1]) for table, numbers in seen.items()}
        fewest = {table: min(state[table][1] for state in allowed) for table in allowed[0]}
        if any(keys < fewest[table] for table, (_, keys) in rows.items()):
            self.lost += 1
        elif any(count > keys for count, keys in rows.values()):
            self.doubled += 1
        else:
            self.torn += 1
        return False


def run(room: Room, kills: int, chance: random.Random) -> Counts:
    """Kills so many refreshes, each followed by one that completes."""
    counts = Counts()
    room.make()
    seconds = []
    for _ in range(4):
        room.next()
        seconds.append(room.refresh())
        room.settled()
    usual = statistics.median(seconds)
    with Reader(room) as reader:
        while counts.kills < kills:
            one(room, counts, moment(chance, usual))
    for fault in reader.faults:
        print(fault, file=sys.stderr)
    counts.torn += len(reader.faults)
    damage = room.check()
    for found in damage:
        print(f"lake check: {found}", file=sys.stderr)
    counts.torn += len(damage)
    print(
        f"A refresh takes {usual:.2f} s. After a kill, readers had the old state {counts.old} times and the new one "
        f"{counts.new} times; {counts.ended} refreshes had ended before they were killed. A reader asked "
        f"{reader.answers} times meanwhile."
    )
    return counts


def moment(chance: random.Random, usual: float) -> float:
    """When to kill: anywhere, and more often at the very beginning and near the end."""
    drawn = chance.random()
    if drawn < 0.1:
        return chance.uniform(0, 0.05) * usual
    if drawn < 0.3:
        return chance.uniform(0.75, 1.1) * usual
    return chance.uniform(0, 1) * usual


def one(room: Room, counts: Counts, delay: float) -> None:
    """A kill, and what is there afterwards."""
    before = room.states[-1]
    after = room.next()
    where = f"generation {len(room.states)}, killed after {delay:.3f} s"
    if room.killed(delay):
        counts.kills += 1
        seen = room.state()
        if counts.judge(where, seen, before, after):
            counts.old, counts.new = counts.old + (seen == before), counts.new + (seen == after)
    else:
        counts.ended += 1
    room.refresh()
    room.settled()
    counts.judge(f"{where}, then completed", room.state(), after)
    counts.judge(f"{where}, through the Delta logs", room.outside(), after)
