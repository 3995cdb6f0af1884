"""Makes moto's ECS behave as ECS does where a deployment depends on it.

moto keeps a service's first deployment for ever, forgets half of what CreateService was given, has
services without targets, and counts a deregistered revision as the newest of its family. What is
mended here follows the ECS API reference: CreateService, UpdateService, Deployment,
DescribeTaskDefinition, ListServiceDeployments, DescribeServiceDeployments.
"""

import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, utcnow
from moto.ecs.exceptions import (
    EcsClientException,
    InvalidParameterException,
    TaskDefinitionNotFoundException,
)
from moto.ecs.models import EC2ContainerServiceBackend, Service, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse

import ecs_targets

# What CreateService and UpdateService take and DescribeServices gives back, and moto does not keep.
KEPT = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "placementConstraints",
    "placementStrategy",
    "volumeConfigurations",
)
# "Starts a new deployment", in the words of UpdateService's reference.
ROLLS_OUT = (
    "capacityProviderStrategy",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "volumeConfigurations",
)

ORIGINAL_REGISTER = EC2ContainerServiceBackend.register_task_definition
ORIGINAL_DESCRIBE = EC2ContainerServiceBackend.describe_task_definition
ORIGINAL_CREATE = EC2ContainerServiceResponse.create_service
ORIGINAL_DELETE = EC2ContainerServiceBackend.delete_service


def attribute(name: str) -> str:
    """The attribute under which moto's serializer looks for a member of the API."""
    return camelcase_to_underscores(name)


def register_task_definition(
    self: EC2ContainerServiceBackend, *args: Any, **kwargs: Any
) -> TaskDefinition:
    definition = ORIGINAL_REGISTER(self, *args, **kwargs)
    definition.registered_at = utcnow()
    for container in definition.container_definitions:
        container.setdefault("systemControls", [])
        if definition.network_mode == "awsvpc":
            # The reference: with awsvpc the host port is the container's, and tcp the default.
            container["portMappings"] = [
                {"hostPort": mapping.get("containerPort"), "protocol": "tcp", **mapping}
                for mapping in container["portMappings"]
            ]
    return definition


def describe_task_definition(
    self: EC2ContainerServiceBackend, task_definition_str: str
) -> TaskDefinition:
    """A family alone means its newest ACTIVE revision."""
    name = task_definition_str.split("/")[-1]
    if ":" in name:
        return ORIGINAL_DESCRIBE(self, task_definition_str)
    revisions = self.task_definitions.get(name, {}).values()
    active = [revision for revision in revisions if revision.status == "ACTIVE"]
    if not active:
        raise TaskDefinitionNotFoundException()
    return max(active, key=lambda revision: revision.revision)


def runnable(backend: EC2ContainerServiceBackend, reference: str) -> str:
    definition = backend.describe_task_definition(reference)
    if definition.status != "ACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    return definition.arn


def create_service(self: EC2ContainerServiceResponse) -> ActionResult:
    backend = self.ecs_backend
    cluster = backend._get_cluster(self._get_param("cluster", "default"))
    key = f"{cluster.name}:{self._get_param('serviceName')}"
    existing = backend.services.get(key)
    if existing and existing.status == "ACTIVE":
        raise InvalidParameterException("Creation of service was not idempotent.")
    reference = self._get_param("taskDefinition")
    arn = runnable(backend, reference) if reference else None
    load_balancers = self._get_param("loadBalancers") or []
    ecs_targets.check(backend, load_balancers)
    ORIGINAL_CREATE(self)
    service = backend.services[key]
    service.created_at = utcnow()
    service.history = []
    service.task_definition = arn
    strategy = self._get_param("capacityProviderStrategy")
    if strategy is None and self._get_param("launchType") is None:
        strategy = cluster.default_capacity_provider_strategy
    if strategy:
        # A service has a strategy or a launch type, never both.
        service.launch_type = None
    params = {**self._get_params(), "capacityProviderStrategy": strategy or None}
    keep(service, params)
    roll_out(service)
    return ActionResult({"service": service})


def update_service(self: EC2ContainerServiceResponse) -> ActionResult:
    backend = self.ecs_backend
    params = dict(self._get_params())
    service = backend._get_service(
        params.get("cluster", "default"), params["service"].split("/")[-1]
    )
    if service.status != "ACTIVE":
        raise EcsClientException("Service was not ACTIVE.")
    arn = service.task_definition
    if params.get("taskDefinition"):
        arn = runnable(backend, params["taskDefinition"])
    if params.get("loadBalancers"):
        ecs_targets.check(backend, params["loadBalancers"])
    before = {name: getattr(service, attribute(name), None) for name in ROLLS_OUT}
    keep(service, params)
    for name in ROLLS_OUT + ("desiredCount", "propagateTags"):
        if params.get(name) is not None:
            setattr(service, attribute(name), params[name])
    after = {name: getattr(service, attribute(name), None) for name in ROLLS_OUT}
    if params.get("forceNewDeployment") or arn != service.task_definition or before != after:
        service.task_definition = arn
        roll_out(service)
    else:
        settle(service)
    return ActionResult({"service": service})


