"""Where a verb is spoken of: `tixmo where cancel_order` prints the door, the story and the rest.

One verb has one spelling everywhere, so this is a search and needs no index.
"""

import os
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import NamedTuple

GROUPS = ("door", "story", "rule", "consequences", "proof", "others")

_SUFFIXES = {".py", ".md", ".html", ".j2", ".js", ".sql", ".toml", ".yml", ".yaml"}
_NOT_OURS = {"__pycache__", "node_modules", "static", "vendor", "build", "dist"}
_LONGEST = 120
_CONSEQUENCE = re.compile(r"application/(?:subscriptions|[a-z_]+/on_[a-z0-9_]+)\.py")
_IMPORT = re.compile(r"(?:from|import) ")


class Place(NamedTuple):
    """A line that speaks of the verb; the path is relative to the root, with slashes."""

    path: str
    line: int
    text: str


class _Verb(NamedTuple):
    words: tuple[str, ...]
    spoken: re.Pattern[str]  # cancel_order, CancelOrder, cancelOrder, cancel-order; -s as well.
    happened: re.Pattern[str] | None  # OrderCancelled, what the verb leads to.
    decided: re.Pattern[str] | None  # `def cancel`, in the module of the noun.


def where(query: str, root: Path) -> list[Place]:
    """Every line that speaks of the verb, in the order of GROUPS."""
    words = _words(query)
    if not words:
        return []
    verb = _verb(words)
    found = [place for path in _files(root) for place in _spoken_in(path, root, verb)]
    return sorted(found, key=lambda place: (_rank(place, verb), *_nearest(place)))


def shown(query: str, root: Path, lines_per_file: int = 3) -> str:
    """The places as people read them: a few lines of each file, the group in front."""
    places = where(query, root)
    if not places:
        return f"Nothing speaks of {query!r}."
    verb = _verb(_words(query))
    said = []
    for path, lines in groupby(places, key=lambda place: place.path):
        here = list(lines)
        telling = [place for place in here if not _IMPORT.match(place.text)] or here[:1]
        said.append(f"{GROUPS[_rank(here[0], verb)]:<13} {path}")
        said += [f"{place.line:>18}  {place.text}" for place in telling[:lines_per_file]]
        if len(telling) > lines_per_file:
            said.append(f"{'':>18}  … and {len(telling) - lines_per_file} more")
    return "\n".join(said)


def _words(query: str) -> tuple[str, ...]:
    """`CancelOrder`, `cancel-order` and `cancel orders` are the same words: cancel, order."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", query)
    words = re.findall(r"[a-z0-9]+", spaced.lower())
    return (*words[:-1], _singular(words[-1])) if words else ()


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    is_plural = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3
    return word[:-1] if is_plural else word


def _either_number(word: str) -> str:
    """A pattern for the word and its plural."""
    if word.endswith("y"):
        return f"{word[:-1]}(?:y|ys|ies)"
    return f"{word}(?:es|s)?"


def _verb(words: tuple[str, ...]) -> _Verb:
    *first, noun = words
    snake = "[_-]".join([*first, _either_number(noun)])
    pascal = "".join([*(word.capitalize() for word in first), _either_number(noun.capitalize())])
    forms = [rf"(?<![a-z]){snake}(?![a-z])", rf"{pascal}(?![a-z])"]
    if not first:
        return _Verb(words, re.compile("|".join(forms)), None, None)
    forms.append(rf"(?<![A-Za-z]){pascal[0].lower()}{pascal[1:]}(?![a-z])")
    stem = re.sub(r"[ey]$", "", first[0])
    done = rf"{_either_number(noun.capitalize())}{stem.capitalize()}[a-z]*d(?![a-z])"
    return _Verb(
        words,
        re.compile("|".join(forms)),
        re.compile(done),
        re.compile(rf"\bdef {'_'.join(first)}\b"),
    )


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in _NOT_OURS and not f.startswith("."))
        for name in sorted(files):
            if os.path.splitext(name)[1] in _SUFFIXES:
                yield Path(folder, name)


def _spoken_in(file: Path, root: Path, verb: _Verb) -> Iterator[Place]:
    path = file.relative_to(root).as_posix()
    patterns = [verb.spoken]
    if verb.happened and path.startswith(("domain/", "application/")):
        patterns.append(verb.happened)
    if verb.decided and _is_noun(path, verb):
        patterns.append(verb.decided)
    text = file.read_text(encoding="utf-8", errors="replace")
    if not any(pattern.search(text) for pattern in patterns):
        if _is_story(path, verb):
            yield Place(path, 1, _trimmed(text.partition("\n")[0]))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if any(pattern.search(line) for pattern in patterns):
            yield Place(path, number, _trimmed(line))


def _trimmed(line: str) -> str:
    text = line.strip()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _is_noun(path: str, verb: _Verb) -> bool:
    """True for the module of the domain that is named for the noun: the rule lives there."""
    return path.startswith("domain/") and _singular(PurePosixPath(path).stem) == verb.words[-1]


def _is_story(path: str, verb: _Verb) -> bool:
    is_story = re.fullmatch(r"application/[a-z_]+/([a-z0-9_]+)\.py", path)
    return is_story is not None and _words(is_story.group(1)) == verb.words


def _rank(place: Place, verb: _Verb) -> int:
    """The position in GROUPS. A file of the wiring or of the docs is among the others."""
    if place.path.startswith("entrypoints/http/"):
        return GROUPS.index("door")
    if _is_story(place.path, verb):
        return GROUPS.index("story")
    if place.path.startswith("domain/"):
        return GROUPS.index("rule")
    if _CONSEQUENCE.fullmatch(place.path):
        return GROUPS.index("consequences")
    if place.path.startswith("tests/") and not place.path.startswith("tests/architecture/"):
        return GROUPS.index("proof")
    return GROUPS.index("others")


def _nearest(place: Place) -> tuple[bool, str, int]:
    """Among the proofs, the mirror of the story comes first."""
    return not place.path.startswith("tests/application/"), place.path, place.line
