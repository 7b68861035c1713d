"""Fits on a real Ray cluster of two nodes: the same model as alone, whatever becomes of a node."""

import hashlib
import sys
import threading
import time

import pytest

from automl_lite.errors import ExtraMissing
from automl_lite.training import TrainConfig, on_ray, train_file
from automl_lite.training.clock import Clock
from automl_lite.training.config import InvalidSetting

ray = pytest.importorskip("ray", reason="the extra ray is not installed")
pytestmark = [
    pytest.mark.xdist_group("ray"),
    # Ray leaves sockets and processes to the end of the interpreter
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def cluster():
    """Two nodes of one CPU on this machine; the head has none, so that the other two may be lost."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as env:
        env.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        env.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        env.setenv("RAY_ADDRESS", made.address)
        for _ in range(2):
            made.add_node(num_cpus=1)
        yield made
        made.shutdown()


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "table.csv"
    rows = [f"{i % 17},{i * 7 % 23},{'abc'[i % 3]},{(i % 17 > 8) ^ (i % 3 == 1)}" for i in range(600)]
    file.write_text("\n".join(["x,z,level,y", *rows]) + "\n")
    return file


def config(**more):
    return TrainConfig(**({"budget_s": 600, "max_models": 6, "eda": "none"} | more))


def test_the_model_is_the_same_byte_for_byte(cluster, table, tmp_path):
    alone = train_file(table, target="y", out=tmp_path / "a", config=config())
    spread = train_file(table, target="y", out=tmp_path / "b", config=config(engine_workers="ray"))
    assert hashlib.sha256(spread.onnx).hexdigest() == hashlib.sha256(alone.onnx).hexdigest()
    assert [row.name for row in spread.leaderboard] == [row.name for row in alone.leaderboard]
    assert not spread.metadata["capsule"]["failures"]
    assert "2 CPUs on 3 nodes" in (tmp_path / "b" / "log.txt").read_text()
    assert not ray.is_initialized()


def test_a_node_that_is_lost_changes_nothing(cluster, table, tmp_path):
    alone = train_file(table, target="y", out=tmp_path / "a", config=config())
    doomed = cluster.add_node(num_cpus=1)
    lost = threading.Event()

    def lose(event):
        if event.stage == "search" and "finished" in event.message and not lost.is_set():
            lost.set()
            cluster.remove_node(doomed, allow_graceful=False)

    spread = train_file(table, target="y", out=tmp_path / "b", config=config(engine_workers="ray"), progress=lose)
    assert lost.is_set()
    assert "3 CPUs on 4 nodes" in (tmp_path / "b" / "log.txt").read_text()
    assert spread.onnx == alone.onnx


def test_a_stop_keeps_the_best_so_far(cluster, table, tmp_path):
    stop, stopped_at = threading.Event(), []

    def watch(event):
        if event.stage == "search" and "finished" in event.message and not stop.is_set():
            stop.set()
            stopped_at.append(time.monotonic())

    run = train_file(
        table,
        target="y",
        out=tmp_path / "a",
        config=config(max_models=None, engine_workers="ray"),
        progress=watch,
        stop=stop,
    )
    assert time.monotonic() - stopped_at[0] < 60  # of 600: what is left is blending, measuring, explaining
    assert run.evaluation.as_dict()["metrics"]
    assert (tmp_path / "a" / "model.onnx").is_file()


def test_nodes_with_other_versions_are_refused(cluster, table, tmp_path, monkeypatch):
    ours = on_ray._warm()
    monkeypatch.setattr(on_ray, "version", lambda name: ours[name] + "+other")
    with pytest.raises(on_ray.ClusterUnusable, match=r"would fit other models: .*lightgbm"):
        train_file(table, target="y", out=tmp_path / "a", config=config(engine_workers="ray"))
    assert not ray.is_initialized()


def test_a_cluster_that_is_not_there_says_so(table, tmp_path, monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(on_ray.ClusterUnusable, match="cannot be reached"):
        train_file(table, target="y", out=tmp_path / "a", config=config(engine_workers="ray"))


def test_without_ray_the_pip_line_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ExtraMissing, match="Ray cluster") as told:
        on_ray.RayPlace(Clock(60))
    assert "automl-lite[ray]" in told.value.hint


def test_only_the_portfolio_runs_on_a_cluster():
    with pytest.raises(InvalidSetting, match="flaml does not run on Ray"):
        TrainConfig(engine="flaml", engine_workers="ray")
    with pytest.raises(InvalidSetting, match="no engine workers 'dask'"):
        TrainConfig(engine_workers="dask")
