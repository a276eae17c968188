"""The only code that writes actions. All of it happens under the one locked row of the revision number."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.domain.catalogue.actions import HIGHEST_NUMBER, Action, Code, Retraction
from bot.domain.catalogue.law import measure_key
from bot.domain.catalogue.records import action_to_json
from bot.domain.catalogue.revisions import Change
from bot.domain.catalogue.states import BY_CODE
from bot.domain.writing.links import link_key
from bot.errors import ChangedMeanwhileError, DatabaseError
from storage.catalogue import search
from storage.catalogue.codes import ids_of
from storage.catalogue.counts import count_actions
from storage.catalogue.loading import load_actions
from storage.catalogue.tables import (
    action_aliases,
    action_measures,
    action_precedents,
    action_states,
    action_topics,
    actions,
    code_counters,
    measures,
    precedents,
    revision_head,
    revisions,
    sources,
    status_changes,
)
from storage.dialects import insert_or_ignore, insert_or_replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import BindParameter, Connection

    from bot.domain.catalogue.filters import NewAction
    from bot.domain.catalogue.revisions import Decision
    from storage.people.communities import SqlCommunities

_PARTS = (action_states, action_topics, sources, status_changes, action_measures, action_precedents)


class SqlPublisher:
    """Implements `bot.ports.Publisher`."""

    def __init__(self, connection: Connection, communities: SqlCommunities) -> None:
        self._connection = connection
        self._communities = communities

    def lock(self, codes: Iterable[Code]) -> dict[Code, Action]:
        ids = sorted(ids_of(self._connection, list(codes)))
        if ids:  # in the order of ids, as everywhere, so that no two transactions wait for each other
            query = select(actions.c.id).where(actions.c.id.in_(ids)).order_by(actions.c.id).with_for_update()
            self._connection.execute(query).all()
        return {action.code: action for action in load_actions(self._connection, self._communities, ids)}

    def add(self, new: Sequence[NewAction], decision: Decision) -> list[Action]:
        if not new:
            return []
        head = self._lock_head()
        codes = self._codes(new)
        added = [
            Action(code, item.key, item.board, item.facts, item.retraction, head + at)
            for at, (item, code) in enumerate(zip(new, codes, strict=True), start=1)
        ]
        ids = self._connection.scalars(
            insert(actions).returning(actions.c.id, sort_by_parameter_order=True),
            [self._row(action) for action in added],
        ).all()
        by_id = dict(zip(ids, added, strict=True))
        self._write_parts(by_id)
        self._count({}, by_id)
        self._record([(key, None, a, Change.ADDED) for key, a in by_id.items()], decision)
        return added

    def change(self, changed: Sequence[tuple[Action, Change]], decision: Decision) -> list[Action]:
        if not changed:
            return []
        before = self.lock([action.code for action, _ in changed])
        for action, _ in changed:
            if before[action.code].revision != action.revision:
                raise ChangedMeanwhileError(f"{action.code} was changed by somebody else meanwhile.")
        head = self._lock_head()
        ids = {code: key for key, code in self._codes_by_id(before)}
        old = {ids[code]: action for code, action in before.items()}
        new = {
            ids[action.code]: replace(action, revision=head + at)
            for at, (action, _) in enumerate(changed, start=1)
        }
        for table in _PARTS:
            self._connection.execute(delete(table).where(table.c.action_id.in_(list(new))))
        row: BindParameter[int] = bindparam("the_id")
        values = [{"the_id": key, **self._row(action)} for key, action in new.items()]
        self._connection.execute(
            update(actions)
            .where(actions.c.id == row)
            .values({n: bindparam(n) for n in values[0] if n != "the_id"}),
            values,
        )
        self._write_parts(new)
        self._count(old, new)
        kinds = [kind for _, kind in changed]
        steps = [(key, old[key], a, kind) for (key, a), kind in zip(new.items(), kinds, strict=True)]
        self._record(steps, decision)
        return list(new.values())

    def reserve(self, codes: Iterable[Code]) -> None:
        highest: dict[str, int] = {}
        for code in codes:
            highest[code.state] = max(code.number, highest.get(code.state, 0))
        if highest:
            self._lock_head()
        for state, number in highest.items():
            self._connection.execute(
                update(code_counters)
                .where(code_counters.c.state == state, code_counters.c.last < number)
                .values(last=number)
            )

    def alias(self, code: Code, of: Code | None) -> None:
        (mine,) = ids_of(self._connection, [code])
        if of is None:
            gone = delete(action_aliases).where(action_aliases.c.action_id == mine)
            self._connection.execute(gone)
            return
        (other,) = ids_of(self._connection, [of])
        row = {"action_id": mine, "alias_of": other}
        self._connection.execute(insert_or_replace(self._connection, action_aliases), row)

    # --- numbers

    def _lock_head(self) -> int:
        """The newest revision number; whoever has it locked commits next, so numbers are in commit order."""
        query = select(revision_head.c.number).where(revision_head.c.id == 1).with_for_update()
        number: int = self._connection.execute(query).scalar_one()
        return number

    def _codes(self, new: Sequence[NewAction]) -> list[Code]:
        self.reserve(item.code for item in new if item.code)
        wanted = Counter(item.facts.states[0] for item in new if item.code is None)
        following: dict[str, int] = {}
        for state, count in wanted.items():
            last = self._connection.execute(
                update(code_counters)
                .where(code_counters.c.state == state)
                .values(last=code_counters.c.last + count)
                .returning(code_counters.c.last)
            ).scalar_one()
            if last > HIGHEST_NUMBER:
                raise DatabaseError(f"{BY_CODE[state].name} has no numbers left for new codes.")
            following[state] = last - count
        codes = []
        for item in new:
            if item.code:
                codes.append(item.code)
                continue
            state = item.facts.states[0]
            following[state] += 1
            codes.append(Code(state, following[state]))
        return codes

    def _codes_by_id(self, wanted: Iterable[Code]) -> list[tuple[int, Code]]:
        query = select(actions.c.id, actions.c.code_state, actions.c.code_number).where(
            actions.c.id.in_(ids_of(self._connection, list(wanted)))
        )
        return [(row.id, Code(row.code_state, row.code_number)) for row in self._connection.execute(query)]

    # --- rows

    def _row(self, action: Action) -> dict[str, Any]:
        facts, retraction = action.facts, action.retraction or Retraction(None, "")
        links = [source.url for source in facts.sources]
        return {
            "code_state": action.code.state,
            "code_number": action.code.number,
            "key": action.key,
            "board_id": self._communities.board_ids([action.board])[action.board],
            "title": facts.title,
            "summary": facts.summary,
            "states": ",".join(facts.states),
            "kind": str(facts.kind),
            "approach": str(facts.approach),
            "status": str(facts.status),
            "challenged": facts.challenged,
            "date": str(facts.date),
            "changed": str(facts.changed),
            "sort_key": action.sort_key,
            "status_source": links.index(facts.history[-1].source),
            "verified": str(facts.verified),
            "checked": str(facts.checked) if facts.checked else None,
            "retracted": action.retraction is not None,
            "retracted_at": retraction.at,
            "retracted_reason": retraction.reason,
            "revision": action.revision,
        }

    def _write_parts(self, new: Mapping[int, Action]) -> None:
        measure_ids = self._measure_ids(new.values())
        rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in _PARTS}
        for key, action in new.items():
            facts = action.facts
            board = self._communities.board_ids([action.board])[action.board]
            listed = {"action_id": key, "board_id": board, "sort_key": action.sort_key}
            links = [source.url for source in facts.sources]
            for at, state in enumerate(facts.states):
                rows["action_states"].append({**listed, "state": state, "position": at})
            for at, topic in enumerate(facts.topics):
                rows["action_topics"].append({**listed, "topic": str(topic), "position": at})
            for at, s in enumerate(facts.sources):
                date = str(s.date) if s.date else None
                rows["sources"].append(
                    {"action_id": key, "position": at, "url": s.url, "title": s.title,
                     "publisher": s.publisher, "date": date, "link_key": link_key(s.url)}
                )  # fmt: skip
            for at, h in enumerate(facts.history):
                rows["status_changes"].append(
                    {"action_id": key, "position": at, "date": str(h.date), "status": str(h.status),
                     "note": h.note, "source": links.index(h.source)}
                )  # fmt: skip
            for at, name in enumerate(facts.responds_to):
                measure = measure_ids[measure_key(name)]
                rows["action_measures"].append(
                    {"action_id": key, "position": at, "measure_id": measure, "name": name}
                )
            for at, precedent in enumerate(facts.legal_basis):
                rows["action_precedents"].append(
                    {"action_id": key, "position": at, "precedent_key": precedent}
                )
        for table in _PARTS:
            if rows[table.name]:
                self._connection.execute(insert(table), rows[table.name])
        search.index(self._connection, new, self._precedents(new.values()))

    def _precedents(self, written: Iterable[Action]) -> dict[str, str]:
        """Names of precedents by key."""
        keys = {key for action in written for key in action.facts.legal_basis}
        if not keys:
            return {}
        query = select(precedents.c.key, precedents.c.name).where(precedents.c.key.in_(sorted(keys)))
        return {row.key: row.name for row in self._connection.execute(query)}

    def _measure_ids(self, written: Iterable[Action]) -> dict[str, int]:
        names = {measure_key(name): name for action in written for name in action.facts.responds_to}
        if not names:
            return {}
        rows = [{"key": key, "name": name} for key, name in names.items()]
        self._connection.execute(insert_or_ignore(self._connection, measures), rows)
        found = self._connection.execute(
            select(measures.c.key, measures.c.id).where(measures.c.key.in_(list(names)))
        )
        return {row.key: row.id for row in found}

    def _count(self, old: Mapping[int, Action], new: Mapping[int, Action]) -> None:
        count_actions(self._connection, self._communities, old.values(), new.values())

    def _record(self, steps: Sequence[tuple[int, Action | None, Action, Change]], decision: Decision) -> None:
        rows = [
            {
                "number": after.revision,
                "action_id": key,
                "change": str(kind),
                "before": action_to_json(before) if before else None,
                "before_revision": before.revision if before else 0,
                "after": action_to_json(after),
                "decided_by": decision.by,
                "why": decision.why,
                "at": decision.at,
            }
            for key, before, after, kind in steps
        ]
        self._connection.execute(insert(revisions), rows)
        head = max(after.revision for _, _, after, _ in steps)
        self._connection.execute(update(revision_head).where(revision_head.c.id == 1).values(number=head))
