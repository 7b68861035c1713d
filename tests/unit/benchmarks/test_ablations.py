import numpy as np
import pytest
from benchmarks.quality.ablations import ABLATIONS, Patch, without
from benchmarks.quality.systems import SYSTEMS, is_ablation

from automl_lite.domain.columns import Task
from automl_lite.training import proposals, selection


def present(name):
    return [getattr(*patch.owner()) for patch in ABLATIONS[name]]


@pytest.mark.parametrize("name", ABLATIONS)
def test_what_is_replaced_is_there_and_comes_back(name):
    before = present(name)
    with without(name):
        inside = present(name)
    assert all(new is not old for new, old in zip(inside, before, strict=True))
    assert all(new is old for new, old in zip(present(name), before, strict=True))


def test_a_family_is_gone_from_portfolio_and_search():
    with without("catboost"):
        assert {c.family for c in proposals.portfolio("logs")}.isdisjoint({"CatBoost"})
        assert set(proposals.search_spaces()) == {"LightGBM", "XGBoost"}


@pytest.mark.parametrize("family", ["lightgbm", "catboost", "xgboost", "linear", "neural", "forests"])
def test_every_family_is_one_of_the_portfolio(family):
    n = len(proposals.portfolio())
    with without(family):
        assert 0 < len(proposals.portfolio()) < n


def test_without_blend_the_best_model_has_all_the_weight():
    y = np.array([0.0, 1.0, 2.0])
    with without("blend"):
        assert selection.greedy_weights(Task.REGRESSION, [y + 1, y + 0.1, y - 2], y, None).tolist() == [0, 1, 0]


def test_a_patch_that_the_product_has_moved_away_from_fails(monkeypatch):
    monkeypatch.setitem(ABLATIONS, "stale", (Patch("search:MORE_ROUNDS", lambda _: 1), Patch("search:GONE", id)))
    before = present("more-rounds")
    with pytest.raises(AttributeError, match="GONE"), without("stale"):
        pass
    assert present("more-rounds") == before


def test_each_is_a_system():
    assert sum(map(is_ablation, SYSTEMS)) == len(ABLATIONS)
    assert SYSTEMS["automl_lite-balanced~refit"].options == {"quality": "balanced", "without": "refit"}
