"""How much is asked of the database: a card is drawn once, however many places show it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from bot.domain.deliveries import Place
from bot.ports.store import write
from storage.database import Database
from tests.dialogue.reviewing import FIVE, act, card, community, member, moderator, report_form, store_of
from tests.dialogue.talk import TERMINAL, answered, button, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.dialogue.talk import Talk

MOST_PER_PLACE = 7
"""Statements that put one delivery into the outbox, or give it another text."""


def test_another_review_place_costs_what_its_delivery_costs(reported: Callable[[], Talk]) -> None:
    few, many = (counts(reported(), places) for places in (1, 11))
    for what in few:
        assert 0 < many[what] - few[what] <= 10 * MOST_PER_PLACE, (what, few, many)


def counts(own: Talk, places: int) -> dict[str, int]:
    """How many statements a report, an edit of its draft and its approval take."""
    here, eve, zeb = community(own), member(own, "eve"), moderator(own, "zebulon")
    named = [Place("terminal", TERMINAL.id, f"place {number}") for number in range(places)]
    write(store_of(own), lambda uow: uow.review_settings.name_review_places(here.id, "terminal", named))
    form = report_form(eve)
    with statements(own) as reporting:
        answered(eve.fill(form, what="Texas counts its lakes", about="TX", link="https://example.org/lakes"))
    with statements(own) as editing:
        answered(act(zeb, "R-14", "Edit", title="Texas counts its lakes every year"))
    form = opened(zeb.press(button(card(zeb, "R-14"), "Approve")))
    with statements(own) as approving:
        answered(zeb.fill(form, **FIVE))
    return {"report": len(reporting), "edit": len(editing), "approve": len(approving)}


@contextmanager
def statements(own: Talk) -> Iterator[list[str]]:
    """What is sent to the database by transactions that write."""
    database = store_of(own)
    assert isinstance(database, Database)
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    event.listen(database._writer, "before_cursor_execute", note)
    yield seen
    event.remove(database._writer, "before_cursor_execute", note)
