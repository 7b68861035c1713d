"""Reading files in processes of their own: answers, errors, ends, and the process that stays ready."""

import json
import sys
import time

import pytest

from automl_lite.domain.errors import Told
from automl_lite.services.analysis import ProcessAnalyser, ReadLimits
from automl_lite.services.reading_process import ReadingProcess


@pytest.fixture
def limits():
    return ReadLimits(
        max_bytes=10**9,
        max_unpacked_bytes=10**9,
        max_unpack_ratio=100.0,
        max_columns=1000,
        max_cell_bytes=10**6,
        max_rows=10**7,
        seconds=60.0,
    )


@pytest.fixture
def task(tmp_path):
    """Write a file and return the task to read it."""

    def write(text):
        raw = tmp_path / "raw"
        raw.write_text(text, encoding="utf-8")
        outputs = {name: str(tmp_path / name) for name in ("table", "reading", "cards", "preview")}
        return {"task": "read", "raw": str(raw), "filename": "raw.csv", "kinds": {}, **outputs}

    return write


@pytest.fixture
def started(monkeypatch):
    """The processes that were started, in order."""
    processes = []

    class Noted(ReadingProcess):
        def __init__(self):
            super().__init__()
            processes.append(self)

    monkeypatch.setattr("automl_lite.services.analysis.ReadingProcess", Noted)
    return processes


TABLE = "a,b\n" + "".join(f"{i},{i / 2}\n" for i in range(30))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells how much memory a process has held")
def test_one_process_answers_task_after_task(limits, task, started, tmp_path):
    analyser = ProcessAnalyser(limits)
    analyser.prepare()
    analyser.prepare()
    try:
        assert analyser.run(task(TABLE))["n_rows"] == 30
        with pytest.raises(Told) as told:
            analyser.run(task("\x00\x01\x02"))
        assert told.value.failure.code != "reading-failed"
        assert analyser.run(task(TABLE + "7,8\n"))["n_rows"] == 31
        assert json.loads((tmp_path / "preview").read_text())["first"]["rows"][-1] == [7, 8.0]
        assert len(started) == 1
    finally:
        analyser.close()
    assert not started[0].is_alive


def test_a_spare_process_that_has_ended_is_replaced(limits, task, started):
    analyser = ProcessAnalyser(limits)
    analyser.prepare()
    started[0].kill()
    while started[0].is_alive:
        time.sleep(0.01)
    try:
        assert analyser.run(task(TABLE))["n_rows"] == 30
        assert len(started) == 2
    finally:
        analyser.close()


def test_without_a_spare_each_process_has_one_task(limits, task, started):
    analyser = ProcessAnalyser(limits, spare=False)
    analyser.prepare()
    assert analyser.run(task(TABLE))["n_rows"] == 30
    assert len(started) == 1
    assert not started[0].is_alive
    analyser.close()


def test_a_reader_that_crashes_is_told_and_replaced(limits, task, started, caplog):
    analyser = ProcessAnalyser(limits)
    try:
        with pytest.raises(Told) as told:
            analyser.run(task(TABLE) | {"task": "no such task"})
        assert told.value.failure.code == "reading-failed"
        assert "KeyError" in caplog.text
        assert analyser.run(task(TABLE))["n_rows"] == 30
    finally:
        analyser.close()


def test_a_reader_that_takes_too_long_is_ended(task, started):
    process = ReadingProcess()
    with pytest.raises(TimeoutError):
        process.ask(json.dumps(task(TABLE)), seconds=0.01)
    code, _ = process.end()
    assert code != 0
