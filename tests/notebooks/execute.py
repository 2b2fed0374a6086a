"""Runs a notebook cell by cell in the evcxr kernel and fails on any cell error.

The kernel answers *ok* to a cell whose `?` met an error, and to one whose panic
it caught; only stderr says so. So a word on stderr fails the cell, and
`notebooks/evcxr.toml` makes a panic end the process.

As a program it stores the notebook with its new output:

    execute.py notebooks/seminarium_2.ipynb --workspace DIR
"""

import argparse
import asyncio
import os
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]

# The first cell compiles the client crate and all it depends on.
SLOWEST_CELL = 1200


class CellFailed(Exception):
    """A cell that did not do what it was written for."""


def run(path: Path, workspace: Path, binary: Path) -> nbformat.NotebookNode:
    """Executes every cell of a notebook on a workspace; gives it back with the new output.

    The kernel works in the notebook's own folder, as Jupyter starts it, and
    builds with the versions of the repository's lock file.
    """
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory() as build:
        shutil.copy(ROOT / "Cargo.lock", build)
        environment = {
            **os.environ,
            "EVCXR_TMPDIR": build,
            "PERSPEKTIV_BIN": str(binary),
            "PERSPEKTIV_WORKSPACE": str(workspace),
        }
        # Colours would be stored with the output.
        environment["NO_COLOR"] = "1"
        client = NotebookClient(
            notebook,
            kernel_name="rust",
            timeout=SLOWEST_CELL,
            # What failed is looked at here, cell by cell: the kernel's own word is not enough.
            allow_errors=True,
            coalesce_streams=True,
            resources={"metadata": {"path": str(path.parent)}},
            kernel_manager_class="jupyter_client.manager.AsyncKernelManager",
        )
        asyncio.run(_execute(client, environment, path.name))
    _settle(notebook)
    return notebook


async def _execute(client: NotebookClient, environment: dict, name: str) -> None:
    async with client.async_setup_kernel(env=environment):
        for index, cell in enumerate(client.nb.cells):
            await client.async_execute_cell(cell, index)
            if cell.cell_type == "code":
                _check(f"{name}, cell {index + 1}:\n{cell.source}\n", cell.outputs)


def _check(where: str, outputs: list) -> None:
    for output in outputs:
        if output.output_type == "error":
            words = "\n".join([output.ename, output.evalue, *output.traceback])
            # Without the colours of a terminal.
            raise CellFailed(where + re.sub(r"\x1b\[[0-9;]*m", "", words))
        if output.output_type == "stream" and output.name == "stderr":
            raise CellFailed(f"{where}said on stderr:\n{output.text}")


def _settle(notebook: nbformat.NotebookNode) -> None:
    """Makes the same run give the same file: counts from 1, no times of a run."""
    count = 0
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


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
