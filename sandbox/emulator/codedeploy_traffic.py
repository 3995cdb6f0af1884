"""Moves traffic for CodeDeploy: a pair of target groups and the rules of its listeners that
forward to it.

Sources: CodeDeploy API reference: TargetGroupPairInfo, TrafficRoute; user guide, "Deployments on an
Amazon ECS compute platform", "Troubleshoot Amazon ECS deployment issues" (the message of a listener
with another target group).
"""

from typing import Any

from moto.elbv2.models import elbv2_backends

import traffic
from ecs_task_sets import TaskSet
from steps import Failed

NOT_BEHIND = (
    "The ELB could not be updated due to the following error: "
    "Primary taskset target group must be behind listener {}"
)


def pair_of(group: Any) -> dict[str, Any]:
    return ((group.load_balancer_info or {}).get("targetGroupPairInfoList") or [{}])[0]


def test_listeners(group: Any) -> list[str]:
    return (pair_of(group).get("testTrafficRoute") or {}).get("listenerArns") or []


class Shift:
    """The pair of target groups, and the rules of the two listeners that forward to it."""

    def __init__(self, service: Any, group: Any, blue: TaskSet):
        self.place = service._account_id, service.region_name
        pair = pair_of(group)
        names = [entry["name"] for entry in pair.get("targetGroups") or []]
        known = elbv2_backends[self.place[0]][self.place[1]].target_groups.values()
        self.pair = [one.arn for name in names for one in known if one.name == name]
        self.production = (pair.get("prodTrafficRoute") or {}).get("listenerArns") or []
        self.test = test_listeners(group)
        self.blue = blue.groups[0][0]
        self.green = next((arn for arn in self.pair if arn != self.blue), self.blue)

    def rules(self, listeners: list[str]) -> list[Any]:
        """CodeDeploy rewrites every rule of its listeners that forwards to the pair, and no other."""
        return [
            rule
            for rule in traffic.rules(*self.place)
            if rule.listener_arn in listeners and {*traffic.weights(rule)} & {*self.pair}
        ]

    def check(self) -> None:
        for listener in self.production:
            serving = [
                arn
                for rule in self.rules([listener])
                for arn, weight in traffic.weights(rule).items()
                if weight > 0
            ]
            if {*serving} != {self.blue}:
                raise refused("ELASTIC_LOAD_BALANCING_INVALID", NOT_BEHIND.format(listener))

    def give_green(self, listeners: list[str], percent: int) -> None:
        for rule in self.rules(listeners):
            shares = {self.blue: 100 - percent, self.green: percent}
            traffic.set_weights(rule, {arn: shares[arn] for arn in self.pair})


def refused(code: str, message: str) -> Failed:
    return Failed(code, message)
