"""Understanding a question: its language, the versions it means, edition, generation, numbers, and what is wanted.

All of it is deterministic. What a text does not say stays None or empty; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.language import Detector
from assistant.scope import harmful
from ingest.index.words import STOP, tokens
from kb import units, versions
from kb.entry import Edition

Wants = Literal["answer", "why", "fix", "remember", "help", "harm", "greeting"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a text asks.

    `asked` are the versions it names for the hosts, in order of release; `open_range` that they came from words
    such as *since 2012*. `ambiguous` holds the candidates of a bare `R2`, `unknown_release` a release that does
    not exist. `numbers` are quantities other than versions, sizes in bytes. `content` are the words that carry
    meaning once versions and filler are gone; `search` is the text to search with.
    """

    text: str
    lang: str
    asked: tuple[str, ...]
    wants: Wants
    search: str
    content: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()
    unknown_release: str | None = None
    open_range: bool = False
    edition: Edition | None = None
    generation: int | None = None
    polar: bool = False
    numbers: tuple[float, ...] = ()


# A sentence that tries to steer the assistant is no part of the question; what follows it may well be one.
_STEERING = re.compile(
    r"[^.!?:]*\b(?:ignore|forget|disregard|vergiss|ignoriere?|missachte)\b[^.!?:]*\b(?:instruction|instructions|rules|previous|prior|anweisung|anweisungen|regeln|vorgaben)\b[^.!?:]*[.!?:]\s*(?:so\s*:|also\s*:)?",
    re.I,
)
_GUEST = re.compile(
    r"^\W*(?:r2\W*)?(?:sp\s?\d\W*)?(?:x64\W*|64[\s-]?bit\W*|std\W*|standard\W*|core\W*)?(?:server\W*)?(?:(?:runs?|running|supported|läuft)\s+)?(?:as\s+(?:a\s+|the\s+)?(?:guest|vm|virtual\s+machine)|guests?\b|als\s+(?:gast|vm|virtuelle)|gast(?:system|betriebssystem)?\b|vms?\b|virtual\s+machines?\b|inside\s+(?:a|the)\s+vm|in\s+(?:a|einer|the|my|meiner)\s+(?:new\s+|neuen\s+)?(?:gen|vm|virtual|generation|virtuellen))",
    re.I,
)
_GUEST_BEFORE = re.compile(
    r"(?:\bguests?(?:\s+(?:os|operating\s+system))?(?:\s+(?:is|runs?|running|with|of))?|\bgast(?:system|betriebssystem)?(?:\s+(?:ist|mit|unter|läuft))?|\binstall(?:ing)?|\binstallier\w*)\s*(?:an?\s+|ein(?:en)?\s+|the\s+)?$",
    re.I,
)
_EDITIONS: tuple[tuple[str, Edition], ...] = (
    (r"\bhyper-?v\s+server\b(?!\s+(?:role|rolle))", "hyper-v-server"),
    (r"\bdata\s?cent(?:er|re)\b", "datacenter"),
    (r"\benterprise\b", "enterprise"),
    (r"\bstandard(?:\s+edition)?\b(?!\s+(?:checkpoint|prüfpunkt|switch|vm|virtual|wert|value|pfad|path|port))", "standard"),
)
_GENERATION = re.compile(r"\b(?:gen(?:eration)?\.?[\s-]?([12])|([12])(?:\.|st|nd)\s*gen(?:eration)?)\b", re.I)
_NUMBER = re.compile(r"(?<![\w.,:/\\-])(\d{1,3}(?:[.,']\d{3})+|\d+(?:[.,]\d+)?)\s*(TB|GB|MB|PB|TiB|GiB|MiB)?(?![\w/-]|\.\d)", re.I)
# "SQL Server 2016", "Windows 2003": the year of a product is no quantity.
_PRODUCT_YEAR = re.compile(r"\b(?:server|windows|exchange|sharepoint|office)\s+(?:19|20)\d\d\b", re.I)
_POLAR = re.compile(
    r"(?:^|[.!?,;:–-]\s*|\b(?:or|oder|and|und|so|also)\s+)(?:can|could|may|is|are|does|do|will|should|must|has|have|kann|können|darf|dürfen|ist|sind|gilt|gelten|geht|gehen|läuft|laufen|reicht|reichen|muss|müssen|braucht|brauche|gibt|unterstützt|unterstützen|hat|haben|werden|wird)\b",
    re.I,
)
_REMEMBER = re.compile(
    r"^\s*(?:(?:we|i)(?:['’]re|\s+are|['’]ve)?\s+(?:run|use|have|running|using|on|still\s+on|got)|our\s+(?:hosts?|cluster|servers?|nodes?|environment)\s+(?:is|are|runs?|use)|it['’]?s|wir\s+(?:haben|nutzen|verwenden|benutzen|betreiben|sind|fahren|setzen|arbeiten)|bei\s+uns\s+(?:läuft|ist|laufen)|ich\s+(?:habe|nutze|verwende)|unsere?\s+(?:hosts?|cluster|server|knoten|umgebung)\s+(?:ist|sind|läuft|laufen)|es\s+(?:ist|sind))\b",
    re.I,
)
_CORRECTION = re.compile(
    r"^(?:\W*\b(?:no|nein|nö|sorry|entschuldigung|actually|eigentlich|doch|i\s+meant?|ich\s+mein(?:t?e)?|gemeint\s+(?:war|ist))\b)+", re.I
)
# What is left of "what about 2016?" and "wie sieht es unter 2016 aus?": nothing that says what the question is about.
_FOLLOWING = frozenset(["about", "same", "then", "now", "unter", "sieht", "schaut", "dasselbe", "gleiche"])
_WHY = re.compile(
    r"^\W*(?:but\s+|und\s+|aber\s+|and\s+)?(?:why(?:\s+is\s+(?:that|this))?|how\s+come|warum(?:\s+ist\s+das\s+so)?|wieso|weshalb|weswegen)\W*(?:not|nicht|that|das)?\W*$",
    re.I,
)
_FIX = re.compile(
    r"^\W*(?:and\s+|und\s+)?(?:how\s+(?:do|can)\s+(?:i|we)\s+(?:fix|change|solve|do|repair)\s*(?:that|this|it)?|wie\s+(?:behebe|löse|repariere|ändere|mache|behebt|löst)\s+(?:ich|man|wir)\s*(?:das|es|dies)?|what\s+(?:can|should)\s+(?:i|we)\s+do|was\s+(?:tun|kann\s+ich\s+(?:da(?:gegen)?\s+)?tun|soll\s+ich\s+tun))\W*$",
    re.I,
)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|good\s+(?:morning|evening)|hallo|guten\s+(?:tag|morgen|abend)|moin|servus|grüezi|thanks?(?:\s+you)?|danke(?:\s+schön)?|ok(?:ay)?)\W*$",
    re.I,
)
_HELP = re.compile(r"^\W*(?:help|hilfe|what\s+can\s+you\s+do|was\s+kannst\s+du|who\s+are\s+you|wer\s+bist\s+du)\W*\??\W*$", re.I)


