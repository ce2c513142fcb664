"""Walkthroughs over HTTP: start one, choose, go back, and come back later."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from fastapi import APIRouter
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict

from assistant.channels.problems import Problem
from assistant.channels.version_parameter import version_of
from assistant.lotse import Lotse
from assistant.render import html
from runbooks import find, walkthrough
from runbooks.parse import Runbook
from runbooks.walkthrough import Walk


class StartWalk(BaseModel):
    """Which runbook to walk through, and what is known already."""

    model_config = ConfigDict(extra="forbid")
    runbook: str
    session_id: str | None = None
    version: str | None = None
    report_id: str | None = None
    lang: Literal["en", "de"] = "en"


class Choice(BaseModel):
    """An option of the current step, by its id, number or text."""

    model_config = ConfigDict(extra="forbid")
    choice: str


def runbook_of(id: str) -> Runbook:
    """The runbook with this id; raises Problem 404 with near matches."""
    try:
        return find.get(id)
    except find.UnknownRunbook as error:
        raise Problem(404, str(error)) from None


def router(state: Callable[[], Lotse]) -> APIRouter:
    """The routes of runbooks and walks."""
    routes = APIRouter(tags=["runbooks"])

    def walk_of(id: str) -> Walk:
        body = state().storage.walk(id)
        if body is None:
            raise Problem(404, f"no walk has the id {id!r}; it may have been started on another server")
        return msgspec.json.decode(body, type=Walk)

    def keep(id: str, walk: Walk) -> dict[str, Any]:
        state().storage.keep_walk(id, msgspec.json.encode(walk))
        return shown(id, walk)

    @routes.get("/api/runbooks")
    async def runbooks() -> Any:
        """All runbooks."""
        return [
            {
                "id": r.id,
                "title": msgspec.to_builtins(r.title),
                "versions": r.versions,
                "symptoms": {p: page.header.symptoms for p, page in r.pages.items()},
            }
            for r in find.runbooks().values()
        ]

    @routes.get("/api/runbooks/{id}")
    async def runbook(id: str, lang: Literal["en", "de"] = "en") -> Any:
        """One runbook with its steps."""
        page = runbook_of(id).page(lang)
        return {
            **msgspec.to_builtins(page.header),
            "sections": page.sections,
            "steps": [
                {
                    "id": s.id,
                    "title": s.title,
                    "text": s.text(),
                    "options": [{"id": o.to, "text": o.text} for o in s.options],
                    "outcome": s.outcome,
                }
                for s in page.steps.values()
            ],
        }

    @routes.post("/api/walks")
    async def start(body: StartWalk) -> Any:
        """Start a walkthrough; with a report, steps it proves are skipped and the reason is told."""
        runbook = runbook_of(body.runbook)
        remembered = await asyncio.to_thread(state().conversations.remembered, body.session_id) if body.session_id else {}
        report_id = body.report_id or remembered.get("report")
        report = state().report(report_id) if report_id else None
        if body.report_id and report is None:
            raise Problem(404, f"no report has the id {body.report_id!r}")
        version = version_of(body.version) or (remembered.get("version") if report is None else None)
        try:
            walk = walkthrough.start(runbook, report, version=version, lang=body.lang)
        except walkthrough.WalkError as error:
            raise Problem(409, str(error)) from None
        return keep(uuid.uuid4().hex, walk)

    @routes.get("/api/walks/{id}")
    async def walk(id: str, lang: Literal["en", "de"] | None = None) -> Any:
        """Where a walkthrough stands; with `lang` it goes on in that language."""
        found = walk_of(id)
        return keep(id, replace(found, lang=lang)) if lang and lang != found.lang else shown(id, found)

    @routes.post("/api/walks/{id}")
    async def choose(id: str, body: Choice) -> Any:
        """Take one of the step's options."""
        try:
            return keep(id, walkthrough.choose(walk_of(id), body.choice))
        except walkthrough.WalkError as error:
            raise Problem(409, str(error)) from None

    @routes.post("/api/walks/{id}/back")
    async def back(id: str) -> Any:
        """Undo the last choice."""
        try:
            return keep(id, walkthrough.back(walk_of(id)))
        except walkthrough.WalkError as error:
            raise Problem(409, str(error)) from None

    return routes


def shown(id: str, walk: Walk) -> dict[str, Any]:
    """A walk as the contract's JSON object."""
    view = walkthrough.current(walk)
    return {
        "walk_id": id,
        "runbook": walk.runbook,
        "version": walk.version,
        "lang": walk.lang,
        "step": {"id": view.step, "title": view.title, "text": view.text, "html": html(view.text)},
        "options": msgspec.to_builtins(view.options),
        "skipped": msgspec.to_builtins(view.skipped),
        "done": view.done,
        "outcome": view.outcome,
        "protocol": walkthrough.protocol(walk),
    }
