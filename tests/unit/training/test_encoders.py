"""Columns to features: numpy and the ONNX graph agree on any cell, and nothing leaks from a row's own target."""

from datetime import datetime

import numpy as np
import onnxruntime as ort
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto

from automl_lite.domain.columns import Column, Kind
from automl_lite.training.dates import DateEncoder
from automl_lite.training.encoders import CategoryEncoder, Targets
from automl_lite.training.features import FeatureEncoder, feed, raw_columns
from automl_lite.training.graph import Graph
from automl_lite.training.words import TextEncoder

RNG = np.random.default_rng(5)
N = 300


def targets(n=N, k=1):
    return Targets(RNG.random((n, k)).round(2), np.arange(n) % 5)


def agree(encoder, raw):
    """The features of ``raw`` by numpy, after checking that the graph gives the same."""
    graph = Graph(taken=list(raw))
    graph.output(encoder.to_onnx(graph), "features", TensorProto.FLOAT, ["N", len(encoder.names_)])
    session = ort.InferenceSession(graph.model({}).SerializeToString())
    expected = encoder.transform(raw)
    (found,) = session.run(["features"], feed(raw))
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
    return expected


def encoder_of(kind, values, k=1, name="c"):
    encoder = FeatureEncoder([Column(name=name, kind=kind)])
    encoder.fit({name: values}, targets(len(values), k))
    return encoder


numbers = st.lists(st.floats(width=32) | st.just(float("nan")), min_size=1, max_size=20)
strings = st.lists(st.text(max_size=30) | st.sampled_from(["", "a", "b", "A", "red wine"]), min_size=1, max_size=20)


@given(numbers)
@settings(max_examples=60, deadline=None)
def test_any_number(values):
    encoder = encoder_of(Kind.NUMBER, RNG.normal(size=N).astype(np.float32))
    features = agree(encoder, {"c": np.array(values, np.float32)})
    assert not np.isinf(features).any()


@pytest.mark.parametrize("levels", [3, 60])
@given(values=strings)
@settings(max_examples=60, deadline=None)
def test_any_category(levels, values):
    known = np.array([f"v{i % levels}" if i % 11 else "" for i in range(N)], object)
    features = agree(encoder_of(Kind.CATEGORY, known, k=2), {"c": np.array(values, object)})
    assert np.isfinite(features).all()