def understand(text: str, detector: Detector, lang: str | None = None, default_lang: str = "en") -> Question:
    """What `text` asks; `lang` overrules the language that is found, `default_lang` holds where none is."""
    clean = _STEERING.sub(" ", text).strip() or text.strip()
    language = lang or detector.detect(clean, default_lang)
    found = versions.parse(clean)
    hosts = tuple(m for m in found.mentions if not _is_guest(clean, m))
    # "in 2019? I thought since 2012": a version named for itself is the one that is asked about.
    exact = [id for m in hosts if m.kind == "exact" for id in m.ids]
    asked = tuple(versions.ordered(exact or [id for m in hosts if m.kind == "range" for id in m.ids]))
    ambiguous = next((m.ids for m in hosts if m.kind == "ambiguous"), ())
    stripped = _without(clean, hosts)
    content = tuple(w for w in tokens(_CORRECTION.sub(" ", stripped)) if w not in STOP and w not in _FOLLOWING and not w.isdigit())
    wants = _wants(clean, content, asked)
    return Question(
        text=clean,
        lang=language,
        asked=asked,
        wants=wants,
        search=stripped.strip() or clean,
        content=content,
        ambiguous=ambiguous,
        unknown_release=found.unknown,
        open_range=bool(asked) and not exact,
        edition=next((edition for pattern, edition in _EDITIONS if re.search(pattern, clean, re.I)), None),
        generation=_generation(clean),
        polar=bool(_POLAR.search(clean)),
        numbers=_numbers(_GENERATION.sub(" ", _PRODUCT_YEAR.sub(" ", _without(clean, found.mentions)))),
    )


