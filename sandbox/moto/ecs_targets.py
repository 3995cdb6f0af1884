"""A service's tasks as targets of its load balancer.

Tasks in awsvpc mode register their own addresses; here each wanted task takes one from the service's
subnets, so that target health and the load balancer tell of the service what they tell on AWS.
"""

import ipaddress
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.elbv2.models import elbv2_backends


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


def addresses(service: Service) -> list[str]:
    """One address for each wanted task, spread over the subnets."""
    network = (service.network_configuration or {}).get("awsvpcConfiguration", {})
    ec2 = ec2_backends[service._account_id][service.region_name]
    subnets = [ec2.get_subnet(subnet) for subnet in network.get("subnets", [])]
    if not subnets:
        return []
    # The first addresses of a subnet are AWS's own; services differ by a hash of their name.
    start = 16 + sum(service.arn.encode()) % 128
    return [
        str(ipaddress.ip_network(subnets[task % len(subnets)].cidr_block)[start + task])
        for task in range(service.desired_count)
    ]


def register(service: Service) -> None:
    groups = elbv2_backends[service._account_id][service.region_name].target_groups
    for entry in service.load_balancers:
        group = groups.get(entry.get("targetGroupArn"))
        if group is None:
            continue
        wanted = addresses(service) if service.status == "ACTIVE" else []
        group.targets.clear()
        group.register([{"Id": ip, "Port": entry.get("containerPort")} for ip in wanted])
