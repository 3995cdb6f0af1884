"""Runs the lifecycle stages of ECS's own blue/green, canary and linear deployments.

Sources: developer guide, "Amazon ECS blue/green deployments" (stages, what runs and serves in
each), "Amazon ECS canary deployments", "Amazon ECS linear deployments", "Lifecycle hooks for Amazon
ECS service deployments", "Troubleshooting Amazon ECS blue/green deployments" (the statusReasons);
ECS API reference: AdvancedConfiguration, CanaryConfiguration, LinearConfiguration,
DeploymentLifecycleHook.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from moto.core.utils import utcnow

import alarm_states
import ecs_rolling
import roles
import traffic
from ecs_deployments import Deployment
from ecs_history import ServiceDeployment
from orders import orders
from steps import Failed, Step, Steps

NETWORKING = "Service deployment rolled back because of invalid networking configuration"
DESCRIBED = ("Listeners", "Rules", "TargetGroups", "TargetHealth")
# DeploymentLifecycleHookTimeoutConfiguration: a day by default.
PAUSE_MINUTES = 1440


class Shift:
    """One load balancer of the service: the pair of target groups, and the rules between them."""

    def __init__(self, service: Any, entry: dict[str, Any]):
        advanced = entry.get("advancedConfiguration") or {}
        place = service._account_id, service.region_name
        self.port = entry.get("containerPort")
        self.pair = [entry["targetGroupArn"], advanced.get("alternateTargetGroupArn")]
        self.role = advanced.get("roleArn")
        self.production_arn = advanced.get("productionListenerRule")
        self.production = traffic.find_rule(*place, self.production_arn)
        self.test = traffic.find_rule(*place, advanced.get("testListenerRule"))

    def live(self) -> str:
        """The group that has the traffic now, by the rule's weights and not by the order of the pair."""
        weights = traffic.weights(self.production)
        return max(self.pair, key=lambda arn: weights.get(arn, 0))

    def other(self, group: str) -> str:
        return next(arn for arn in self.pair if arn != group)

    def give(self, rule: Any, group: str, percent: float) -> None:
        """Sets weights, which are whole numbers up to 999; a tenth of a percent needs a thousand."""
        if rule is None:
            return
        scale = 1 if float(percent).is_integer() else 10
        ours = min(round(percent * scale), 999)
        rest = min(100 * scale - round(percent * scale), 999)
        shares = {group: ours, self.other(group): rest}
        traffic.set_weights(rule, {arn: shares[arn] for arn in self.pair})


def shifts_of(service: Any, load_balancers: list[dict[str, Any]] | None) -> list[Shift]:
    entries = [entry for entry in load_balancers or [] if entry.get("advancedConfiguration")]
    return [Shift(service, entry) for entry in entries]


def check_networking(service: Any, shifts: list[Shift]) -> None:
    """Checks what ECS checks only when it deploys."""
    for shift in shifts:
        if shift.production is None:
            raise failed(f"{NETWORKING}. One or more rules not found")
        if not manageable(service, shift):
            raise failed(
                f"{NETWORKING}. ECS was unable to manage the ELB resources due to missing permissions on "
                f"ECS Infrastructure Role '{shift.role}'."
            )
        weights = traffic.weights(shift.production)
        attached = {*weights, *(traffic.weights(shift.test) if shift.test else {})}
        for group in shift.pair:
            if group not in attached:
                raise failed(
                    f"{NETWORKING}: Target group {group} is not associated with either "
                    "productionListenerRule or testListenerRule."
                )
        serving = [arn for arn, weight in weights.items() if weight > 0]
        for group in serving:
            if group not in shift.pair:
                raise failed(
                    f"{NETWORKING}. Production listener rule is forwarding traffic to unexpected target "
                    f"group {group}. Expected traffic to be forwarded to either targetGroupArn: "
                    f"{shift.pair[0]} or alternateTargetGroupArn: {shift.pair[1]}"
                )
        if len(serving) != 1:
            raise failed(
                f"{NETWORKING}. productionListenerRule {shift.production_arn} should have exactly one target "
                f"group serving traffic but found {len(serving)} target groups which are serving traffic"
            )


