"""The keys under which spellings of one name meet.

Two of them. The *plain* key forgets case, accents, apostrophes and punctuation. The *folded* key forgets the alphabet
and the romanization too: it is not a transliteration but a skeleton, the same for the Ukrainian KMU 2010 table, the
Russian and the press's ways. It takes y, i and j for one letter (so -yy, -iy, -ii, -yi, -y, -i end alike), h, kh and g
for another, ya and ia, v and w, and doubled letters for single ones. See docs/ontology.md, "Identity".

>>> plain("Прем’єр-міністр «УКРАЇНИ»")
'премєр міністр україни'
>>> [folded(plain(name)) for name in ("Зеленський", "Zelenskyy", "zelenskij", "Зеленский")]
['zelenski', 'zelenski', 'zelenski', 'zelenski']
"""

import re
import unicodedata
from typing import Final

_APOSTROPHES: Final = frozenset("'’‘ʼ`´ʹʺ′＇")
# letters that no normalization takes apart
_LATIN: Final = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
_CYRILLIC: Final = {
    **dict(zip("абвгґдезиіїйклмнопрстуфыэўј", "abvhhdeziiiiklmnoprstufieui", strict=True)),
    "є": "ie",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "iu",
    "я": "ia",
    "ђ": "di",
    "љ": "li",
    "њ": "ni",
    "ћ": "ch",
    "џ": "dzh",
    "ѓ": "h",
    "ќ": "k",
    "ѕ": "z",
}
# in this order: what an earlier one leaves, a later one sees
_SKELETON: Final = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        ("t?sch", "sh"),
        ("tch", "ch"),
        ("[kg]h", "h"),
        ("ph", "f"),
        ("th", "t"),
        ("ou", "u"),
        ("w", "v"),
        ("q", "k"),
        ("x", "ks"),
        ("c(?=[eiy])", "ts"),
        ("c(?!h)", "k"),
        ("g", "h"),
        ("[yj]", "i"),
        ("ie", "e"),
        (r"([^\W\d_])\1+", r"\1"),
    )
)


def plain(text: str) -> str:
    """Reduce a text to its words in lower case, without accents and punctuation, one space between.

    Any text is taken; one without letters and digits gives "". Ukrainian й and ї stay what they are.
    """
    return " ".join("".join(map(_letter, unicodedata.normalize("NFKC", text).casefold())).split())


def folded(plain: str) -> str:
    """Reduce a plain key to its skeleton, word by word: as many words, spaces between.

    >>> folded("kharkiv"), folded("харків"), folded("mgm 1100")
    ('harkiv', 'harkiv', 'mhm 1100')
    """
    return " ".join(map(_skeleton, plain.split()))


def alphabets(text: str) -> frozenset[str]:
    """Which alphabets the letters of a text are from: the first words of their Unicode names, such as "CYRILLIC"."""
    return frozenset(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())


def _letter(character: str) -> str:
    """What stays of one character: letters and digits, a space where words part, or nothing."""
    if character.isascii():
        return character if character.isalnum() else "" if character in _APOSTROPHES else " "
    if "\u0400" <= character <= "\u052f":
        return {"ё": "е", "ѐ": "е", "ѝ": "и"}.get(character, character)
    if character in _LATIN:
        return _LATIN[character]
    if (
        character in _APOSTROPHES
        or unicodedata.category(character)[0] == "M"
        or unicodedata.category(character) == "Cf"
    ):
        return ""
    parts = [part for part in unicodedata.normalize("NFKD", character) if unicodedata.category(part)[0] != "M"]
    return "".join(part if part.isalnum() else " " for part in parts)


def _skeleton(word: str) -> str:
    letters = "".join(_CYRILLIC.get(letter, letter) for letter in word)
    for spelling, sound in _SKELETON:
        letters = spelling.sub(sound, letters)
    return letters or word
