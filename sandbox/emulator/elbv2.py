"""Makes moto's load balancers behave as ELB's do where a deployment depends on it.

moto deletes a load balancer in spite of its deletion protection, learns which target groups a load
balancer uses only when a rule or listener is created, not when one is changed, and shows every
target as healthy. The corrections follow the ELB API reference: DeleteLoadBalancer, TargetGroup,
TargetHealth. Each change of rules or targets adds an entry to the traffic record.
"""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import (
    ELBv2Backend,
    FakeAction,
    FakeHealthStatus,
    FakeTargetGroup,
    elbv2_backends,
)

import traffic
from patches import Function, patch

# TargetHealth: the reason and its description for each state except healthy.
REASONS = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("Target.ResponseCodeMismatch", "Health checks failed"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
}
CHANGES = (
    "create_rule",
    "modify_rule",
    "delete_rule",
    "modify_listener",
    "delete_listener",
    "register_targets",
    "deregister_targets",
)


def forwards_to(action: FakeAction) -> list[str]:
    """The target groups of an action, which has one target group or several with weights."""
    groups = action.data.get("ForwardConfig", {}).get("TargetGroups", [])
    return [action.data.get("TargetGroupArn")] + [group.get("TargetGroupArn") for group in groups]


def load_balancer_arns(self: FakeTargetGroup) -> list[str]:
    """The load balancers whose listeners and rules forward to the group now, with any weight."""
    balancers = elbv2_backends[self.account_id][self.region_name].load_balancers.values()
    return [
        balancer.arn
        for balancer in balancers
        if any(
            self.arn in forwards_to(action)
            for listener in balancer.listeners.values()
            for rule in listener.rules.values()
            for action in rule.actions
        )
    ]


def ignore(self: FakeTargetGroup, value: Any) -> None:
    """Ignores writes to moto's own list, from which moto never removes anything."""


FakeTargetGroup.load_balancer_arns = property(load_balancer_arns, ignore)


@patch(FakeTargetGroup)
def health_for(
    original: Function, self: FakeTargetGroup, target: dict[str, Any], ec2_backend: EC2Backend
) -> FakeHealthStatus:
    status = original(self, target, ec2_backend)
    state = traffic.health(self.targets.get(target["Id"], {}))
    if state in REASONS:
        status.status = state
        status.reason, status.description = REASONS[state]
    return status


@patch(ELBv2Backend)
def delete_load_balancer(original: Function, self: ELBv2Backend, arn: str) -> None:
    balancer = self.load_balancers.get(arn)
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        raise ELBClientError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )
    original(self, arn)


def sampled(original: Function, self: ELBv2Backend, *args: Any, **kwargs: Any) -> Any:
    answer = original(self, *args, **kwargs)
    traffic.sample(self.account_id, self.region_name, f"elb: {original.__name__}")
    return answer


for name in CHANGES:
    patch(ELBv2Backend, name, lock=True)(sampled)