def manageable(service: Any, shift: Shift) -> bool:
    """Does the role allow ECS what AmazonECSInfrastructureRolePolicyForLoadBalancers allows?"""
    rules = [rule.arn for rule in (shift.production, shift.test) if rule is not None]
    needed = [
        *(("elasticloadbalancing:ModifyRule", rule) for rule in rules),
        *(
            (f"elasticloadbalancing:{action}", group)
            for action in ("RegisterTargets", "DeregisterTargets")
            for group in shift.pair
        ),
        *((f"elasticloadbalancing:Describe{what}", "*") for what in DESCRIBED),
    ]
    account = service._account_id
    return roles.trusts(account, shift.role, "ecs.amazonaws.com") and all(
        roles.allows(account, shift.role, action, resource) for action, resource in needed
    )


def failed(reason: str) -> Failed:
    return Failed("deployment", reason)


def percentages(record: ServiceDeployment) -> Iterator[float]:
    """The new tasks' percentage of the production traffic after each shift."""
    if record.strategy == "CANARY":
        settings = record.config.get("canaryConfiguration") or {}
        yield settings.get("canaryPercent", 5.0)
    if record.strategy == "LINEAR":
        step = (record.config.get("linearConfiguration") or {}).get("stepPercent", 10.0)
        count = 1
        while step * count < 100:
            yield round(step * count, 1)
            count += 1
    yield 100


def between(record: ServiceDeployment) -> int:
    """The minutes until the next step of a shift."""
    canary = record.config.get("canaryConfiguration") or {}
    linear = record.config.get("linearConfiguration") or {}
    if record.strategy == "CANARY":
        return canary.get("canaryBakeTimeInMinutes", 10)
    return linear.get("stepBakeTimeInMinutes", 6)


def stage(record: ServiceDeployment, name: str) -> Steps:
    record.stage = name
    record.updated_at = utcnow()
    yield Step(name)
    yield from hooks(record, name)


def hooks(record: ServiceDeployment, name: str) -> Steps:
    for hook in record.config.get("lifecycleHooks") or []:
        if name not in (hook.get("lifecycleStages") or []):
            continue
        kind = hook.get("targetType") or "AWS_LAMBDA"
        timeout = hook.get("timeoutConfiguration") or {}
        minutes = timeout.get("timeoutInMinutes") or PAUSE_MINUTES
        detail = {
            "hookId": str(uuid.uuid4()),
            "targetType": kind,
            "targetArn": hook.get("hookTargetArn"),
            "status": "AWAITING_ACTION" if kind == "PAUSE" else "IN_PROGRESS",
            "expiresAt": utcnow() + timedelta(minutes=minutes),
            "timeoutAction": timeout.get("action") or "ROLLBACK",
        }
        record.hooks.append(detail)
        if kind == "PAUSE":
            yield from pause(name, detail)
        else:
            yield from invoke(record, name, detail)


def pause(name: str, detail: dict[str, Any]) -> Steps:
    while detail["status"] == "AWAITING_ACTION":
        yield Step(f"paused at {name}", waits=True)
    if detail["status"] == "FAILED":
        raise failed(f"Service deployment rolled back because {name} lifecycle hook(s) failed.")


def invoke(record: ServiceDeployment, name: str, detail: dict[str, Any]) -> Steps:
    place = record.service._account_id, record.service.region_name
    target = detail["targetArn"]
    detail["status"] = orders[place].hook(target)
    yield Step(f"hook {target} answered {detail['status']}")
    if detail["status"] != "SUCCEEDED":
        raise failed(
            f"Service deployment rolled back because {name} lifecycle hook(s) failed. Lifecycle hook "
            f"target {target} returned {detail['status']} status."
        )


