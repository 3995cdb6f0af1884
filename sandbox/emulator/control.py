"""Additional paths on the same server, with which a test gives orders and reads the traffic
record.

    POST /_slipway/pace     {"account", "region", "service"?, "pace", "until"?}
    POST /_slipway/advance  {"account", "region", "service", "cluster"?, "steps"?, "until"?}
    POST /_slipway/image    {"account", "region", "image", "behaviour", "reason"?, "exitCode"?}
    POST /_slipway/hook     {"account", "region", "function", "answer"}
    POST /_slipway/swap     {"account", "region", "swap"}
    POST /_slipway/forget   {"account", "region"}: deletes all orders and the record
    GET  /_slipway/traffic?account=&region=[&rule=]
    DELETE /_slipway/traffic?account=&region=

AWS has none of these paths. moto keeps one backend per account and region, so every request has both.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.ecs.models import ecs_backends

import traffic
from orders import BEHAVIOURS, EVERY_SERVICE, ImageOrder, Pace, orders
from patches import LOCK

PREFIX = "/_slipway/"


class Refused(Exception):
    """The request is invalid; the message gives the reason."""


def place_of(body: dict[str, Any]) -> tuple[str, str]:
    if not body.get("account") or not body.get("region"):
        raise Refused("account and region are needed")
    return body["account"], body["region"]


def services_of(place: tuple[str, str], body: dict[str, Any]) -> list[Any]:
    known = ecs_backends[place[0]][place[1]].services.values()
    found = [
        service
        for service in known
        if body.get("service") in (None, EVERY_SERVICE, service.name)
        and body.get("cluster") in (None, service.cluster_name)
        and service.process
    ]
    if body.get("service") and not found:
        raise Refused(f"no service {body['service']} with a deployment in {place}")
    return found


def pace(body: dict[str, Any]) -> Any:
    if body.get("pace") not in ("instant", "manual"):
        raise Refused("pace is instant or manual")
    wanted = Pace(body["pace"] == "manual" or "until" in body, body.get("until"))
    orders[place_of(body)].paces[body.get("service", EVERY_SERVICE)] = wanted
    return {}


def advance(body: dict[str, Any]) -> Any:
    """Runs steps of a running deployment: a number, up to a stage, or to the end."""
    answer = {}
    for service in services_of(place_of(body), body):
        done = service.process.run(body.get("steps", body.get("until")))
        answer[service.name] = {
            "steps": done,
            "done": service.process.done,
            "stage": service.process.stage(),
        }
    return answer


def image(body: dict[str, Any]) -> Any:
    if body.get("behaviour") not in BEHAVIOURS:
        raise Refused(f"behaviour is one of {', '.join(BEHAVIOURS)}")
    code = int(body.get("exitCode", 1))
    order = ImageOrder(body["image"], body["behaviour"], body.get("reason"), code)
    orders[place_of(body)].images.append(order)
    return {}


def hook(body: dict[str, Any]) -> Any:
    if body.get("answer") not in ("SUCCEEDED", "FAILED"):
        raise Refused("answer is SUCCEEDED or FAILED")
    orders[place_of(body)].hooks[body["function"]] = body["answer"]
    return {}


def swap(body: dict[str, Any]) -> Any:
    orders[place_of(body)].swap = body["swap"] is True
    return {}


def forget(body: dict[str, Any]) -> Any:
    orders.pop(place_of(body), None)
    traffic.records.pop(place_of(body), None)
    return {}


def read_traffic(body: dict[str, Any]) -> Any:
    rule = body.get("rule")
    return [s for s in traffic.records[place_of(body)] if rule in (None, s["rule"])]


def reset_traffic(body: dict[str, Any]) -> Any:
    """Restarts the record with the current state."""
    place = place_of(body)
    traffic.records.pop(place, None)
    traffic.sample(*place, "reset")
    return {}


ROUTES: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
    ("POST", "pace"): pace,
    ("POST", "advance"): advance,
    ("POST", "image"): image,
    ("POST", "hook"): hook,
    ("POST", "swap"): swap,
    ("POST", "forget"): forget,
    ("GET", "traffic"): read_traffic,
    ("DELETE", "traffic"): reset_traffic,
}


def answer(environ: dict[str, Any]) -> tuple[str, Any]:
    route = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(PREFIX)
    handler = ROUTES.get(route)
    if handler is None:
        return "404 Not Found", {"error": f"no {' '.join(route)}"}
    body: dict[str, Any] = {k: v[0] for k, v in parse_qs(environ.get("QUERY_STRING", "")).items()}
    length = int(environ.get("CONTENT_LENGTH") or 0)
    try:
        if length:
            body.update(json.loads(environ["wsgi.input"].read(length)))
        with LOCK:
            return "200 OK", handler(body)
    except (Refused, KeyError, ValueError) as error:
        return "400 Bad Request", {"error": str(error)}


def with_control(application: Any) -> Any:
    """Puts the control's paths in front of the application."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return application(environ, start_response)
        status, result = answer(environ)
        body = json.dumps(result).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return [body]

    return call
