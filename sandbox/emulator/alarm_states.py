"""Tells which CloudWatch alarms of a deployment are in the state ALARM, and lets time pass in waits.

The emulator has no requests, so it has no metrics of requests. While a release with the order `wrong`
gets users' requests, every answer of its target group is a server error. An alarm that reads
these errors is in ALARM when it has enough datapoints of them and the last one has arrived.
`task_exits.py` has the tasks that exit. Time passes only in the waits of a deployment: bakes, steps of a shift, CodeDeploy's termination wait.

Sources: CloudWatch user guide, "Alarm evaluation"; developer guide, "How CloudWatch alarms detect
Amazon ECS deployment failures". The two delays are estimates; AWS gives no numbers.
"""

from collections.abc import Collection, Iterator
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

import ecs_tasks
import traffic
from steps import Step, Steps

ERRORS = "HTTPCode_Target_5XX_Count"
# Seconds from the end of a period until its datapoint is in CloudWatch.
DATAPOINT_DELAY = 60
# ECS and CodeDeploy look at the alarms every half minute.
LOOK_SECONDS = 30
# An alarm that does not exist in CloudWatch counts as an alarm on errors with these values.
DATAPOINTS, EVALUATION_PERIODS, PERIOD = 2, 4, 60
ALWAYS = float("inf")


def known_alarms(service: Any) -> dict[str, Any]:
    return cloudwatch_backends[service._account_id][service.region_name].alarms


def in_alarm(watch: Any, names: list[str]) -> list[str]:
    """`watch` is a deployment: it has `service`, `test`, `wrong_seconds` and `exits`.

    `test` has the rules and listeners for test traffic.
    """
    known = known_alarms(watch.service)
    groups = wrong_groups(watch.service, watch.test)

    def fires(name: str) -> bool:
        alarm = known.get(name)
        if alarm is not None and alarm.state_value == "ALARM":
            return True
        if alarm is not None and watch.exits.in_alarm(alarm, DATAPOINT_DELAY):
            return True
        sees = bool(groups) and (alarm is None or reads_errors(alarm, groups))
        # A check at the exact time of the datapoint does not see it yet.
        return sees and watch.wrong_seconds > seconds_to_alarm(alarm)

    return [name for name in names if fires(name)]


def wrong_groups(service: Any, test: Collection[str | None]) -> set[str]:
    """The target groups with users' requests and tasks that answer them wrongly."""
    wrong = [
        task
        for task in service.tasks
        if task.healthy and ecs_tasks.order_for(task).behaviour == "wrong"
    ]
    serving = {
        group
        for rule in traffic.rules(service._account_id, service.region_name)
        if rule.arn not in test and rule.listener_arn not in test
        for group, weight in traffic.weights(rule).items()
        if weight > 0
    }
    return {group for task in wrong for group, _ in task.release.groups if group in serving}


def metrics(alarm: Any) -> Iterator[tuple[str, dict[str, str], int]]:
    """The metrics that an alarm reads: name, dimensions, period."""
    for query in alarm.metric_data_queries or []:
        if stat := query.metric_stat:
            dimensions = {one.name: one.value for one in stat.metric.dimensions}
            yield stat.metric.metric_name, dimensions, int(stat.period)
    if alarm.metric_name:
        dimensions = {one.name: one.value for one in alarm.dimensions}
        yield alarm.metric_name, dimensions, int(alarm.period or PERIOD)


def reads_errors(alarm: Any, groups: set[str]) -> bool:
    """Does the alarm read the errors of one of the groups, or of a whole load balancer?"""
    suffixes = {group.split(":")[-1] for group in groups}
    return any(
        name == ERRORS and dimensions.get("TargetGroup") in {None, *suffixes}
        for name, dimensions, _ in metrics(alarm)
    )


def seconds_to_alarm(alarm: Any) -> int:
    if alarm is None:
        return DATAPOINTS * PERIOD + DATAPOINT_DELAY
    datapoints = int(alarm.datapoints_to_alarm or alarm.evaluation_periods)
    return datapoints * longest_period(alarm) + DATAPOINT_DELAY


def longest_period(alarm: Any) -> int:
    return max((period for _, _, period in metrics(alarm)), default=PERIOD)


def evaluation_seconds(service: Any, names: list[str]) -> int:
    """The longest evaluation time of the alarms: ECS bakes for this time after a rolling deployment."""
    known = known_alarms(service)
    return max(
        int(known[name].evaluation_periods) * longest_period(known[name])
        if name in known
        else EVALUATION_PERIODS * PERIOD
        for name in names
    )


def wait(watch: Any, seconds: float, what: str) -> Steps:
    """Lets time pass. While users get wrong answers or tasks exit, it stops at intervals, so that the alarms are checked."""
    left = seconds
    while left > 0:
        wrong = wrong_groups(watch.service, watch.test)
        passed = min(left, LOOK_SECONDS) if wrong or watch.exits.going_on else left
        left -= passed
        watch.wrong_seconds = watch.wrong_seconds + passed if wrong else 0
        yield from watch.exits.pass_time(passed)
        yield Step(what)


def how_long(watch: Any) -> str:
    """Describes the time until an alarm has fired."""
    if watch.wrong_seconds:
        return f" after {watch.wrong_seconds:.0f} s of wrong answers"
    return f" after {watch.exits.clock:.0f} s of tasks that exit"
