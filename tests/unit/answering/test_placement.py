"""Where an answer goes."""

from __future__ import annotations

from itertools import product

from bot.answering.conversation import Acknowledgement, Placement, Surface, placement
from bot.messages.reply import Problem, Reply, Visibility

PUBLIC, PRIVATE = Reply("For all"), Reply("For one", visibility=Visibility.ASKER)
PROBLEM = Reply("No", visibility=Visibility.ASKER, problem=Problem("not_found", "No"))
CARD = Reply("A card", updates_card=True)


def test_nothing_for_one_alone_is_seen_by_all() -> None:
    shared = (Acknowledgement.NONE, Acknowledgement.PUBLIC, Acknowledgement.UPDATE)
    for reply, acknowledged, updates in product((PRIVATE, PROBLEM), shared, (False, True)):
        where = placement(reply, Surface.SHARED, acknowledged, updates=updates)
        apart = Placement.ANSWER if acknowledged is Acknowledgement.NONE else Placement.APART
        assert where is apart, (reply.title, acknowledged, updates)


def test_a_problem_replaces_no_message() -> None:
    for surface, acknowledged in product(Surface, Acknowledgement):
        where = placement(PROBLEM, surface, acknowledged, updates=True)
        assert where in (Placement.ANSWER, Placement.APART), (surface, acknowledged)


def test_a_private_message_shows_what_is_private() -> None:
    for acknowledged in (Acknowledgement.NONE, Acknowledgement.UPDATE):
        assert placement(PRIVATE, Surface.PRIVATE, acknowledged, updates=True) is Placement.IN_PLACE


def test_a_new_message_takes_the_placeholders_place() -> None:
    for acknowledged in (Acknowledgement.NONE, Acknowledgement.PUBLIC, Acknowledgement.PRIVATE):
        assert placement(PUBLIC, Surface.NONE, acknowledged, updates=False) is Placement.ANSWER


def test_a_posted_card_is_the_outboxs() -> None:
    for acknowledged in (Acknowledgement.NONE, Acknowledgement.UPDATE):
        assert placement(CARD, Surface.SHARED, acknowledged, updates=True) is Placement.CARD
        assert placement(CARD, Surface.PRIVATE, acknowledged, updates=True) is Placement.IN_PLACE
    assert placement(CARD, Surface.NONE, Acknowledgement.NONE, updates=False) is Placement.ANSWER
