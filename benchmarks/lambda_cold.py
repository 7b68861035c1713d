"""How long a Lambda function takes to begin: ``python -m benchmarks.lambda_cold`` prints a table and writes JSON.

Each number is the least of several fresh processes. "Eager" is the same import with onnxruntime and DuckDB at the top.
The first prediction includes the import, opening store and blobs (SQLite and a folder), reading the model, and one row.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.api.conftest import boosted
from tests.aws.test_lambda import v2
from tests.records import a_job
from tests.unit.inference.graphs import ROW

from automl_lite.blobs import open_blobs
from automl_lite.domain.jobs import JobState, Result
from automl_lite.domain.records import utcnow
from automl_lite.store import open_store

ROUNDS = 5
RESULTS = Path(__file__).parent / "results" / "lambda_cold.json"
CLOCK = "import json, time; start = time.perf_counter()\n"
SAY = "\nprint('seconds', time.perf_counter() - start)"
HANDLERS = "import automl_lite.server.aws_lambda as handlers"


def least(code: str, environment: dict[str, str] | None = None) -> float:
    """Return the shortest of several runs in seconds."""
    seconds = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", CLOCK + code + SAY], capture_output=True, text=True, env=environment, check=True
        )
        line = next(line for line in done.stdout.splitlines() if line.startswith("seconds"))
        seconds.append(float(line.split()[1]))
    return min(seconds)


def main() -> None:
    """Measure, print, write."""
    lazy = least(HANDLERS)
    eager = least(f"import onnxruntime, duckdb\n{HANDLERS}")
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder)
        event = v2("POST", f"/predict/{_deployed(environment)}", {"features": ROW})
        ask = f"answer = handlers.api(json.loads({json.dumps(json.dumps(event))}), None)"
        first = least(f"{HANDLERS}\n{ask}\nassert answer['statusCode'] == 200, answer", environment)
    results = {
        "import_s": round(lazy, 4),
        "import_eager_s": round(eager, 4),
        "ratio": round(lazy / eager, 3),
        "first_prediction_s": round(first, 4),
        "rounds": ROUNDS,
        "load_average": round(os.getloadavg()[0], 1),
    }
    for name, value in results.items():
        print(f"{name:22} {value}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _environment(folder: str) -> dict[str, str]:
    return {
        **os.environ,
        "AUTOML_LITE_STORE_URL": f"sqlite:///{folder}/store.db",
        "AUTOML_LITE_BLOBS_URL": f"file://{folder}/blobs",
        "AUTOML_LITE_RUNNER_URL": "inline://",
        "AUTOML_LITE_DATA_DIR": folder,
        "AUTOML_LITE_LOG_LEVEL": "error",
    }


def _deployed(environment: dict[str, str]) -> str:
    """Store a model that is deployed; return its job's id."""
    model = boosted()
    result = Result(model="Blend", metric="roc_auc", metric_label="ROC AUC", value=0.9, model_bytes=len(model))
    job = a_job(user_id="local", state=JobState.COMPLETED, attempt=1, result=result, deployed_at=utcnow())
    open_blobs(environment["AUTOML_LITE_BLOBS_URL"]).put(job.key("model.onnx"), model)
    store = open_store(environment["AUTOML_LITE_STORE_URL"])
    store.jobs.add(job)
    store.close()
    return job.id


if __name__ == "__main__":
    main()
