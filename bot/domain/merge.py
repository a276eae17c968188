"""What an import means for an action that is already there: a three-way comparison, field by field."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from bot.domain.actions import Facts

if TYPE_CHECKING:
    from bot.domain.actions import Action, Retraction, Source, StatusChange
    from bot.domain.records import Record

_NAMES = tuple(field.name for field in fields(Facts))
_OPTIONAL = ("checked", "challenged")
_NEVER = object()
"""Unlike any value: what import never wrote."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What comes of it: the new facts, the fields that change, and those kept because both sides changed."""

    facts: Facts
    retraction: Retraction | None
    base: Facts | None
    """What the next import compares with: what import wrote last, by now."""
    changed: tuple[str, ...]
    conflicts: tuple[str, ...]


def merge(record: Record, base: Facts | None, action: Action, *, theirs: bool) -> Merge:
    """Bring `record` over `action`, given the facts that import last wrote (`base`; None: it never did).

    A field that the file left as it was keeps what people made of it since. One that both changed is a
    conflict: kept, unless `theirs`. On a field of which the file does not speak it has no say.
    """
    ours = action.facts
    wanted = _spoken_of(record, base, ours)
    new: dict[str, Any] = {}
    wrote: dict[str, Any] = {}
    conflicts: list[str] = []
    for name, file in wanted.items():
        mine, last = getattr(ours, name), getattr(base, name) if base else _NEVER
        if base and name == "sources" and _only_cited_more(base, file):
            file = last
        if file not in (mine, last) and mine != last and not theirs:
            conflicts.append(name)
            continue
        wrote[name] = file
        if file not in (mine, last):
            new[name] = file
    # Sources that the history cites stay with it, whichever side each came from.
    facts = _with_cited_sources(replace(ours, **new), record.facts, ours)
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
        written = replace(base or record.facts, **wrote)
        wrote_last = _with_cited_sources(written, base or ours, record.facts, ours)
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


def _only_cited_more(base: Facts, file: tuple[Source, ...]) -> bool:
    """Whether the file's sources are those it had, but for the ones that stayed because history cites them."""
    cited = {step.source for step in base.history}
    more = base.sources[len(file) :]
    return base.sources[: len(file)] == file and all(source.url in cited for source in more)


def _alike(row: StatusChange, last: StatusChange) -> bool:
    return (row.status, row.date) == (last.status, last.date)


def _same(file: Retraction | None, ours: Retraction | None) -> bool:
    """Whether they say the same; a file may leave out when and why."""
    if file is None or ours is None:
        return file is ours
    return file.at in (None, ours.at) and file.reason in ("", ours.reason)


def _with_cited_sources(facts: Facts, *others: Facts) -> Facts:
    have = {source.url for source in facts.sources}
    known = {source.url: source for other in others for source in other.sources}
    missing = dict.fromkeys(h.source for h in facts.history if h.source not in have)
    return replace(facts, sources=(*facts.sources, *(known[url] for url in missing)))
