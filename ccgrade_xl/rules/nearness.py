"""Which accepted word was meant by one that is not accepted? A wrong suggestion is worse than none.

Near is a word that says a term of years within an option's, that begins with an accepted word or is the beginning of
one, or that is a slip of the pen away (told with the standard library's difflib: of a few dozen options a faster
matcher would save nothing and be one more thing to install). A word that lacks what stands before another says something else (到期 is not
即将到期), and so does one with what turns it (无, 未, 已 …).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from ccgrade_xl.rules.spans import word_of_term
from ccgrade_xl.rules.wording import plain

_TURNING = frozenset("不未无非没有否已逾过超上下内外")
"""Letters that turn what a word says into something else."""
_LOOK_ALIKE = str.maketrans("末己巳", "未已已")
_COUNTING = frozenset("0123456789一二两三四五六七八九十半")
_SHORTEST, _TOO_SHORT = 2, 3


def nearest(word: str, words: Mapping[str, str]) -> str | None:
    """Return the option a word was meant to be; None where none is near, or more than one.

    `words` are the accepted words, each with the option it means.
    """
    said = _compared(word)
    accepted = {_compared(each): option for each, option in words.items()}
    if len(said) < _SHORTEST:
        return None
    if said in accepted:
        return accepted[said]
    term = word_of_term(said, accepted)
    if term is not None:
        return accepted[term]
    for near in (_begins, _is_slip):
        options = {option for each, option in accepted.items() if near(said, each)}
        if options:
            return options.pop() if len(options) == 1 else None
    return None


def _compared(word: str) -> str:
    """Return a word as `plain` compares it, with letters that are only ever written for others as these."""
    return plain(word).translate(_LOOK_ALIKE)


def _begins(said: str, accepted: str) -> bool:
    """Return whether one of two words begins with the other, and what follows neither turns nor counts anything."""
    short, long = sorted((said, accepted), key=len)
    if len(short) < _SHORTEST or not long.startswith(short):
        return False
    return not (_TURNING | _COUNTING) & set(long[len(short) :])


def _is_slip(said: str, accepted: str) -> bool:
    """Return whether few letters differ, no more than a third of the word, none of which turns or counts anything.

    In a word of three letters each but the last makes another word (未续签 is not 未改签).
    """
    shortest = min(len(said), len(accepted))
    if 3 * abs(len(said) - len(accepted)) > shortest:
        return False
    if shortest <= _TOO_SHORT and said[: shortest - 1] != accepted[: shortest - 1]:
        return False
    changes = difflib.SequenceMatcher(None, said, accepted, autojunk=False).get_opcodes()
    changed = [step for step in changes if step[0] != "equal"]
    count = sum(max(to - at, end - begin) for _, at, to, begin, end in changed)
    letters = {letter for _, at, to, begin, end in changed for letter in said[at:to] + accepted[begin:end]}
    return 3 * count <= shortest and not letters & (_TURNING | _COUNTING)
