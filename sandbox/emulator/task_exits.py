"""Lets the tasks of a release that is ordered to crash exit again and again, after they were healthy.

A task exits half a minute after it is healthy; the one that replaces it is healthy a minute later.
Both are the emulator's own choice. An alarm on a metric of a log group counts the exits within its
period. Source: CloudWatch user guide, "Alarm evaluation window".
"""

import math
from typing import Any

import ecs_tasks
import task_events
from steps import Step, Steps

LIFE_SECONDS = 30
RESTART_SECONDS = 60
MINUTE = 60


class Exits:
    """The exits of a service during one deployment, by its clock."""

    def __init__(self, service: Any, since_long: bool = False):
        self.service = service
        # If the tasks of the running release crash, they have done so for a long time.
        self.since_long = since_long and crashing(service)
        self.clock: float = 0
        self.healthy_since: dict[str, float] = {}
        self.exited_at: dict[str, float] = {}
        self.restarts: list[tuple[float, Any]] = []

    @property
    def going_on(self) -> bool:
        return bool(self.restarts) or crashing(self.service)

    def pass_time(self, seconds: float) -> Steps:
        for task in crashing_tasks(self.service):
            self.healthy_since.setdefault(task.task_arn, self.clock)
        self.clock += seconds
        for task in crashing_tasks(self.service):
            if self.clock >= self.healthy_since[task.task_arn] + LIFE_SECONDS:
                ecs_tasks.fail(task, ecs_tasks.order_for(task))
                self.exited_at[task.task_arn] = self.clock
                self.restarts.append((self.clock + RESTART_SECONDS, task.release))
                yield Step(f"exited {task.short()}")
        for restart in [restart for restart in self.restarts if restart[0] <= self.clock]:
            self.restarts.remove(restart)
            task = ecs_tasks.start(self.service, restart[1])
            ecs_tasks.run(task)
            ecs_tasks.pass_checks(task)
            yield Step(f"healthy {task.short()}")

    def in_alarm(self, alarm: Any, delay: int) -> bool:
        """Is the sum of an alarm's last period high enough? `delay` is that of a datapoint."""
        place = self.service._account_id, self.service.region_name
        if not alarm.metric_name or alarm.statistic != "Sum":
            return False
        tasks = set(task_events.counted(*place, alarm.namespace, alarm.metric_name))
        if self.since_long:
            return bool(tasks)
        now = self.clock - delay
        # The datapoint of a minute exists after the minute's end; a check at its exact end does not see it yet.
        ends = [
            math.ceil(at / MINUTE) * MINUTE for arn, at in self.exited_at.items() if arn in tasks
        ]
        return sum(now - int(alarm.period) < end < now for end in ends) >= alarm.threshold


def crashing_tasks(service: Any) -> list[Any]:
    return [
        task
        for task in service.tasks
        if task.healthy and ecs_tasks.order_for(task).behaviour == "crashes"
    ]


def crashing(service: Any) -> bool:
    return bool(crashing_tasks(service))