def run(record: ServiceDeployment) -> Steps:
    service, green = record.service, record.target
    shifts = shifts_of(service, service.load_balancers)
    check_networking(service, shifts)
    blue = [task for task in service.tasks if task.alive and task.release is not green]
    # New tasks go to the group without traffic, also the first ones of a service: it starts in the alternate group.
    green.groups = [(shift.other(shift.live()), shift.port) for shift in shifts] or green.groups
    yield from stage(record, "PRE_SCALE_UP")
    yield from stage(record, "SCALE_UP")
    yield from ecs_rolling.scale_up(record, green)
    yield from stage(record, "POST_SCALE_UP")
    if any(shift.test for shift in shifts):
        give(shifts, green, "test", 100)
    yield from stage(record, "TEST_TRAFFIC_SHIFT")
    yield from stage(record, "POST_TEST_TRAFFIC_SHIFT")
    for percent in percentages(record):
        yield from stage(record, "PRE_PRODUCTION_TRAFFIC_SHIFT")
        give(shifts, green, "production", percent if blue else 100)
        yield from stage(record, "PRODUCTION_TRAFFIC_SHIFT")
        if percent < 100:
            yield from alarm_states.wait(record, 60 * between(record), f"bake at {percent} percent")
    yield from stage(record, "POST_PRODUCTION_TRAFFIC_SHIFT")
    yield from stage(record, "BAKE_TIME")
    yield from alarm_states.wait(record, 60 * (record.config.get("bakeTimeInMinutes") or 0), "bake")
    yield from stage(record, "CLEAN_UP")
    yield from ecs_rolling.retire(service, blue)
    if orders[service._account_id, service.region_name].swap:
        swap(service, green)


def swap(service: Any, green: Deployment) -> None:
    """Makes the group with the traffic the target group, and the other one the alternate."""
    live = {shift.live() for shift in shifts_of(service, service.load_balancers)}
    service.load_balancers = green.settings["loadBalancers"] = [
        entry if entry["targetGroupArn"] in live else exchanged(entry)
        for entry in service.load_balancers
    ]


def exchanged(entry: dict[str, Any]) -> dict[str, Any]:
    advanced = entry.get("advancedConfiguration")
    if not advanced:
        return entry
    pair = {"alternateTargetGroupArn": entry["targetGroupArn"]}
    return {
        **entry,
        "targetGroupArn": advanced["alternateTargetGroupArn"],
        "advancedConfiguration": {**advanced, **pair},
    }


def give(shifts: list[Shift], release: Deployment, which: str, percent: float) -> None:
    own = {group for group, _ in release.groups}
    for shift in shifts:
        group = next((arn for arn in shift.pair if arn in own), None)
        if group:
            shift.give(getattr(shift, which), group, percent)


def reconcile(record: ServiceDeployment, replaced: ServiceDeployment) -> Steps:
    """Restores the previous revision, if a deployment starts before the last one has ended."""
    service, good = record.service, record.service.completed
    shifts = shifts_of(service, replaced.target.settings["loadBalancers"])
    stray = [task for task in service.tasks if task.alive and task.release is not good]
    if record.strategy != "ROLLING":
        yield from stage(record, "RECONCILE_SERVICE")
    if good is None:
        return
    yield from ecs_rolling.scale_up(None, good, patience=3)
    for which in ("production", "test"):
        give(shifts, good, which, 100)
        yield Step(f"{which} traffic is back")
    yield from ecs_rolling.retire(service, stray)


def bring_back(record: ServiceDeployment, back: Deployment) -> Steps:
    """Moves the traffic back first; the failed tasks stop when they get no traffic."""
    service = record.service
    # The failed deployment's pair is used: the restored revision may have none.
    shifts = shifts_of(service, record.target.settings["loadBalancers"])
    yield from ecs_rolling.scale_up(None, back, patience=3)
    give(shifts, back, "production", 100)
    yield Step("production traffic is back")
    give(shifts, back, "test", 100)
    yield Step("test traffic is back")
    others = [task for task in service.tasks if task.alive and task.release is not back]
    yield from ecs_rolling.retire(service, others)
