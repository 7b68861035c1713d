import pytest
from benchmarks.quality.standings import Standings

from tests.unit.benchmarks.builders import keep_losses, result


def standings(tmp_path, *results):
    return Standings({r.cell: r for r in results}, 60.0, tmp_path)


def test_systems_without_a_budget_stand_beside_every_budget(tmp_path):
    found = standings(
        tmp_path,
        result("a", "ours", 0.2),
        result("a", "plain", 0.4, budget_s=0.0),
        result("a", "ours", 0.1, budget_s=300.0),
    )
    assert found.losses == {"a": {"ours": 0.2, "plain": 0.4}}
    assert [(s.system, s.rank) for s in found.standings()] == [("ours", 1), ("plain", 2)]
    assert [s.score for s in found.standings()] == pytest.approx([1, 0.75])


def test_sets_that_lack_a_system_do_not_count(tmp_path):
    found = standings(tmp_path, result("a", "ours"), result("a", "peer", 0.3), result("b", "ours"))
    assert list(found.losses) == ["a"]
    assert found.incomplete == {"b": ["peer"]}


def test_only_seeds_that_everybody_ran_are_compared(tmp_path):
    found = standings(tmp_path, result("a", "ours", 0.2), result("a", "ours", 0.9, seed=1), result("a", "peer", 0.3))
    assert found.losses["a"] == {"ours": 0.2, "peer": 0.3}


def test_a_failed_run_counts_as_guessing_and_is_told(tmp_path):
    found = standings(
        tmp_path,
        *(result("a", "ours", 0.2, seed=seed) for seed in (0, 1)),
        result("a", "peer", 0.4, seed=0),
        result("a", "peer", None, seed=1, fit_s=None, wall_s=150.0),
        *(result("a", "broken", None, seed=seed) for seed in (0, 1)),
    )
    assert found.losses["a"] == {"ours": 0.2, "peer": 0.7, "broken": None}
    by_name = {s.system: s for s in found.standings()}
    assert (by_name["peer"].n_runs, by_name["peer"].n_failed, by_name["peer"].n_late) == (2, 1, 1)
    assert by_name["peer"].most_overrun_s == 90.0
    assert (by_name["broken"].rank, by_name["broken"].score) == (3.0, 0.0)


def test_late_means_more_than_both_limits(tmp_path):
    found = standings(tmp_path, result("a", fit_s=64.0), result("b", fit_s=66.0), result("c", fit_s=61.0)).standings()
    assert found[0].n_late == 1


def test_duels_over_test_rows(tmp_path):
    ours, peer, broken = result("a", "ours"), result("a", "peer"), result("a", "broken", None)
    keep_losses(ours, [0.1] * 40, tmp_path)
    keep_losses(peer, [0.3] * 40, tmp_path)
    found = standings(tmp_path, ours, peer, broken)
    assert {name: [d.verdict for d in duels] for name, duels in found.duels("ours").items()} == {
        "peer": ["win"],
        "broken": ["win"],
    }
    assert [d.verdict for d in found.duels("broken")["ours"]] == ["loss"]


def test_duels_need_the_losses_of_rows(tmp_path):
    assert standings(tmp_path, result("a", "ours"), result("a", "peer")).duels("ours") == {}


def test_our_minute_against_their_ten(tmp_path):
    ours, peer = result("a", "automl_lite-balanced"), result("a", "autogluon-best", budget_s=600.0)
    plain = result("a", "lightgbm-default", budget_s=0.0)
    for found, loss in ((ours, 0.3), (peer, 0.1), (plain, 0.5)):
        keep_losses(found, [loss] * 30, tmp_path)
    results = {r.cell: r for r in (ours, peer, plain)}
    minute, ten = Standings(results, 60.0, tmp_path), Standings(results, 600.0, tmp_path)
    assert [d.verdict for d in minute.duels(ours.system, ten)["autogluon-best"]] == ["loss"]
    assert list(minute.duels(ours.system, ten)) == ["autogluon-best"]


def test_distance_to_the_best_other_system(tmp_path):
    found = standings(
        tmp_path, result("a", "ours", 0.6), result("a", "peer", 0.5), result("b", "ours", 0.5), result("b", "peer", 0.6)
    )
    assert found.behind("ours") == pytest.approx({"a": 0.2, "b": -0.25})


def test_promises_that_were_kept(tmp_path):
    runs = [
        result(name, loss=loss, promised=0.4, promised_low=0.3, promised_high=0.5)
        for name, loss in (("a", 0.45), ("b", 0.55), ("c", None))
    ]
    assert standings(tmp_path, *runs, result("d")).promises("ours") == (1, 2)


def test_ablations_are_measured_against_the_whole_and_have_no_rank(tmp_path):
    found = standings(
        tmp_path,
        result("a", "automl_lite-balanced", 0.2),
        result("a", "automl_lite-balanced~refit", 0.4),
        result("a", "peer", 0.3),
    )
    assert [s.system for s in found.standings()] == ["automl_lite-balanced", "peer"]
    assert found.ablated("automl_lite-balanced") == {"automl_lite-balanced~refit": [pytest.approx(-0.25)]}


def test_costs_are_medians_of_what_is_known(tmp_path):
    runs = [result(name, size_mb=size) for name, size in (("a", 1.0), ("b", 3.0), ("c", None))]
    (costs,) = standings(tmp_path, *runs).costs()
    assert (costs.size_mb, costs.most_size_mb, costs.row_ms) == (2.0, 3.0, 0.1)
