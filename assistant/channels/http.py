"""HTTP: the API of the contract, the page, and the readable pages of entries, rules and runbooks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant import collecting, formats, pages
from assistant.channels.problems import Problem, install, problem
from assistant.channels.version_parameter import version_of
from assistant.channels.walks import router as walk_routes
from assistant.channels.walks import runbook_of
from assistant.lotse import Lotse, Reply
from assistant.render import html
from assistant.settings import Settings
from ingest.configurations.read import Upload, read_uploads
from kb.entry import Edition
from kb.rules.engine import rules

WEB = Path(__file__).parent.parent / "web"
Lang = Literal["en", "de"]
_HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Ask(_Body):
    """A question, and what is known about the asker."""

    question: str = Field(min_length=1, max_length=8000, examples=["How many nodes can a cluster have on 2012 R2?"])
    session_id: str | None = Field(None, max_length=200)
    version: str | None = Field(None, examples=["2019"])
    edition: Edition | None = None
    lang: Lang | None = None


class File(_Body):
    """A configuration file by name and text."""

    name: str = Field(min_length=1, max_length=500)
    content: str


class Options(_Body):
    """How to judge configuration files."""

    version: str | None = None
    target: str | None = None
    edition: Edition | None = None
    lang: Lang = "en"
    session_id: str | None = None


class Check(Options):
    """Configuration files to judge."""

    files: list[File] = Field(min_length=1)


class Feedback(_Body):
    """Whether an answer helped."""

    answer_id: str
    helpful: bool
    comment: str | None = Field(None, max_length=4000)


def create_app(settings: Settings, *, lotse: Lotse | None = None, prepare: bool = True) -> FastAPI:
    """The application. `prepare` starts bringing the vectors in the background as soon as it serves."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.lotse = lotse or Lotse(settings)
        if prepare:
            app.state.lotse.prepare_in_background()
        yield
        if lotse is None:
            app.state.lotse.close()

    app = FastAPI(
        title="Lotse", version="0.1.0", summary="Knowledge, checks and walkthroughs for Hyper-V and failover clusters",
        openapi_url="/api/openapi.json", docs_url=None, redoc_url=None, lifespan=lifespan,
    )  # fmt: skip
    install(app)

    @app.middleware("http")
    async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length", "0")
        if "transfer-encoding" in request.headers:
            response: Response = problem(411, "the request does not tell its length; send it with a Content-Length")
        elif length.isdigit() and int(length) > settings.max_request_mb * 2**20:
            response = problem(
                413, f"the request is larger than {settings.max_request_mb} MB; send fewer files, or raise LOTSE_MAX_REQUEST_MB"
            )
        else:
            response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def state() -> Lotse:
        return app.state.lotse

    # --- questions ---

    @app.post("/api/ask", tags=["questions"])
    async def ask(body: Ask, request: Request) -> Any:
        """Answer a question; with `Accept: text/event-stream` the same answer arrives in pieces."""
        version = version_of(body.version)
        reply = await asyncio.to_thread(
            state().ask,
            body.question,
            session=body.session_id,
            version=version,
            edition=body.edition,
            lang=body.lang,
            default_lang=_preferred(request.headers.get("accept-language", "")),
        )
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(reply), media_type="text/event-stream", headers={"cache-control": "no-store"})
        return _reply(reply)

    @app.post("/api/feedback", status_code=204, tags=["questions"])
    async def feedback(body: Feedback) -> Response:
        """Say whether an answer helped."""
        if not state().storage.has_answer(body.answer_id):
            raise Problem(404, f"no answer has the id {body.answer_id!r}")
        state().storage.keep_feedback(body.answer_id, body.helpful, body.comment)
        return Response(status_code=204)

    # --- configurations ---

    @app.post("/api/check", tags=["configurations"])
    async def check(request: Request) -> Any:
        """Judge configuration files: multipart `files`, or JSON {files: [{name, content}]}."""
        uploads, options = await _uploads(request)
        version, target = version_of(options.version), version_of(options.target, "target")
        reading = await asyncio.to_thread(read_uploads, uploads, settings.max_file)
        if not reading.files:
            detail = "; ".join(str(left) for left in reading.left_out) or "no file was sent"
            raise Problem(422, f"none of the files could be read: {detail}", left_out=[str(left) for left in reading.left_out])
        report = await asyncio.to_thread(
            state().check,
            reading,
            version=version,
            target=target,
            edition=options.edition,
            session=options.session_id,
            lang=options.lang,
        )
        return report.as_json(options.lang)

    @app.get("/api/reports/{id}", tags=["configurations"])
    async def report(id: str, format: str = "json", lang: Lang = "en") -> Response:
        """A report made earlier, in any of the formats of `lotse check`."""
        found = state().report(id)
        if found is None:
            raise Problem(404, f"no report has the id {id!r}")
        if format not in formats.FORMATS:
            raise Problem(422, f"unknown format {format!r}; known are {', '.join(formats.FORMATS)}")
        return Response(formats.render(found, format, lang), media_type=formats.MEDIA_TYPES[format])

    # --- knowledge ---

    @app.get("/api/entries", tags=["knowledge"])
    async def entries() -> Any:
        """All entries: id, subject, kind, severity and title."""
        return [formats.entry_summary(e) for e in state().knowledge]

    @app.get("/api/entries/{id}", tags=["knowledge"])
    async def entry(id: str) -> Any:
        """One entry, whole."""
        return msgspec.to_builtins(_entry(id))

    @app.get("/api/limits/{id}", tags=["knowledge"])
    async def limit(id: str, version: str | None = None, edition: Edition | None = None, generation: Annotated[int | None, Query(ge=1, le=2)] = None, lang: Lang = "en") -> Any:  # fmt: skip
        """An entry's value for a version, or for all of them."""
        return formats.limit_json(_entry(id), version_of(version), edition, generation, lang)

    def _entry(id: str):
        found = state().knowledge.get(id)
        if found is None:
            raise Problem(404, f"no entry has the id {id!r}", similar=formats.similar(id, [e.id for e in state().knowledge]))
        return found

    # --- runbooks and walks ---

    app.include_router(walk_routes(state))

    # --- state ---

    @app.get("/healthz", tags=["state"])
    async def healthz() -> Any:
        """How Lotse is: the index's progress, the counts, and what is wrong."""
        done, total = state().index.progress
        return {
            "status": "ok",
            "entries": len(state().knowledge),
            "index": {"hybrid": state().index.hybrid, "done": done, "total": total, "problem": state().problem},
        }

    @app.get("/readyz", tags=["state"])
    async def readyz() -> Any:
        """200 as soon as questions are answered."""
        return {"status": "ready"}

    @app.get("/metrics", tags=["state"])
    async def metrics() -> Response:
        """A few numbers in Prometheus' text format."""
        index = state().index
        done, total = index.progress
        lines = [
            "# TYPE lotse_entries gauge", f"lotse_entries {len(state().knowledge)}",
            "# TYPE lotse_index_hybrid gauge", f"lotse_index_hybrid {int(index.hybrid)}",
            "# TYPE lotse_index_pending gauge", f"lotse_index_pending {total - done}",
        ]  # fmt: skip
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    # --- pages ---

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return FileResponse(WEB / "index.html")

    @app.get("/collect/Export-LotseInventory.ps1", include_in_schema=False)
    async def collector() -> Response:
        """The script that collects an inventory, as a file."""
        disposition = 'attachment; filename="Export-LotseInventory.ps1"'
        return Response(collecting.script(), media_type="text/plain", headers={"content-disposition": disposition})

    @app.get("/kb/{id}", include_in_schema=False)
    async def entry_page(id: str, lang: Lang = "en") -> Response:
        return HTMLResponse(pages.entry(_entry(id), lang))

    @app.get("/rules/{id}", include_in_schema=False)
    async def rule_page(id: str, lang: Lang = "en") -> Response:
        book = rules(state().knowledge)
        if id not in book:
            raise Problem(404, f"no rule has the id {id!r}", similar=formats.similar(id, list(book)))
        found = book[id]
        assert found.entry  # only users' own rules rest on none
        return HTMLResponse(pages.rule(found, state().knowledge[found.entry], lang))

    @app.get("/runbooks/{id}", include_in_schema=False)
    async def runbook_page(id: str, lang: Lang = "en") -> Response:
        return HTMLResponse(pages.runbook(runbook_of(id), lang))

    app.mount("/static", StaticFiles(directory=WEB), name="static")
    return app


