"""Names as they are compared: Latin letters and digits, no accents, no case, whatever script they were typed in. Pure.

Every letter is folded by itself, so the fold of a part is a part of the fold: that is what makes infixes findable.
"""

import re
import unicodedata

from anyascii import anyascii

SHORTEST = 3
"""Letters of a word that a search needs at least."""
_ALIKE = str.maketrans("yw", "iv")
_WORD = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"[^a-z0-9]+")


def words(text: str) -> tuple[str, ...]:
    """`Łódź` is `lodz`, `Αθήνα` `athina`, `Київ` `kiiv`, in the order of the text.

    `y` counts as `i` and `w` as `v`: Київ is written Kyiv and Kiiv, Երևան Erevan and (in capitals) Erewan.
    """
    return tuple(word for word in map(_folded, _WORD.findall(_bare(text))) if word)


def folded_text(text: str) -> str:
    """The words with a space before each: ` mou` in it is the beginning of a word, `mou` any part."""
    return "".join(f" {word}" for word in words(text))


def _bare(text: str) -> str:
    """Without accents, and without what a decomposition would else put between two letters of a word."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _folded(word: str) -> str:
    return _ASIDE.sub("", anyascii(word).lower()).translate(_ALIKE)