@given(values=strings)
@settings(max_examples=60, deadline=None)
def test_any_boolean(values):
    encoder = encoder_of(Kind.BOOLEAN, np.array(["true", "false"] * (N // 2), object))
    found = agree(encoder, {"c": np.array([*values, "Yes", "0", ""], object)})
    assert found[-3:-1, 0].tolist() == [1.0, 0.0]
    assert np.isnan(found[-1, 0])


@given(values=strings)
@settings(max_examples=60, deadline=None)
def test_any_text(values):
    words = np.array([" ".join(RNG.choice(["Red", "wine", "été", "don't", "字"], 5)) for _ in range(N)], object)
    features = agree(encoder_of(Kind.TEXT, words), {"c": np.array(values, object)})
    assert np.isfinite(features).all()


dates = st.datetimes(min_value=datetime(1, 1, 1)) | st.none()


@given(values=st.lists(dates, min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_date(values):
    known = np.datetime64("2014-05-01T00:00:00") + np.arange(N) * np.timedelta64(86_400 * 4 + 3_601, "s")
    raw = {"c": np.array(values, "datetime64[s]")}
    features = agree(encoder_of(Kind.DATETIME, known), raw)
    assert np.isnan(features[np.isnat(raw["c"])]).all()


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("2014-10-13", "2014-10-13T00:00:00"),
        ("2014-10-13 08:30:05", "2014-10-13T08:30:05"),
        ("2014-10-13T08:30", "2014-10-13T08:30:00"),
        ("2014-10-13T08:30:05.999Z", "2014-10-13T08:30:05"),
        ("13/10/2014", ""),
        ("soon", ""),
    ],
)
def test_spellings_of_dates_that_the_graph_reads(text, same_as):
    known = np.datetime64("2010-01-01T00:00:00") + np.arange(N) * np.timedelta64(86_400 * 7 + 60, "s")
    encoder = encoder_of(Kind.DATETIME, known)
    graph = Graph(taken=["c"])
    graph.output(encoder.to_onnx(graph), "features", TensorProto.FLOAT, ["N", len(encoder.names_)])
    session = ort.InferenceSession(graph.model({}).SerializeToString())
    (found,) = session.run(["features"], {"c": np.array([[text], [same_as]], object)})
    np.testing.assert_array_equal(found[0], found[1])


def test_columns_of_all_kinds_together_keep_their_features_in_order():
    """One-hot tables of several widths, target means, booleans, two dates, a text: the graph treats kinds together."""
    start = np.datetime64("2012-03-01T00:00:00")
    raw = {
        "n1": RNG.normal(size=N).astype(np.float32),
        "three": np.array([f"v{i % 3}" for i in range(N)], object),
        "on": np.array([("true", "false", "")[i % 3] for i in range(N)], object),
        "many": np.array([f"w{i % 60}" for i in range(N)], object),
        "sold": start + np.arange(N) * np.timedelta64(86_400 * 5, "s"),
        "seven": np.array([f"u{i % 7}" if i % 5 else "" for i in range(N)], object),
        "note": np.array([f"good wine {i % 9}" for i in range(N)], object),
        "many too": np.array([f"x{i % 30}" for i in range(N)], object),
        "built": start - np.arange(N) * np.timedelta64(86_400 * 3 + 7, "s"),
        "off": np.array([("no", "yes")[i % 2] for i in range(N)], object),
        "n2": RNG.normal(size=N).astype(np.float32),
    }
    kinds = {
        "n1": Kind.NUMBER,
        "n2": Kind.NUMBER,
        "on": Kind.BOOLEAN,
        "off": Kind.BOOLEAN,
        "sold": Kind.DATETIME,
        "built": Kind.DATETIME,
        "note": Kind.TEXT,
    }
    encoder = FeatureEncoder([Column(name=n, kind=kinds.get(n, Kind.CATEGORY)) for n in raw])
    encoder.fit(raw, targets(k=2))
    assert [c.name for c in encoder.columns][:4] == ["n1", "n2", "on", "off"]
    unseen = {n: v.copy() for n, v in raw.items()}
    for name in ("three", "many", "seven", "many too"):
        unseen[name][::7] = "never"
    unseen["sold"][::9] = np.datetime64("NaT")
    features = agree(encoder, unseen)
    assert features.shape == (N, len(encoder.names_))
    agree(encoder, {n: v[:1] for n, v in unseen.items()})


def test_target_means_are_out_of_fold():
    """A level that a fold has alone gets the prior there, whatever its rows' targets are."""
    values = np.array([f"v{i % 40}" for i in range(N)], object)
    fold = np.arange(N) % 5
    fold[values == "v0"] = 3
    y = np.where(values == "v0", 1.0, 0.0)
    encoder = CategoryEncoder("c")
    features = encoder.fit(values, Targets(y[:, None], fold))
    alone = features[values == "v0", 0]
    np.testing.assert_allclose(alone, y.mean(), rtol=1e-5)
    assert encoder.transform(np.array(["v0"], object))[0, 0] > 0.4


def test_word_scores_are_out_of_fold():
    rng = np.random.default_rng(0)
    noise = np.array([" ".join(f"w{j}" for j in rng.integers(0, 200, 12)) for _ in range(400)], object)
    y = rng.integers(0, 2, 400).astype(float)
    encoder = TextEncoder("c")
    features = encoder.fit(noise, Targets(y[:, None], np.arange(400) % 5))
    score = features[:, [n.endswith("score 0") for n in encoder.names].index(True)]
    assert abs(np.corrcoef(score, y)[0, 1]) < 0.2


def test_rare_levels_and_unseen_ones_are_the_same_thing():
    values = np.array([f"v{i % 30}" for i in range(N - 2)] + ["once", "twice"], object)
    encoder = CategoryEncoder("c")
    encoder.fit(values, targets())
    assert "once" not in encoder.levels_
    np.testing.assert_array_equal(
        encoder.transform(np.array(["once"], object)), encoder.transform(np.array(["never"], object))
    )


def test_date_parts_that_do_not_vary_are_left_out():
    days = np.datetime64("2014-05-01T00:00:00") + np.arange(N) * np.timedelta64(86_400, "s")
    encoder = DateEncoder("sold")
    encoder.fit(days, targets())
    assert "sold: hour" not in encoder.names
    assert "sold: month" in encoder.names
    assert "sold: year" not in encoder.names


def test_names_follow_the_features_and_numbers_come_first():
    frame = pd.DataFrame({"city": ["a", "b", None] * 20, "size": np.arange(60.0)})
    columns = [Column(name="city", kind=Kind.CATEGORY), Column(name="size", kind=Kind.NUMBER)]
    encoder = FeatureEncoder(columns)
    matrix = encoder.fit(raw_columns(frame, columns), targets(60))
    assert encoder.names_ == ["size", "city=a", "city=b", "city is missing"]
    assert encoder.column_of_ == ["size", "city", "city", "city"]
    assert matrix.shape == (60, 4)


def folds_of(fold):
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in np.unique(fold)]


@pytest.mark.parametrize("kind", [Kind.CATEGORY, Kind.TEXT])
def test_what_a_fold_learns_from_does_not_know_what_it_validates(kind):
    """Other answers in the validation rows of a fold change nothing of what its model sees."""
    rng = np.random.default_rng(3)
    values = np.array([f"v{i} w{i % 7}" for i in rng.integers(0, 40, 300)], object)
    fold, y = np.arange(300) % 5, rng.integers(0, 2, 300).astype(float)
    other = np.where(fold == 2, 1 - y, y)
    seen = []
    for answers in (y, other):
        encoder = FeatureEncoder([Column(name="size", kind=Kind.NUMBER), Column(name="c", kind=kind)])
        raw = {"size": np.zeros(300, np.float32), "c": values}
        matrix = encoder.fit(raw, Targets(answers[:, None], fold))
        found = encoder.of_folds(raw, Targets(answers[:, None], fold), folds_of(fold))
        seen.append([found.rows(matrix, np.arange(300), k)[:, found.columns] for k in range(5)])
    np.testing.assert_array_equal(seen[0][2], seen[1][2])
    assert not np.array_equal(seen[0][1], seen[1][1])


def test_rows_of_a_fold_are_encoded_as_by_an_encoder_of_its_training_rows():
    rng = np.random.default_rng(4)
    values = np.array([f"v{i}" for i in np.tile(np.arange(20), 15)], object)
    fold, y = rng.permutation(300) % 5, rng.random(300)
    encoder = CategoryEncoder("c")
    encoder.fit(values, Targets(y[:, None], fold))
    places, found = encoder.of_folds(values, Targets(y[:, None], fold), folds_of(fold))
    train, valid = folds_of(fold)[1]
    alone = CategoryEncoder("c")
    features = alone.fit(values[train], Targets(y[train][:, None], fold[train]))
    np.testing.assert_allclose(found[1][train], features[:, places], rtol=1e-5)
    np.testing.assert_allclose(found[1][valid], alone.transform(values[valid])[:, places], rtol=1e-5)


def test_columns_that_learn_nothing_of_the_target_are_the_same_for_every_fold():
    encoder = FeatureEncoder([Column(name="c", kind=Kind.CATEGORY)])
    raw = {"c": np.array(["a", "b"] * 30, object)}
    matrix = encoder.fit(raw, targets(60))
    found = encoder.of_folds(raw, targets(60), folds_of(np.arange(60) % 5))
    np.testing.assert_array_equal(found.rows(matrix, np.arange(10), 3), matrix[:10])
