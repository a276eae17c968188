"""Drafts in words: their fields as text, and what differs between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.writing.text import shorten

if TYPE_CHECKING:
    from bot.domain.review.drafts import Draft

LABELS = {
    "title": "Title", "summary": "Summary", "states": "States", "topics": "Topics", "sources": "Sources",
    "kind": "Kind", "approach": "Approach", "status": "Status", "date": "Date of the status",
    "note": "Note on the status", "answers": "Answers", "rests": "Rests on",
    "challenged": "Challenged in court",
}  # fmt: skip


def texts_of(draft: Draft) -> dict[str, str]:
    """A draft as it stands in a form."""
    return {
        "title": draft.title,
        "summary": draft.summary,
        "states": ",".join(draft.states),
        "topics": ",".join(draft.topics),
        "sources": "\n".join(source.url for source in draft.sources),
        "kind": str(draft.kind or ""),
        "approach": str(draft.approach or ""),
        "status": str(draft.status or ""),
        "date": str(draft.date or ""),
        "note": draft.note,
        "answers": "\n".join(draft.responds_to),
        "rests": "\n".join(draft.legal_basis),
        "challenged": "yes" if draft.challenged else "no",
    }


def differences(before: Draft, after: Draft) -> list[tuple[str, str, str]]:
    """The parts in which two drafts differ: what each is called, what it was, what it is."""
    was, now = texts_of(before), texts_of(after)
    return [(LABELS[name], was[name], now[name]) for name in was if was[name] != now[name]]


def changed_words(before: Draft, after: Draft) -> str:
    """Which parts two drafts differ in: `title, topics`."""
    return shorten(", ".join(label.lower() for label, _, _ in differences(before, after)), 200)
