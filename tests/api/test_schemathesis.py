"""Every operation under generated requests, valid and invalid, alone and in sequences (schemathesis)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from automl_lite.domain.callers import LOCAL
from automl_lite.domain.errors import Failure
from automl_lite.domain.jobs import JobState
from automl_lite.settings import Settings
from automl_lite.wiring import open_services
from tests.api.conftest import Api
from tests.processes import running
from tests.records import a_batch, an_alert

CONFIG = Path(__file__).with_name("schemathesis.toml")
MAX_S = 40


def fill(folder: Path) -> None:
    """Make a data set, a deployed model, and jobs in other states, for the sequences to find."""
    services = open_services(Settings(data_dir=folder, serve_jobs=False), run_job=lambda *_: None)
    dataset = services.samples.use(LOCAL, "credit")
    services.datasets.confirm(LOCAL, dataset.id, kinds={}).result(timeout=60)
    api = Api(None, services)
    api.job(dataset_id=dataset.id, state=JobState.FAILED, error=Failure(code="x", message="m", hint="h"))
    api.job(dataset_id=dataset.id)
    job = api.model(dataset_id=dataset.id)
    store = services.system.store
    store.batches.add(a_batch(user_id="local", job_id=job.id, dataset_id=dataset.id, state=JobState.FAILED))
    store.batches.add(a_batch(user_id="local", job_id=job.id, dataset_id=dataset.id))
    store.alerts.add(an_alert(user_id="local", job_id=job.id))
    services.close()


def test_no_check_of_any_phase_fails(tmp_path):
    fill(tmp_path / "data")
    shutil.copy(CONFIG, tmp_path)
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", CONFIG.name, "run"]
    with running(tmp_path / "data", serve_jobs="false") as server:
        url = str(server.client.base_url).rstrip("/")
        options = ["--url", f"{url}/api", "--max-time", str(MAX_S), "--no-color", "--warnings", "off"]
        outcome = subprocess.run(
            [*command, f"{url}/api/openapi.json", *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=MAX_S + 120,
        )
    assert outcome.returncode == 0, outcome.stdout[-6000:] + outcome.stderr[-2000:]
