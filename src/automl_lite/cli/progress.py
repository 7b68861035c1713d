"""Training as it goes: a live display on a terminal, plain lines anywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from automl_lite.cli.output import figure, span, table

if TYPE_CHECKING:
    from automl_lite.training import LeaderboardRow, Progress

STAGES = {
    "read": "Reading the file",
    "profile": "Looking at the data",
    "prepare": "Preparing features",
    "search": "Searching for models",
    "blend": "Blending the best",
    "evaluate": "Evaluating on unseen rows",
    "explain": "Explaining",
    "export": "Writing the model file",
    "report": "Writing the reports",
    "done": "Done",
}
_SHOWN = 8  # models of the leaderboard on the terminal


class Display:
    """Shows training events; call it with each of them, inside its ``with`` block."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, refresh_per_second=8, transient=True) if console.is_terminal else None
        self._said: tuple[str, str] = ("", "")
        self._n_models = 0
        self._note = ""
        self._last: Progress | None = None

    def __enter__(self) -> Display:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, event: Progress) -> None:
        """Show an event."""
        self._last = event
        if self._live:
            self._live.update(self._picture(event))
        else:
            self._lines(event)

    def note(self, text: str) -> None:
        """Say something beside the progress, such as that stopping was asked for."""
        self._note = text
        if self._live and self._last:
            self._live.update(self._picture(self._last))
        else:
            self._console.print(escape(text))

    def _lines(self, event: Progress) -> None:
        title = STAGES.get(event.stage, event.stage)
        if (event.stage, event.message) != self._said:
            self._said = (event.stage, event.message)
            detail = f": {event.message}" if event.message else ""
            self._console.print(f"{event.elapsed_s:6.1f} s  {escape(title)}{escape(detail)}")
        if len(event.leaderboard) > self._n_models:
            self._n_models = len(event.leaderboard)
            best = event.leaderboard[0]
            self._console.print(
                f"{event.elapsed_s:6.1f} s  {self._n_models} models, best {escape(best.name)} ({figure(best.score)})"
            )

    def _picture(self, event: Progress) -> Group:
        head = Table.grid(padding=(0, 1), expand=True)
        head.add_column(ratio=1)
        head.add_column(justify="right")
        left = "" if event.remaining_s is None else f"{span(max(0.0, event.remaining_s))} left"
        head.add_row(Text(STAGES.get(event.stage, event.stage), style="bold"), Text(left, style="dim"))
        done = min(1.0, max(0.0, event.share))
        parts: list[Any] = [head, ProgressBar(total=1.0, completed=done, complete_style="cyan")]
        if event.message:
            parts.append(Text(event.message, style="dim", overflow="ellipsis", no_wrap=True))
        if event.leaderboard:
            parts.append(leaderboard_table(event.leaderboard[:_SHOWN]))
        if self._note:
            parts.append(Text(self._note, style="yellow"))
        return Group(*parts)


def leaderboard_table(rows: Sequence[LeaderboardRow]) -> Table:
    """Build the leaderboard, best first."""
    cells = [(r.name, r.family, r.score, span(r.seconds), f"{r.weight:.0%}" if r.weight else "–") for r in rows]
    columns = ("model", "family", "score", "time", "weight")
    return table("", columns, cells, right=("score", "time", "weight"))
