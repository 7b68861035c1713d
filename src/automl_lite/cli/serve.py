"""``automl-lite serve``: the whole platform on this computer, without an argument."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from automl_lite.errors import AutoMLLiteError, ExtraMissing

DataDir = Annotated[
    Path | None,
    typer.Option(
        envvar="AUTOML_LITE_DATA_DIR", file_okay=False, help="Folder of the database and all files.", show_default=False
    ),
]
LogFormat = Annotated[
    Literal["json", "text"] | None,
    typer.Option(envvar="AUTOML_LITE_LOG_FORMAT", help="json or text.", show_default=False),
]
Concurrency = Annotated[
    int | None,
    typer.Option(
        envvar="AUTOML_LITE_CONCURRENCY", min=1, help="Trainings side by side.", show_default="half the cores"
    ),
]


def serve(
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(envvar="AUTOML_LITE_HOST", help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(envvar="AUTOML_LITE_PORT", min=0, max=65535, help="0 picks a free one.", show_default="8000"),
    ] = None,
    concurrency: Concurrency = None,
    jobs: Annotated[
        bool | None,
        typer.Option("--jobs/--no-jobs", help="Whether this server trains, or leaves it to automl-lite worker."),
    ] = None,
    log_format: LogFormat = None,
) -> None:
    """Serve the web app at / and the API at /api; train, deploy and predict.

    Everything else is a setting: AUTOML_LITE_STORE_URL and so on, or automl-lite.toml.
    """
    settings = read_settings(
        data_dir=data_dir, host=host, port=port, concurrency=concurrency, serve_jobs=jobs, log_format=log_format
    )
    try:
        from automl_lite.server.run import serve as run

        run(settings, announce=lambda url: print(f"AutoML Lite is at {url}", flush=True))
    except AutoMLLiteError as err:
        fail(err)


def read_settings(**given: Any) -> Any:
    """Read the settings, those ``given`` on the command line first; exit with status 1 or 2 if that fails."""
    try:
        from pydantic import ValidationError

        from automl_lite.settings import Settings
    except ModuleNotFoundError as err:
        fail(ExtraMissing("The server", "server"))
        raise AssertionError from err
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as err:
        for problem in err.errors():
            name = ".".join(str(part) for part in problem["loc"])
            print(f"AUTOML_LITE_{name.upper()}: {problem['msg']}", file=sys.stderr)
        raise typer.Exit(2) from err


def fail(err: AutoMLLiteError) -> None:
    """Tell an expected error on standard error and exit with status 1."""
    print(f"{err.message}\n{err.hint}".strip(), file=sys.stderr)
    raise typer.Exit(1)
