"""Registers a service's tasks as targets of its load balancer.

Tasks in awsvpc mode register their own addresses: each takes a free one from the service's subnets.
Sources: ECS developer guide, "Use load balancing to distribute Amazon ECS service traffic"; ELB API
reference, RegisterTargets, DeregisterTargets, TargetHealth. Several services may register in the
same target group: each changes only its own targets.
"""

import ipaddress
from collections import defaultdict
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.elbv2.models import FakeTargetGroup, elbv2_backends

import traffic

# The first addresses of a subnet are AWS's own.
FIRST_HOST = 16

given: dict[tuple[str, str], int] = defaultdict(int)


def check(backend: EC2ContainerServiceBackend, load_balancers: list[dict[str, Any]]) -> None:
    """ECS refuses a target group that no listener of a load balancer forwards to."""
    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    for entry in load_balancers:
        arn = entry.get("targetGroupArn")
        if arn and arn not in groups:
            raise InvalidParameterException(f"The specified target group does not exist. {arn}")
        if arn and not groups[arn].load_balancer_arns:
            raise InvalidParameterException(
                f"The target group with targetGroupArn {arn} does not have an associated load balancer."
            )


def address(service: Any) -> str | None:
    """A free address in the account, from each subnet in turn."""
    network = (service.network_configuration or {}).get("awsvpcConfiguration", {})
    ec2 = ec2_backends[service._account_id][service.region_name]
    subnets = [ec2.get_subnet(subnet) for subnet in network.get("subnets", [])]
    if not subnets:
        return None
    place = (service._account_id, service.region_name)
    taken = {
        task.address
        for other in service._backend.services.values()
        for task in getattr(other, "tasks", [])
        if task.alive
    }
    while True:
        number = given[place]
        given[place] += 1
        block = ipaddress.ip_network(subnets[number % len(subnets)].cidr_block)
        room = block.num_addresses - FIRST_HOST - 1
        found = str(block[FIRST_HOST + number // len(subnets) % room])
        if found not in taken:
            return found


def group_of(task: Any, arn: str) -> FakeTargetGroup | None:
    place = task.service._account_id, task.service.region_name
    return elbv2_backends[place[0]][place[1]].target_groups.get(arn)


def targets(task: Any) -> list[tuple[FakeTargetGroup, int]]:
    found = [(group_of(task, arn), port) for arn, port in task.release.groups]
    return [(group, port) for group, port in found if group is not None and task.address]


def register(task: Any, health: str) -> None:
    for group, port in targets(task):
        group.register([{"Id": task.address, "Port": port}])
        group.targets[task.address]["Health"] = health


def set_health(task: Any, health: str) -> None:
    for group, _ in targets(task):
        if task.address in group.targets:
            group.targets[task.address]["Health"] = health


def deregister(task: Any) -> None:
    for group, _ in targets(task):
        if task.address in group.targets:
            group.deregister([{"Id": task.address}])


def is_healthy(task: Any) -> bool:
    """Without a load balancer ECS uses the container's check, if there is one."""
    found = [group.targets.get(task.address) for group, _ in targets(task)]
    if not found:
        return task.passed
    return all(target is not None and traffic.health(target) == "healthy" for target in found)
