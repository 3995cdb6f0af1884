"""Adds the parts of CodeDeploy's applications, deployment groups and revisions that moto lacks.

Source: CodeDeploy API reference: UpdateApplication, DeleteApplication, CreateDeploymentGroup,
UpdateDeploymentGroup, DeleteDeploymentGroup, DeploymentGroupInfo, RegisterApplicationRevision,
GetApplicationRevision, ListApplicationRevisions.
"""

from typing import Any

from moto.codedeploy import responses
from moto.codedeploy.exceptions import CodeDeployException
from moto.codedeploy.models import CodeDeployBackend, DeploymentGroup
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, utcnow
from moto.ecs.models import ecs_backends

import codedeploy_configs
import roles
from patches import Function, add, patch

MOST_TERMINATION_MINUTES = 2880
UPDATED = (
    "deploymentConfigName",
    "serviceRoleArn",
    "triggerConfigurations",
    "alarmConfiguration",
    "autoRollbackConfiguration",
    "outdatedInstancesStrategy",
    "deploymentStyle",
    "blueGreenDeploymentConfiguration",
    "loadBalancerInfo",
    "ecsServices",
    "terminationHookEnabled",
)


def check(backend: CodeDeployBackend, group: DeploymentGroup) -> None:
    """Checks CodeDeploy's requirements for a group for ECS."""
    place = backend.account_id, backend.region_name
    codedeploy_configs.find(place, group.deployment_config_name)
    style = group.deployment_style
    if (style.get("deploymentType"), style.get("deploymentOption")) != (
        "BLUE_GREEN",
        "WITH_TRAFFIC_CONTROL",
    ):
        raise CodeDeployException(
            "InvalidDeploymentStyleException",
            "For ECS deployment group, deployment style must be BLUE_GREEN with WITH_TRAFFIC_CONTROL.",
        )
    if not roles.trusts(place[0], group.service_role_arn, "codedeploy.amazonaws.com"):
        raise CodeDeployException(
            "InvalidRoleException",
            "AWS CodeDeploy does not have the permissions required to assume the role "
            f"{group.service_role_arn}.",
        )
    check_service(place, group)
    pairs = group.load_balancer_info.get("targetGroupPairInfoList") or []
    if len(pairs) != 1 or len(pairs[0].get("targetGroups") or []) != 2:
        raise CodeDeployException(
            "InvalidTargetGroupPairException",
            "A deployment group for ECS has one pair of target groups.",
        )
    if not (pairs[0].get("prodTrafficRoute") or {}).get("listenerArns"):
        raise CodeDeployException(
            "InvalidTargetGroupPairException", "A target group pair needs a production listener."
        )
    option = group.blue_green_deployment_configuration.get(
        "terminateBlueInstancesOnDeploymentSuccess"
    )
    minutes = (option or {}).get("terminationWaitTimeInMinutes") or 0
    if not 0 <= minutes <= MOST_TERMINATION_MINUTES:
        raise CodeDeployException(
            "InvalidBlueGreenDeploymentConfigurationException",
            f"The termination wait time must be between 0 and {MOST_TERMINATION_MINUTES} minutes.",
        )


def check_service(place: tuple[str, str], group: DeploymentGroup) -> None:
    wanted = (group.ecs_services or [{}])[0]
    key = f"{wanted.get('clusterName')}:{wanted.get('serviceName')}"
    service = ecs_backends[place[0]][place[1]].services.get(key)
    if service is None or service.status != "ACTIVE":
        raise CodeDeployException(
            "InvalidECSServiceException", f"The Amazon ECS service {key} does not exist."
        )
    if service.deployment_controller["type"] != "CODE_DEPLOY":
        raise CodeDeployException(
            "InvalidECSServiceException",
            "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
        )


@patch(CodeDeployBackend, lock=True)
def create_deployment_group(original: Function, self: CodeDeployBackend, **kwargs: Any) -> str:
    application = self.applications.get(kwargs["application_name"])
    if application is None or application.compute_platform != "ECS":
        return original(self, **kwargs)
    default = f"{codedeploy_configs.PREFIX}ECSAllAtOnce"
    kwargs["deployment_config_name"] = kwargs["deployment_config_name"] or default
    ident = original(self, **kwargs)
    groups = self.deployment_groups[application.application_name]
    try:
        check(self, groups[kwargs["deployment_group_name"]])
    except CodeDeployException:
        del groups[kwargs["deployment_group_name"]]
        raise
    return ident


