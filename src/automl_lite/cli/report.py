"""``automl-lite report``: the outcome of a training run, from its folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from automl_lite.cli.output import JsonOption, figure, print_json, size, stdout, table
from automl_lite.errors import AutoMLLiteError

_LONGEST_TERM = 22  # characters
_FILES = {
    "model.onnx": "the model: one file, raw columns in, answers out",
    "autogluon.zip": "AutoGluon's predictor; it needs AutoGluon",
    "predict.py": "predictions with numpy and onnxruntime alone",
    "report.html": "the report",
    "eda.html": "the data",
    "model.pkl": "the Python pipeline",
    "metadata.json": "input contract, metrics, how to reproduce",
    "evaluation.json": "every figure of the evaluation",
    "leaderboard.json": "the models tried",
    "log.txt": "the log",
}


class NotARun(AutoMLLiteError):
    """The folder does not hold a training run."""

    code = "not-a-run"


def report(
    run: Annotated[Path, typer.Argument(help="Folder of a training run.")],
    show: Annotated[bool, typer.Option("--open", help="Open report.html in the browser.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show how good the model of RUN is, and where its files are."""
    folder = run if run.is_dir() else run.parent
    evaluation = read_json(folder / "evaluation.json")
    if as_json:
        print_json({"folder": str(folder), "evaluation": evaluation, "files": run_files(folder)})
        return
    console = stdout()
    print_evaluation(console, evaluation)
    print_files(console, folder)
    if show:
        typer.launch(str((folder / "report.html").resolve()))


def read_json(path: Path) -> dict[str, Any]:
    """Read a file of a run. Raises NotARun."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as err:
        raise NotARun(
            f"There is no {path.name} in {path.parent.name or '.'!r}.",
            hint="Name the folder that `automl-lite train` wrote.",
        ) from err
    except ValueError as err:
        raise NotARun(f"{path.name} is not JSON.", hint="Train again, or restore the file.") from err
    return content


def run_files(folder: Path) -> dict[str, int]:
    """Return the files of a run that are there, with their sizes in bytes."""
    return {name: (folder / name).stat().st_size for name in _FILES if (folder / name).is_file()}


def print_evaluation(console: Console, evaluation: dict[str, Any]) -> None:
    """Print verdict, scores with their intervals and baselines, and the columns that matter."""
    console.print(escape(str(evaluation.get("verdict", ""))), style="bold")
    primary = evaluation.get("primary")
    rows: list[tuple[Any, ...]] = []
    for m in evaluation.get("metrics", ()):
        interval = "–" if m.get("low") is None else f"{figure(m['low'])} to {figure(m['high'])}"
        mark = " ◂" if m["name"] == primary else ""
        rows.append((_metric_name(m) + mark, m["value"], interval, m.get("baseline"), m.get("linear")))
    columns = ("metric", "value", "95 % interval", "baseline", "linear")
    title = f"{evaluation.get('how', 'evaluation')}, {figure(evaluation.get('n_rows'))} rows"
    console.print(table(title.capitalize(), columns, rows, right=columns[1:]))
    importance = [i for i in evaluation.get("importance") or () if i["mean"] > 0][:10]
    if importance:
        rows = [(i["column"], i["mean"], f"{figure(i['low'])} to {figure(i['high'])}") for i in importance]
        console.print(
            table("What the model relies on", ("column", "importance", "interval"), rows, right=("importance",))
        )


def _metric_name(metric: dict[str, Any]) -> str:
    """Write a metric's meaning with the field's term for it, where that is short and says something else."""
    term = re.split("[,;]", metric["term"])[0]
    is_news = len(term) <= _LONGEST_TERM and term.casefold() != metric["label"].casefold()
    return f"{metric['label']} ({term})" if is_news else str(metric["label"])


def print_files(console: Console, folder: Path) -> None:
    """Print the files of a run."""
    rows = [(str(folder / name), _FILES[name], size(n_bytes)) for name, n_bytes in run_files(folder).items()]
    console.print(table("Files", ("file", "what it is", "size"), rows, right=("size",)))
