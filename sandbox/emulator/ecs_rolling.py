"""Starts, replaces and stops tasks, one step at a time.

Sources: ECS API reference, DeploymentConfiguration: at least minimumHealthyPercent of the desired
count, rounded up, stays healthy; at most maximumPercent, rounded down, is running or pending, which
here includes tasks that are still being deregistered. Developer guide, "Deploy Amazon ECS services
by replacing tasks" (rolling updates) and "Amazon ECS service event messages".
"""

import math
from typing import Any

import ecs_tasks
from ecs_history import ServiceDeployment
from steps import Step, Steps


def limits(service: Any) -> tuple[int, int]:
    config = getattr(service, "deployment_configuration", None) or {}
    least, most = config.get("minimumHealthyPercent"), config.get("maximumPercent")
    desired = service.desired_count
    floor = math.ceil(desired * (100 if least is None else least) / 100)
    return floor, math.floor(desired * (200 if most is None else most) / 100)


def alive(service: Any) -> list[Any]:
    return [task for task in service.tasks if task.alive]


def roll(record: ServiceDeployment, release: Any) -> Steps:
    """Replaces all other tasks of the service with this release's, within the limits."""
    service = release.service
    while True:
        before = fingerprint(service)
        floor, ceiling = limits(service)
        missing = service.desired_count - sum(task.serving for task in release.tasks)
        for _ in range(min(missing, ceiling - len(alive(service)))):
            yield Step(f"started {ecs_tasks.start(service, release).short()}")
        for task in superfluous(service, release, floor):
            ecs_tasks.drain(task)
            yield Step(f"draining {task.short()}")
        yield from stop_drained(service)
        yield from settle_all(release, record)
        yield from trim(service, release)
        if done(service, release):
            return
        if fingerprint(service) == before:
            ecs_tasks.event(
                service,
                "was unable to stop or start tasks during a deployment because of the service deployment "
                "configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
            )
            yield Step("neither stops nor starts a task", waits=True)


def fingerprint(service: Any) -> list[Any]:
    counted = [(task.task_arn, task.last_status, task.healthy) for task in service.tasks]
    return [service.desired_count, *counted]


def done(service: Any, release: Any) -> bool:
    tasks = alive(service)
    ready = all(task.release is release and task.healthy for task in tasks)
    return ready and len(tasks) == service.desired_count


def superfluous(service: Any, release: Any, floor: int) -> list[Any]:
    """Old tasks that may stop: first those without traffic, then as many as the minimum allows."""
    old = [task for task in service.tasks if task.serving and task.release is not release]
    useless = [task for task in old if not task.healthy]
    useful = [task for task in old if task.healthy]
    spare = sum(task.healthy for task in service.tasks) - floor
    return useless + useful[: max(spare, 0)]


def stop_drained(service: Any) -> Steps:
    for task in [task for task in service.tasks if task.last_status == "DEACTIVATING"]:
        ecs_tasks.stop_replaced(task)
        yield Step(f"stopped {task.short()}")


def settle_all(release: Any, record: ServiceDeployment | None) -> Steps:
    for task in [task for task in release.tasks if task.serving and not task.healthy]:
        yield from settle(task, record)


def settle(task: Any, record: ServiceDeployment | None) -> Steps:
    """Takes a task from pending to healthy, or to its end."""
    order = ecs_tasks.order_for(task)
    if order.behaviour != "pull-fails" and task.last_status == "PENDING":
        ecs_tasks.run(task)
        yield Step(f"running {task.short()}")
    if order.behaviour in ("healthy", "wrong", "crashes"):
        ecs_tasks.pass_checks(task)
        if record:
            record.task_healthy()
        yield Step(f"healthy {task.short()}")
        return
    if order.behaviour == "unhealthy":
        ecs_tasks.mark_unhealthy(task)
        yield Step(f"unhealthy {task.short()}")
    ecs_tasks.fail(task, order)
    if record:
        record.task_failed()
    yield Step(f"failed {task.short()}")


def scale_up(record: ServiceDeployment | None, release: Any, patience: int | None = None) -> Steps:
    """Starts tasks of the release up to the desired count, in addition to other tasks."""
    service = release.service
    failures = 0
    while True:
        missing = service.desired_count - sum(task.serving for task in release.tasks)
        for _ in range(missing):
            yield Step(f"started {ecs_tasks.start(service, release).short()}")
        yield from settle_all(release, record)
        if sum(task.healthy for task in release.tasks) >= service.desired_count:
            return
        failures += 1
        if patience is not None and failures >= patience:
            return


def trim(service: Any, release: Any) -> Steps:
    """Stops tasks down to the desired count."""
    serving = [task for task in release.tasks if task.serving]
    for task in serving[service.desired_count :]:
        ecs_tasks.drain(task)
        yield Step(f"draining {task.short()}")
    yield from stop_drained(service)


def retire(service: Any, tasks: list[Any]) -> Steps:
    for task in [task for task in tasks if task.serving]:
        ecs_tasks.drain(task)
        yield Step(f"draining {task.short()}")
    yield from stop_drained(service)


def level(service: Any, release: Any) -> Steps:
    """Scales to the desired count, after an UpdateService that changes nothing else."""
    yield from scale_up(None, release, patience=3)
    yield from trim(service, release)
