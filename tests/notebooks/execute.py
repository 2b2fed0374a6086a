"""Runs a notebook cell by cell in the evcxr kernel and fails on any cell error.

The kernel answers *ok* to a cell whose `?` met an error, and to one whose panic
it caught; only stderr says so, and it may say so after the cell has ended. So
any word on stderr is a failure, a fence behind the last cell waits for words
that are still on their way, and `notebooks/evcxr.toml` makes a panic end the
process.

As a program it stores the notebook with its new output:

    execute.py notebooks/seminarium_2.ipynb --workspace DIR
"""

import argparse
import os
import queue
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[2]

# Seconds; the first cell compiles the client crate and all it depends on.
SLOWEST_CELL = 1200
SLOWEST_START = 120


class CellFailed(Exception):
    """A cell that did not do what it was written for."""


def run(path: Path, workspace: Path, binary: Path) -> nbformat.NotebookNode:
    """Executes every cell of a notebook on a workspace; gives it back with the new output.

    The kernel works in the notebook's own folder, as Jupyter starts it, and
    builds with the versions of the repository's lock file.
    """
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    with tempfile.TemporaryDirectory() as build:
        shutil.copy(ROOT / "Cargo.lock", build)
        environment = {
            **os.environ,
            "EVCXR_TMPDIR": build,
            "PERSPEKTIV_BIN": str(binary),
            "PERSPEKTIV_WORKSPACE": str(workspace),
            # Colours would be stored with the output.
            "NO_COLOR": "1",
        }
        with Kernel.started(path.parent, environment) as kernel:
            for number, cell in enumerate(cells, start=1):
                cell.metadata.pop("execution", None)
                kernel.where = f"{path.name}, code cell {number}:\n{cell.source}\n"
                cell.outputs = kernel.execute(cell.source)
                cell.execution_count = number
                for output in cell.outputs:
                    if output.output_type == "execute_result":
                        output.execution_count = number
            kernel.fence()
    return notebook


class Kernel:
    """A running kernel, and all that it has said on stderr."""

    def __init__(self, manager: KernelManager):
        self.manager = manager
        self.client = manager.blocking_client()
        self.where = ""
        self.stderr = ""

    @classmethod
    @contextmanager
    def started(cls, folder: Path, environment: dict) -> Iterator["Kernel"]:
        """Starts the Rust kernel in a folder; it ends with the block."""
        manager = KernelManager(kernel_name="rust")
        manager.start_kernel(cwd=str(folder), env=environment)
        kernel = cls(manager)
        try:
            kernel.client.start_channels()
            kernel.client.wait_for_ready(timeout=SLOWEST_START)
            yield kernel
        finally:
            kernel.client.stop_channels()
            manager.shutdown_kernel(now=True)

    def execute(self, source: str) -> list:
        """Runs a cell; gives its outputs, or fails with its error."""
        request = self.client.execute(source)
        outputs: list = []
        for message in self.messages():
            kind, content = message["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stderr":
                self.stderr += content["text"]
            elif kind == "error":
                # Without the colours of a terminal.
                words = "\n".join([content["ename"], content["evalue"], *content["traceback"]])
                raise CellFailed(self.where + re.sub(r"\x1b\[[0-9;]*m", "", words))
            elif kind in ("stream", "display_data", "execute_result"):
                append(outputs, nbformat.v4.output_from_msg(message))
            elif kind == "status" and content["execution_state"] == "idle":
                if message["parent_header"].get("msg_id") == request:
                    break
        self.expect_silence(self.stderr)
        reply = self.client.get_shell_msg(timeout=SLOWEST_START)
        if reply["content"]["status"] != "ok":
            raise CellFailed(f"{self.where}was answered with {reply['content']}")
        return outputs

    def fence(self) -> None:
        """Waits until all that the cells said on stderr has come."""
        mark = f"fence {uuid.uuid4()}"
        self.client.execute(f'eprintln!("{mark}");')
        for message in self.messages():
            if message["msg_type"] == "stream" and message["content"]["name"] == "stderr":
                self.stderr += message["content"]["text"]
                if mark in self.stderr:
                    break
        self.expect_silence(self.stderr.split(mark)[0])

    def expect_silence(self, said: str) -> None:
        """Fails when a cell said something on stderr."""
        if said:
            raise CellFailed(f"{self.where}or one before it said on stderr:\n{said}")

    def messages(self) -> Iterator[dict]:
        """What the kernel publishes, until it dies or is too slow."""
        deadline = time.monotonic() + SLOWEST_CELL
        while time.monotonic() < deadline:
            try:
                yield self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                if not self.manager.is_alive():
                    raise CellFailed(f"{self.where}ended the kernel") from None
        raise CellFailed(f"{self.where}took more than {SLOWEST_CELL} seconds")


def append(outputs: list, output: nbformat.NotebookNode) -> None:
    """Adds an output; what is printed piece by piece becomes one text."""
    last = outputs[-1] if outputs else None
    if output.output_type == "stream" and last is not None and last.get("name") == output.name:
        last.text += output.text
    else:
        outputs.append(output)


def kernel_is_there() -> bool:
    """Whether the evcxr kernel is registered."""
    return "rust" in KernelSpecManager().find_kernel_specs()


def main() -> None:
    """Executes notebooks and stores them with their output."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--workspace", required=True, type=Path)
    parser.add_argument("--binary", type=Path, default=os.environ.get("PERSPEKTIV_BIN"))
    arguments = parser.parse_args()
    binary = arguments.binary or shutil.which("perspektiv")
    if binary is None:
        parser.error("name the program with --binary or PERSPEKTIV_BIN")
    for path in arguments.notebooks:
        notebook = run(path.resolve(), arguments.workspace.resolve(), Path(binary).resolve())
        nbformat.write(notebook, path)
        print(f"{path}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells")


if __name__ == "__main__":
    main()
