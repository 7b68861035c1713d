"""``python -m automl_lite.worker``: run the job of $AUTOML_LITE_JOBSPEC and exit."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

from automl_lite.domain.errors import InvalidConfig
from automl_lite.domain.runs import JobSpec
from automl_lite.errors import AutoMLLiteError

log = logging.getLogger("automl_lite.worker")
MB = 1024 * 1024
NEEDED = (JobSpec.ENV, "AUTOML_LITE_STORE_URL", "AUTOML_LITE_BLOBS_URL")
REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")


def limit_memory(memory_mb: int) -> None:
    """Make allocations beyond ``memory_mb`` MiB fail with MemoryError, and this process the first that Linux ends.

    The limit is on data (RLIMIT_DATA): address space alone, which numeric libraries reserve in gigabytes, is free.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    if memory_mb:
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * MB, memory_mb * MB))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def check_environment() -> None:
    """Raise InvalidConfig naming everything that the worker needs and does not find."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    urls = [os.environ.get(name, "") for name in NEEDED]
    if any(url.startswith(("dynamodb:", "s3:")) for url in urls) and not (set(REGION) & set(os.environ)):
        missing.append(REGION[0])
    if missing:
        raise InvalidConfig(
            f"The worker's environment lacks {', '.join(missing)}.",
            hint="Start workers through a runner; on AWS the job definition sets all but the job specification.",
        )


def main() -> int:
    """Return the exit status: 0 if the job has an outcome in the store, 2 if the worker could not begin."""
    faulthandler.enable()
    try:
        check_environment()
        spec = JobSpec.from_json(os.environ.get(JobSpec.ENV, ""))
        limit_memory(spec.memory_mb)
        if spec.threads:
            for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
                os.environ.setdefault(name, str(spec.threads))
        from automl_lite import logs
        from automl_lite.settings import Settings
        from automl_lite.wiring import engines_of, open_worker

        settings = Settings()
        logs.configure(settings.log_format, "warning")
        with open_worker(settings) as (store, blobs, notifier):
            from automl_lite.worker.run import run_job

            run_job(spec, store, blobs, notifier, leave=os._exit, engines=engines_of(settings))
    except AutoMLLiteError as err:
        print(f"{err.code}: {err.message} {err.hint}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    status = main()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # A fit that did not end in time still runs in a thread; taking the interpreter down under it would crash.
    os._exit(status)
