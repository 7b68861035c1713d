"""``automl-lite worker``: train the jobs of a store that other machines share."""

from __future__ import annotations

import signal
import threading

from automl_lite.cli.serve import Concurrency, DataDir, LogFormat, fail, read_settings
from automl_lite.errors import AutoMLLiteError


def worker(data_dir: DataDir = None, concurrency: Concurrency = None, log_format: LogFormat = None) -> None:
    """Run waiting jobs until interrupted; then hand running ones back to the queue.

    Point it at the server's store and files: AUTOML_LITE_STORE_URL and AUTOML_LITE_BLOBS_URL.
    """
    settings = read_settings(data_dir=data_dir, concurrency=concurrency, log_format=log_format, serve_jobs=True)
    try:
        from automl_lite import logs
        from automl_lite.wiring import open_services

        logs.configure(settings.log_format, settings.log_level)
        services = open_services(settings)
    except AutoMLLiteError as err:
        fail(err)
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    services.start()
    print(f"Waiting for jobs, {settings.n_concurrent} at a time", flush=True)
    done.wait()
    services.close()
