"""Disks without room: a small file system that is filled, and a limit on the size of a file."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from .data import State
from .room import Room

# What is left on the small disk, or allowed to a file, in bytes.
ROOM = (0, 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
SMALL_DISK = "16m"


def without_root(command: list[str]) -> list[str]:
    """The command where it may mount: in a mount name space, and a user name space for who is not root."""
    return ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), *command]


def can_mount() -> bool:
    """Whether a file system of our own can be mounted here."""
    if not shutil.which("unshare"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        mount = without_root(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder])
        return subprocess.run(mount, capture_output=True).returncode == 0


def on_small_disk(room: Room, disk: Path) -> list[str]:
    """Refreshes on a disk that is nearly full; to be run where a file system may be mounted."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", disk], check=True)
    filler = disk / "filler"

    def fill(left: int) -> None:
        free = os.statvfs(disk)
        with filler.open("wb") as file:
            file.write(bytes(max(0, free.f_bavail * free.f_frsize - left * 1024)))

    return tried(room, fill, filler.unlink, {})


def with_small_files(room: Room) -> list[str]:
    """Refreshes that may write no file beyond a size."""
    options = {}

    def limit(left: int) -> None:
        def apply() -> None:
            # The program gets an error, as on a full disk, and no signal.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (left * 1024, left * 1024))

        options["preexec_fn"] = apply

    return tried(room, limit, lambda: None, options)


def tried(room: Room, narrow: Callable[[int], None], widen: Callable[[], None], options: dict) -> list[str]:
    """What is wrong with refreshes that get less room than they need, from none to enough."""
    room.make()
    room.settled()
    faults, failures, fitted = [], 0, 0
    for left in ROOM:
        before, after = room.states[-1], room.next()
        narrow(left)
        done = room.run("refresh", code=None, **options)
        seen = room.state()
        widen()
        failures, fitted = failures + (done.returncode != 0), fitted + (done.returncode == 0)
        faults += judged(f"{left} kB", done, seen, before, after)
        faults += [f"{left} kB: no line of the archive names {name}" for name in room.unnamed()]
        room.refresh()
        room.settled()
        if room.state() != after or room.outside() != after:
            faults.append(f"{left} kB: with room again, the tables are not what was delivered")
    if not failures or not fitted:
        faults.append(f"{failures} refreshes failed and {fitted} had enough room: both were wanted")
    print(f"{failures} refreshes without room, {fitted} with just enough", file=sys.stderr)
    return faults + room.check()


def judged(where: str, done: subprocess.CompletedProcess, seen: State, before: State, after: State) -> list[str]:
    """What is wrong with one refresh."""
    said = " ".join(done.stderr.replace("│", " ").split())
    if done.returncode == 0:
        return [] if seen == after else [f"{where}: exit code 0, and the tables are not what was delivered"]
    faults = []
    if done.returncode != 1:
        faults.append(f"{where}: exit code {done.returncode}")
    if "The disk is full" not in said and "No space left" not in said and "File too large" not in said:
        faults.append(f"{where}: the error does not say that there is no room: {said}")
    if seen != before and not (seen == after and "is saved and complete" in said):
        faults.append(f"{where}: readers do not have the old state: {seen}; {said}")
    return faults