def keep(service: Service, params: dict[str, Any]) -> None:
    for name in KEPT:
        if params.get(name) is not None:
            setattr(service, attribute(name), params[name])


def roll_out(service: Service) -> None:
    """A new deployment, which here is complete at once."""
    if service.deployment_controller["type"] != "ECS":
        settle(service)
        return
    number = str(uuid.uuid4().int)[:19]
    revision = str(uuid.uuid4().int)[:19]
    resource = f"{service.cluster_name}/{service.name}"
    prefix = service.arn.split(":service/")[0]
    now = utcnow()
    service.deployments = [
        {
            "id": f"ecs-svc/{number}",
            "status": "PRIMARY",
            "taskDefinition": service.task_definition,
            "failedTasks": 0,
            "createdAt": now,
            "updatedAt": now,
            "launchType": service.launch_type,
            "capacityProviderStrategy": getattr(service, "capacity_provider_strategy", None),
            "platformVersion": service.platform_version or "LATEST",
            "platformFamily": "Linux",
            "networkConfiguration": service.network_configuration or None,
            "rolloutState": "COMPLETED",
            "rolloutStateReason": f"ECS deployment ecs-svc/{number} completed.",
        }
    ]
    service.history.insert(
        0,
        {
            "serviceDeploymentArn": f"{prefix}:service-deployment/{resource}/{number}",
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "createdAt": now,
            "startedAt": now,
            "finishedAt": now,
            "updatedAt": now,
            "status": "SUCCESSFUL",
            "targetServiceRevision": {
                "arn": f"{prefix}:service-revision/{resource}/{revision}",
                "requestedTaskCount": service.desired_count,
                "runningTaskCount": service.desired_count,
                "pendingTaskCount": 0,
            },
        },
    )
    settle(service)


def settle(service: Service) -> None:
    """Tasks are always running, and as many as are wanted."""
    service.running_count = service.desired_count
    service.pending_count = 0
    for deployment in service.deployments:
        deployment["desiredCount"] = service.desired_count
        deployment["runningCount"] = service.desired_count
        deployment["pendingCount"] = 0
        deployment["updatedAt"] = utcnow()
    ecs_targets.register(service)


def delete_service(
    self: EC2ContainerServiceBackend, cluster_name: str, service_name: str, force: bool
) -> Service:
    service = ORIGINAL_DELETE(self, cluster_name, service_name.split("/")[-1], force)
    service.desired_count = 0
    service.running_count = 0
    service.deployments = []
    ecs_targets.register(service)
    return service


def service_deployments(self: EC2ContainerServiceResponse, reference: str) -> list[dict[str, Any]]:
    name = reference.split("/")[-1]
    return self.ecs_backend._get_service(self._get_param("cluster", "default"), name).history


def list_service_deployments(self: EC2ContainerServiceResponse) -> ActionResult:
    history = service_deployments(self, self._get_param("service"))
    wanted = self._get_param("status")
    found = [
        {**entry, "targetServiceRevisionArn": entry["targetServiceRevision"]["arn"]}
        for entry in history
        if not wanted or entry["status"] in wanted
    ]
    return ActionResult({"serviceDeployments": found})


def describe_service_deployments(self: EC2ContainerServiceResponse) -> ActionResult:
    wanted = self._get_param("serviceDeploymentArns") or []
    entries = {
        entry["serviceDeploymentArn"]: entry
        for service in self.ecs_backend.services.values()
        for entry in service.history
    }
    return ActionResult(
        {
            "serviceDeployments": [entries[arn] for arn in wanted if arn in entries],
            "failures": [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in entries],
        }
    )


def install() -> None:
    EC2ContainerServiceBackend.register_task_definition = register_task_definition
    EC2ContainerServiceBackend.describe_task_definition = describe_task_definition
    EC2ContainerServiceBackend.delete_service = delete_service
    EC2ContainerServiceResponse.create_service = create_service
    EC2ContainerServiceResponse.update_service = update_service
    EC2ContainerServiceResponse.list_service_deployments = list_service_deployments
    EC2ContainerServiceResponse.describe_service_deployments = describe_service_deployments
