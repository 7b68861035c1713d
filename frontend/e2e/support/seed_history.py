"""Write a long history of runs straight into a platform's store: FOLDER N."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from automl_lite.blobs import open_blobs
from automl_lite.domain.errors import Failure
from automl_lite.domain.jobs import Job, JobState, Result
from automl_lite.domain.records import utcnow
from automl_lite.settings import Settings
from automl_lite.store import open_store

NAMES = ("<img src=x onerror=alert(1)>", "تقرير المبيعات", "🦊 fox & hen", "a" * 180, "Quarterly churn")


def main() -> None:
    folder, n = Path(sys.argv[1]), int(sys.argv[2])
    settings = Settings(data_dir=folder)
    store, blobs = open_store(settings.store_url), open_blobs(settings.blobs_url)
    now = utcnow() - timedelta(days=1)
    for i in range(n):
        created = now - timedelta(minutes=i)
        failed = i % 17 == 3
        result = Result(
            model="Blend of 3: LightGBM, CatBoost, linear",
            metric="roc_auc",
            metric_label="ROC AUC",
            value=0.7 + 0.2 * (i % 97) / 97,
            low=0.68,
            high=0.93,
            baseline=0.5,
            verdict="Clearly better than guessing.",
        )
        job_id = str(UUID(int=10**20 + i))
        if i < 100 or i == n - 1:  # the runs that tests open or change
            blobs.put(f"jobs/{job_id}/config.json", b'{"budget_s": 60}')
        store.jobs.add(
            Job(
                id=job_id,
                user_id="local",
                dataset_id=str(UUID(int=7)),
                dataset_name="seeded.csv",
                name=f"{NAMES[i % len(NAMES)]} {i}",
                target="churned" if i % 3 else "<b>churned</b>",
                task="binary",
                metric="log_loss",
                budget_s=60,
                created_at=created,
                started_at=created,
                finished_at=created + timedelta(seconds=40 + i % 50),
                state=JobState.FAILED if failed else JobState.COMPLETED,
                result=None if failed else result,
                error=Failure(
                    code="constant-target",
                    message="The target has one value in every row.",
                    hint="Choose another target.",
                )
                if failed
                else None,
                tags=("seeded", f"batch-{i // 1000}"),
            )
        )
    store.close()


if __name__ == "__main__":
    main()
