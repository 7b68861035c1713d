from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from automl_lite.inference import Predictor, WrongTask
from automl_lite.inference.explain import explain_row
from tests.unit.inference import graphs
from tests.unit.inference.graphs import ROW, random_rows

OTHER = {"Age": 60.0, "rooms": 6, "Sex": "female", "paid": "false", "sold": "2014-12-24", "notes": "small"}


def with_background(rows: list[dict[str, Any]]) -> Predictor:
    return Predictor(graphs.regressor(background=rows))


def exact(row: dict[str, Any], background: list[dict[str, Any]]) -> dict[str, float]:
    """Shapley values by their definition: the mean effect over all orders of the columns and all background rows."""
    total = dict.fromkeys(row, 0.0)
    orders = list(permutations(row))
    for other in background:
        for order in orders:
            now, before = dict(other), graphs.formula(other)
            for column in order:
                now[column] = row[column]
                after = graphs.formula(now)
                total[column] += (after - before) / len(orders) / len(background)
                before = after
    return total


def test_few_columns_are_explained_exactly():
    row = ROW | {"paid": "true", "notes": "small"}  # five columns differ: 60 pairs of orders hold them all
    explanation = with_background([OTHER]).explain(row)
    expected = exact(row, [OTHER])
    for c in explanation.contributions:
        assert c.contribution == pytest.approx(expected[c.column], abs=1e-9)
        assert c.standard_error is not None
    assert explanation.n_rows <= 2000


def test_estimates_lie_within_their_errors():
    background = random_rows(32, seed=1)
    row = ROW | {"paid": "true"}
    explanation = with_background(background).explain(row)
    expected = exact(row, background)
    for c in explanation.contributions:
        assert c.standard_error is not None
        assert abs(c.contribution - expected[c.column]) <= 3 * c.standard_error + 1e-9
    assert explanation.n_background == 32


@pytest.mark.parametrize("max_rows", [2, 50, 2000])
def test_contributions_add_up(max_rows: int):
    background = random_rows(32, seed=2)
    predictor = with_background(background)
    for row in random_rows(10, seed=3):
        explanation = predictor.explain(row, max_rows=max_rows)
        total = explanation.base + sum(c.contribution for c in explanation.contributions)
        assert total == pytest.approx(explanation.value, abs=1e-9)
        assert explanation.value == pytest.approx(predictor.answer(row).prediction)
        used = background[: explanation.n_background]
        assert explanation.base == pytest.approx(np.mean([graphs.formula(r) for r in used]))
        assert explanation.n_rows <= max(max_rows, 12)


def test_the_same_seed_gives_the_same_explanation(binary: Predictor):
    model = Predictor(graphs.classifier(["no", "yes"], graphs.random_trees(12, 1), background=random_rows(9, seed=4)))
    assert model.explain(ROW, seed=7) == model.explain(ROW, seed=7)
    assert model.answer(ROW, explain=True).explanation == model.explain(ROW)


def test_a_column_without_effect_gets_nothing():
    explanation = with_background(random_rows(8, seed=5)).explain(ROW | {"rooms": 3, "Age": 0})
    found = {c.column: c for c in explanation.contributions}
    assert found["sold"].value == "2014-10-13T00:00:00"
    same = with_background([ROW]).explain(ROW)
    assert [c.contribution for c in same.contributions] == [0.0] * 6
    assert same.base == same.value


def test_which_probability_is_explained(binary: Predictor, multiclass: Predictor):
    answer = multiclass.answer(ROW, explain=True)
    assert answer.explanation is not None
    assert answer.explanation.output == answer.prediction
    assert answer.explanation.value == pytest.approx(answer.probability)
    assert binary.explain(ROW).output == "yes"
    no, yes = binary.explain(ROW, label="no"), binary.explain(ROW, label="yes")
    assert no.value == pytest.approx(1 - yes.value, abs=1e-6)
    with pytest.raises(WrongTask, match="no class 'maybe'") as caught:
        binary.explain(ROW, label="maybe")
    assert "no, yes" in caught.value.hint


def test_missing_values_are_values():
    explanation = with_background([OTHER]).explain({"rooms": 6, "Age": None})
    found = {c.column: c for c in explanation.contributions}
    assert found["Age"].value is None
    assert found["Age"].contribution == pytest.approx((28 - 60) * 5)  # counts as 28; 2 + 0.5 × 6 rooms a year


def test_many_columns_and_one_background_row():
    rng = np.random.default_rng(0)
    weights = rng.normal(size=1500)
    row = {f"x{i}": np.array([[1.0]], np.float32) for i in range(1500)}
    zeros = {f"x{i}": np.array([[0.0]] * 3, np.float32) for i in range(1500)}
    seen = []

    def evaluate(feed: dict[str, Any]) -> Any:
        table = np.hstack(list(feed.values()))
        seen.append(len(table))
        return table @ weights

    explanation = explain_row(evaluate, row, zeros)
    assert seen == [explanation.n_rows] == [2 * 1499 + 2]
    assert explanation.n_background == 1
    for c in explanation.contributions:
        assert c.contribution == pytest.approx(weights[int(c.column[1:])], abs=1e-6)
        assert c.standard_error is None
