"""``automl-lite cost``: what a month on AWS comes to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automl_lite.cli.output import JsonOption, needs, print_json, stdout, table


def cost(
    jobs: Annotated[int, typer.Option(min=0, help="Trainings a month.")] = 20,
    predictions: Annotated[int, typer.Option(min=0, help="Predictions a month, one row a request.")] = 10_000,
    budget: Annotated[float, typer.Option(min=1, help="Seconds of a training.")] = 120,
    memory: Annotated[float, typer.Option(min=4, max=16, help="Memory of a training's container in GB.")] = 4,
    dataset_mb: Annotated[float, typer.Option(min=0, help="Size of an uploaded file in MB.")] = 10,
    prices: Annotated[
        Path | None, typer.Option(envvar="AUTOML_LITE_PRICES_FILE", help="Price table instead of the one inside.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Estimate a month of AWS: list prices, no free tier, everything kept."""
    with needs("The estimate", "server"):
        from automl_lite.services.prices import Usage, load_prices

    chosen = load_prices(prices)
    usage = Usage(
        jobs=jobs, predictions=predictions, budget_s=budget, memory_gb=memory, dataset_bytes=int(dataset_mb * 1e6)
    )
    items = chosen.month(usage)
    total = sum(item.amount for item in items)
    if as_json:
        print_json(
            {
                "as_of": chosen.as_of,
                "region": chosen.region,
                "currency": chosen.currency,
                "total": round(total, 4),
                "items": [{"name": i.name, "amount": round(i.amount, 4), "basis": i.basis} for i in items],
            }
        )
        return
    rows = [(item.name, f"{item.amount:,.2f}", item.basis) for item in items]
    rows.append(("Together", f"{total:,.2f}", f"list prices of {chosen.as_of}, {chosen.region}, no free tier"))
    console = stdout()
    console.print(table("A month on AWS", ("", chosen.currency, "for"), rows, right=(chosen.currency,)))
