"""Links as readers and browsers see them. Nothing here opens one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from contextlib import suppress

import ada_url

from bot.domain.writing.text import clean, shorten

LONGEST_LINK = 2048
MOST_LINKS = 20
"""How many one text is searched for."""

_TRACKING = re.compile(
    r"(?:utm_[^=]*|fbclid|gclid|mc_[^=]*|ref_src|amp)(?:=.*)?|outputType=amp", re.IGNORECASE
)
"""Parameters that say who sent the reader, or which of its forms a page is to take."""
_FORM = re.compile(r"amp(?:=.*)?|outputType=amp", re.IGNORECASE)
"""The latter alone: they belong to the page, and only keys do without them."""
_COPYING = re.compile(r"(?:amp_[^=]*|usqp)(?:=.*)?")
"""Parameters that Google's copies have on top of the page's own."""
# Google's viewer (`google.com/amp/s/host/path`) and its copies (`host.cdn.ampproject.org/c/s/host/path`).
_WRAPPED = re.compile(
    r"(?:google\.(?:com?\.)?[a-z]{2,3}/amp/|(?:[a-z0-9-]+\.)?cdn\.ampproject\.org/(?:c|v|wp)/)"
    r"(?:s/)?(?P<page>[^/]+\.[^/]+(?:/.*)?)"
)
_ASIDE = re.compile(r"(?:www|amp|m)\.(?=[^.]+\.)")
"""The first part of a host that has the same pages as the rest: `www.`, `amp.`, `m.`."""

_NUMBERS = re.compile(r"[0-9.]+")
_PRIVATE = (".internal", ".local", ".localhost", ".lan", ".home.arpa", ".test", ".invalid", ".onion")
"""Ends of names that stand for nothing everyone can open (RFC 6761, RFC 6762, RFC 8375, ICANN: .internal)."""
_SLACK = re.compile(r"<(?P<link>[^|<>\s]+)(?:\|[^<>]*)?>")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BARE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_BEGINNING = re.compile(r"(?<![a-z0-9+])https?://", re.IGNORECASE)
_ENDS = frozenset('<>"`|')
"""What no link has in it as it is; Slack writes `<https://…|label>`."""
_PAIRS = {")": "(", "]": "[", "}": "{"}
_PUNCTUATION = ".,:;!?'…*_~’”»›。、，！？；："
"""What may follow a link in a sentence, or mark it up, and hardly ever ends one."""


def check_link(url: str) -> None:
    """Raise ValueError with a sentence when `url` cannot be a new source: no website that all can open."""
    check_old_link(url)
    host = ada_url.URL(url).hostname.strip(".")
    if _NUMBERS.fullmatch(host) or host.startswith("[") or host.endswith(_PRIVATE):
        shown = shorten(clean(url), 60)
        raise ValueError(f"“{shown}” names a machine, not a website that everyone can open")


def check_old_link(url: str) -> None:
    """Raise ValueError when `url` cannot be a source at all: http or https, a host, no user name.

    What was published when no more was asked is still read.
    """
    if len(url.encode(errors="replace")) > LONGEST_LINK:
        raise ValueError(f"the link is longer than {LONGEST_LINK} bytes")
    if any(map(_is_unseen, url)):
        raise ValueError("the link has a space or a character in it that cannot be seen")
    shown = shorten(clean(url), 60)
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        raise ValueError(f"“{shown}” is not a link") from None
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError(f"“{shown}” is not a link that starts with http:// or https://")
    if parsed.username or parsed.password:
        raise ValueError("the link has a user name in it")
    if "." not in (parsed.hostname or "").strip("."):
        raise ValueError(f"“{shown}” names no website")


def cleaned_link(text: str) -> str:
    """The link that somebody wrote, as a source keeps it: without fragment and without what tracks readers.

    It may stand in pointed brackets, in a sentence, or lack its `https://`. Raises ValueError with a sentence
    for what cannot be a source.
    """
    written = text.strip()
    if wrapped := _SLACK.fullmatch(written):
        written = wrapped["link"]
    written = written.strip("<>").strip()
    in_words = not _SCHEME.match(written) or any(map(str.isspace, written))
    if in_words and (found := links_in(written)):
        if len(found) > 1:
            raise ValueError("there are several links in it; give one")
        written = found[0]
    elif _BARE.fullmatch(written):
        written = f"https://{written}"
    check_link(written)
    parsed = ada_url.URL(written)
    parsed.hash = ""
    query = parsed.search.removeprefix("?")
    kept = [p for p in query.split("&") if p and (_FORM.fullmatch(p) or not _TRACKING.fullmatch(p))]
    parsed.search = "&".join(kept)
    cleaned = str(parsed.href)
    check_link(cleaned)
    return cleaned


def host_of(url: str) -> str:
    """The host that a browser would go to, without a leading `www.`; foreign letters show as punycode."""
    try:
        return str(ada_url.URL(url).hostname).removeprefix("www.")
    except ValueError:
        return ""


def link_key(url: str) -> str:
    """What is alike for all spellings of one link: `example.org/news?id=1`, in ASCII.

    Without the scheme, a leading `www.`, `m.` or `amp.`, the fragment, a last slash, what tracks the reader,
    and the forms that AMP gives to a page. At most 2,048 letters, with a hash at the end where it would be
    longer. Raises ValueError for what is no link.

    The keys of all sources are stored. A change that gives a link another key needs a migration that writes
    them anew, or those actions are not found by their links any more; the unit tests of links keep some.
    """
    host, path, query = _parts(url)
    dropped = [_TRACKING]
    while wrapped := _WRAPPED.fullmatch(host + path):
        try:
            host, path, query = _parts(f"https://{wrapped['page']}?{query}")
        except ValueError:  # it only looked like one
            break
        dropped = [_TRACKING, _COPYING]
    path = path.rstrip("/")
    while path.endswith("/amp"):
        path = path.removesuffix("/amp").rstrip("/")
    kept = [part for part in query.split("&") if part and not any(d.fullmatch(part) for d in dropped)]
    key = host + path + ("?" + "&".join(kept) if kept else "")
    if len(key) <= LONGEST_LINK:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()  # an index takes no value of any length
    return f"{key[: LONGEST_LINK - len(digest) - 1]}#{digest}"


def _parts(url: str) -> tuple[str, str, str]:
    """Host (with its port, if unusual), path and query for `link_key`."""
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        raise ValueError("not a link") from None
    host = parsed.hostname.strip(".")
    if parsed.protocol not in ("http:", "https:") or not host:
        raise ValueError("not a link")
    while aside := _ASIDE.match(host):
        host = host[aside.end() :]
    if parsed.port not in ("", "80", "443"):  # without the scheme either of these is the usual one
        host += f":{parsed.port}"
    return host, parsed.pathname, parsed.search.removeprefix("?")


def links_in(text: str) -> list[str]:
    """The links that stand in what a person wrote, as written, in order: the first 20.

    In pointed brackets, in Markdown or in a sentence; without the punctuation that follows them, without
    those that are longer than a link may be, and each once, whatever its spellings.
    """
    found: dict[str, str] = {}
    at = 0
    while len(found) < MOST_LINKS and (beginning := _BEGINNING.search(text, at)):
        at = _end(text, beginning.end())
        link = text[beginning.start() : at].rstrip(_PUNCTUATION)
        if len(link) > LONGEST_LINK:
            continue
        with suppress(ValueError):
            found.setdefault(link_key(link), link)
    return list(found.values())


def _end(text: str, at: int) -> int:
    """Where a link ends of which `at` is a place: at white space, or where a bracket around it is closed."""
    opened = []
    for here in range(at, len(text)):
        char = text[here]
        if char in _ENDS or _is_unseen(char):
            return here
        if char in _PAIRS.values():
            opened.append(char)
        elif char in _PAIRS and not (opened and opened.pop() == _PAIRS[char]):
            return here
    return len(text)


def _is_unseen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Cs")
