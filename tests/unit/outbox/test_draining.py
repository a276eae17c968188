"""What is under way ends before the process does, if it can."""

from __future__ import annotations

import asyncio

from bot.outbox.draining import UnderWay


def test_draining_waits_for_what_is_under_way() -> None:
    async def told() -> None:
        under_way, order = UnderWay(), list[str]()

        async def drain() -> None:
            await under_way.drain(30)
            order.append("drained")

        with under_way.one():
            draining = asyncio.create_task(drain())
            with under_way.one():
                await asyncio.sleep(0)
            await asyncio.sleep(0.05)
            assert under_way.is_stopping
            order.append("ended")
        await draining
        assert order == ["ended", "drained"]

    asyncio.run(told())


def test_draining_ends_whatever_is_still_under_way() -> None:
    async def told() -> None:
        under_way = UnderWay()
        with under_way.one():
            await asyncio.wait_for(under_way.drain(0.11), 10)

    asyncio.run(told())
