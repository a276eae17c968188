"""Links: one key for all spellings of one link, those that stand in a text, and what can be a source."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.writing.links import (
    LONGEST_LINK,
    MOST_LINKS,
    check_link,
    cleaned_link,
    host_of,
    link_key,
    links_in,
)

WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=8).map(lambda w: f"x{w}x")
HOST = st.lists(WORD, min_size=2, max_size=4).map(".".join)
PATH = st.lists(WORD, max_size=4).map(lambda parts: "".join(f"/{part}" for part in parts))
PARAMETERS = st.lists(st.tuples(WORD, WORD).map("=".join), max_size=4)
SENDERS = ["utm_source=a", "utm_x", "fbclid=1", "gclid=Cj0", "mc_cid=2", "mc_eid=", "ref_src=twsrc%5Etfw"]
"""Parameters that say who sent a reader."""
TRACKING = st.sampled_from([*SENDERS, "amp", "amp=1", "outputType=amp"])
MESS = st.text("htps:/.?&=#@[]()<>|ampwg%2\\ \t\n_*~.,eüñ中\u200b\ud800\x00", max_size=40)


# --- the key

KEPT = {
    "https://www.Example.org/News/?utm_source=x&id=1#top": "example.org/News?id=1",
    "http://m.example.org:80/a/../b//": "example.org/b",
    "https://example.org/news/amp?amp&outputType=amp": "example.org/news",
    "https://www.google.com/amp/s/amp.example.org/news/amp/": "example.org/news",
    "https://www-example-org.cdn.ampproject.org/v/s/example.org/a?amp_js_v=a6&usqp=m": "example.org/a",
    "https://exämple.org:8443/ü?q=ü&b": "xn--exmple-cua.org:8443/%C3%BC?q=%C3%BC&b",
    "https://example.org/a%2Fb/~c+d/'e'?x=%27&y=a+b": "example.org/a%2Fb/~c+d/'e'?x=%27&y=a+b",
    f"https://example.org/{'a' * 2048}": (
        f"example.org/{'a' * 1971}#09515cbdaf17f0fa1cff4a6cab2d45d25ad03261348aefea405d8962f790fa56"
    ),
}
"""Keys as databases out there have them: whoever must change one writes a migration too."""


@pytest.mark.parametrize(("url", "key"), KEPT.items())
def test_the_keys_that_are_stored_stay_what_they_are(url: str, key: str) -> None:
    assert link_key(url) == key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://example.org", "example.org"),
        ("https://example.org/", "example.org"),
        ("https://www.Example.ORG:443/News/", "example.org/News"),
        ("http://m.example.org:80/news#top", "example.org/news"),
        ("http://amp.example.org/news", "example.org/news"),
        ("https://www.m.example.org./news//", "example.org/news"),
        ("https://example.org:8443/news", "example.org:8443/news"),
        ("https://example.org:80/news", "example.org/news"),
        ("HTTPS://example.org/a/../b/./c", "example.org/b/c"),
        ("  https://example.org/ \n", "example.org"),
        ("https://exämple.org/ü", "xn--exmple-cua.org/%C3%BC"),
        ("https://аpple.com", "xn--pple-43d.com"),
        # the first part of a host is all there is to know it by
        ("https://www.com/a", "www.com/a"),
        ("https://m.org", "m.org"),
        ("https://mobile.example.org", "mobile.example.org"),
        ("https://wwww.example.org", "wwww.example.org"),
        # parameters
        ("https://example.org/?b=2&a=1&b=1", "example.org?b=2&a=1&b=1"),
        ("https://example.org/a?", "example.org/a"),
        ("https://example.org/a?&id=1&&", "example.org/a?id=1"),
        ("https://example.org/a?utm_source=x&id=1&utm_medium=y", "example.org/a?id=1"),
        ("https://example.org/a?fbclid=1&gclid=2&mc_cid=3&mc_eid=4&ref_src=5", "example.org/a"),
        ("https://example.org/a?UTM_Source=x", "example.org/a"),
        ("https://example.org/a?ref=1&utm=2&mc=3&xfbclid=4", "example.org/a?ref=1&utm=2&mc=3&xfbclid=4"),
        ("https://example.org/a?q=utm_source=x", "example.org/a?q=utm_source=x"),
        ("https://example.org/a?id", "example.org/a?id"),
        # AMP
        ("https://example.org/news/amp", "example.org/news"),
        ("https://example.org/news/amp/", "example.org/news"),
        ("https://example.org/news/amp/amp", "example.org/news"),
        ("https://example.org/news/amp/?amp=1&outputType=amp", "example.org/news"),
        ("https://example.org/news?amp&id=1", "example.org/news?id=1"),
        ("https://example.org/news?outputType=json", "example.org/news?outputType=json"),
        ("https://example.org/amp/news", "example.org/amp/news"),
        ("https://example.org/camp", "example.org/camp"),
        ("https://example.org/news?ampere=1", "example.org/news?ampere=1"),
        ("https://www.google.com/amp/s/www.example.org/news/amp/?id=1", "example.org/news?id=1"),
        ("https://google.com/amp/s/example.org/news", "example.org/news"),
        ("http://www.google.co.uk/amp/amp.example.org/news.html", "example.org/news.html"),
        ("https://www.google.com/amp/s/example.org", "example.org"),
        ("https://example-org.cdn.ampproject.org/c/s/example.org/news", "example.org/news"),
        (
            "https://www-example-org.cdn.ampproject.org/v/s/www.example.org/news/amp?amp_js_v=a6&usqp=mq331&id=1",
            "example.org/news?id=1",
        ),
        ("https://cdn.ampproject.org/c/example.org/news", "example.org/news"),
        (
            "https://www.google.com/amp/s/example-org.cdn.ampproject.org/c/s/example.org/news",
            "example.org/news",
        ),
        # what only looks wrapped
        ("https://www.google.com/amp/s/", "google.com/amp/s"),
        ("https://www.google.com/amp/s/news", "google.com/amp/s/news"),
        ("https://www.google.com/amp/s/a%20b.org/news", "google.com/amp/s/a%20b.org/news"),
        ("https://www.google.com/search?q=1", "google.com/search?q=1"),
        ("https://google.example.org/amp/s/example.net/a", "google.example.org/amp/s/example.net/a"),
        ("https://cdn.ampproject.org.example.org/c/s/a.net/b", "cdn.ampproject.org.example.org/c/s/a.net/b"),
        ("https://example.org/a?amp_js_v=1", "example.org/a?amp_js_v=1"),
        # refused elsewhere, but no reason to fall over
        ("https://ana:secret@example.org/a", "example.org/a"),
        ("https://good.example.org\\@evil.example.net/", "good.example.org/@evil.example.net"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://[::1]:8080/a", "[::1]:8080/a"),
        ("http://localhost/", "localhost"),
    ],
)
def test_the_key_of(url: str, key: str) -> None:
    assert link_key(url) == key


@pytest.mark.parametrize(
    "url",
    ["", "example.org", "/news", "https://", "https:///", "https://./a", "https://a b.org",
     "javascript:alert(1)", "mailto:ana@example.org", "ftp://example.org/a", "data:text/html,a", "https://[::1",
     "https://\ud800.org", "http://999.999.999.999/", "file:///etc/passwd", "slack://example.org"],
)  # fmt: skip
def test_what_is_no_link_has_no_key(url: str) -> None:
    with pytest.raises(ValueError, match="not a link"):
        link_key(url)


@given(HOST, PATH, PARAMETERS)
def test_plain_links_are_their_own_key(host: str, path: str, parameters: list[str]) -> None:
    plain = host + path + ("?" + "&".join(parameters) if parameters else "")
    assert link_key(f"https://{plain}") == plain


@given(
    HOST,
    PATH,
    PARAMETERS,
    st.lists(st.tuples(TRACKING, st.integers(0, 9)), max_size=4),
    st.sampled_from(["http://", "https://", "HTTP://"]),
    st.sampled_from(["", "www.", "m.", "amp.", "WWW."]),
    st.sampled_from(["", "."]),
    st.sampled_from(["", "/", "/amp", "/amp/"]),
    st.sampled_from(["", "#", "#top", "#utm_source=x"]),
)
def test_all_spellings_of_a_link_have_one_key(
    host: str, path: str, parameters: list[str], tracking: list[tuple[str, int]], scheme: str, front: str,
    dot: str, end: str, fragment: str,
) -> None:  # fmt: skip
    given_ = list(parameters)
    for parameter, at in tracking:
        given_.insert(at, parameter)
    query = "?" + "&".join(given_) if given_ else ""
    plain = host + path + ("?" + "&".join(parameters) if parameters else "")
    assert link_key(f"{scheme}{front}{host.upper()}{dot}{path}{end}{query}{fragment}") == plain


@given(HOST, PATH, PATH)
def test_another_page_has_another_key(host: str, path: str, other: str) -> None:
    assert (link_key(f"https://{host}{path}") == link_key(f"https://{host}{other}")) == (path == other)


@given(MESS | MESS.map("https://a.org/".__add__) | MESS.map("http://".__add__))
def test_whatever_is_written_has_a_key_or_is_refused(url: str) -> None:
    with suppress(ValueError):
        key = link_key(url)
        assert link_key(f"https://{key}") == key
        assert key.isascii()
        assert " " not in key


@given(MESS.map("https://a.org/".__add__) | MESS.map("http://".__add__))
def test_what_may_be_a_source_has_a_key(url: str) -> None:
    with suppress(ValueError):
        check_link(url)
        assert link_key(url)


def test_a_key_is_never_longer_than_an_index_takes() -> None:
    long = ["https://example.org/" + "ü" * 1000 + end for end in ("a", "b", "a/?utm_source=x")]
    first, second, third = map(link_key, long)
    assert len(first) == len(second) == LONGEST_LINK
    assert first == third != second
    assert first.startswith("example.org/%C3%BC%C3%BC")
    longest = "https://example.org/" + "a" * (LONGEST_LINK - len("example.org/"))
    assert link_key(longest) == longest.removeprefix("https://")


# --- links in a text


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("", []),
        ("Illinois counts its reservoirs.", []),
        ("see https://example.org/a", ["https://example.org/a"]),
        ("https://example.org/a.", ["https://example.org/a"]),
        ("Is it https://example.org/a?", ["https://example.org/a"]),
        ("Is it https://example.org/a?id=1?!", ["https://example.org/a?id=1"]),
        ("“https://example.org/a”, they say…", ["https://example.org/a"]),
        ("http://example.org/a,b; HTTPS://example.net", ["http://example.org/a,b", "HTTPS://example.net"]),
        ("<https://example.org/a>", ["https://example.org/a"]),
        ("<https://example.org/a|the report>", ["https://example.org/a"]),
        ("[the report](https://example.org/a)", ["https://example.org/a"]),
        ("[the report](<https://example.org/a>)", ["https://example.org/a"]),
        ('[the report](https://example.org/a "a title")', ["https://example.org/a"]),
        ("[a](https://example.org/a)[b](https://example.org/b)", ["https://example.org/a", "https://example.org/b"]),
        ("[https://example.org/a](https://example.org/a)", ["https://example.org/a"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        ("(see https://example.org/a).", ["https://example.org/a"]),
        ("https://example.org/wiki/Nix_(moon)", ["https://example.org/wiki/Nix_(moon)"]),
        ("(https://example.org/wiki/Nix_(moon)).", ["https://example.org/wiki/Nix_(moon)"]),
        ("http://[::1]:8080/a]", ["http://[::1]:8080/a"]),
        ("**https://example.org/a** ||https://example.org/b||", ["https://example.org/a", "https://example.org/b"]),
        ("_https://example.org/a_ ~~https://example.org/b~~", ["https://example.org/a", "https://example.org/b"]),
        ("`https://example.org/a`", ["https://example.org/a"]),
        ("> https://example.org/a\n> https://example.org/b", ["https://example.org/a", "https://example.org/b"]),
        ("see:https://example.org/a-https://b", ["https://example.org/a-https://b"]),
        ("参照https://example.org/a。", ["https://example.org/a"]),
        ("https://example.org/a\u200bhttps", ["https://example.org/a"]),
        ("https://web.example.org/2025/https://example.net/a", ["https://web.example.org/2025/https://example.net/a"]),
        ("https://good.example.org@evil.example.net/", ["https://good.example.org@evil.example.net/"]),
        ("https://example.org/a#part-2", ["https://example.org/a#part-2"]),
        ("https://example.org/a/ http://www.example.org/a?utm_source=x", ["https://example.org/a/"]),
        ("xhttps://example.org git+https://example.org ftp://example.org www.example.org", []),
        ("https:// http://. https://[ https:example.org javascript:alert('https:')", []),
    ],
)  # fmt: skip
def test_links_in(text: str, links: list[str]) -> None:
    assert links_in(text) == links


def test_the_first_twenty() -> None:
    links = [f"https://example.org/{at}" for at in range(MOST_LINKS + 5)]
    assert links_in(" and ".join([*links[:3], *links])) == links[:20]


def test_longer_ones_are_left_out_whole() -> None:
    front = "https://example.org/"
    longest = front + "a" * (2048 - len(front))
    assert links_in(f"{longest} {longest}b {front}c") == [longest, f"{front}c"]


@given(st.lists(st.tuples(HOST, PATH), max_size=6, unique=True), st.data())
def test_every_link_between_words_is_found(pages: list[tuple[str, str]], data: st.DataObject) -> None:
    links = [f"https://{host}{path}" for host, path in pages]
    around = st.sampled_from(
        ["{}", "<{}>", "({}),", "[x]({})", "*{}*", "“{}”.", "<{}|x>", "\n{}\n", "‘{}’?!"]
    )
    text = " ".join(f"{data.draw(WORD)} {data.draw(around).format(link)}" for link in links)
    assert links_in(text) == links


@given(MESS, MESS)
def test_what_is_found_stands_in_the_text_in_order(one: str, other: str) -> None:
    text = f"{one} https://{other} http://x.org{one}"
    found, at = links_in(text), 0
    for link in found:
        at = text.index(link, at) + len(link)
        assert link.lower().startswith(("http://", "https://"))
        assert not any(c.isspace() for c in link)
    assert len({link_key(link) for link in found}) == len(found)


# --- what can be a source

MACHINES = [
    "http://127.0.0.1/", "https://1.2.3.4:8443/a", "https://1.2.3.4./", "http://0.0.0.0", "http://127.1/",
    "http://0x7f.1/", "http://2130706433/", "http://017700000001/", "https://①②⑦.0.0.1/",
    "https://db.internal/", "https://DB.Internal./a", "https://metadata.google.internal/computeMetadata/v1/",
    "https://host.docker.internal/", "https://printer.local/", "https://app.localhost/", "https://nas.lan",
    "https://router.home.arpa/", "https://a.test/", "https://a.invalid/", "http://abcdefghij.onion/",
]  # fmt: skip
NOWHERE = [
    "https://localhost", "https://localhost:8000/a", "https://intranet/wiki", "https://internal/", "https://com",
    "https://.internal/", "http://[::1]/", "http://[2001:db8::1]:8080/a", "http://[::ffff:1.2.3.4]/",
    "https://https://example.org/",
]  # fmt: skip
"""Hosts that are no website's name."""


