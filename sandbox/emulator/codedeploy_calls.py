"""Adds the calls about running deployments, which moto lacks.

Source: CodeDeploy API reference: StopDeployment, ContinueDeployment, ListDeploymentTargets,
GetDeploymentTarget, ECSTarget, ECSTaskSet.
"""

from typing import Any

from moto.codedeploy.exceptions import CodeDeployException
from moto.codedeploy.models import DeploymentInfo
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

import codedeploy_steps
import traffic
from codedeploy_deployments import UNDER_WAY
from patches import add
from steps import Failed


def under_way(self: CodeDeployResponse) -> tuple[DeploymentInfo, Any]:
    deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
    if deployment.status not in UNDER_WAY:
        raise CodeDeployException(
            "DeploymentAlreadyCompletedException",
            f"The deployment {deployment.deployment_id} is already completed.",
        )
    return deployment, codedeploy_steps.service_of(deployment, *deployment.place)


@add(CodeDeployResponse, lock=True)
def stop_deployment(self: CodeDeployResponse) -> ActionResult:
    deployment, service = under_way(self)
    asked = self._get_param("autoRollbackEnabled")
    message = "The deployment was stopped by a StopDeployment request."
    detail = "asked" if asked else "by the group's settings"
    service.process.failure = Failed("MANUAL_STOP", message, detail, back=asked is not False)
    service.process.proceed()
    done = deployment.status == "Stopped"
    return ActionResult(
        {
            "status": "Succeeded" if done else "Pending",
            "statusMessage": "Deployment is being stopped."
            if not done
            else "Deployment is stopped.",
        }
    )


@add(CodeDeployResponse, lock=True)
def continue_deployment(self: CodeDeployResponse) -> ActionResult:
    deployment, service = under_way(self)
    if self._get_param("deploymentWaitType", "READY_WAIT") == "READY_WAIT":
        if deployment.status != "Ready":
            raise CodeDeployException(
                "DeploymentIsNotInReadyStateException",
                f"The deployment {deployment.deployment_id} is not in the Ready state.",
            )
        deployment.status = "InProgress"
    service.process.proceed()
    return ActionResult({})


def target(deployment: DeploymentInfo) -> dict[str, Any]:
    service = codedeploy_steps.service_of(deployment, *deployment.place)
    known = {
        arn: n
        for rule in traffic.rules(*deployment.place)
        for arn, n in traffic.weights(rule).items()
    }
    status = {"Stopped": "Failed", "Created": "Pending", "Queued": "Pending"}
    return {
        "deploymentTargetType": "ECSTarget",
        "ecsTarget": {
            "deploymentId": deployment.deployment_id,
            "targetId": target_id(deployment),
            "targetArn": service.arn,
            "lastUpdatedAt": utcnow(),
            "lifecycleEvents": deployment.events,
            "status": status.get(deployment.status, deployment.status),
            "taskSetsInfo": [
                {
                    "identifer": one.id,
                    "desiredCount": one.computed_desired_count,
                    "pendingCount": one.pending_count,
                    "runningCount": one.running_count,
                    "status": one.status,
                    "trafficWeight": float(known.get(one.groups[0][0], 0)),
                    "targetGroup": {"name": one.groups[0][0].split("/")[1]},
                    "taskSetLabel": "Green"
                    if one.external_id == deployment.deployment_id
                    else "Blue",
                }
                for one in service.task_sets
            ],
        },
    }


def target_id(deployment: DeploymentInfo) -> str:
    service = deployment.deployment_group.ecs_services[0]
    return f"{service['clusterName']}:{service['serviceName']}"


@add(CodeDeployResponse, lock=True)
def list_deployment_targets(self: CodeDeployResponse) -> ActionResult:
    deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
    return ActionResult({"targetIds": [target_id(deployment)]})


@add(CodeDeployResponse, lock=True)
def get_deployment_target(self: CodeDeployResponse) -> ActionResult:
    deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
    if self._get_param("targetId") != target_id(deployment):
        raise CodeDeployException(
            "DeploymentTargetDoesNotExistException", "The target does not exist."
        )
    return ActionResult({"deploymentTarget": target(deployment)})
