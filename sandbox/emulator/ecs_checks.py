"""Refuses invalid calls of CreateService and UpdateService.

Sources: developer guide, "Troubleshooting Amazon ECS blue/green deployments", which separates what is
refused at once from what fails the deployment later (`ecs_stages.py`); ECS API reference:
UpdateService (what a CODE_DEPLOY service accepts), DeploymentConfiguration, CanaryConfiguration,
LinearConfiguration.
"""

from typing import Any

from moto.ecs.exceptions import EcsClientException, InvalidParameterException

import traffic

STRATEGIES = ("ROLLING", "BLUE_GREEN", "LINEAR", "CANARY")
NAMES = {"BLUE_GREEN": "Blue/green", "LINEAR": "linear", "CANARY": "canary"}
STAGES = (
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
)
MOST_MINUTES = 1440
# "Only the desired count, deployment configuration, health check grace period, task placement constraints
# and strategies, enable ECS managed tags option, and propagate tags can be updated using this API."
CODE_DEPLOY_REFUSES = {
    "taskDefinition": "update task definition",
    "networkConfiguration": "update network parameters",
    "loadBalancers": "update load balancers",
    "platformVersion": "update platform version",
    "capacityProviderStrategy": "update capacity provider strategy",
    "serviceRegistries": "update service registries",
    "serviceConnectConfiguration": "update service connect configuration",
    "volumeConfigurations": "update volume configurations",
    "enableExecuteCommand": "update enable execute command",
}


def code_deploy_update(params: dict[str, Any]) -> None:
    tail = (
        "on services with a CODE_DEPLOY deployment controller. "
        "Use AWS CodeDeploy to trigger a new deployment."
    )
    if params.get("forceNewDeployment"):
        raise InvalidParameterException(f"Cannot force a new deployment {tail}")
    for name, what in CODE_DEPLOY_REFUSES.items():
        if params.get(name) is not None:
            raise InvalidParameterException(f"Unable to {what} {tail}")


def controller_update(service: Any, params: dict[str, Any]) -> None:
    wanted = (params.get("deploymentController") or {}).get("type")
    if wanted and wanted != service.deployment_controller["type"]:
        raise InvalidParameterException(
            f"Unable to update the deployment controller from {service.deployment_controller['type']} to {wanted}."
        )


def execute_command(backend: Any, enabled: bool | None, definition: str | None, verb: str) -> None:
    """ECS Exec needs a task role: ECS refuses a call that would leave a service with ECS Exec without one."""
    if not enabled or definition is None:
        return
    if not getattr(backend.describe_task_definition(definition), "task_role_arn", None):
        raise InvalidParameterException(
            f"The service couldn't be {verb} because a valid taskRoleArn is not being used. "
            "Specify a valid task role in your task definition and try again."
        )


def rebalancing(setting: str | None, config: dict[str, Any] | None) -> None:
    """Developer guide, "Balancing an Amazon ECS service across Availability Zones": refused with 100 percent."""
    most = (config or {}).get("maximumPercent")
    if setting == "ENABLED" and most is not None and most <= 100:
        raise InvalidParameterException(
            "Availability Zone rebalancing does not support a maximumPercent of 100 or less. "
            "Specify a maximumPercent greater than 100, or disable availabilityZoneRebalancing."
        )


def capacity(cluster: Any, strategy: list[dict[str, Any]] | None) -> None:
    """CreateService: "Only capacity providers that are already associated with a cluster [...] can be used"."""
    for entry in strategy or []:
        if entry["capacityProvider"] not in (cluster.capacity_providers or []):
            raise InvalidParameterException(
                f"The specified capacity provider '{entry['capacityProvider']}' is not associated "
                f"with cluster '{cluster.name}'."
            )


def service_connect(
    backend: Any, config: dict[str, Any] | None, definition: str | None, controller: str
) -> None:
    """ServiceConnectService: "The portName must match the name of one of the portMappings" of the task definition."""
    if not config or not config.get("enabled"):
        return
    if controller != "ECS":
        raise InvalidParameterException(
            f"Service Connect is not supported with the {controller} deployment controller."
        )
    if definition is None:
        return
    containers = backend.describe_task_definition(definition).container_definitions
    ports = {
        mapping.get("name")
        for container in containers
        for mapping in container.get("portMappings") or []
    }
    for entry in config.get("services") or []:
        if entry["portName"] not in ports:
            raise InvalidParameterException(
                f"The task definition has no port mapping with the name {entry['portName']}."
            )


def capacity_update(service: Any, params: dict[str, Any]) -> None:
    wanted = params.get("capacityProviderStrategy")
    if wanted is None or params.get("forceNewDeployment"):
        return
    if wanted != service.capacity_provider_strategy:
        raise InvalidParameterException(
            "When switching from launch type to capacity provider strategy on an existing service, or making a "
            "change to a capacity provider strategy on a service that is already using one, you must force a new "
            "deployment."
        )


