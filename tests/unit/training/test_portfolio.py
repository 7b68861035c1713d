"""What a search tries first."""

from __future__ import annotations

from automl_lite.training.portfolio import FIT_AT_ONCE, MANY_OUTPUTS, PORTFOLIO, portfolio


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
