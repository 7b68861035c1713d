"""Predictions from model.onnx with numpy and onnxruntime alone.

    python predict.py rows.csv                 the rows with their predictions, as CSV on standard output
    python predict.py rows.json -o out.csv     JSON: a list of objects, or one object a line

Columns are taken by name. An empty cell is a missing value; columns that the model does not know pass through.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

import numpy as np
import onnxruntime

# <contract>
TARGET = ""
KINDS: dict[str, str] = {}  # column -> kind, in the order of training
CLASSES: list[str] = []
OUTPUTS: dict[str, str] = {}  # what it is -> name in the graph
EXAMPLE: dict[str, Any] = {}
# </contract>

CHUNK = 4096  # rows of one call
TRUE = {"true", "t", "yes", "y", "1", "1.0", "on"}
FALSE = {"false", "f", "no", "n", "0", "0.0", "off"}
NOTHING = {"", "na", "n/a", "nan", "null", "none"}


def load(path: str) -> onnxruntime.InferenceSession:
    """Open the model; one thread is quickest for few rows."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def cell(value: Any, kind: str) -> float | str:
    """Return one value as the graph takes it. Raises ValueError if it is of the wrong type."""
    text = "" if value is None or value != value else str(value)
    if kind in ("number", "integer"):
        if text.strip().lower() in NOTHING:
            return float("nan")
        if isinstance(value, bool) or "_" in text:
            raise ValueError(f"{value!r} is not a number")
        number = float(text)
        return number if np.isfinite(number) else float("nan")
    if kind == "boolean":
        word = text.strip().lower()
        if word not in TRUE | FALSE | NOTHING:
            raise ValueError(f"{value!r} is neither true nor false")
        return "" if word in NOTHING else "true" if word in TRUE else "false"
    if kind == "datetime":
        return "" if text.strip().lower() in NOTHING else text.strip()
    return text


def predict(session: onnxruntime.InferenceSession, rows: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """Answer rows (dicts): a list of (prediction, probabilities or interval or None)."""
    feed: dict[str, Any] = {}
    for name, kind in KINDS.items():
        values: list[float | str] = []
        for number, row in enumerate(rows, 1):
            try:
                values.append(cell(row.get(name), kind))
            except ValueError as error:
                raise ValueError(f"row {number}, column {name!r}: {error}") from None
        with np.errstate(over="ignore"):
            array = np.array(values, dtype=np.float32 if kind in ("number", "integer") else object)
        feed[name] = array.reshape(-1, 1)
    roles = [r for r in ("label", "probabilities", "prediction", "interval") if r in OUTPUTS]
    found = session.run([OUTPUTS[r] for r in roles], feed)
    second = found[1].tolist() if len(found) > 1 else [None] * len(rows)
    return list(zip(found[0].tolist(), second, strict=True))


def answered(row: dict[str, Any], prediction: Any, details: list[float] | None) -> dict[str, Any]:
    """Return the row with the answer beside it; its own columns keep their names."""
    names = [f"p_{c}" for c in CLASSES] if CLASSES else ["low", "high"]
    extra = {"prediction": prediction, **dict(zip(names, details or [], strict=False))}
    taken: dict[str, Any] = {}
    for name, value in extra.items():
        while name in row or name in taken:
            name += "_"
        taken[name] = value
    return {**row, **taken}


def safe(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    if value is None:
        return ""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        try:
            float(value)
        except ValueError:
            return "'" + value
    return value


def read(path: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a CSV (comma, semicolon or tab) or JSON file, as dicts."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        if path.lower().endswith((".json", ".jsonl", ".ndjson")):
            text = file.read().strip()
            if text.startswith("["):
                yield from json.loads(text)
            else:
                yield from (json.loads(line) for line in text.splitlines() if line.strip())
            return
        head = file.readline()
        file.seek(0)
        delimiter = max(",;\t", key=head.count)
        for row in csv.DictReader(file, delimiter=delimiter):
            if None in row:
                raise ValueError(f"a row has more cells than the header: {row[None]!r}")
            yield row


def chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield lists of at most CHUNK rows."""
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def write(session: onnxruntime.InferenceSession, rows: Iterable[dict[str, Any]], file: TextIO) -> None:
    """Answer the rows, chunk by chunk, as CSV."""
    writer = None
    for chunk in chunks(rows):
        if writer is None and (absent := [name for name in KINDS if not any(name in row for row in chunk)]):
            raise ValueError(f"the file lacks the columns {absent}")
        full = [answered(row, *answer) for row, answer in zip(chunk, predict(session, chunk), strict=True)]
        if writer is None:
            writer = csv.DictWriter(file, fieldnames=list(full[0]), extrasaction="ignore", lineterminator="\n")
            writer.writerow({name: safe(name) for name in full[0]})
        writer.writerows({name: safe(value) for name, value in row.items()} for row in full)


def main() -> None:
    """Read the arguments, answer the rows, write them."""
    parser = argparse.ArgumentParser(description="Predictions from model.onnx.")
    parser.add_argument("data", nargs="?", help="CSV, JSON or JSON lines; without it the example row is answered")
    parser.add_argument("-o", "--output", help="CSV file to write; without it, standard output")
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.onnx")
    parser.add_argument("--model", default=beside, help="model file (default: model.onnx beside this script)")
    options = parser.parse_args()
    session = load(options.model)
    if options.data is None:
        print(json.dumps(answered(EXAMPLE, *predict(session, [EXAMPLE])[0]), ensure_ascii=False, indent=2))
        return
    if options.output:
        with open(options.output, "w", encoding="utf-8", newline="") as file:
            write(session, read(options.data), file)
    else:
        write(session, read(options.data), sys.stdout)


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
