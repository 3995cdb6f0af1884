"""Adds CodeDeploy's deployment configurations: the predefined ones for ECS, and custom ones.

Source: CodeDeploy user guide, "Working with deployment configurations in CodeDeploy" (predefined
configurations for an Amazon ECS compute platform); API reference: DeploymentConfigInfo,
TrafficRoutingConfig.
"""

import uuid
from collections import defaultdict
from typing import Any

from moto.codedeploy.exceptions import CodeDeployException
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from patches import add

PREFIX = "CodeDeployDefault."


def linear(percent: int, minutes: int) -> dict[str, Any]:
    part = {"linearPercentage": percent, "linearInterval": minutes}
    return {"type": "TimeBasedLinear", "timeBasedLinear": part}


def canary(percent: int, minutes: int) -> dict[str, Any]:
    part = {"canaryPercentage": percent, "canaryInterval": minutes}
    return {"type": "TimeBasedCanary", "timeBasedCanary": part}


PREDEFINED = {
    f"{PREFIX}ECSAllAtOnce": {"type": "AllAtOnce"},
    f"{PREFIX}ECSLinear10PercentEvery1Minutes": linear(10, 1),
    f"{PREFIX}ECSLinear10PercentEvery3Minutes": linear(10, 3),
    f"{PREFIX}ECSCanary10Percent5Minutes": canary(10, 5),
    f"{PREFIX}ECSCanary10Percent15Minutes": canary(10, 15),
}

Place = tuple[str, str]
own: dict[Place, dict[str, dict[str, Any]]] = defaultdict(dict)


def info(name: str, routing: dict[str, Any], platform: str = "ECS") -> dict[str, Any]:
    return {
        "deploymentConfigId": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        "deploymentConfigName": name,
        "computePlatform": platform,
        "trafficRoutingConfig": routing,
    }


def find(place: Place, name: str) -> dict[str, Any]:
    if name in PREDEFINED:
        return info(name, PREDEFINED[name])
    if name in own[place]:
        return own[place][name]
    raise CodeDeployException(
        "DeploymentConfigDoesNotExistException",
        f"No Deployment Configuration found for name: {name}",
    )


def percentages(place: Place, name: str) -> list[int]:
    """The production traffic of the replacement task set after each shift."""
    routing = find(place, name)["trafficRoutingConfig"]
    if routing["type"] == "TimeBasedCanary":
        return [routing["timeBasedCanary"]["canaryPercentage"], 100]
    if routing["type"] == "TimeBasedLinear":
        step = routing["timeBasedLinear"]["linearPercentage"]
        return [*range(step, 100, step), 100]
    return [100]


def minutes_between(place: Place, name: str) -> int:
    """The minutes until the next shift."""
    routing = find(place, name)["trafficRoutingConfig"]
    canary, linear = routing.get("timeBasedCanary") or {}, routing.get("timeBasedLinear") or {}
    return canary.get("canaryInterval") or linear.get("linearInterval") or 0


def place_of(response: CodeDeployResponse) -> Place:
    backend = response.codedeploy_backend
    return backend.account_id, backend.region_name


@add(CodeDeployResponse, lock=True)
def get_deployment_config(self: CodeDeployResponse) -> ActionResult:
    name = self._get_param("deploymentConfigName")
    return ActionResult({"deploymentConfigInfo": find(place_of(self), name)})


@add(CodeDeployResponse, lock=True)
def list_deployment_configs(self: CodeDeployResponse) -> ActionResult:
    return ActionResult({"deploymentConfigsList": [*PREDEFINED, *own[place_of(self)]]})


@add(CodeDeployResponse, lock=True)
def create_deployment_config(self: CodeDeployResponse) -> ActionResult:
    name = self._get_param("deploymentConfigName")
    known = own[place_of(self)]
    if name in known or name.startswith(PREFIX):
        raise CodeDeployException(
            "DeploymentConfigAlreadyExistsException",
            f"Deployment Configuration name already exists: {name}",
        )
    routing = self._get_param("trafficRoutingConfig") or {"type": "AllAtOnce"}
    for part in (routing.get("timeBasedCanary"), routing.get("timeBasedLinear")):
        for key, value in (part or {}).items():
            most = 99 if key.endswith("Percentage") else 2880
            if not 1 <= value <= most:
                raise CodeDeployException(
                    "InvalidTrafficRoutingConfigurationException",
                    f"{key} must be between 1 and {most}.",
                )
    platform = self._get_param("computePlatform") or "Server"
    known[name] = {**info(name, routing, platform), "createTime": utcnow()}
    return ActionResult({"deploymentConfigId": known[name]["deploymentConfigId"]})


@add(CodeDeployResponse, lock=True)
def delete_deployment_config(self: CodeDeployResponse) -> ActionResult:
    name = self._get_param("deploymentConfigName")
    groups = self.codedeploy_backend.deployment_groups.values()
    if any(group.deployment_config_name == name for by in groups for group in by.values()):
        raise CodeDeployException(
            "DeploymentConfigInUseException", f"The deployment configuration {name} is in use."
        )
    if name.startswith(PREFIX):
        raise CodeDeployException(
            "InvalidOperationException", "Predefined deployment configurations cannot be deleted."
        )
    own[place_of(self)].pop(name, None)
    return ActionResult({})
