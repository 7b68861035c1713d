"""The Typer application: the commands by name."""

from __future__ import annotations

import typer

from automl_lite import __version__
from automl_lite.cli import engines
from automl_lite.cli.cost import cost
from automl_lite.cli.doctor import doctor
from automl_lite.cli.drift import drift
from automl_lite.cli.evaluate import evaluate
from automl_lite.cli.info import info
from automl_lite.cli.predict import predict
from automl_lite.cli.profile import profile
from automl_lite.cli.report import report
from automl_lite.cli.serve import serve
from automl_lite.cli.train import train
from automl_lite.cli.worker import worker

app = typer.Typer(
    name="automl-lite",
    help="CSV in, honest model out: one ONNX file that takes the raw columns.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a bug is shown as Python shows it
    rich_markup_mode=None,
)
for command in (train, profile, predict, evaluate, drift, info, report, serve, worker, doctor, cost):
    app.command()(command)
app.add_typer(engines.app, name="engines")


def _version(value: bool) -> None:
    if value:
        typer.echo(f"automl-lite {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """CSV in, honest model out: one ONNX file that takes the raw columns."""