def in_range(
    name: str, value: float | None, least: float, most: float, tenths: bool = False
) -> None:
    if value is None:
        return
    if not least <= value <= most or (tenths and round(value * 10, 6) % 1):
        steps = " in multiples of 0.1" if tenths else ""
        raise InvalidParameterException(f"{name} must be between {least} and {most}{steps}.")


def configuration(config: dict[str, Any] | None, controller: str) -> None:
    if not config:
        return
    strategy = config.get("strategy") or "ROLLING"
    if strategy not in STRATEGIES:
        raise InvalidParameterException(f"The deployment strategy {strategy} is not valid.")
    if strategy != "ROLLING" and controller != "ECS":
        raise InvalidParameterException(
            f"The deployment strategy {strategy} is only supported with the ECS deployment controller."
        )
    canary, linear = config.get("canaryConfiguration"), config.get("linearConfiguration")
    if canary and strategy != "CANARY":
        raise InvalidParameterException(
            "canaryConfiguration is only valid when the deployment strategy is CANARY."
        )
    if linear and strategy != "LINEAR":
        raise InvalidParameterException(
            "linearConfiguration is only valid when the deployment strategy is LINEAR."
        )
    in_range("bakeTimeInMinutes", config.get("bakeTimeInMinutes"), 0, MOST_MINUTES)
    for part, percent, bake, least in (
        (canary or {}, "canaryPercent", "canaryBakeTimeInMinutes", 0.1),
        (linear or {}, "stepPercent", "stepBakeTimeInMinutes", 3.0),
    ):
        in_range(percent, part.get(percent), least, 100.0, tenths=True)
        in_range(bake, part.get(bake), 0, MOST_MINUTES)
    lifecycle_hooks(config.get("lifecycleHooks") or [])


def lifecycle_hooks(hooks: list[dict[str, Any]]) -> None:
    for hook in hooks:
        stages = hook.get("lifecycleStages") or []
        kind = hook.get("targetType") or "AWS_LAMBDA"
        if not stages:
            raise InvalidParameterException(
                "lifecycleStages must be specified for a lifecycle hook."
            )
        for stage in stages:
            if stage not in STAGES:
                raise InvalidParameterException(
                    f"{stage} is not a valid lifecycle stage for a hook."
                )
            if kind == "PAUSE" and stage in ("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"):
                raise InvalidParameterException(f"PAUSE hooks cannot be configured at {stage}.")
        if kind == "AWS_LAMBDA" and not (hook.get("hookTargetArn") and hook.get("roleArn")):
            raise InvalidParameterException(
                "hookTargetArn and roleArn must be specified for an AWS_LAMBDA lifecycle hook."
            )


def load_balancers(
    place: tuple[str, str], entries: list[dict[str, Any]] | None, config: dict[str, Any] | None
) -> None:
    entries = [entry for entry in entries or [] if entry.get("targetGroupArn")]
    strategy = (config or {}).get("strategy") or "ROLLING"
    advanced = [
        entry["advancedConfiguration"] for entry in entries if entry.get("advancedConfiguration")
    ]
    if strategy != "ROLLING" and len(advanced) < len(entries):
        raise EcsClientException(
            "advancedConfiguration field is required for all loadBalancers when using the "
            f"{NAMES[strategy]} deployment strategy"
        )
    if advanced and len(advanced) < len(entries):
        raise EcsClientException(
            "Either all or none of the provided loadBalancers must have advancedConfiguration defined"
        )
    for entry in entries:
        if entry.get("advancedConfiguration"):
            advanced_configuration(place, entry, entry["advancedConfiguration"])


def advanced_configuration(
    place: tuple[str, str], entry: dict[str, Any], advanced: dict[str, Any]
) -> None:
    pair = [entry["targetGroupArn"], advanced.get("alternateTargetGroupArn")]
    production, test = advanced.get("productionListenerRule"), advanced.get("testListenerRule")
    for name in ("alternateTargetGroupArn", "productionListenerRule", "roleArn"):
        if not advanced.get(name):
            raise InvalidParameterException(f"advancedConfiguration.{name} must be specified.")
    if pair[0] == pair[1]:
        raise InvalidParameterException(f"Duplicate targetGroupArn found: {pair[0]}")
    for name, rule in (("productionListenerRule", production), ("testListenerRule", test)):
        if rule and ":listener-rule/" not in rule:
            raise InvalidParameterException(
                f"{name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: {rule}"
            )
    if production == test:
        raise InvalidParameterException(
            f"The following rules cannot be used as both production and test listener rules: {production}"
        )
    found = traffic.find_rule(*place, production)
    if found and not test and not {*pair} <= {*traffic.weights(found)}:
        raise InvalidParameterException(
            "For Application LoadBalancer, testListenerRule is required when productionListenerRule is not "
            "associated with both targetGroup and alternateTargetGroup"
        )
