"""Sets weights of listener rules, and records how many healthy tasks they reach at every moment.

A rule forwards to one target group or to several with weights (ELB API reference: Action,
ForwardActionConfig, TargetGroupTuple). A target gets requests while it is `healthy`, and no new
ones once it is `draining` (ELB API reference: TargetHealth; the user guide's page on deregistration
delay). The record itself is the emulator's own: tests read it through the control.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from moto.elbv2.models import FakeAction, FakeTargetGroup, elbv2_backends

KEPT_SAMPLES = 20_000

records: dict[tuple[str, str], deque[dict[str, Any]]] = defaultdict(
    lambda: deque(maxlen=KEPT_SAMPLES)
)


def rules(account: str, region: str) -> Iterator[Any]:
    """Every rule of every listener, the default ones included."""
    for balancer in elbv2_backends[account][region].load_balancers.values():
        for listener in balancer.listeners.values():
            yield from listener.rules.values()


def find_rule(account: str, region: str, arn: str | None) -> Any:
    return next((rule for rule in rules(account, region) if rule.arn == arn), None)


def forward(rule: Any) -> FakeAction | None:
    return next((action for action in rule.actions if action.type == "forward"), None)


def weights(rule: Any) -> dict[str, int]:
    """The weight of each target group; a single group has all the traffic."""
    action = forward(rule)
    if action is None:
        return {}
    groups = action.data.get("ForwardConfig", {}).get("TargetGroups") or []
    if not groups:
        return {action.data["TargetGroupArn"]: 1} if "TargetGroupArn" in action.data else {}
    alone = len(groups) == 1
    return {group["TargetGroupArn"]: 1 if alone else group.get("Weight", 1) for group in groups}


def set_weights(rule: Any, wanted: dict[str, int]) -> None:
    """Rewrites the forward action with these weights, and keeps the rule's other actions."""
    old = forward(rule)
    data = {
        key: value
        for key, value in (old.data if old else {"Type": "forward"}).items()
        if key != "TargetGroupArn"
    }
    data["ForwardConfig"] = {
        **data.get("ForwardConfig", {}),
        "TargetGroups": [{"TargetGroupArn": arn, "Weight": n} for arn, n in wanted.items()],
    }
    new = FakeAction(data)
    actions = [new if action is old else action for action in rule.actions]
    rule.actions = actions if old else [*actions, new]
    if rule.is_default:
        for balancer in elbv2_backends_of(rule).load_balancers.values():
            if rule.listener_arn in balancer.listeners:
                balancer.listeners[rule.listener_arn].default_actions = rule.actions


def elbv2_backends_of(rule: Any) -> Any:
    _, _, _, region, account, *_ = rule.listener_arn.split(":")
    return elbv2_backends[account][region]


def health(target: dict[str, Any]) -> str:
    """The load balancer's health of a target; one that no task registered is healthy, as in moto."""
    return target.get("Health", "healthy")


def counts(group: FakeTargetGroup | None) -> dict[str, int]:
    states = [health(target) for target in group.targets.values()] if group else []
    return {
        "registered": len(states),
        **{name: states.count(name) for name in ("initial", "healthy", "unhealthy", "draining")},
    }


def sample(account: str, region: str, what: str) -> None:
    """Adds an entry to the record for each rule that forwards to target groups."""
    groups = elbv2_backends[account][region].target_groups
    for rule in rules(account, region):
        by_group = weights(rule)
        if not by_group:
            continue
        states = {arn: counts(groups.get(arn)) for arn in by_group}
        records[(account, region)].append(
            {
                "rule": rule.arn,
                "what": what,
                "weights": by_group,
                "groups": states,
                "receiving": sum(
                    states[arn]["healthy"] for arn, weight in by_group.items() if weight > 0
                ),
            }
        )
