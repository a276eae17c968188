"""The first start on a machine: it loads the starter, says where, and answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.child import Done, Fiftywire


def test_two_questions_through_a_pipe_get_two_answers(first: tuple[Fiftywire, Done]) -> None:
    _, done = first
    assert done.status == 0
    assert done.out.startswith("Illinois\n")
    assert len(re.findall(r"^(Illinois|IL-1: .+)$", done.out, re.MULTILINE)) == 2
    assert "\x1b" not in done.out
    assert not re.search(r"^>", done.out, re.MULTILINE), "a prompt is for people"


def test_it_says_where_the_catalogue_lives_and_how_loading_goes(first: tuple[Fiftywire, Done]) -> None:
    new, done = first
    where, code, loading = done.err.splitlines()
    assert where == f"A new catalogue at {new.data}"
    assert re.fullmatch(
        r"To let a community's moderators publish for everyone, an admin there gives "
        r"/setup code:[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4} \(once, within 7 days\)\.",
        code,
    )
    assert loading == "Importing the starter catalogue: 267 of 267"
    assert new.data.is_file()


def test_the_second_start_says_nothing_but_the_answer(reader: Fiftywire) -> None:
    done = reader.run("ask", "/action", "IL-1")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("IL-1: ")


def test_two_first_starts_at_once_both_answer(newcomer: Fiftywire) -> None:
    children = [newcomer.start("ask", "--json", "/state IL") for _ in range(2)]
    ended = [(child.communicate(timeout=60), child.returncode) for child in children]
    assert [status for _, status in ended] == [0, 0], ended
    (one, _), (other, _) = (streams for streams, _ in ended)
    assert one == other
    said = b"".join(err for (_, err), _ in ended)
    assert said.count(b"A new catalogue at") == 1
    assert b"Traceback" not in said


def test_any_folder_will_do(newcomer: Fiftywire) -> None:
    odd = newcomer.home / "what? 100%41 #é"
    done = newcomer.having(data_dir=odd).run("ask", "/about")
    assert done.status == 0
    assert f"A new catalogue at {odd}/fiftywire.db" in done.err
    assert [path.name for path in newcomer.home.iterdir()] == [odd.name]
