"""Makes moto's load balancers behave as ELB's do where a deployment depends on it.

moto deletes a load balancer in spite of its deletion protection, and learns which target groups a load
balancer uses only when a rule or listener is created, not when one is changed. What is mended here
follows the ELB API reference: DeleteLoadBalancer, TargetGroup.
"""

from typing import Any

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeAction, FakeTargetGroup, elbv2_backends

ORIGINAL_DELETE_LOAD_BALANCER = ELBv2Backend.delete_load_balancer


def forwards_to(action: FakeAction) -> list[str]:
    """The target groups of an action, which names one alone or several by weight."""
    groups = action.data.get("ForwardConfig", {}).get("TargetGroups", [])
    return [action.data.get("TargetGroupArn")] + [group.get("TargetGroupArn") for group in groups]


def load_balancer_arns(self: FakeTargetGroup) -> list[str]:
    """The load balancers whose listeners and rules forward to the group now, by whatever weight."""
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
    """moto's own list, which is only ever added to."""


def delete_load_balancer(self: ELBv2Backend, arn: str) -> None:
    balancer = self.load_balancers.get(arn)
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        raise ELBClientError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )
    ORIGINAL_DELETE_LOAD_BALANCER(self, arn)


def install() -> None:
    FakeTargetGroup.load_balancer_arns = property(load_balancer_arns, ignore)
    ELBv2Backend.delete_load_balancer = delete_load_balancer
