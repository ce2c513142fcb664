"""Scope: whether a question is about something Lotse does not cover, however similar its words are."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("scope.yaml")
# "… but VMware can", "from VMware to Hyper-V": the product is only compared with or moved away from.
_CONTRAST = (
    r"\b(?:but|unlike|than|versus|vs\.?|instead\s+of|compared\s+(?:to|with)|"
    r"aber|anders\s+als|als\s+bei|"
    r"im\s+gegensatz\s+zu|statt|anstelle\s+von|ausser|außer|wie\s+bei)\W+(?:bei\s+|with\s+|in\s+)?$"
)


@lru_cache(maxsize=1)
def _scope() -> dict[str, re.Pattern[str]]:
    import yaml

    lists = yaml.safe_load(FILE.read_text(encoding="utf-8"))

    def words(names: list[str]) -> re.Pattern[str]:
        return re.compile(
            r"(?<![\w-])(?:"
            + "|".join(re.escape(n).replace(r"\ ", r"[\s-]+") for n in sorted(names, key=len, reverse=True))
            + r")(?![\w])",
            re.I,
        )

    return {
        "products": words(lists["products"]),
        "anchors": words(lists["anchors"]),
        "undocumented": re.compile("|".join(lists["undocumented"]), re.I),
        "harm": re.compile("|".join(lists["harm"]), re.I | re.S),
    }


def harmful(text: str) -> bool:
    """True for a request to attack, to pry into other people's data or Lotse's own, or to turn Lotse into something else."""
    return bool(_scope()["harm"].search(text))


def outside(text: str, names_version: bool) -> bool:
    """True for a question about another product, or one that no documentation answers.

    A Windows Server version (`names_version`) or one of Lotse's own subjects beside the product keeps the question.
    """
    scope = _scope()
    if scope["undocumented"].search(text):
        return True
    foreign = [m for m in scope["products"].finditer(text) if not re.search(_CONTRAST, text[: m.start()], re.I)]
    return bool(foreign) and not names_version and not scope["anchors"].search(text)
