"""What an import means for an action that is already there: a three-way comparison, field by field."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.domain.catalogue.actions import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.catalogue.actions import Action, Retraction, Source, StatusChange
    from bot.domain.catalogue.records import Record

_NAMES = tuple(field.name for field in fields(Facts))
_OPTIONAL = ("checked", "challenged")
_NEVER = object()
"""Unlike any value: what import never wrote."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What comes of it: the new facts, the fields that change, and those kept as people edited them."""

    facts: Facts
    retraction: Retraction | None
    base: Facts | None
    """What the next import compares with: what import wrote last, by now."""
    changed: tuple[str, ...]
    conflicts: tuple[str, ...]


def merge(record: Record, base: Facts | None, action: Action, *, theirs: bool) -> Merge:
    """Bring `record` over `action`, given the facts that import last wrote (`base`; None: it never did).

    A field that people edited since is a conflict where the file says otherwise: kept, unless `theirs`. On a
    field of which the file does not speak it has no say.
    """
    ours = action.facts
    wanted = _spoken_of(record, base, ours)
    with_cited = partial(_with_cited_sources, others=(record.facts, ours))
    new: dict[str, Any] = {}
    wrote: dict[str, Any] = {}
    conflicts: list[str] = []
    for name, file in wanted.items():
        mine = getattr(ours, name)
        last: Any = getattr(base, name) if base else _NEVER
        if base and name == "history" and not record.has_history and _alike(mine[-1], last[-1]):
            last = mine  # a row speaks of the last step alone
        if name == "sources" and mine != last:  # whatever becomes of them, the history's stay
            mine = with_cited(replace(ours, **new)).sources
        edited = mine not in (file, last)
        if edited and name == "sources" and _adds_cited(mine, file, new.get("history", ours.history)):
            wrote[name] = file
            continue
        if edited and not theirs:
            conflicts.append(name)
            continue
        wrote[name] = getattr(record.facts, name)
        if file != mine:
            new[name] = file
    facts = with_cited(replace(ours, **new))
    changed = [name for name in _NAMES if getattr(facts, name) != getattr(ours, name)]
    retraction = action.retraction
    if "retracted" in record.given and not _same(record.retraction, retraction):
        if record.retraction is None and not theirs:  # people took it out: a file does not bring it back
            conflicts.append("retracted")
        else:
            retraction = record.retraction
            changed.append("retracted")
    if base is None and any(name != "retracted" for name in conflicts):
        wrote_last = None
    else:
        wrote_last = _valid(replace(base or record.facts, **wrote), base or record.facts)
    return Merge(facts, retraction, wrote_last, tuple(changed), tuple(conflicts))


def _spoken_of(record: Record, base: Facts | None, ours: Facts) -> dict[str, Any]:
    """What the record says, by field."""
    wanted = {name: getattr(record.facts, name) for name in _NAMES}
    for name in _OPTIONAL:
        if name not in record.given:
            del wanted[name]
    if not record.has_history:
        row = record.facts.history[-1]
        if _alike(row, ours.history[-1]) or (base and _alike(row, base.history[-1])):
            del wanted["history"]
        else:
            before = (step for step in ours.history if step.date.first_day <= row.date.last_day)
            wanted["history"] = (*before, row)
    return wanted


def _adds_cited(
    mine: tuple[Source, ...], file: tuple[Source, ...], history: tuple[StatusChange, ...]
) -> bool:
    """Whether they are the file's sources and some more that stayed because the history cites them."""
    cited = {step.source for step in history}
    return set(file) <= set(mine) and all(source.url in cited for source in set(mine) - set(file))


def _valid(wrote: Facts, before: Facts) -> Facts:
    """What import wrote. Where one of history and sources was kept, the other can cite what is not there:
    then both count as not written."""
    if {step.source for step in wrote.history} <= {source.url for source in wrote.sources}:
        return wrote
    return replace(wrote, history=before.history, sources=before.sources)


def _alike(row: StatusChange, last: StatusChange) -> bool:
    return (row.status, row.date) == (last.status, last.date)


def _same(file: Retraction | None, ours: Retraction | None) -> bool:
    """Whether they say the same; a file may leave out when and why."""
    if file is None or ours is None:
        return file is ours
    return file.at in (None, ours.at) and file.reason in ("", ours.reason)


def _with_cited_sources(facts: Facts, others: Sequence[Facts]) -> Facts:
    """The facts, with what their history cites among their sources, whichever side it came from."""
    have = {source.url for source in facts.sources}
    known = {source.url: source for other in others for source in other.sources}
    missing = dict.fromkeys(step.source for step in facts.history if step.source not in have)
    return replace(facts, sources=(*facts.sources, *(known[url] for url in missing)))
