"""The version parameter of requests, as people write it."""

from __future__ import annotations

from assistant.channels.problems import Problem
from kb import versions


def version_of(text: str | None, name: str = "version") -> str | None:
    """A version parameter as an id; raises Problem 422, with the parameter's `name`, for one that names none."""
    if not text:
        return None
    try:
        return versions.parse_one(text)
    except versions.UnknownVersion as error:
        raise Problem(422, f"{name}: {error}") from None
