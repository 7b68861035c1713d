"""How long a Lambda function takes to begin: ``python -m benchmarks.lambda_cold`` prints a table and writes JSON.

Fresh processes run the unpacked zip and nothing else but the SDK's own folders, as a function does: imports, settings,
clients, the job from DynamoDB and the model from S3 (moto, a server of this machine), one row. "Eager" is the import of
the handlers with onnxruntime and DuckDB at the top. Each number is the least of several processes, since others use
the machine as well; processor time is shown beside the time on the clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

from moto.server import ThreadedMotoServer
from tests.api.conftest import boosted
from tests.aws.emulator import build_zips
from tests.aws.test_lambda import v2
from tests.moto_server import CREDENTIALS, new_bucket, new_tables
from tests.records import a_job
from tests.unit.inference.graphs import ROW

from automl_lite.blobs import open_blobs
from automl_lite.domain.jobs import JobState, Result
from automl_lite.domain.records import utcnow
from automl_lite.store import open_store

ROUNDS = 7
TREES = 300
RESULTS = Path(__file__).parent / "results" / "lambda_cold.json"
SDK = ("botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")  # what Lambda's runtime brings
CLOCK = "import json, time; start, cpu = time.perf_counter(), time.process_time()\n"
SAY = "\nprint(json.dumps([time.perf_counter() - start, time.process_time() - cpu]))"
HANDLERS = "import automl_lite.server.aws_lambda as handlers"


class Function:
    """The unpacked zip and layer, and the environment that its processes get."""

    def __init__(self, folder: Path) -> None:
        built = build_zips(folder)
        for name in ("lambda_zip", "reader_zip"):
            with zipfile.ZipFile(built[name]) as archive:
                archive.extractall(folder / "task")
        for name in SDK:
            spec = find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            file = Path(spec.origin)
            source = file.parent if file.name == "__init__.py" else file
            (folder / "task" / source.name).symlink_to(source)
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(folder / "task"), str(folder / "task" / "python")]),
            "AUTOML_LITE_DATA_DIR": str(folder / "data"),
            "AUTOML_LITE_RUNNER_URL": "batch://queue/definition",
            "AUTOML_LITE_NOTIFY_URL": "eventbridge://default",
            "AUTOML_LITE_SERVE_JOBS": "false",
            "AUTOML_LITE_LOG_LEVEL": "error",
        }

    def least(self, code: str) -> tuple[float, float]:
        """Return the shortest of several processes: seconds on the clock and of the processor."""
        rounds = []
        for _ in range(ROUNDS):
            done = subprocess.run(
                [sys.executable, "-S", "-c", CLOCK + code + SAY],
                capture_output=True,
                text=True,
                env=self.environment,
                check=False,
            )
            assert done.returncode == 0, done.stderr[-2000:]
            rounds.append(json.loads(done.stdout.splitlines()[-1]))
        return min(wall for wall, _ in rounds), min(cpu for _, cpu in rounds)


def deployed_model() -> tuple[str, dict[str, str], int]:
    """Store a deployed model in new tables and a new bucket; return its job, the URLs and its size."""
    urls = {"AUTOML_LITE_STORE_URL": new_tables(), "AUTOML_LITE_BLOBS_URL": new_bucket()}
    model = boosted(TREES)
    result = Result(model="Blend", metric="roc_auc", metric_label="ROC AUC", value=0.9, model_bytes=len(model))
    job = a_job(user_id="local", state=JobState.COMPLETED, attempt=1, result=result, deployed_at=utcnow())
    open_blobs(urls["AUTOML_LITE_BLOBS_URL"]).put(job.key("model.onnx"), model)
    store = open_store(urls["AUTOML_LITE_STORE_URL"])
    store.jobs.add(job)
    store.close()
    return job.id, urls, len(model)


def main() -> None:
    """Measure, print, write."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    account = CREDENTIALS | {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_CONFIG_FILE": os.devnull}
    os.environ.update(account)
    with tempfile.TemporaryDirectory() as folder:
        function = Function(Path(folder))
        job_id, urls, model_bytes = deployed_model()
        function.environment |= account | urls
        event = json.dumps(json.dumps(v2("POST", f"/predict/{job_id}", {"features": ROW})))
        ask = f"answer = handlers.api(json.loads({event}), None)\nassert answer['statusCode'] == 200, answer"
        lazy, lazy_cpu = function.least(HANDLERS)
        eager, eager_cpu = function.least(f"import onnxruntime, duckdb\n{HANDLERS}")
        first, first_cpu = function.least(f"{HANDLERS}\n{ask}")
    server.stop()
    results = {
        "import_s": round(lazy, 3),
        "import_cpu_s": round(lazy_cpu, 3),
        "import_eager_s": round(eager, 3),
        "import_eager_cpu_s": round(eager_cpu, 3),
        "ratio": round(lazy / eager, 3),
        "first_prediction_s": round(first, 3),
        "first_prediction_cpu_s": round(first_cpu, 3),
        "model_bytes": model_bytes,
        "rounds": ROUNDS,
        "load_average": round(os.getloadavg()[0], 1),
    }
    for name, value in results.items():
        print(f"{name:24} {value}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
