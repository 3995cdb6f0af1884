"""Extends CreateService, UpdateService, DeleteService and the service's stored properties.

moto never replaces a service's first deployment, drops half of CreateService's arguments, and
has services without tasks. Source: the ECS API reference's page of each call.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.exceptions import ECSException, EcsClientException, InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.ecs.responses import EC2ContainerServiceResponse

import ecs_checks
import ecs_rolling
import ecs_rollout
import ecs_targets
import ecs_task_definitions
import ecs_task_sets
from ecs_deployments import attribute
from patches import Function, add, patch
from steps import Process, Steps

# Arguments of CreateService and UpdateService that DescribeServices returns and moto does not store.
KEPT = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "placementConstraints",
    "placementStrategy",
    "serviceConnectConfiguration",
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

OF_A_STRATEGY = (
    "bakeTimeInMinutes",
    "canaryConfiguration",
    "lifecycleHooks",
    "linearConfiguration",
)


@patch(Service, "__init__")
def init(original: Function, self: Service, *args: Any, **kwargs: Any) -> None:
    """Adds the members of every service, however it was created."""
    self.tasks: list[Any] = []
    self.releases: list[Any] = []
    self.history: list[Any] = []
    self.completed = None
    self.process = None
    original(self, *args, **kwargs)


@patch(EC2ContainerServiceResponse, lock=True)
def create_service(original: Function, self: EC2ContainerServiceResponse) -> ActionResult:
    backend = self.ecs_backend
    cluster = backend._get_cluster(self._get_param("cluster", "default"))
    key = f"{cluster.name}:{self._get_param('serviceName')}"
    existing = backend.services.get(key)
    if existing and existing.status in ("ACTIVE", "DRAINING"):
        raise InvalidParameterException("Creation of service was not idempotent.")
    reference = self._get_param("taskDefinition")
    arn = ecs_task_definitions.runnable(backend, reference) if reference else None
    load_balancers = self._get_param("loadBalancers") or []
    ecs_targets.check(backend, load_balancers)
    config = self._get_param("deploymentConfiguration")
    controller = (self._get_param("deploymentController") or {}).get("type", "ECS")
    ecs_checks.configuration(config, controller)
    place = backend.account_id, backend.region_name
    ecs_checks.load_balancers(place, load_balancers, config)
    ecs_checks.execute_command(backend, self._get_param("enableExecuteCommand"), arn, "created")
    ecs_checks.rebalancing(self._get_param("availabilityZoneRebalancing"), config)
    ecs_checks.capacity(cluster, self._get_param("capacityProviderStrategy"))
    ecs_checks.service_connect(
        backend, self._get_param("serviceConnectConfiguration"), arn, controller
    )
    original(self)
    service = backend.services[key]
    service.created_at = utcnow()
    service.task_definition = arn
    strategy = self._get_param("capacityProviderStrategy")
    if strategy is None and self._get_param("launchType") is None:
        strategy = cluster.default_capacity_provider_strategy
    if strategy:
        # A service has a capacity provider strategy or a launch type, never both.
        service.launch_type = None
    params = {
        **self._get_params(),
        "capacityProviderStrategy": strategy or None,
        "availabilityZoneRebalancing": self._get_param("availabilityZoneRebalancing")
        or rebalanced(config),
    }
    keep(service, params)
    if controller == "ECS":
        ecs_rollout.begin(service)
    elif controller == "CODE_DEPLOY":
        ecs_task_sets.begin(service)
    return ActionResult({"service": service})


@add(EC2ContainerServiceResponse, lock=True)
def update_service(self: EC2ContainerServiceResponse) -> ActionResult:
    backend = self.ecs_backend
    params = dict(self._get_params())
    service = backend._get_service(
        params.get("cluster", "default"), params["service"].split("/")[-1]
    )
    if service.status != "ACTIVE":
        raise EcsClientException("Service was not ACTIVE.")
    controller = service.deployment_controller["type"]
    ecs_checks.controller_update(service, params)
    if controller == "CODE_DEPLOY":
        ecs_checks.code_deploy_update(params)
    arn = service.task_definition
    if params.get("taskDefinition"):
        arn = ecs_task_definitions.runnable(backend, params["taskDefinition"])
    if params.get("loadBalancers"):
        ecs_targets.check(backend, params["loadBalancers"])
    check_update(service, params)
    exec_wanted = params.get("enableExecuteCommand")
    exec_on = getattr(service, "enable_execute_command", None) if exec_wanted is None else exec_wanted
    ecs_checks.execute_command(backend, exec_on, arn, "updated")
    cluster = backend._get_cluster(service.cluster_name)
    ecs_checks.capacity(cluster, params.get("capacityProviderStrategy"))
    ecs_checks.capacity_update(service, params)
    connect = params.get("serviceConnectConfiguration")
    if connect is None:
        connect = getattr(service, attribute("serviceConnectConfiguration"), None)
    ecs_checks.service_connect(backend, connect, arn, controller)
    before = {name: getattr(service, attribute(name), None) for name in ROLLS_OUT}
    keep(service, params)
    for name in ROLLS_OUT + ("desiredCount", "propagateTags"):
        if params.get(name) is not None:
            setattr(service, attribute(name), params[name])
    after = {name: getattr(service, attribute(name), None) for name in ROLLS_OUT}
    if controller == "CODE_DEPLOY":
        ecs_task_sets.scale(service)
    elif params.get("forceNewDeployment") or arn != service.task_definition or before != after:
        service.task_definition = arn
        ecs_rollout.begin(service)
    else:
        ecs_rollout.scale(service)
    return ActionResult({"service": service})


def merged(service: Service, wanted: dict[str, Any] | None) -> dict[str, Any]:
    """Keeps absent members; but a call with a strategy replaces all members that belong to a strategy."""
    old = getattr(service, "deployment_configuration", None) or {}
    wanted = wanted or {}
    own = OF_A_STRATEGY if wanted.get("strategy") else ()
    return {**{name: value for name, value in old.items() if name not in own}, **wanted}


def check_update(service: Service, params: dict[str, Any]) -> None:
    """Checks the service as it would be after the call, not only the call."""
    config = merged(service, params.get("deploymentConfiguration"))
    params["deploymentConfiguration"] = config or None
    entries = params.get("loadBalancers")
    entries = service.load_balancers if entries is None else entries
    ecs_checks.configuration(config, service.deployment_controller["type"])
    place = service._account_id, service.region_name
    ecs_checks.load_balancers(place, entries, config)
    setting = params.get("availabilityZoneRebalancing")
    ecs_checks.rebalancing(
        setting or getattr(service, "availability_zone_rebalancing", None), config
    )


def rebalanced(config: dict[str, Any] | None) -> str:
    """CreateService: ENABLED by default, if the service is compatible."""
    most = (config or {}).get("maximumPercent")
    return "ENABLED" if most is None or most > 100 else "DISABLED"


@patch(EC2ContainerServiceBackend)
def put_cluster_capacity_providers(
    original: Function,
    self: EC2ContainerServiceBackend,
    cluster_name: str,
    capacity_providers: list[str] | None,
    default_capacity_provider_strategy: list[dict[str, Any]] | None,
) -> Any:
    """PutClusterCapacityProviders refuses to remove what a service uses: ResourceInUseException."""
    cluster = self._get_cluster(cluster_name)
    for service in self.services.values():
        if service.cluster_name != cluster.name or service.status == "INACTIVE":
            continue
        for entry in getattr(service, "capacity_provider_strategy", None) or []:
            if entry["capacityProvider"] not in (capacity_providers or []):
                raise ECSException(
                    "ResourceInUseException",
                    "The specified capacity provider is in use and cannot be removed.",
                )
    return original(
        self, cluster_name, capacity_providers, default_capacity_provider_strategy
    )


def keep(service: Service, params: dict[str, Any]) -> None:
    for name in KEPT:
        if params.get(name) is not None:
            setattr(service, attribute(name), params[name])


@patch(EC2ContainerServiceBackend, lock=True)
def delete_service(
    original: Function,
    self: EC2ContainerServiceBackend,
    cluster_name: str,
    service_name: str,
    force: bool,
) -> Service:
    service = original(self, cluster_name, service_name.split("/")[-1], force)
    service.status = "DRAINING"
    service.desired_count = 0
    for record in service.history:
        if record.finished_at is None:
            record.finish("STOPPED", "Service deployment stopped because the service was deleted.")
    service.process = Process(service, deletion(service), ecs_rollout.publish)
    ecs_rollout.publish(service)
    service.process.proceed()
    return service


def deletion(service: Service) -> Steps:
    """DeleteService: "DRAINING while there are tasks that must be stopped", then INACTIVE."""
    yield from ecs_rolling.retire(service, list(service.tasks))
    service.status = "INACTIVE"
    service.releases = []
    service.task_sets = []
