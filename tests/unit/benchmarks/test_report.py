import pytest
from benchmarks.quality.report import END, START, Report, publish

from tests.unit.benchmarks.builders import keep_losses, result


@pytest.fixture
def report(tmp_path):
    ours, peer = result("a", "ours", 0.2), result("a", "peer", 0.4, row_ms=None, busy_before=0.6)
    late = result("a", "slow", None, state="killed", error="Killed", fit_s=None)
    for found, loss in ((ours, 0.2), (peer, 0.4)):
        keep_losses(found, [loss] * 30, tmp_path)
    return Report({r.cell: r for r in (ours, peer, late)}, tmp_path, ours="ours")


def test_document_keeps_its_words_around_the_tables(report, tmp_path):
    file = tmp_path / "benchmark.md"
    file.write_text(f"# Words\n\n{START}\nprevious\n{END}\n\nMore words\n", encoding="utf-8")
    publish(report, file)
    publish(report, file)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"# Words\n\n{START}\n\nMeasured 2026-11-21 on ")
    assert text.endswith(f"{END}\n\nMore words\n")
    assert "previous" not in text
    assert text.count("### Standings at 60 s") == 1


def test_tables_tell_winners_losers_and_failures(report):
    text = report.markdown()
    assert "| ours | 1.00 | 1.000 | 1 | 0 | 0 | 0.0 | 0.0 |" in text
    assert "| a | **0.2** | 0.4 | failed | 1 | -33.3% |" in text
    assert "| peer | 1 | 0 | 0 | – |" in text
    assert "a-slow-60-0: killed. Killed" in text


def test_a_busy_machine_is_told(report):
    assert any(s.startswith("**Doubtful:** before 1 of 3 runs") for s in report.circumstances())


def test_losses_are_named(report):
    report.ours = "peer"
    assert "| ours | 0 | 0 | 1 | a |" in report.markdown()


def test_it_prints(report, capsys):
    report.show()
    assert "Standings at 60 s" in capsys.readouterr().out


def test_document_without_marks_is_refused(report, tmp_path):
    file = tmp_path / "other.md"
    file.write_text("# Words\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"other\.md lacks the marks"):
        publish(report, file)