def _preferred(accept_language: str) -> str | None:
    """The language a browser prefers, if it is one of ours."""
    first = accept_language.split(",")[0].strip().lower()[:2]
    return first if first in ("en", "de") else None


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "answer_id": reply.answer_id,
        "session_id": reply.session_id,
        **msgspec.to_builtins(reply.answer),
        "html": html(reply.answer.text),
        "latency_ms": round(reply.milliseconds, 1),
    }


async def _events(reply: Reply) -> AsyncIterator[str]:
    """The text paragraph by paragraph, then the whole answer."""
    for piece in reply.answer.text.split("\n\n"):
        yield f"event: text\ndata: {json.dumps(piece)}\n\n"
        await asyncio.sleep(0)
    yield f"event: answer\ndata: {json.dumps(_reply(reply))}\n\n"


async def _uploads(request: Request) -> tuple[list[Upload], Options]:
    """The files and options of a check, from multipart or JSON."""
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            form = await request.form(max_files=2000)
            uploads = [Upload(f.filename or "file", await f.read()) for f in form.getlist("files") if not isinstance(f, str)]
            return uploads, Options.model_validate({name: value for name, value in form.items() if isinstance(value, str) and value})
        body = Check.model_validate_json(await request.body())
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}".lstrip(": ") for e in error.errors())
        raise Problem(422, f"the request is neither multipart with `files` nor JSON {{files: [{{name, content}}]}}: {problems}") from None
    return [Upload(f.name, f.content.encode()) for f in body.files], body
