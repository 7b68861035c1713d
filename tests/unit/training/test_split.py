"""Which rows train and which test."""

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Column, Kind
from automl_lite.errors import UnknownColumn
from automl_lite.training.config import InvalidSetting, TrainConfig
from automl_lite.training.split import assign_folds, make_split, n_folds


def plan(n=1_000, classes=2, split="auto", frame=None, columns=(), **config):
    codes = np.arange(n) % classes
    frame = pd.DataFrame({"x": np.arange(n)}) if frame is None else frame
    return codes, make_split(frame, columns, codes, TrainConfig(split=split, **config), 1)


def test_random_split_is_stratified_and_each_row_is_on_one_side():
    codes, split = plan(1_000, classes=4)
    assert len(split.test) == 200
    assert np.bincount(codes[split.test]).tolist() == [50] * 4
    assert sorted([*split.train, *split.test]) == list(range(1_000))
    for train, valid in split.folds:
        assert not set(train) & set(valid)
        assert len(train) + len(valid) == len(split.train)


def test_small_tables_are_measured_by_cross_validation():
    _, split = plan(200)
    assert len(split.test) == 0
    assert len(split.folds) == 8
    assert "too few" in split.reason


def test_a_test_share_that_was_asked_for_is_given_to_small_tables_too():
    assert len(plan(200, test_share=0.25)[1].test) == 50


def test_rows_of_a_rare_class_train_in_every_fold():
    codes = np.array([0] * 100 + [1] * 100 + [2])
    fold = assign_folds(codes, 5, np.random.default_rng(0))
    assert fold[-1] == -1
    assert set(fold[:-1]) == set(range(5))


def test_a_class_of_one_row_never_goes_to_the_test():
    codes = np.array([0] * 600 + [1] * 399 + [2])
    split = make_split(pd.DataFrame({"x": codes}), [], codes, TrainConfig(), 3)
    assert 999 in split.train


@pytest.mark.parametrize("n", [2, 3, 5, 9])
def test_the_smallest_tables_have_folds(n):
    fold = assign_folds(np.zeros(n, np.int64), 8, np.random.default_rng(0))
    assert set(fold) == set(range(min(n, 8)))


def test_time_split_tests_on_the_latest_rows_and_trains_on_the_past_only():
    rng = np.random.default_rng(0)
    days = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.permutation(1_000), unit="D"))
    _, split = plan(frame=pd.DataFrame({"day": days}), split="time:day")
    times = days.to_numpy()
    assert times[split.test].min() > times[split.train].max()
    for train, valid in split.folds:
        assert times[split.train][train].max() < times[split.train][valid].min()


def test_missing_times_train():
    days = pd.Series(pd.date_range("2020-01-01", periods=100)).mask(np.arange(100) == 99)
    _, split = plan(100, frame=pd.DataFrame({"day": days}), split="time:day")
    assert 99 in split.train


def test_a_regular_series_is_split_by_time_unasked():
    frame = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=700)})
    _, split = plan(700, frame=frame, columns=[Column(name="day", kind=Kind.DATETIME)])
    assert split.kind == "time"
    assert "regular series" in split.reason


def test_sales_with_repeated_days_are_not_a_series():
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.random.default_rng(0).integers(0, 300, 1_000), unit="D")
    _, split = plan(frame=pd.DataFrame({"day": days}), columns=[Column(name="day", kind=Kind.DATETIME)])
    assert split.kind == "random"


def test_groups_stay_together():
    groups = pd.Series([f"g{i % 37}" for i in range(1_000)])
    _, split = plan(frame=pd.DataFrame({"who": groups}), split="group:who")
    assert not set(groups[split.train]) & set(groups[split.test])
    assert 0.1 < len(split.test) / 1_000 < 0.35
    inside = groups[split.train].to_numpy()
    for train, valid in split.folds:
        assert not set(inside[train]) & set(inside[valid])


def test_two_groups_are_too_few():
    with pytest.raises(InvalidSetting, match="2 groups"):
        plan(frame=pd.DataFrame({"who": ["a", "b"] * 500}), split="group:who")


def test_splitting_by_a_column_that_is_not_there_names_the_closest():
    with pytest.raises(UnknownColumn) as told:
        plan(frame=pd.DataFrame({"sold_on": np.arange(1_000)}), split="time:sold_in")
    assert "sold_on" in told.value.hint


def test_text_has_no_order_in_time():
    with pytest.raises(InvalidSetting, match="neither a date nor a number"):
        plan(frame=pd.DataFrame({"t": ["x"] * 1_000}), split="time:t")


def test_fewer_folds_where_rows_are_many():
    assert [n_folds(n, 1) for n in (500, 5_000, 50_000)] == [8, 6, 4]
    assert n_folds(5_000, 26) == 4
