"""What a search tries first."""

from __future__ import annotations

from automl_lite.training.portfolio import FEW_ROWS, FIT_AT_ONCE, FORESTS, MANY_OUTPUTS, PORTFOLIO, portfolio


def test_many_outputs_begin_with_what_fits_all_of_them_at_once():
    few, many = portfolio(n_outputs=MANY_OUTPUTS - 1), portfolio(n_outputs=MANY_OUTPUTS)
    assert few == PORTFOLIO
    assert sorted(c.name for c in many) == sorted(c.name for c in few)
    first = [c for c in many if c.family in FIT_AT_ONCE]
    assert list(many[: len(first)]) == first
    assert many[len(first)].name == "LightGBM"


def test_every_configuration_has_a_name_of_its_own():
    for learns in ("target", "logs", "rest"):
        names = [c.name for c in portfolio(learns)]  # type: ignore[arg-type]
        assert len(set(names)) == len(names)


def test_few_rows_have_their_forests_early():
    few, many = portfolio(n_rows=FEW_ROWS - 1), portfolio(n_rows=FEW_ROWS)
    assert many == PORTFOLIO
    assert {c.family for c in few[3:5]} == FORESTS
    assert [c for c in few if c.family not in FORESTS] == [c for c in many if c.family not in FORESTS]
