"""Files of reports: fetched from Discord's hosts alone, kept, and shown with the card."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.answering.fetching import FetchTiming
from bot.domain.deliveries import DeliveryState, Purpose, about_report
from bot.domain.review.queue import NewFile
from bot.domain.review.reports import LARGEST_FILE
from bot.messages.message import KeptFile, TextFile
from bot.messages.reply import Reply
from bot.ports.store import read, write
from tests.integration.discord.fake.messages import File
from tests.integration.discord.outgoing import FETCH_AT_ONCE, PATCH, POST, Post, play
from tests.integration.discord.sockets.serving import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.review.reports import ReportFile
    from tests.integration.discord.fake.faults import Request

PICTURE, PAPER = File("me at home.png", b"a picture"), File("taxes of ana.pdf", b"a paper")


def files_of(post: Post, report: int) -> list[ReportFile]:
    """What is kept of a report's files."""
    return read(post.database, lambda uow: uow.files.of(report))


def content_of(post: Post, file: ReportFile) -> bytes | None:
    """The bytes of one."""
    return read(post.database, lambda uow: uow.files.content(file.id))


def fetched(post: Post) -> list[Request]:
    """All requests for files."""
    return [request for request in post.fake.requests if request.path.startswith("/cdn/")]


def urls(post: Post, report: int, *addresses: str, size: int = 9) -> None:
    """Have the files of a report lie elsewhere."""
    new = [NewFile(f"R-{report}-{at}.png", size, "discord", url) for at, url in enumerate(addresses, 1)]
    write(post.database, lambda uow: uow.files.add(report, new))


