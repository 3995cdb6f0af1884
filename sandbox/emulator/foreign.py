"""Refuses requests that a web page could send: the server has no password, and moto allows every origin.

A page can reach a loopback port under its own name, if it points that name to 127.0.0.1 after it is loaded
(DNS rebinding): then `Host` is foreign. From another origin the browser sends `Origin`, or `Sec-Fetch-Site`
(https://www.w3.org/TR/fetch-metadata/). SDKs and the AWS CLI send neither.
"""

from collections.abc import Iterable
from typing import Any

NAMES = ("127.0.0.1", "localhost")
SAME_SITE = (None, "none", "same-origin")


def reason(environ: dict[str, Any]) -> str | None:
    hosts = [f"{name}:{environ['SERVER_PORT']}" for name in NAMES]
    host, origin = environ.get("HTTP_HOST"), environ.get("HTTP_ORIGIN")
    if host not in hosts:
        return f"Host {host}"
    if origin is not None and origin not in [f"http://{own}" for own in hosts]:
        return f"Origin {origin}"
    if environ.get("HTTP_SEC_FETCH_SITE") not in SAME_SITE:
        return "Sec-Fetch-Site"
    return None


def refused(application: Any) -> Any:
    """Puts the check in front of the application."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        foreign = reason(environ)
        if foreign is None:
            return application(environ, start_response)
        body = f"The sandbox refuses this request: foreign {foreign}\n".encode()
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
        start_response("403 Forbidden", headers)
        return [body]

    return call
