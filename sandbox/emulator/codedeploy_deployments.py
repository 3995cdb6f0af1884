"""Creates, rolls back and describes CodeDeploy's deployments.

Sources: CodeDeploy API reference: CreateDeployment, GetDeployment, DeploymentInfo, RollbackInfo;
user guide, "Redeploy and roll back a deployment with CodeDeploy".
"""

import random
import string
from typing import Any

from moto.codedeploy import responses
from moto.codedeploy.exceptions import CodeDeployException
from moto.codedeploy.models import CodeDeployBackend, DeploymentInfo
from moto.core.utils import utcnow

import alarm_states
import appspec
import codedeploy_steps
import ecs_rollout
from codedeploy_configs import minutes_between, percentages
from codedeploy_traffic import test_listeners
from patches import Function, add, patch
from steps import Failed, Process, Step, Steps
from task_exits import Exits

ALL_AT_ONCE = "CodeDeployDefault.ECSAllAtOnce"
UNDER_WAY = ("Created", "Queued", "InProgress", "Ready")
# AutoRollbackConfiguration, events: the event of each cause; any other cause is DEPLOYMENT_FAILURE.
ROLLBACK_EVENTS = {
    "ALARM_ACTIVE": "DEPLOYMENT_STOP_ON_ALARM",
    "MANUAL_STOP": "DEPLOYMENT_STOP_ON_REQUEST",
}


@patch(DeploymentInfo, "__init__")
def init(original: Function, self: DeploymentInfo, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    letters = string.ascii_uppercase + string.digits
    self.deployment_id = "d-" + "".join(random.choices(letters, k=9))
    self.events = [
        {"lifecycleEventName": name, "status": "Pending"} for name in codedeploy_steps.EVENTS
    ]
    self.stage: str | None = None
    self.error: dict[str, str] | None = None
    self.rollback: dict[str, str] | None = None
    self.rolling_back = False
    self.previous_revision: dict[str, Any] | None = None
    self.place = ("", "")
    self.service: Any = None
    self.test: list[str] = []
    self.minutes_between = 0
    self.wrong_seconds: float = 0
    self.exits: Any = None


@add(DeploymentInfo)
def finish(self: DeploymentInfo, status: str) -> None:
    self.status = status
    self.complete_time = utcnow()
    outcome = status if status in self.deployment_overview else "Failed"
    self.deployment_overview = {**dict.fromkeys(self.deployment_overview, 0), outcome: 1}


@patch(CodeDeployBackend, lock=True)
def create_deployment(original: Function, self: CodeDeployBackend, **kwargs: Any) -> str:
    application = self.applications.get(kwargs["application_name"])
    if application is None or application.compute_platform != "ECS":
        return original(self, **kwargs)
    group_name = kwargs["deployment_group_name"]
    for other in self.deployments.values():
        same = (other.application_name, other.deployment_group_name)
        if same == (application.application_name, group_name) and other.status in UNDER_WAY:
            raise CodeDeployException(
                "DeploymentLimitExceededException",
                f"The Deployment Group '{group_name}' already has an active Deployment '{other.deployment_id}'",
            )
    appspec.text_of(kwargs["revision"])
    ident = original(self, **kwargs)
    deployment = self.deployments[ident]
    attempts = getattr(deployment.deployment_group, "attempts", [])
    good = [one.revision for one in attempts if one.status == "Succeeded"]
    deployment.previous_revision = good[-1] if good else None
    run(self, deployment)
    return ident


def run(backend: CodeDeployBackend, deployment: DeploymentInfo) -> None:
    place = backend.account_id, backend.region_name
    deployment.place = place
    service = codedeploy_steps.service_of(deployment, *place)
    shares = percentages(place, deployment.deployment_config_name)
    deployment.service = service
    deployment.test = test_listeners(deployment.deployment_group)
    deployment.minutes_between = minutes_between(place, deployment.deployment_config_name)
    # If the running release gives wrong answers, it has done so for a long time.
    wrong = alarm_states.wrong_groups(service, deployment.test)
    deployment.wrong_seconds = alarm_states.ALWAYS if wrong else 0
    deployment.exits = Exits(service, since_long=True)

    def after(*args: Any) -> Steps:
        yield from failed(backend, *args)

    service.process = Process(
        service,
        codedeploy_steps.deploy(deployment, service, shares, after),
        ecs_rollout.publish,
        watch=lambda: codedeploy_steps.watch(deployment, service),
        stage=lambda: deployment.stage,
    )
    remember(deployment)
    service.process.proceed()


def remember(deployment: DeploymentInfo) -> None:
    """Stores the deployment; GetDeploymentGroup reads its last deployments from there."""
    group = deployment.deployment_group
    group.attempts = [*getattr(group, "attempts", []), deployment]


def failed(
    backend: CodeDeployBackend,
    deployment: DeploymentInfo,
    service: Any,
    shift: Any,
    blue: Any,
    failure: Failed,
) -> Steps:
    deployment.error = {"code": failure.cause, "message": failure.reason}
    deployment.rolling_back = True
    stopped = failure.cause in ROLLBACK_EVENTS
    if failure.back and (failure.detail == "asked" or automatic(deployment, failure.cause)):
        back = rollback_of(backend, deployment)
        deployment.finish("Stopped" if stopped else "Failed")
        alarm = failure.cause == "ALARM_ACTIVE"
        why = alarm_states.how_long(deployment) if alarm else ""
        yield Step(f"rollback {back.deployment_id} begins{why}")
        yield from codedeploy_steps.bring_back(service, shift, blue)
        for entry in back.events:
            entry["status"] = "Succeeded"
        back.finish("Succeeded")
    else:
        deployment.finish("Stopped" if stopped else "Failed")


def automatic(deployment: DeploymentInfo, cause: str) -> bool:
    settings = deployment.auto_rollback_configuration
    settings = settings or deployment.deployment_group.auto_rollback_configuration or {}
    event = ROLLBACK_EVENTS.get(cause, "DEPLOYMENT_FAILURE")
    return bool(settings.get("enabled")) and event in (settings.get("events") or [])


def rollback_of(backend: CodeDeployBackend, deployment: DeploymentInfo) -> DeploymentInfo:
    revision = deployment.previous_revision or deployment.revision
    back = DeploymentInfo(
        deployment.application,
        deployment.deployment_group,
        revision,
        ALL_AT_ONCE,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        "codeDeployRollback",
    )
    backend.deployments[back.deployment_id] = back
    back.status, back.start_time = "InProgress", utcnow()
    back.rolling_back, back.place = True, deployment.place
    bad, new = deployment.deployment_id, back.deployment_id
    deployment.rollback = {
        "rollbackDeploymentId": new,
        "rollbackMessage": (
            f"Deployment {bad} terminated. Automatic rollback is triggered with a DeploymentId {new}."
        ),
    }
    back.rollback = {
        "rollbackTriggeringDeploymentId": bad,
        "rollbackMessage": f"Deployment {new} is triggered to roll back deployment {bad}.",
    }
    remember(back)
    return back


@patch(responses, "_deployment_info")
def deployment_info(original: Function, deployment: DeploymentInfo) -> dict[str, Any]:
    info = original(deployment)
    waiting = deployment.instance_termination_wait_time_started
    return {
        **info,
        "errorInformation": deployment.error,
        "rollbackInfo": deployment.rollback,
        "previousRevision": deployment.previous_revision,
        "instanceTerminationWaitTimeStarted": waiting,
        "autoRollbackConfiguration": deployment.auto_rollback_configuration
        or deployment.deployment_group.auto_rollback_configuration,
    }