@pytest.mark.parametrize("url", MACHINES)
def test_a_machine_is_no_source(url: str) -> None:
    with pytest.raises(ValueError, match="names a machine, not a website that everyone can open"):
        check_link(url)


@pytest.mark.parametrize("url", NOWHERE)
def test_a_host_without_a_website_s_name_is_no_source(url: str) -> None:
    with pytest.raises(ValueError, match="names no website"):
        check_link(url)


@pytest.mark.parametrize("url", [*MACHINES, *NOWHERE])
def test_what_cannot_be_a_source_is_not_cleaned_into_one(url: str) -> None:
    for written in (url, f"<{url}>", f"<{url}|example.org>", f"see {url}", f" {url}?utm_source=x#top "):
        with pytest.raises(ValueError, match=r"names|is not a link"):
            cleaned_link(written)


@pytest.mark.parametrize(
    "url",
    ["https://internal.example.org/", "https://local.gov/", "https://test.com", "https://onion.example",
     "https://lan.org/", "https://1.org/", "https://4.3.2.1.example.org/", "https://mylocal.io/a.internal",
     "https://example.org/?to=127.0.0.1", "https://example.org/localhost", "https://xn--pple-43d.com/"],
)  # fmt: skip
def test_names_that_only_look_like_a_machine_s_are_sources(url: str) -> None:
    check_link(url)
    assert cleaned_link(url) == (url if url.count("/") > 2 else f"{url}/")


