"""Says which of a deployment's CloudWatch alarms are in the state ALARM.

While a release that is ordered to be `wrong` gets users' requests, every alarm that the deployment
watches is: no metric comes from requests here, because there are none.
"""

from collections.abc import Collection
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

import ecs_tasks
import traffic


def in_alarm(service: Any, names: list[str], test: Collection[str | None]) -> list[str]:
    """`test` has the rules and listeners whose requests are not users'."""
    if users_get_wrong_answers(service, test):
        return names
    known = cloudwatch_backends[service._account_id][service.region_name].alarms
    return [name for name in names if name in known and known[name].state_value == "ALARM"]


def users_get_wrong_answers(service: Any, test: Collection[str | None]) -> bool:
    wrong = [
        task
        for task in service.tasks
        if task.healthy and ecs_tasks.order_for(task).behaviour == "wrong"
    ]
    if not wrong:
        return False
    serving = {
        group
        for rule in traffic.rules(service._account_id, service.region_name)
        if rule.arn not in test and rule.listener_arn not in test
        for group, weight in traffic.weights(rule).items()
        if weight > 0
    }
    return any(group in serving for task in wrong for group, _ in task.release.groups)
