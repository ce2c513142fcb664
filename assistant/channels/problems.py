"""Errors over HTTP as RFC 9457 problem details: what is wrong, where, and what to do, never a traceback."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

log = logging.getLogger("lotse.http")


class Problem(Exception):
    """Raised by handlers; becomes a problem document with this status and detail."""

    def __init__(self, status: int, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.status, self.detail, self.extra = status, detail, extra


def problem(status: int, detail: str, **extra: object) -> JSONResponse:
    """A problem document as a response."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **extra}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Turn every kind of error of this app into a problem document."""

    @app.exception_handler(Problem)
    async def _problem(_request: Request, error: Problem) -> JSONResponse:
        return problem(error.status, error.detail, **error.extra)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        places = [{"place": ".".join(str(part) for part in e["loc"]), "problem": e["msg"]} for e in error.errors()]
        detail = "; ".join(f"{p['place']}: {p['problem']}" for p in places)
        return problem(422, f"the request is not valid: {detail}", errors=places)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        log.exception("error in %s %s", request.method, request.url.path, exc_info=error)
        return problem(500, "Lotse made a mistake; the log has the details. Please report it with the request that led here.")
