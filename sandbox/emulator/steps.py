"""Runs operations that take time on AWS as sequences of small steps.

A deployment is a generator: each `yield` is a moment at which a test can stop and look. At the
pace `instant` the call that starts it runs it to the end, without any sleep. Some deployments would
wait without end (a pause hook, an approval, a release that always fails). There the run ends, and the
deployment stays in progress.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import traffic
from orders import orders


class Failed(Exception):
    """A deployment failed. Thrown into its steps, which then roll back or stop."""

    def __init__(self, cause: str, reason: str, detail: str | None = None, back: bool = True):
        super().__init__(reason)
        self.cause = cause
        self.reason = reason
        self.detail = detail or reason
        self.back = back


@dataclass
class Step:
    what: str
    # The deployment waits for an answer from outside.
    waits: bool = False


Steps = Iterator[Step]


class Process:
    """A running deployment, scaling or deletion of a service."""

    def __init__(
        self,
        service: Any,
        steps: Steps,
        publish: Callable[[Any], None],
        watch: Callable[[], Failed | None] = lambda: None,
        stage: Callable[[], str | None] = lambda: None,
        failures: Callable[[], int] = lambda: 0,
        patience: int = 1,
    ):
        self.service = service
        self.steps = steps
        self.publish = publish
        self.watch = watch
        self.stage = stage
        self.failures = failures
        self.patience = patience
        self.failure: Failed | None = None
        self.started = False
        self.done = False

    @property
    def place(self) -> tuple[str, str]:
        return self.service._account_id, self.service.region_name

    def step(self) -> Step | None:
        """Runs the next step; returns None at the end."""
        self.failure = self.failure or self.watch()
        # Nothing can be thrown into steps that have not started.
        failure = self.failure if self.started else None
        self.started = True
        if failure:
            self.failure = None
        try:
            step = self.steps.throw(failure) if failure else next(self.steps)  # type: ignore[attr-defined]
        except StopIteration:
            step = None
            self.done = True
        self.publish(self.service)
        what = step.what if step else "done"
        traffic.sample(*self.place, f"{self.service.name}: {what}")
        return step

    def run(self, until: str | int | None = None) -> list[str]:
        """Runs up to a number of steps, to the start of a stage, or to the end."""
        done: list[str] = []
        failures = self.failures()
        while not self.done:
            if isinstance(until, int) and len(done) >= until:
                break
            if self.failures() - failures >= self.patience:
                break
            before = self.stage()
            step = self.step()
            if step:
                done.append(step.what)
            if step and step.waits:
                break
            reached = self.stage() == until and before != until
            if step and isinstance(until, str) and (reached or step.what == until):
                break
        return done

    def proceed(self) -> None:
        """Runs as far as the service's pace allows."""
        pace = orders[self.place].pace(self.service.name)
        if pace.manual and pace.until is None:
            return
        self.run(pace.until)
