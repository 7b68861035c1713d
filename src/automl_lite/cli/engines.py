"""``automl-lite engines``: environments of other engines, made, shown and removed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from automl_lite.cli.output import JsonOption, print_json, stderr, stdout, table
from automl_lite.errors import AutoMLLiteError
from automl_lite.places import default_data_dir
from automl_lite.training.autogluon import environment

app = typer.Typer(help="Engines that need an environment of their own: AutoGluon.", no_args_is_help=True)

DataDir = Annotated[
    Path | None, typer.Option(envvar="AUTOML_LITE_DATA_DIR", help="Folder that the environment is made in.")
]
Name = Annotated[str, typer.Argument(help="Which engine: autogluon.")]


class UnknownEngine(AutoMLLiteError):
    """There is no environment to make for this engine."""

    code = "unknown-engine"


@app.command("list")
def show(data_dir: DataDir = None, as_json: JsonOption = False) -> None:
    """Show which engines are there and where."""
    found = state(data_dir)
    if as_json:
        print_json({"engines": [found]})
        return
    stdout().print(table(found.pop("name"), ("", ""), [(what, value or "–") for what, value in found.items()]))


@app.command()
def install(engine: Name, data_dir: DataDir = None) -> None:
    """Make the environment of ENGINE from the pins of this release, or make it anew."""
    _check(engine)
    console = stderr()
    console.print("Installing AutoGluon into an environment of its own. That takes a minute or more.")
    made = environment.install(_data_dir(data_dir))
    console.print(f"AutoGluon {environment.version_in(made.python)} is ready: automl-lite train … --engine autogluon")


@app.command()
def remove(engine: Name, data_dir: DataDir = None) -> None:
    """Delete the environment of ENGINE."""
    _check(engine)
    there = environment.remove(_data_dir(data_dir))
    stderr().print("Removed." if there else "There was none.")


def state(data_dir: Path | None = None) -> dict[str, str]:
    """Return what is known of AutoGluon's environment."""
    found = environment.find(data_dir=_data_dir(data_dir))
    version = environment.version_in(found.python) if found.is_there else ""
    told, hint = found.state, ""
    if not found.is_there:
        hint = environment.HINT
    elif not version:
        told, hint = "broken", "This Python has no AutoGluon. " + environment.HINT
    elif found.state != "ready":
        hint = "Run: automl-lite engines install autogluon, for the pins of this release."
    return {"name": "autogluon", "state": told, "version": version, "python": str(found.python), "hint": hint}


def _data_dir(given: Path | None) -> Path:
    return (given or Path(os.environ.get(environment.DATA_DIR_ENV) or default_data_dir())).expanduser()


def _check(engine: str) -> None:
    if engine != "autogluon":
        raise UnknownEngine(f"There is no engine {engine!r} to install.", hint="The one there is: autogluon.")
