"""The workspace, asked as a user, as a program outside, and while it is written."""

import csv
import io
import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from deltalake import DeltaTable

from .data import Deliveries, State, question, signature


@dataclass
class Room:
    """A workspace of its own."""

    binary: Path
    folder: Path
    deliveries: Deliveries
    # What the tables held after each generation; those from `old` on may be seen just now.
    states: list[State] = field(default_factory=list)
    old: int = 0

    def make(self) -> None:
        """Makes the workspace and loads the first generation."""
        for name, text in self.deliveries.definitions().items():
            path = self.folder / "pipelines" / f"{name}.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (self.folder / "queries").mkdir()
        (self.folder / "reports").mkdir()
        self.states.append(self.deliveries.deliver())
        self.refresh()

    def next(self) -> State:
        """New deliveries come; what the tables are to hold."""
        self.states.append(self.deliveries.deliver())
        return self.states[-1]

    def settled(self) -> None:
        """The newest state is the only one from here on."""
        self.old = len(self.states) - 1

    def command(self, *arguments: str) -> list[str]:
        """The program in this workspace."""
        return [str(self.binary), "--quiet", "--workspace", str(self.folder), *arguments]

    def run(self, *arguments: str, code: int | None = 0, **options) -> subprocess.CompletedProcess:
        """Runs a command to its end."""
        done = subprocess.run(
            self.command(*arguments), stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", **options
        )
        if code is not None and done.returncode != code:
            raise AssertionError(f"{arguments} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def refresh(self) -> float:
        """A refresh that nobody disturbs; its seconds."""
        start = time.monotonic()
        self.run("refresh")
        return time.monotonic() - start

    def killed(self, delay: float) -> bool:
        """A refresh whose process group is killed after a while; False where it had ended."""
        process = subprocess.Popen(
            self.command("refresh"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(delay)
        alive = process.poll() is None
        if alive:
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait() == -signal.SIGKILL and alive

    def state(self) -> State:
        """What a reader sees: all tables in one question."""
        done = self.run("query", "--format", "csv", "--sql", question(self.states[0]))
        lines = list(csv.reader(io.StringIO(done.stdout)))[1:]
        return {table: tuple(map(int, numbers)) for table, *numbers in lines}

    def outside(self) -> State:
        """What a reader of the Delta logs sees."""
        found = {}
        for table in self.states[0]:
            rows = DeltaTable(self.folder / "data/lake/tables" / table).to_pyarrow_table()
            found[table] = signature(zip(*(rows[name].to_pylist() for name in ("id", "version", "value")), strict=True))
        return found

    def unnamed(self) -> list[str]:
        """Files of the archive that its index does not name."""
        archive = self.folder / "data/archive"
        index = archive / "index.jsonl"
        # A line without an end is nobody's.
        lines = index.read_text(encoding="utf-8").split("\n")[:-1] if index.exists() else []
        named = {json.loads(line)["blake3"] for line in lines}
        contents = archive / "contents"
        return sorted(path.name for path in contents.iterdir() if path.name not in named) if contents.exists() else []

    def check(self) -> list[str]:
        """What `lake check --all` finds."""
        done = self.run("lake", "check", "--all", "--json", code=None)
        return [f"{found['file']}: {found['what']}" for found in json.loads(done.stdout)["damage"]]


class Reader:
    """A reader that asks all the while, from a thread and processes of its own."""

    def __init__(self, room: Room) -> None:
        """Does not ask yet."""
        self.room, self.answers, self.faults = room, 0, []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.is_set():
            old = self.room.old
            try:
                seen = self.room.state()
            except AssertionError as error:
                self.faults.append(str(error))
                continue
            self.answers += 1
            if seen not in self.room.states[old:]:
                self.faults.append(f"a reader saw {seen}")
