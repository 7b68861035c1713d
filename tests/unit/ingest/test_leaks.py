"""Planted leaks are named, ordinary columns are not."""

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Kind
from automl_lite.ingest import profile_table, read_frame

N = 600


@pytest.fixture
def leaks(tmp_path):
    """The leak suspects of a frame, by column."""

    def leaks(frame, target="y", **kinds):
        table = tmp_path / "table.parquet"
        reading = read_frame(pd.DataFrame(frame), out=table, kinds=kinds)
        profile = profile_table(table, reading.columns, target=target)
        return {n.column: n for n in profile.notices if n.code == "leak-suspect"}

    return leaks


def table(rng, task):
    """A table whose columns tell a good part of the target, none of them all."""
    x = rng.normal(size=(N, 4))
    group = rng.integers(0, 8, N)
    signal = x[:, 0] + 0.6 * x[:, 1] + 0.15 * group
    frame = {f"x{i}": x[:, i] for i in range(4)}
    frame |= {"group": np.array(list("abcdefgh"))[group], "count": rng.poisson(3, N)}
    if task == "regression":
        y = np.exp(1 + 0.5 * signal + 0.3 * rng.normal(size=N))
    else:
        noisy = signal + rng.normal(size=N)
        cuts = [0.9] if task == "binary" else [-0.3, 1.2]
        y = np.array(["no", "perhaps", "yes"] if task == "multiclass" else ["no", "yes"])[np.digitize(noisy, cuts)]
    return frame | {"y": y}


def group_means(y, groups, *, prior_rows=0.0, own=True):
    """The mean of y within groups, shrunk by some rows of the overall mean; without the row's own if asked."""
    grouped = pd.Series(y).groupby(groups)
    total, n = grouped.transform("sum"), grouped.transform("count")
    if not own:
        total, n = total - y, n - 1
    return ((total + prior_rows * np.mean(y)) / (n + prior_rows)).to_numpy()


def amount_of(y, rng):
    return np.where(y == "yes", rng.gamma(2, 100, N), 0.0)


def flipped(y, rng):
    return np.where(rng.random(N) < 0.04, rng.permutation(y), y)


CLASS_LEAKS = {
    "copy": lambda y, frame, rng: np.char.add("state ", y),
    "noisy copy": lambda y, frame, rng: np.char.upper(flipped(y, rng)),
    "future amount": lambda y, frame, rng: amount_of(y, rng),
    "future amount with gaps": lambda y, frame, rng: np.where(y == "yes", rng.gamma(2, 100, N), np.nan),
    "prefix": lambda y, frame, rng: [f"{'A' if v == 'yes' else 'K'}-{rng.integers(1e6)}" for v in y],
    "target encoding": lambda y, frame, rng: group_means((y == "yes") * 1.0, frame["group"]),
    "shrunk encoding": lambda y, frame, rng: group_means((y == "yes") * 1.0, frame["group"], prior_rows=10),
    "encoding by others": lambda y, frame, rng: group_means((y == "yes") * 1.0, frame["group"], own=False),
}
NUMBER_LEAKS = {
    "copy": lambda y, frame, rng: y * 1.0,
    "noisy copy": lambda y, frame, rng: y + rng.normal(0, 0.1 * y.std(), N),
    "logarithm": lambda y, frame, rng: np.log(y),
    "rank": lambda y, frame, rng: pd.Series(y).rank().to_numpy(),
    "future value": lambda y, frame, rng: 1.2 * y * rng.normal(1, 0.05, N),
    "target encoding": lambda y, frame, rng: group_means(y, frame["group"]),
    "shrunk encoding": lambda y, frame, rng: group_means(y, frame["group"], prior_rows=10),
    "encoding by others": lambda y, frame, rng: group_means(y, frame["group"], own=False),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", CLASS_LEAKS)
def test_leaks_of_classes_are_named(kind, seed, leaks):
    rng = np.random.default_rng(seed)
    frame = table(rng, "binary")
    frame["planted"] = CLASS_LEAKS[kind](frame["y"], frame, rng)
    assert set(leaks(frame)) == {"planted"}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", NUMBER_LEAKS)
def test_leaks_of_numbers_are_named(kind, seed, leaks):
    rng = np.random.default_rng(seed)
    frame = table(rng, "regression")
    frame["planted"] = NUMBER_LEAKS[kind](frame["y"], frame, rng)
    assert set(leaks(frame)) == {"planted"}


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("seed", range(5))
def test_ordinary_columns_are_not_suspected(task, seed, leaks):
    assert leaks(table(np.random.default_rng(seed), task)) == {}


def test_one_class_of_three_given_away(leaks):
    rng = np.random.default_rng(0)
    frame = table(rng, "multiclass")
    frame["refund"] = amount_of(frame["y"], rng)
    found = leaks(frame)
    assert set(found) == {"refund"}
    assert '"yes" from all other values of "y"' in found["refund"].message


def test_a_renamed_target_is_left_out_and_the_others_are_the_users_choice(leaks):
    rng = np.random.default_rng(1)
    frame = table(rng, "binary")
    frame["alive"] = frame["y"] == "yes"
    frame["refund"] = amount_of(flipped(frame["y"], rng), rng)
    found = leaks(frame)
    assert {name: n.action for name, n in found.items()} == {"alive": "keep", "refund": "drop"}
    assert "says the same" in found["alive"].message
    assert found["refund"].facts["skill"] > 0.8


def test_the_message_says_which_pattern_tells(leaks):
    rng = np.random.default_rng(2)
    frame = table(rng, "binary")
    frame["contract"] = CLASS_LEAKS["prefix"](frame["y"], frame, rng)
    frame["paid_back"] = np.where(frame["y"] == "yes", rng.normal(size=N), np.nan)
    found = leaks(frame, contract=Kind.TEXT)
    assert found["contract"].message.startswith('The first character of "contract" alone')
    assert found["paid_back"].message.startswith('Whether there is a value in "paid_back" alone')


def test_several_strong_natural_columns_vouch_for_each_other(leaks):
    rng = np.random.default_rng(3)
    size = rng.normal(size=N)
    frame = {f"side{i}": size + 0.1 * rng.normal(size=N) for i in range(3)} | {"y": size + 0.1 * rng.normal(size=N)}
    assert leaks(frame) == {}


def test_a_trend_over_time_is_no_leak(leaks):
    rng = np.random.default_rng(4)
    days = pd.date_range("2020-01-01", periods=N)
    frame = {"day": days, "x": rng.normal(size=N), "y": np.arange(N) + rng.normal(size=N)}
    assert leaks(frame) == {}


def test_few_rows_are_not_judged(leaks):
    assert leaks({"x": np.arange(12) * 1.5, "z": np.arange(12)[::-1] % 5, "y": np.arange(12) * 2.5}) == {}


def test_copies_of_two_rows_are_no_leaks(leaks):
    half = np.arange(N) % 2
    assert leaks({"x": half * 1.5, "c": np.array(["a", "b"])[half], "y": np.array(["no", "yes"])[half]}) == {}
