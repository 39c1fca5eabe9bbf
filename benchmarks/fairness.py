"""The ranking of a simulated city: where each kind of office stands, and what a place depends on.

`python -m benchmarks.fairness` simulates 60 days of 500 reports by the actions of the product, and prints the board by
responsiveness of the last whole month: the median place and the watchlist by kind of office, and the rank correlation
of the place with the diligence of the office and with its load. With `--honest` no office closes falsely.

The simulation knows how each office works; the score knows only what the log says.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import correlation, median

from actions import reference
from actions.transaction import Transactions
from models.database import database, migrate
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from queries.leaderboards import Board, read_board
from rules.boards import BoardKind, Metric
from rules.periods import Period, jakarta_day, midnight
from rules.scoring.ranking import watchlist
from simulation import people
from simulation.past import PastSimulation
from simulation.people import WORK_STYLES, Diligence, WorkStyle, work_style_of

UNTIL = datetime(2026, 3, 1, 3, tzinfo=UTC)
"""The end of the simulation: the month before it is a February of 28 days, in the wet season."""


def kind_of(seed: int, unit: str) -> Diligence:
    """Return the kind of an office."""
    style, _ = work_style_of(seed, unit)
    return next(kind for kind, each in WORK_STYLES.items() if each is style)


def effort(seed: int, unit: str) -> float:
    """Return how much of its work an office leaves or delays: the lower, the more diligent. Not for fakers."""
    style, pace = work_style_of(seed, unit)
    return style.ignores + style.abandons + pace * (style.answers + style.fixes)


def ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value; equal ones share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    for value in set(values):
        places = [place for place, index in enumerate(order) if values[index] == value]
        for place in places:
            found[order[place]] = sum(places) / len(places)
    return found


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Spearman's rank correlation."""
    return correlation(ranks(one), ranks(other))


async def simulate(folder: Path, days: int, reports: float, seed: int) -> Board:
    """Simulate a city, and return the board of the last whole month before UNTIL."""
    facts = bundled()
    url = f"sqlite://{folder / 'city.db'}"
    await migrate(url)
    async with database(url):
        await Transactions().run(reference.load, facts)
        simulation = PastSimulation(UNTIL, days, reports, asyncio.Event(), lambda line: print(line, flush=True))
        await simulation.write(Gazetteer(facts), facts, seed=seed)
        day = jakarta_day(midnight(jakarta_day(UNTIL)) - timedelta(days=1))
        units = Gazetteer(facts).kelurahan
        return await read_board(BoardKind.KELURAHAN, Period.MONTH, day, units, Metric.RESPONSIVENESS)


def tell(board: Board, seed: int) -> None:
    """Print the table."""
    places: Mapping[str, int] = {row.code: row.rank for row in board.rows if row.rank is not None}
    watched = {row.code for row in watchlist(board.rows, board.counters)}
    kinds = {row.code: kind_of(seed, row.code) for row in board.rows}
    print(f"{'kind':<10}{'offices':>8}{'ranked':>8}{'median place':>14}{'watched':>9}{'ten decided':>13}")
    for kind in Diligence:
        own = [code for code, each in kinds.items() if each is kind]
        placed = [places[code] for code in own if code in places]
        decided = sum(board.counters[code].responses_decided >= 10 for code in own if code in board.counters)
        middle = f"{median(placed):14.0f}" if placed else f"{'':14}"
        print(f"{kind.lower():<10}{len(own):8}{len(placed):8}{middle}{len(watched & set(own)):9}{decided:13}")
    honest = [code for code in places if kinds[code] is not Diligence.FAKING]
    place = [float(places[code]) for code in honest]
    diligence = rank_correlation(place, [effort(seed, code) for code in honest])
    load = rank_correlation(place, [float(board.counters[code].received) for code in honest])
    print(f"rank correlation of the place, without fakers: diligence {diligence:.2f}, load {load:.2f}")


def without_fakes(style: WorkStyle) -> WorkStyle:
    """Return a work style that closes nothing falsely."""
    return replace(style, fakes=0.0)


def main() -> None:
    """Run the benchmark with the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--reports", type=float, default=500, help="reports a day, as the mean of a year")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--honest", action="store_true", help="no office closes falsely")
    options = parser.parse_args()
    if options.honest:
        people.WORK_STYLES.update({kind: without_fakes(style) for kind, style in WORK_STYLES.items()})
    with tempfile.TemporaryDirectory() as folder:
        board = asyncio.run(simulate(Path(folder), options.days, options.reports, options.seed))
    tell(board, options.seed)


if __name__ == "__main__":
    main()
