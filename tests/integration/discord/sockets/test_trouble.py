"""Rate limits, errors, lost and silent connections: whoever asked has one answer in the end, or is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.discord.sockets.serving import ACKNOWLEDGED, HURRIED, Served, play, public, words

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answering.timing import Timing
    from tests.integration.discord.fake.answers import Answer
    from tests.integration.discord.fake.server import FakeDiscord

CALLBACK = ("POST", "/interactions/*/*/callback")
EDIT = ("PATCH", "/webhooks/*/*/messages/@original")
DELETION = ("DELETE", "/webhooks/*/*/messages/@original")
FOLLOW_UP = ("POST", "/webhooks/*/*")
LIMITED, BANNED = "429", "429 of Cloudflare"
TROUBLES = [502, 503, "drop", "drop_before", "hang", "hang_after", LIMITED, BANNED]
FEW = [502, "drop", "drop_before", "hang", "hang_after", LIMITED, BANNED]


def let_go_wrong(fake: FakeDiscord, where: tuple[str, str], trouble: Any, times: int = 1) -> None:
    """Let the next requests of a kind go wrong."""
    if trouble in (LIMITED, BANNED):
        fake.limit(*where, retry_after=0.05, times=times, via=trouble == LIMITED)
    else:
        fake.fault(*where, trouble, times=times)


def impatient(trouble: Any) -> Timing:
    """Less patience, but not where it would hide what discord.py does of its own accord after a 5xx."""
    early = HURRIED.at_once.patience if trouble == 502 else 0.3
    last = 0.3 if trouble in ("hang", "hang_after") else HURRIED.at_once.last_patience
    at_once = replace(HURRIED.at_once, patience=early, last_patience=last)
    return replace(HURRIED, at_once=at_once, later=replace(HURRIED.later, patience=last, last_patience=last))


async def promised(served: Served, name: str) -> Answer:
    """A slow call that was acknowledged."""
    answer = await served.fake.slash(name, guild=served.guild, age=1.4)
    await served.fake.until(lambda: answer.callback)
    assert answer.callback is not None
    assert answer.callback.type in ACKNOWLEDGED
    return answer


async def goes_on(served: Served) -> None:
    """That a later call is answered as if nothing had been."""
    answer = await served.answered("state", state="OH")
    assert "Ohio" in words(answer.message)
    assert not served.running.done()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_answer_at_once(trouble: Any, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        let_go_wrong(served.fake, CALLBACK, trouble)
        answer = await served.answered("state", state="IL")
        await asyncio.sleep(0.4 if trouble in ("drop", "hang_after") else 0)  # what comes twice comes now
        assert [("Illinois" in words(m), m.placeholder) for m in public(served)] == [(True, False)]
        assert answer.followups == []
        assert set(answer.refused) <= {40060}
        await goes_on(served)

    play(tmp_path, story, answering=impatient(trouble))


@pytest.mark.parametrize("trouble", FEW)
def test_the_acknowledgement(trouble: Any, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        let_go_wrong(served.fake, CALLBACK, trouble)
        answer = await promised(served, "slow")
        served.gate.open()
        await answer.settled()
        assert [words(m).splitlines()[0] for m in public(served)] == ["## Done at last"]
        assert answer.followups == []
        await goes_on(served)

    play(tmp_path, story, answering=impatient(trouble))


@pytest.mark.parametrize("trouble", FEW)
def test_the_edit_of_what_was_promised(trouble: Any, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await promised(served, "slow")
        let_go_wrong(served.fake, EDIT, trouble)
        served.gate.open()
        await answer.settled()
        assert [words(m).splitlines()[0] for m in public(served)] == ["## Done at last"]
        assert answer.followups == []
        await goes_on(served)

    play(tmp_path, story, answering=impatient(trouble))


@pytest.mark.parametrize("trouble", [502, "drop", "hang", "hang_after", BANNED])
@pytest.mark.parametrize("where", [DELETION, FOLLOW_UP])
def test_an_error_after_a_public_promise_is_the_askers_alone(
    where: tuple[str, str], trouble: Any, tmp_path: Path
) -> None:
    async def story(served: Served) -> None:
        answer = await promised(served, "fail")
        assert answer.original is not None
        assert not answer.original.ephemeral
        let_go_wrong(served.fake, where, trouble)
        served.gate.open()
        await served.fake.until(lambda: answer.followups)
        assert answer.original.deleted, "what all could see is gone"
        await served.fake.until(lambda: served.fake.requests[-1].status is not None)
        assert public(served) == []
        assert all(m.ephemeral and "Something went wrong" in words(m) for m in answer.followups)
        # Of two private ones, both are better than none; nothing else may come twice.
        assert len(answer.followups) <= 2
        await goes_on(served)

    play(tmp_path, story, answering=impatient(trouble))


@pytest.mark.parametrize("trouble", [403, 404])
def test_a_placeholder_that_cannot_be_deleted_never_becomes_the_error(trouble: int, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await promised(served, "fail")
        let_go_wrong(served.fake, DELETION, trouble, times=5)
        served.gate.open()
        await served.fake.until(lambda: served.fake.faults[0].hits)
        await asyncio.sleep(0.3)
        assert answer.followups == []
        assert [m.placeholder for m in public(served)] == [True]
        await goes_on(served)

    play(tmp_path, story, answering=impatient(trouble))


@pytest.mark.parametrize("trouble", [500, "drop", LIMITED])
def test_a_private_promise_stays_private(trouble: Any, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        answer = await promised(served, "hush")
        let_go_wrong(served.fake, EDIT, trouble)
        served.gate.open()
        await answer.settled()
        assert answer.original is not None
        assert answer.original.ephemeral
        assert "Done at last" in words(answer.original)
        assert public(served) == []

    play(tmp_path, story, answering=impatient(trouble))


@pytest.mark.parametrize("trouble", [500, "drop", "hang_after", BANNED])
def test_a_pressed_button_changes_its_message_once(trouble: Any, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        shown = await served.answered("state", state="IL")
        message = shown.original
        assert message is not None
        let_go_wrong(served.fake, CALLBACK, trouble)
        pressed = await (await served.fake.click(message, message.labels["Next"])).settled()
        assert pressed.followups == []
        assert message.edits == 1
        assert public(served) == [message]
        assert "Page 2" in words(message)
        await goes_on(served)

    play(tmp_path, story, answering=impatient(trouble))


@pytest.mark.parametrize(("where", "trouble"), [(CALLBACK, 403), (EDIT, 404), (EDIT, 401)])
def test_a_refusal_is_not_repeated(where: tuple[str, str], trouble: int, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        if where is CALLBACK:
            let_go_wrong(fake, where, trouble, times=9)
            await served.slash("state", state="IL")
            (fault,) = fake.faults
        else:
            await promised(served, "slow")
            let_go_wrong(fake, where, trouble, times=9)
            (fault,) = fake.faults
            served.gate.open()
        await fake.until(lambda: fault.hits)
        await asyncio.sleep(0.3)
        assert fault.hits == 1, "ten thousand such requests are the end of the bot"
        fault.release()
        await goes_on(served)

    play(tmp_path, story, answering=impatient(trouble))


def test_a_storm_of_limits_leaves_everyone_with_one_answer(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        fake = served.fake
        fake.limit(*CALLBACK, retry_after=0.1, times=10)
        fake.limit(*CALLBACK, retry_after=0.1, times=4, via=False)
        slow = [await served.fake.slash("slow", guild=served.guild, age=1.4) for _ in range(3)]
        quick = [await served.slash("state", state="IL") for _ in range(10)]
        for answer in quick:
            await answer.settled()
        await fake.until(lambda: all(answer.callback for answer in slow))
        fake.limit(*EDIT, retry_after=0.1, times=4)
        fake.limit(*EDIT, retry_after=0.1, times=2, via=False)
        served.gate.open()
        for answer in slow:
            await answer.settled()
        said = sorted(words(m).splitlines()[0] for m in public(served))
        assert said == ["## Done at last"] * 3 + ["## Illinois"] * 10
        await goes_on(served)

    play(tmp_path, story, answering=impatient(None))


@pytest.mark.parametrize("trouble", ["drop", BANNED])
def test_an_option_that_cannot_be_completed_hurts_nobody(trouble: Any, tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        let_go_wrong(served.fake, CALLBACK, trouble)
        await served.fake.autocomplete("state", "state", "ill", guild=served.guild)
        await served.fake.until(lambda: any("callback" in r.path for r in served.fake.requests))
        await goes_on(served)

    play(tmp_path, story, answering=impatient(trouble))


def test_a_form_whose_opening_was_not_answered_is_open_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        let_go_wrong(served.fake, CALLBACK, "drop")
        shown = await served.answered("keep")
        assert shown.modal is not None
        served.gate.open()
        let_go_wrong(served.fake, CALLBACK, "drop")
        sent = await (await served.fake.submit(shown, {"zone": "America/Denver"})).settled()
        assert "Kept America/Denver" in words(sent.message)
        assert len(public(served)) == 1

    play(tmp_path, story, answering=impatient(None))


# --- what Discord refuses for good


def test_who_waits_for_an_answer_that_is_refused_is_told(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        for where, private in ((EDIT, "slow"), (EDIT, "hush"), (CALLBACK, "state")):
            served.gate.shut()
            served.fake.fault(*where, 400, code=50035, after=1 if where is CALLBACK else 0)
            if where is EDIT:
                answer = await promised(served, private)
                served.gate.open()
            else:
                await served.answered("state", state="OH")
                answer = await served.fake.slash("state", {"state": "IL"}, guild=served.guild)
            await answer.settled()
            assert "Something went wrong here" in words(answer.message), where
            assert answer.message
            assert answer.message.ephemeral
        await goes_on(served)

    play(tmp_path, story, answering=impatient(None))


def test_a_form_whose_answer_is_refused_stays_open(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        opened = await served.fake.slash("keep", {}, guild=served.guild)
        await opened.settled()
        served.gate.open()
        served.fake.fault(*CALLBACK, 400, code=50035)
        sent = await served.fake.submit(opened, {"zone": "Eastern"})
        await served.fake.until(lambda: any(r.status == 400 for r in served.fake.requests))
        await goes_on(served)
        assert sent.callback is None

    play(tmp_path, story, answering=impatient(None))
