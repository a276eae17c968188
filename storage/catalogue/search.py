"""The search index: our own words in ASCII, so that both databases find the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, column, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY

from bot.domain.catalogue.states import names
from bot.domain.writing.words import ascii_form, words_to_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from bot.domain.catalogue.actions import Action

# Not in the metadata: SQLite makes it a virtual table, and a migration made it on either database.
_sqlite_words = table("action_words", column("rowid"), column("words"))
_postgres_words = table("action_words", column("action_id"), column("words"))

_WRITE = {
    "sqlite": "INSERT INTO action_words (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO action_words (action_id, words) VALUES (:id, array_to_tsvector(:words))",
}
_DROP = {
    "sqlite": "DELETE FROM action_words WHERE rowid = :id",
    "postgresql": "DELETE FROM action_words WHERE action_id = :id",
}


def matching(connection: Connection, words: Sequence[str]) -> Any:
    """A subselect of the ids of actions in which every one of `words` begins a word."""
    forms = [ascii_form(word) for word in words]
    if connection.dialect.name == "sqlite":
        query = " ".join(f'"{form}"*' for form in forms)
        return select(_sqlite_words.c.rowid).where(text("action_words MATCH :match").bindparams(match=query))
    query = " & ".join(f"'{form}':*" for form in forms)
    return select(_postgres_words.c.action_id).where(
        text("action_words.words @@ CAST(:match AS tsquery)").bindparams(match=query)
    )


def index(connection: Connection, actions: Mapping[int, Action], precedents: Mapping[str, str]) -> None:
    """Write the words of actions, by id, in place of those that were there.

    `precedents` are the names, by key, of those that the actions rest on.
    """
    dialect = connection.dialect.name
    if not actions:
        return
    connection.execute(text(_DROP[dialect]), [{"id": key} for key in actions])
    rows: list[dict[str, Any]] = []
    for key, action in actions.items():
        forms = [ascii_form(word) for word in words_to_store(_texts(action, precedents))]
        rows.append({"id": key, "words": " ".join(forms) if dialect == "sqlite" else forms})
    statement = text(_WRITE[dialect])
    if dialect == "postgresql":
        statement = statement.bindparams(bindparam("words", type_=ARRAY(String)))
    connection.execute(statement, rows)


def _texts(action: Action, precedents: Mapping[str, str]) -> Iterator[str]:
    """Everything under which people may look for an action."""
    facts = action.facts
    yield from (facts.title, facts.summary, str(action.code))
    yield from names(facts.states)
    yield from (topic.label for topic in facts.topics)
    yield from facts.responds_to
    yield from (precedents[key] for key in facts.legal_basis if key in precedents)
    yield from (step.note for step in facts.history)
    yield from (source.title for source in facts.sources)