# --- as a source keeps it


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("  https://example.org/a \n", "https://example.org/a"),
        ("HTTPS://Example.ORG/A", "https://example.org/A"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://exämple.org/ü", "https://xn--exmple-cua.org/%C3%BC"),
        ("https://аpple.com/", "https://xn--pple-43d.com/"),
        ("https://good.example.org\\@evil.example.net/", "https://good.example.org/@evil.example.net/"),
        ("https://example.org/a/../b", "https://example.org/b"),
        # without its beginning
        ("example.org", "https://example.org/"),
        ("www.Example.org/News?id=1", "https://www.example.org/News?id=1"),
        ("example.org?id=1#top", "https://example.org/?id=1"),
        ("<example.org/a>", "https://example.org/a"),
        # as platforms write it
        ("<https://example.org/a>", "https://example.org/a"),
        ("<https://example.org/a|the report>", "https://example.org/a"),
        ("<http://example.org|example.org>", "http://example.org/"),
        ("<https://example.org/a?b=1|https://evil.example.net/>", "https://example.org/a?b=1"),
        ("[the report](https://example.org/a)", "https://example.org/a"),
        ("see https://example.org/a.", "https://example.org/a"),
        ("It is in (https://example.org/wiki/Nix_(moon)), they say", "https://example.org/wiki/Nix_(moon)"),
        ("https://example.org/a says so", "https://example.org/a"),
        # what tracks readers, and only that
        ("https://example.org/a?utm_source=x", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&id=1&UTM_Medium=y", "https://example.org/a?id=1"),
        ("https://example.org/a?fbclid=1&gclid=2&mc_cid=3&mc_eid=4&ref_src=5", "https://example.org/a"),
        ("https://example.org/a?b=2&a=1&b=1&c", "https://example.org/a?b=2&a=1&b=1&c"),
        ("https://example.org/a?x=%C3%BC&y=a+b&z=%26", "https://example.org/a?x=%C3%BC&y=a+b&z=%26"),
        ("https://example.org/a?q=utm_source%3Dx", "https://example.org/a?q=utm_source%3Dx"),
        ("https://example.org/a?ref=1&utm=2&xfbclid=4", "https://example.org/a?ref=1&utm=2&xfbclid=4"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a?&id=1&&", "https://example.org/a?id=1"),
        ("https://example.org/a#top", "https://example.org/a"),
        ("https://example.org/a?id=1#utm_source=x", "https://example.org/a?id=1"),
        ("https://example.org/utm_source=x", "https://example.org/utm_source=x"),
        # what only the key drops (PLATFORM: 6)
        ("https://www.example.org/a/", "https://www.example.org/a/"),
        ("http://m.example.org/news/amp", "http://m.example.org/news/amp"),
        ("https://www.google.com/amp/s/example.org/news", "https://www.google.com/amp/s/example.org/news"),
        ("https://example.org/guitars?amp=40&id=1", "https://example.org/guitars?amp=40&id=1"),
    ],
)
def test_a_link_is_cleaned(written: str, link: str) -> None:
    assert cleaned_link(written) == link
    assert cleaned_link(link) == link


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "is not a link"),
        ("<>", "is not a link"),
        ("reservoirs", "is not a link"),
        ("ana@example.org", "is not a link"),
        ("//example.org/a", "is not a link"),
        ("example.org:99999/a", "is not a link"),
        ("see example.org for it", "space"),
        ("javascript:alert(1)", "starts with http"),
        ("data:text/html,https://example.org/", "starts with http"),
        ("mailto:ana@example.org", "starts with http"),
        ("ftp://example.org/a", "starts with http"),
        ("file:///etc/passwd", "starts with http"),
        ("https:example.org", "starts with http"),
        ("https://ana@example.org/", "user name"),
        ("https://ana:secret@example.org/", "user name"),
        ("https://good.example.org@evil.example.net/", "user name"),
        ("see https://example.org/a and https://example.org/b", "several links"),
        ("https://example.org/a https://example.org/b", "several links"),
        ("https://example.org/a\u202eb", "cannot be seen"),
        ("https://example.org/" + "a" * LONGEST_LINK, "longer than 2048"),
        ("https://example.org/" + "ü" * 500, "longer than 2048"),
        ("example.org/" + "a" * (LONGEST_LINK - len("example.org/")), "longer than 2048"),
    ],
)
def test_what_is_no_source_is_refused_with_a_reason(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as error:
        cleaned_link(written)
    str(error.value).encode()


def test_the_longest_link_is_kept_whole() -> None:
    longest = "https://example.org/" + "a" * (LONGEST_LINK - len("https://example.org/"))
    assert cleaned_link(longest) == longest
    assert cleaned_link(f"<{longest}|{longest}>") == longest


@given(
    HOST,
    PATH,
    PARAMETERS,
    st.lists(st.tuples(st.sampled_from(SENDERS), st.integers(0, 9)), max_size=4),
    st.data(),
)
def test_cleaning_drops_what_tracks_and_nothing_else(
    host: str, path: str, parameters: list[str], tracking: list[tuple[str, int]], data: st.DataObject
) -> None:
    given_ = list(parameters)
    for parameter, at in tracking:
        given_.insert(at, parameter)
    query = "?" + "&".join(given_) if given_ else ""
    around = data.draw(st.sampled_from(["{}", "<{}>", "<{}|x>", " {}\n", "see {} for it", "[x]({})"]))
    fragment = data.draw(st.sampled_from(["", "#", "#top"]))
    written = around.format(f"https://{host.upper()}{path}{query}{fragment}")
    plain = f"https://{host}{path or '/'}" + ("?" + "&".join(parameters) if parameters else "")
    assert cleaned_link(written) == plain


@given(
    MESS
    | MESS.map("https://a.org/".__add__)
    | MESS.map("http://".__add__)
    | MESS.map("see https://a.org/".__add__)
)
def test_whatever_is_written_is_cleaned_or_refused(written: str) -> None:
    try:
        link = cleaned_link(written)
    except ValueError as error:
        str(error).encode()
        return
    check_link(link)
    assert cleaned_link(link) == link
    assert link.isascii()
    assert "#" not in link
    assert host_of(link)
    assert link_key(link)