def _is_guest(text: str, mention: versions.Mention) -> bool:
    return bool(_GUEST.match(text[mention.end :]) or _GUEST_BEFORE.search(text[: mention.start]))


def _without(text: str, mentions: tuple[versions.Mention, ...]) -> str:
    """The text without its version words, since every entry is about versions and they would only blur the search."""
    for mention in sorted(mentions, key=lambda m: -m.start):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return re.sub(r"\s+", " ", text)


def _wants(text: str, content: tuple[str, ...], asked: tuple[str, ...]) -> Wants:
    if harmful(text):
        return "harm"
    if _GREETING.match(text):
        return "greeting"
    if _HELP.match(text):
        return "help"
    if _WHY.match(text):
        return "why"
    if _FIX.match(text):
        return "fix"
    if asked and "?" not in text and _REMEMBER.match(text) and len(content) <= 3:
        return "remember"
    return "answer"


def is_correction(text: str) -> bool:
    """True for a text that takes back what was understood: *no, I meant 2012 R2*."""
    return bool(_CORRECTION.match(text))


_LEAD = re.compile(r"(?:max(?:imum|imal\w*|\.)?|min(?:imum|imal\w*|\.)?|how\s+(?:many|much)|wie\s?viele?)\s+", re.I)


def parts(text: str) -> list[str]:
    """The questions within a question: "Replica: which ports and which intervals?" asks two.

    What stands before a colon is the subject of every part. A text that asks one thing has no parts.
    """
    head, colon, rest = text.partition(":")
    if not colon or len(head) > 80 or len(rest.split()) < 2:
        head, rest = "", text
    pieces = [
        p.strip(" ?!.")
        for p in re.split(r"\?|;|,|[.!]\s+(?=[A-ZÄÖÜ])|\b(?i:and|und|sowie|plus|or|oder|as\s+well\s+as)\b", rest)
        if p.strip(" ?!.")
    ]
    asking = [p for p in pieces if any(w not in STOP and not w.isdigit() for w in tokens(p))]
    if len(asking) < 2:
        return []
    # "max. processors and RAM": what is asked of the first is asked of all.
    lead = _LEAD.match(asking[0])
    led = [piece if number == 0 or not lead or _LEAD.match(piece) else f"{lead[0]}{piece}" for number, piece in enumerate(asking)]
    return [f"{head} {piece}".strip() for piece in led]


def _generation(text: str) -> int | None:
    found = {int(m[1] or m[2]) for m in _GENERATION.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _numbers(text: str) -> tuple[float, ...]:
    found: list[float] = []
    for match in _NUMBER.finditer(text):
        digits, unit = match[1], match[2]
        plain = re.sub(r"[.,'](?=\d{3}\b)", "", digits).replace(",", ".")
        value = float(plain)
        found.append(value * units.BYTES[unit.upper().replace("IB", "B")] if unit else value)
    return tuple(found)
