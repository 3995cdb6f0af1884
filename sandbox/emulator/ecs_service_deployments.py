"""Adds the calls about service deployments and service revisions, which moto lacks.

Source: ECS API reference, ListServiceDeployments, DescribeServiceDeployments,
DescribeServiceRevisions, StopServiceDeployment, ContinueServiceDeployment.
"""

from datetime import UTC
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse

import ecs_rollout
from patches import add


def instant(value: Any) -> float | None:
    """The seconds since 1970 of a timestamp, which moto stores without a zone."""
    if value is None or isinstance(value, int | float):
        return value
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


@add(EC2ContainerServiceResponse, lock=True)
def list_service_deployments(self: EC2ContainerServiceResponse) -> ActionResult:
    name = self._get_param("service").split("/")[-1]
    service = self.ecs_backend._get_service(self._get_param("cluster", "default"), name)
    wanted = self._get_param("status")
    between = self._get_param("createdAt") or {}
    after, before = (instant(between.get(name)) for name in ("after", "before"))
    found = [
        record.brief()
        for record in service.history
        if (not wanted or record.status in wanted)
        and (after is None or instant(record.created_at) >= after)
        and (before is None or instant(record.created_at) <= before)
    ]
    return ActionResult({"serviceDeployments": found})


def answer(name: str, wanted: list[str], known: dict[str, Any]) -> ActionResult:
    failures = [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in known]
    return ActionResult(
        {name: [known[arn] for arn in wanted if arn in known], "failures": failures}
    )


@add(EC2ContainerServiceResponse, lock=True)
def describe_service_deployments(self: EC2ContainerServiceResponse) -> ActionResult:
    wanted = self._get_param("serviceDeploymentArns") or []
    services = self.ecs_backend.services.values()
    known = {record.arn: record.describe() for service in services for record in service.history}
    return answer("serviceDeployments", wanted, known)


@add(EC2ContainerServiceResponse, lock=True)
def describe_service_revisions(self: EC2ContainerServiceResponse) -> ActionResult:
    wanted = self._get_param("serviceRevisionArns") or []
    known = {
        record.target.revision_arn: {
            "serviceRevisionArn": record.target.revision_arn,
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "createdAt": record.target.created_at,
            **{key: value for key, value in record.target.settings.items() if value},
        }
        for service in self.ecs_backend.services.values()
        for record in service.history
    }
    return answer("serviceRevisions", wanted, known)


@add(EC2ContainerServiceResponse, lock=True)
def stop_service_deployment(self: EC2ContainerServiceResponse) -> ActionResult:
    arn = self._get_param("serviceDeploymentArn")
    ecs_rollout.stop(self.ecs_backend, arn, self._get_param("stopType"))
    return ActionResult({"serviceDeploymentArn": arn})


@add(EC2ContainerServiceResponse, lock=True)
def continue_service_deployment(self: EC2ContainerServiceResponse) -> ActionResult:
    arn = self._get_param("serviceDeploymentArn")
    hook, action = self._get_param("hookId"), self._get_param("action")
    ecs_rollout.resume(self.ecs_backend, arn, hook, action)
    return ActionResult({"serviceDeploymentArn": arn})
