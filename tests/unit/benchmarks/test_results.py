from benchmarks.quality.results import FAILED, Cell, append, missing, read

from tests.unit.benchmarks.builders import result


def test_what_is_written_is_read_back(tmp_path):
    file = tmp_path / "deep" / "results.csv"
    whole = result()
    failed = result(system="peer", loss=None, fit_s=None, size_mb=None, row_ms=None, error='It said: "no", twice\nhere')
    append(file, whole)
    append(file, failed)
    assert read(file) == {whole.cell: whole, failed.cell: failed}


def test_nothing_measured_yet(tmp_path):
    assert read(tmp_path / "results.csv") == {}


def test_the_last_line_of_a_cell_counts(tmp_path):
    file = tmp_path / "results.csv"
    append(file, result(loss=0.5))
    append(file, result(loss=0.3))
    assert [r.loss for r in read(file).values()] == [0.3]


def test_a_line_cut_off_by_a_crash_is_run_again(tmp_path):
    file = tmp_path / "results.csv"
    append(file, result(seed=0))
    append(file, result(seed=1))
    file.write_bytes(file.read_bytes()[:-60])
    assert [cell.seed for cell in read(file)] == [0]
    append(file, result(seed=2))
    assert [cell.seed for cell in read(file)] == [0, 2]


def test_finished_cells_are_left_out():
    done = {r.cell: r for r in (result("a"), result("b", loss=None), result("a", "peer"))}
    cells = [Cell(name, system, 60.0, 0) for name in ("a", "b", "c") for system in ("ours", "peer")]
    assert [(c.dataset, c.system) for c in missing(cells, done)] == [("b", "peer"), ("c", "ours"), ("c", "peer")]
    assert Cell("b", "ours", 60.0, 0) in missing(cells, done, again=[FAILED])
    assert Cell("a", "ours", 60.0, 0) not in missing(cells, done, again=[FAILED])
    assert Cell("a", "peer", 60.0, 0) in missing(cells, done, again=["peer"])


def test_overrun_counts_from_reading_to_the_saved_model():
    assert result(fit_s=66.0, wall_s=80.0).overrun_s == 6.0
    assert result(fit_s=58.0, wall_s=80.0).overrun_s == 0.0
    assert result(loss=None, fit_s=None, wall_s=150.0).overrun_s == 90.0
    assert result(budget_s=0.0, fit_s=66.0).overrun_s == 0.0