@patch(responses, "_deployment_group_info")
def group_info(original: Function, group: DeploymentGroup) -> dict[str, Any]:
    attempts = getattr(group, "attempts", [])
    good = [one for one in attempts if one.status == "Succeeded"]
    return {
        **original(group),
        "alarmConfiguration": group.alarm_configuration or None,
        "targetRevision": good[-1].revision if good else None,
        "lastSuccessfulDeployment": last(good),
        "lastAttemptedDeployment": last(attempts),
    }


def last(attempts: list[Any]) -> dict[str, Any] | None:
    if not attempts:
        return None
    return {
        "deploymentId": attempts[-1].deployment_id,
        "status": attempts[-1].status,
        "createTime": attempts[-1].create_time,
        "endTime": attempts[-1].complete_time,
    }


@add(CodeDeployResponse, lock=True)
def update_deployment_group(self: CodeDeployResponse) -> ActionResult:
    backend = self.codedeploy_backend
    name = self._get_param("currentDeploymentGroupName")
    group = backend.get_deployment_group(self._get_param("applicationName"), name)
    before = dict(group.__dict__)
    for member in UPDATED:
        value = self._get_param(member)
        if value is not None:
            setattr(group, camelcase_to_underscores(member), value)
    try:
        if group.application.compute_platform == "ECS":
            check(backend, group)
    except CodeDeployException:
        group.__dict__.update(before)
        raise
    renamed = self._get_param("newDeploymentGroupName")
    if renamed:
        groups = backend.deployment_groups[group.application.application_name]
        groups[renamed] = groups.pop(name)
        group.deployment_group_name = renamed
    return ActionResult({"hooksNotCleanedUp": []})


@add(CodeDeployResponse, lock=True)
def delete_deployment_group(self: CodeDeployResponse) -> ActionResult:
    groups = self.codedeploy_backend.deployment_groups.get(self._get_param("applicationName"), {})
    groups.pop(self._get_param("deploymentGroupName"), None)
    return ActionResult({"hooksNotCleanedUp": []})


@add(CodeDeployResponse, lock=True)
def update_application(self: CodeDeployResponse) -> ActionResult:
    backend = self.codedeploy_backend
    application = backend.get_application(self._get_param("applicationName"))
    name = self._get_param("newApplicationName")
    if name:
        old = application.application_name
        application.application_name = name
        backend.applications[name] = backend.applications.pop(old)
        backend.deployment_groups[name] = backend.deployment_groups.pop(old, {})
    return ActionResult({})


@add(CodeDeployResponse, lock=True)
def delete_application(self: CodeDeployResponse) -> ActionResult:
    name = self._get_param("applicationName")
    self.codedeploy_backend.applications.pop(name, None)
    self.codedeploy_backend.deployment_groups.pop(name, None)
    return ActionResult({})


def revisions(self: CodeDeployResponse) -> list[dict[str, Any]]:
    application = self.codedeploy_backend.get_application(self._get_param("applicationName"))
    return application.__dict__.setdefault("revisions", [])


@add(CodeDeployResponse, lock=True)
def register_application_revision(self: CodeDeployResponse) -> ActionResult:
    info = {"description": self._get_param("description"), "registerTime": utcnow()}
    revisions(self).append({"revision": self._get_param("revision"), "revisionInfo": info})
    return ActionResult({})


@add(CodeDeployResponse, lock=True)
def get_application_revision(self: CodeDeployResponse) -> ActionResult:
    wanted = self._get_param("revision")
    for entry in revisions(self):
        if entry["revision"] == wanted:
            return ActionResult({"applicationName": self._get_param("applicationName"), **entry})
    raise CodeDeployException("RevisionDoesNotExistException", "No such revision is registered.")


@add(CodeDeployResponse, lock=True)
def list_application_revisions(self: CodeDeployResponse) -> ActionResult:
    return ActionResult({"revisions": [entry["revision"] for entry in revisions(self)]})
