"""Several platforms in one process: which end ends the process, and what the operator reads."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import ConfigurationError, DatabaseError, PlatformError
from bot.maintenance.chores import Chore
from bot.maintenance.leader import Maintenance
from bot.maintenance.leader import Timing as MaintenanceTiming
from bot.serving import Timing, serve
from tests.integration.discord.sockets.serving import eventually
from tests.integration.serving.small import Small

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.serving import Background, Service
    from storage.database import Database

SOON = Timing(first_connection=0.1, backoff=(0.01,))
REFUSED = ConfigurationError("Small Talk does not accept the token.")


def alone(_: Callable[[], None]) -> Callable[[], None]:
    """Nobody commits anything here."""
    return lambda: None


class Serving:
    """`serve` at work, in a task."""

    def __init__(
        self, *services: Service, timing: Timing = SOON, background: Sequence[Background] = ()
    ) -> None:
        self.said: list[str] = []
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(
            serve(services, alone, self.said.append, self.stop, background, timing)
        )

    async def ended(self) -> None:
        """Raises what it ended with."""
        await asyncio.wait_for(asyncio.shield(self.task), 10)

    async def end(self) -> None:
        """Tell it to stop."""
        self.stop.set()
        await self.ended()


class Beside:
    """Work in the background."""

    def __init__(self, error: Exception | None = None) -> None:
        self.began = 0
        self.stopped = False
        self._error = error

    async def run(self, stop: asyncio.Event) -> None:
        """Wait for the end."""
        self.began += 1
        if self._error:
            raise self._error
        await stop.wait()
        self.stopped = True


def hanging(name: str) -> Small:
    """One that never connects."""
    small = Small(name)
    small.reachable.clear()
    return small


def lines(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """What was logged of that weight."""
    return [record.getMessage() for record in caplog.records if record.levelno == level]


def test_without_a_platform_there_is_nothing_to_serve() -> None:
    async def story() -> None:
        with pytest.raises(ConfigurationError, match="Set FIFTYWIRE_DISCORD_TOKEN"):
            await Serving().ended()

    asyncio.run(story())


def test_none_in_time_is_the_end_and_names_all() -> None:
    async def story() -> None:
        serving = Serving(hanging("Small Talk"), hanging("Tall Talk"))
        with pytest.raises(PlatformError) as error:
            await serving.ended()
        assert error.value.message == "Small Talk and Tall Talk could not be reached within 0 seconds."
        assert serving.said == []

    asyncio.run(story())


def test_the_database_that_kept_it_from_connecting_is_the_reason() -> None:
    async def story() -> None:
        serving = Serving(Small(fails=DatabaseError("The database cannot be reached.")))
        with pytest.raises(DatabaseError, match="The database cannot be reached"):
            await serving.ended()

    asyncio.run(story())


def test_one_that_is_late_is_a_warning_and_is_served_when_it_comes(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        late = hanging("Tall Talk")
        serving = Serving(Small(), late)
        await eventually(lambda: lines(caplog, logging.WARNING))
        assert lines(caplog, logging.WARNING) == [
            "Tall Talk could not be reached within 0 seconds. It is tried again for as long as this runs."
        ]
        assert serving.said == ["Connected to Small Talk. Stop with Ctrl-C."]
        late.reachable.set()
        await eventually(lambda: len(serving.said) == 2)
        assert serving.said[1] == "Connected to Tall Talk. Stop with Ctrl-C."
        await serving.end()

    asyncio.run(story())


def test_one_that_stands_by_counts_as_served() -> None:
    async def story() -> None:
        serving = Serving(Small(stands_by=True))
        await eventually(lambda: serving.said)
        assert serving.said == [
            "Another process serves Small Talk, or did until a minute ago; this one stands by. "
            "Stop with Ctrl-C."
        ]
        await serving.end()

    asyncio.run(story())


def test_one_that_is_refused_is_an_error_line_while_another_is_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        refused, other = Small(fails=REFUSED), Small("Tall Talk")
        serving = Serving(refused, other)
        await eventually(lambda: lines(caplog, logging.ERROR))
        assert lines(caplog, logging.ERROR) == [
            "Small Talk is not served any more. Small Talk does not accept the token."
        ]
        await asyncio.sleep(2 * SOON.first_connection)
        assert (refused.sessions, other.sessions) == (1, 1)
        assert not serving.task.done()
        assert lines(caplog, logging.WARNING) == [], "it is not called late as well"
        await serving.end()

    asyncio.run(story())


def test_one_that_is_refused_and_one_that_is_not_reached_are_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        with pytest.raises(PlatformError, match=r"^Tall Talk could not be reached within"):
            await Serving(Small(fails=REFUSED), hanging("Tall Talk")).ended()
        assert len(lines(caplog, logging.ERROR)) == 1

    asyncio.run(story())


def test_when_all_are_refused_it_ends_with_what_the_last_one_met(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        first, second = Small(), Small("Tall Talk")
        serving = Serving(first, second)
        await eventually(lambda: len(serving.said) == 2)
        first.fail(REFUSED)
        await eventually(lambda: lines(caplog, logging.ERROR))
        second.fail(ConfigurationError("Tall Talk does not accept the token any more."))
        with pytest.raises(ConfigurationError, match="Tall Talk does not accept"):
            await serving.ended()
        assert len(lines(caplog, logging.ERROR)) == 1

    asyncio.run(story())


def test_what_fails_is_tried_again_and_its_reason_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        small = Small(fails=PlatformError("ClientConnectorError"))
        other = Small("Tall Talk")
        serving = Serving(small, other)
        await eventually(lambda: small.sessions > 2)
        small.fails = KeyError("what a member wrote")
        await eventually(lambda: lines(caplog, logging.ERROR))
        small.mend()
        await eventually(small.connected.is_set)
        assert set(lines(caplog, logging.WARNING)) >= {
            "Small Talk cannot be served: ClientConnectorError. Trying again in 0 seconds."
        }
        assert set(lines(caplog, logging.ERROR)) == {
            "Small Talk cannot be served: KeyError. Trying again in 0 seconds."
        }
        assert other.sessions == 1
        await serving.end()

    asyncio.run(story())


def test_all_are_drained_at_the_same_time() -> None:
    async def story() -> None:
        first, second = Small(), Small("Tall Talk")
        for each in (first, second):
            each.idle.clear()
        serving = Serving(first, second, timing=Timing(drain=60.0))
        await eventually(lambda: len(serving.said) == 2)
        serving.stop.set()
        await asyncio.wait_for(first.draining.wait(), 5)
        await asyncio.wait_for(second.draining.wait(), 5)
        assert not serving.task.done()
        for each in (first, second):
            each.idle.set()
        await serving.ended()

    asyncio.run(story())


def test_it_ends_while_one_is_not_connected() -> None:
    async def story() -> None:
        serving = Serving(Small(), hanging("Tall Talk"))
        await eventually(lambda: serving.said)
        await serving.end()

    asyncio.run(story())


def test_work_in_the_background_runs_once_and_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        beside, broken = Beside(), Beside(KeyError("what a member wrote"))
        serving = Serving(Small(), Small("Tall Talk"), background=[beside, broken])
        await eventually(lambda: len(serving.said) == 2)
        await eventually(lambda: lines(caplog, logging.ERROR))
        assert lines(caplog, logging.ERROR) == ["Work in the background ended: KeyError."]
        assert not beside.stopped
        await serving.end()
        assert beside.stopped
        assert (beside.began, broken.began) == (1, 1)

    asyncio.run(story())


def test_chores_are_done_once_for_all_platforms_and_processes(database: Database) -> None:
    """Here a process is one `serve`, with two platforms each."""
    done: list[str] = []

    async def story() -> None:
        def process(name: str) -> Serving:
            chore = Chore("count", timedelta(hours=1), lambda _store, _now: done.append(name))
            chores = Maintenance(database, [chore], MaintenanceTiming(every=0.01, stand_by=timedelta(0)))
            return Serving(Small(), Small("Tall Talk"), background=[chores])

        first = process("first")
        await eventually(lambda: done)
        second = process("second")
        await eventually(lambda: len(second.said) == 2)
        await asyncio.sleep(0.1)  # ten looks of each
        assert done == ["first"]
        await first.end()
        await eventually(lambda: len(done) == 2)
        assert done == ["first", "second"]
        await second.end()

    asyncio.run(story())