def test_files_come_with_the_card_under_neutral_names(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = await post.report(PICTURE, PAPER)
        await post.work()
        (message,) = post.seen
        assert message.files == {f"R-{number}-1.png", f"R-{number}-2.pdf"}
        sent = [request.files for request in post.fake.requests if request.method == "POST" and request.files]
        assert sent == [(File(f"R-{number}-1.png", b"a picture"), File(f"R-{number}-2.pdf", b"a paper"))]
        kinds = [component["type"] for component in message.data["components"]]
        assert kinds == [17, 12, 13], "the card, a gallery, a file"
        assert [request.authorization for request in fetched(post)] == [None, None]
        assert not any(file.url for file in files_of(post, number)), "the addresses are dropped"

    play(tmp_path, story)


def test_the_time_of_an_anonymous_report_is_not_given_away_by_its_files(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = await post.report(PICTURE, anonymous="yes")
        report = read(post.database, lambda uow: uow.reports.find(number))
        assert report is not None
        assert report.visible_at >= post.now + timedelta(minutes=1)
        await post.work()
        assert files_of(post, number)[0].kept
        assert not post.seen
        await post.work((report.visible_at - post.now).total_seconds() - 1)
        assert not post.seen
        await post.work(2)
        assert [message.files for message in post.seen] == [{f"R-{number}-1.png"}]

    play(tmp_path, story)


def test_a_card_that_could_not_wait_for_its_files_gets_them_later(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        post.fake.fault("GET", "/cdn/**", 500)
        number = await post.report(PICTURE)
        await post.work()
        assert not post.seen, "it waits for them"
        post.fake.fault("GET", "/cdn/**", 500)
        await post.work(61)
        assert [message.files for message in post.seen] == [set()]
        await post.work(10)  # fetches, and owes a change of the card
        await post.work(10)
        (message,) = post.seen
        assert message.files == {f"R-{number}-1.png"}

    play(tmp_path, story)


# --- what cannot be had


@pytest.mark.parametrize(("status", "times"), [(403, 1), (404, 1), (500, 3), (302, 3), ("hang", 3)])
def test_what_cannot_be_had_keeps_no_card_waiting(status: Any, times: int, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        fault = post.fake.fault("GET", "/cdn/**", status, times=None)
        fault.headers["Location"] = f"{post.fake.cdn}/cdn/other"
        number = await post.report(PICTURE)
        for _ in range(times):
            assert not post.seen
            await post.work(1)
        assert [message.files for message in post.seen] == [set()]
        assert "could not be kept" in post.seen[0].text
        (file,) = files_of(post, number)
        assert (file.kept, file.url) == (False, "")
        await post.work(60)
        # On a slow machine patience may end before a request is there.
        assert len(fetched(post)) <= times, "never asked for again, and nothing else followed"

    play(tmp_path, story, fetching=replace(FETCH_AT_ONCE, patience=0.2))


@pytest.mark.parametrize(("told", "asked"), [(3, 1), (10**9, 0)])
def test_what_is_too_large_is_not_kept_whatever_was_said_of_it(told: int, asked: int, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = await post.report()
        made = post.fake.attachment(File("a.png", bytes(LARGEST_FILE + 1)), {})
        fits = post.fake.attachment(File("b.png", bytes(LARGEST_FILE)), {})
        urls(post, number, made["url"], size=told)
        await post.work()
        urls(post, number, fits["url"], size=LARGEST_FILE)
        await post.work(1)
        assert [file.kept for file in files_of(post, number)] == [False, True]
        assert len(fetched(post)) == asked + 1

    play(tmp_path, story)


def test_nothing_is_fetched_from_anywhere_else(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number = await post.report()
        other = post.fake.cdn.replace("127.0.0.1", "localhost")
        urls(post, number, f"{other}/cdn/a", f"{post.fake.cdn}@127.0.0.1/cdn/a", "file:///etc/passwd")
        await post.work()
        assert [file.kept for file in files_of(post, number)] == [False] * 3
        assert not any(file.url for file in files_of(post, number))
        assert not fetched(post)

    play(tmp_path, story)


def test_what_is_packed_is_not_unpacked(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        packed = gzip.compress(b"0" * 100_000)
        number = await post.report(File("a.png", packed))
        await post.work()
        (file,) = files_of(post, number)
        assert content_of(post, file) == packed, "a file that is packed is kept as it is"
        post.fake.file_headers["Content-Encoding"] = "gzip"
        other = post.fake.attachment(File("b.png", packed), {})
        urls(post, number, other["url"])
        for _ in range(3):
            await post.work(1)
        assert [each.kept for each in files_of(post, number)] == [True, False], (
            "nobody asked for packed answers"
        )

    play(tmp_path, story)


def test_nobody_waits_for_a_file_that_does_not_come(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        hanging = post.fake.fault("GET", "/cdn/**", "hang")
        number = await post.report(PICTURE)
        other = post.owe("other")
        async with asyncio.timeout(5):
            await post.work()
            await post.work(1)
        assert post.state(other) is DeliveryState.SENT
        assert len(fetched(post)) == 1, "it is under way, once"
        hanging.release()
        await eventually(lambda: not post.sender._fetcher._under_way)
        await post.work(1)
        assert files_of(post, number)[0].kept

    play(tmp_path, story, fetching=FetchTiming(wait=0.05))


def test_a_file_that_is_dropped_while_it_comes_stays_dropped(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        delay = post.fake.fault("GET", "/cdn/**", "delay")
        delay.seconds = 60
        number = await post.report(PICTURE)
        fetching_it = asyncio.create_task(post.work())
        await post.fake.until(lambda: fetched(post))
        write(post.database, lambda uow: uow.files.drop(number))
        delay.release()
        await fetching_it
        assert [file.kept for file in files_of(post, number)] == [False]

    play(tmp_path, story)


# --- redraws


def kept(post: Post, report: int) -> tuple[KeptFile, ...]:
    """The files that a card would show."""
    return tuple(KeptFile(file.id, file.name) for file in files_of(post, report))


async def carded(post: Post) -> tuple[int, int, tuple[KeptFile, ...]]:
    """A report and its card, posted with files."""
    number = await post.report(PICTURE, PAPER)
    await post.work()
    (card,) = read(post.database, lambda uow: uow.outbox.about(about_report(number), Purpose.CARD))
    return number, card.id, kept(post, number)


def test_a_redraw_keeps_the_files_that_are_there(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        _, card, files = await carded(post)
        redraw = post.owe("redraw", Reply("New words", files=files), purpose=Purpose.REDRAW, edits=card)
        await post.work(10)
        assert post.state(redraw) is DeliveryState.SENT
        (message,) = post.seen
        assert message.text == "## New words"
        assert message.files == {file.name for file in files}
        (body,) = post.bodies(PATCH)
        assert "attachments" not in json.loads(body)
        assert sum(bool(request.files) for request in post.fake.requests) == 1, "sent once, with the card"

    play(tmp_path, story)


@pytest.mark.parametrize("trouble", ["may not look", "not taken"])
def test_where_they_cannot_be_kept_they_are_sent_anew(trouble: str, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        _, card, files = await carded(post)
        redraw = post.owe("redraw", Reply("New words", files=files), purpose=Purpose.REDRAW, edits=card)
        if trouble == "not taken":
            post.fake.fault(*PATCH, 400, code=50035)
        else:
            post.fake.fault("GET", "/channels/*/messages/*", 403, code=50001)
        await post.work(10)
        assert post.state(redraw) is DeliveryState.SENT
        (message,) = post.seen
        assert message.text == "## New words"
        assert message.files == {file.name for file in files}

    play(tmp_path, story)


@pytest.mark.parametrize("left", [0, 1])
def test_a_redraw_takes_away_what_it_does_not_show(left: int, tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        _, card, files = await carded(post)
        shown = files[:left]
        redraw = post.owe("redraw", Reply("New words", files=shown), purpose=Purpose.REDRAW, edits=card)
        await post.work(10)
        assert post.state(redraw) is DeliveryState.SENT
        assert post.seen[0].files == {file.name for file in shown}

    play(tmp_path, story)


def test_a_redraw_brings_its_texts_anew(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        _, card, files = await carded(post)
        words = Reply("New words", file=TextFile("words.txt", "new"), files=files)
        redraw = post.owe("redraw", words, purpose=Purpose.REDRAW, edits=card)
        await post.work(10)
        assert post.state(redraw) is DeliveryState.SENT
        assert post.seen[0].files == {"words.txt", *(file.name for file in files)}
        assert post.fake.requests[-1].files[0] == File("words.txt", b"new")

    play(tmp_path, story)


def test_what_is_gone_meanwhile_is_not_shown(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        number, _, files = await carded(post)
        write(post.database, lambda uow: uow.files.drop(number))
        late = post.owe("late", Reply("A late card", files=files))
        await post.work(10)
        assert post.state(late) is DeliveryState.SENT
        assert post.seen[-1].files == set()
        assert [component["type"] for component in post.seen[-1].data["components"]] == [17]
        assert json.loads(post.bodies(POST)[-1]).get("attachments", []) == []

    play(tmp_path, story)


def test_an_attempt_after_the_first_sends_the_same_files(tmp_path: Path) -> None:
    async def story(post: Post) -> None:
        post.fake.fault(*POST, "drop_before")
        await post.report(PICTURE, PAPER)
        await post.work()
        await post.work(11)
        (message,) = post.seen
        first, second = (r for r in post.fake.requests if r.method == "POST" and r.files)
        assert (first.raw, first.files) == (second.raw, second.files)
        assert len(message.files) == 2

    play(tmp_path, story)
