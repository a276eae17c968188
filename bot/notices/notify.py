"""What others hear when a report moves: cards in review places, and notices to the people behind it."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from bot.domain.community.people import COMMONS
from bot.domain.deliveries import DeliveryState, NewDelivery, Place, Purpose, about_report, delivery_key
from bot.domain.review.reports import Author, Follower, Origin, Report, ReportStatus, Said, words_by
from bot.engine.community.people import account_of
from bot.engine.review.case import posted_case
from bot.engine.review.desk import Notice, Outcome, lapse
from bot.messages.documents import to_document
from bot.messages.message import Button, Field, Press
from bot.messages.reply import Reply
from bot.notices.cards import answer_with, card
from bot.notices.draft_words import changed_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.domain.community.people import Community
    from bot.ports import UnitOfWork

_FILES_WAIT = timedelta(seconds=60)
"""How long a card waits for the files of its report."""
_HOUR = timedelta(hours=1)
_BATCHED = timedelta(minutes=10)
_MOST_LAPSED = 20


def finish(
    uow: UnitOfWork, outcomes: Outcome | Sequence[Outcome], now: datetime, answer: Reply | None = None
) -> Reply:
    """Bring cards up to date, notify whoever is to hear of it, and commit: how each use case ends.

    Returns `answer`, else the card of the (first) outcome as it stands now, as an answer.
    """
    each = (outcomes,) if isinstance(outcomes, Outcome) else outcomes
    drawings = [notify(uow, outcome, now) for outcome in each]
    shown = answer_with(drawings[0](now)) if answer is None else answer
    uow.commit()
    return shown


def notify(uow: UnitOfWork, outcome: Outcome, now: datetime) -> Callable[[datetime], Reply]:
    """Post or redraw cards and owe notices, in the transaction of what happened.

    Returns what draws the report's card for a moment, each once.
    """
    community = uow.communities.get(outcome.report.community)
    assert community

    @cache
    def drawn(at: datetime) -> Reply:
        case = posted_case(uow, outcome.report, outcome.proposal, community, outcome.action)
        return card(uow, case, at)

    if outcome.is_new:
        _post(uow, outcome, community, drawn, now)
    else:
        _redraw(uow, outcome, community, drawn, now)
    if outcome.notice:
        _tell(uow, outcome, outcome.notice, now)
    for other in outcome.also:
        notify(uow, other, now)
    return drawn


def is_lapse_due(uow: UnitOfWork, now: datetime) -> bool:
    """Whether a report has waited too long."""
    return bool(uow.queue.lapsed(now, 1))


def lapse_reports(uow: UnitOfWork, now: datetime) -> int:
    """What has waited too long is new again; returns how many that were."""
    numbers = sorted(uow.queue.lapsed(now, _MOST_LAPSED))
    for number in numbers:
        report = uow.reports.lock(number)
        if report and report.has_lapsed(now):
            notify(uow, Outcome(*lapse(uow, report, uow.proposals.lock(report.proposal), now)), now)
    return len(numbers)


def without_sender(uow: UnitOfWork, number: int, now: datetime) -> None:
    """Somebody behind a report was forgotten: its cards, kept and posted, do not name them any more."""
    report = uow.reports.find(number)
    community = uow.communities.get(report.community) if report else None
    if report is None or community is None:
        return
    proposal = uow.proposals.get(report.proposal)
    shown = card(uow, posted_case(uow, report, proposal, community), now)
    uow.outbox.replace_payloads(about_report(number), (Purpose.CARD, Purpose.REDRAW), to_document(shown))
    notify(uow, Outcome(report, proposal), now)


# --- cards


def _post(
    uow: UnitOfWork, moved: Outcome, community: Community, drawn: Callable[[datetime], Reply], now: datetime
) -> None:
    places = uow.review_settings.review_places(community.id)
    if not places:
        return
    report = moved.report
    posted = uow.outbox.count_since(community.id, Purpose.CARD, now - _HOUR)
    if posted >= community.most_cards * len(places):
        _post_summary(uow, community, places, now)
        return
    due = max(now, report.visible_at)
    if any(file.url for file in uow.files.of(report.number)):
        due += _FILES_WAIT
    document = to_document(drawn(due))
    subject = about_report(report.number)
    for place in places:
        key = delivery_key("card", report.number, place.platform, place.home, place.id)
        uow.outbox.enqueue(
            NewDelivery(key, Purpose.CARD, place, document, due, community=community.id, about=subject)
        )


def _post_summary(uow: UnitOfWork, community: Community, places: list[Place], now: datetime) -> None:
    """In place of further cards: one line a place and hour."""
    reply = Reply(
        title="More reports than cards",
        text=(
            f"More than {community.most_cards} reports came within an hour. The rest wait without a card; "
            "/review shows them, oldest first."
        ),
        buttons=(Button("Review", Press("review")),),
    )
    for place in places:
        key = delivery_key("summary", community.id, place.platform, place.home, place.id, f"{now:%Y%m%d%H}")
        uow.outbox.enqueue(
            NewDelivery(key, Purpose.ALERT, place, to_document(reply), now + _BATCHED, community=community.id)
        )


def _redraw(
    uow: UnitOfWork, moved: Outcome, community: Community, drawn: Callable[[datetime], Reply], now: datetime
) -> None:
    """Every card that was posted shows how the report stands; what waits is given the words of its time."""
    report = moved.report
    due = max(now, report.visible_at, moved.not_before or now)

    def document(at: datetime) -> str:
        return to_document(drawn(at))

    redraws = uow.outbox.about(about_report(report.number), Purpose.REDRAW)
    for posted in uow.outbox.about(about_report(report.number), Purpose.CARD):
        if posted.state in (DeliveryState.REFUSED, DeliveryState.DROPPED, DeliveryState.KEPT):
            continue
        waits = posted.state is DeliveryState.PENDING
        if waits and uow.outbox.update_payload(posted.id, document(posted.due_at)):
            continue
        mine = [redraw for redraw in redraws if redraw.edits == posted.id]
        waiting = [
            redraw.due_at
            for redraw in mine
            if redraw.state is DeliveryState.PENDING
            and uow.outbox.update_payload(redraw.id, document(redraw.due_at))
        ]
        # What may be seen at once must not wait for what may not, nor hasten it.
        if any(at >= due if moved.not_before else at <= due for at in waiting):
            continue
        key = delivery_key("redraw", posted.id, len(mine) + 1)
        uow.outbox.enqueue(
            NewDelivery(
                key, Purpose.REDRAW, posted.place, document(due), due, community=community.id,
                about=about_report(report.number), edits=posted.id,
            )
        )  # fmt: skip


# --- notices


def _tell(uow: UnitOfWork, moved: Outcome, notice: Notice, now: datetime) -> None:
    """One notice a person and decision. What was forwarded tells through the report that it came from."""
    report = moved.report
    if report.origin is Origin.COMMUNITY:
        return
    everyone = notice in (Notice.DECIDED, Notice.CHANGED)
    followers = uow.reports.followers(report.number) if everyone else []
    for author in (report.author, *(follower.author for follower in followers)):
        if author is not None and not author.is_gone:
            _owe(uow, report, author, _notice(uow, moved, notice, author, followers), notice, now)


def _owe(
    uow: UnitOfWork, report: Report, author: Author, reply: Reply, notice: Notice, now: datetime
) -> None:
    known = account_of(uow, author)
    place = None
    if known is not None:
        place = Place(known.platform, "", known.id, direct=True)
    key = delivery_key("notice", report.number, report.version, notice, author.pseudonym)
    uow.outbox.enqueue(
        NewDelivery(
            key, Purpose.NOTICE, place, to_document(reply), now, community=report.community,
            about=about_report(report.number), recipient=author.pseudonym,
        )
    )  # fmt: skip


def _notice(
    uow: UnitOfWork, moved: Outcome, notice: Notice, author: Author, followers: Sequence[Follower]
) -> Reply:
    report = moved.report
    mine = Button("My reports", Press("reports"))
    if notice is Notice.ASKED:
        question = next(w.text for w in reversed(uow.reports.words(report.number)) if w.said is Said.QUESTION)
        return Reply(
            title=f"{report.name}: a question from the moderators",
            text=question,
            fields=(Field("You reported", report.what),),
            buttons=(Button("Answer", Press("answer", {"report": report.name})), mine),
        )
    if notice is Notice.FOLDED:
        text = "It is set aside: the moderators take no reports from you any more."
        return Reply(title=f"{report.name} was set aside", text=text, buttons=(mine,))
    if notice is Notice.CHANGED:
        return Reply(
            title=f"{report.name}: the decision was undone",
            text="What you were told of it does not stand any more; the moderators decide anew.",
            fields=(Field("You reported", report.what),),
            buttons=(mine,),
        )
    return _decided(uow, moved, words_by(moved.report, followers, {author.pseudonym}), mine)


def _decided(uow: UnitOfWork, moved: Outcome, words: str, mine: Button) -> Reply:
    report = moved.report
    sent = "You reported" if report.origin is Origin.MEMBER else "You proposed"
    fields = [Field(sent, words)]
    buttons = [mine]
    match report.status:
        case ReportStatus.APPROVED:
            title = f"{report.name} was approved"
            text = "It is in the catalogue."
            if moved.action and moved.action.retraction:
                text = f"{moved.action.code} is withdrawn from the catalogue."
            elif moved.action:
                text = f"It is in the catalogue as {moved.action.code}: {moved.action.facts.title}"
            buttons = [*_opening(moved), mine]
            first = uow.proposals.edition(moved.proposal.id, 1)
            if report.origin is Origin.MEMBER and first and report.forwarded_from is None:
                changed = changed_words(first.draft, moved.proposal.draft)
                if changed:
                    fields.append(Field("Decided or changed by the moderators", changed))
        case ReportStatus.DUPLICATE:
            title = f"{report.name} was known already"
            text = f"It says what {report.reason} says."
            if moved.action:
                text = f"It says what {moved.action.code} says: {moved.action.facts.title}"
                buttons = [*_opening(moved), mine]
        case _:
            title = f"{report.name} was rejected"
            text = report.reason
    return Reply(title=title, text=text, fields=tuple(fields), buttons=tuple(buttons))


def _opening(moved: Outcome) -> list[Button]:
    """What shows the action, where a direct message can: what everyone may see."""
    action = moved.action
    if action is None or action.board != COMMONS:
        return []
    return [Button(str(action.code), Press("action", {"code": str(action.code)}))]
