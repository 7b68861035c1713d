import numpy as np
import pytest
from benchmarks.quality.scoring import guess, row_losses, score
from sklearn.metrics import log_loss, root_mean_squared_error


def test_log_loss_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(3), 50)
    labels = rng.choice(["a", "b", "c"], 50)
    losses = row_losses(labels.tolist(), p, ("a", "b", "c"))
    assert score(losses, regression=False) == pytest.approx(log_loss(labels, p, labels=["a", "b", "c"]))


def test_rmse_is_that_of_scikit_learn():
    losses = row_losses(["1", "2.5", "-3"], np.array([1.5, 2.0, 1.0]), ())
    expected = root_mean_squared_error([1, 2.5, -3], [1.5, 2.0, 1.0])
    assert score(losses, regression=True) == pytest.approx(expected)


def test_probabilities_are_scaled_to_one():
    assert row_losses(["a"], np.array([[1.0, 3.0]]), ("a", "b"))[0] == pytest.approx(np.log(4))


def test_an_unseen_class_costs_much_but_not_infinity():
    losses = row_losses(["new", "a"], np.array([[0.5, 0.5], [0.0, 1.0]]), ("a", "b"))
    assert losses.tolist() == pytest.approx([36.04, 36.04], abs=0.01)


@pytest.mark.parametrize(
    ("predictions", "said"),
    [
        (np.ones((2, 3)), "shape"),
        (np.array([[np.nan, 1], [0.5, 0.5]]), "1 predictions are missing"),
        (np.array([[-0.1, 1.1], [0.5, 0.5]]), "negative"),
        (np.array([[0.0, 0.0], [0.5, 0.5]]), "all 0"),
    ],
)
def test_unusable_predictions_are_refused(predictions, said):
    with pytest.raises(ValueError, match=said):
        row_losses(["a", "b"], predictions, ("a", "b"))


def test_guessing_is_the_shares_or_the_mean():
    assert guess(["a", "a", "b", "a"], 2, ("a", "b")).tolist() == [[0.75, 0.25]] * 2
    assert guess(["1", "2", "6"], 2, ()).tolist() == [3, 3]
