"""With little time, the columns that push predictions most are shuffled first."""

from __future__ import annotations

import numpy as np

from automl_lite.training.explain import _by_size


def test_columns_that_push_most_come_first_and_none_is_lost() -> None:
    raw = {name: np.zeros(2) for name in ("a", "b", "c")}
    shap = {"columns": [{"column": "c", "mean_abs": 2.0}, {"column": "gone", "mean_abs": 1.0}]}
    assert list(_by_size(raw, shap)) == ["c", "a", "b"]
    assert list(_by_size(raw, None)) == ["a", "b", "c"]
