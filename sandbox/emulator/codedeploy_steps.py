"""Runs CodeDeploy's deployment to ECS through its lifecycle events.

Sources: CodeDeploy user guide, "Deployments on an Amazon ECS compute platform", "List of lifecycle
event hooks for an Amazon ECS deployment", "Redeploy and roll back a deployment with CodeDeploy",
"Monitoring deployments with CloudWatch alarms", "Troubleshoot Amazon ECS deployment issues" (the
messages of a time-out, of a failed hook and of a listener with another target group); CodeDeploy API
reference: DeploymentInfo, ErrorInformation, RollbackInfo, ECSTarget. Unlike ECS, CodeDeploy also
stops for an alarm that fired before the deployment.
"""

from typing import Any

from moto.codedeploy.exceptions import CodeDeployException
from moto.core.exceptions import ServiceException
from moto.core.utils import utcnow
from moto.ecs.models import ecs_backends

import alarm_states
import appspec
import ecs_rolling
from codedeploy_traffic import Shift, refused
from ecs_task_sets import TaskSet
from orders import orders
from steps import Failed, Step, Steps

EVENTS = (
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
)
# CodeDeploy waits an hour; here the wait ends after this number of failed tasks.
FAILED_TASKS = 3
TIMED_OUT = (
    "The deployment timed out while waiting for the replacement task set to become healthy. "
    "This time out period is 60 minutes."
)
HOOK_FAILED = (
    "The deployment failed because one or more of the lifecycle event validation functions failed."
)


def service_of(deployment: Any, account: str, region: str) -> Any:
    wanted = deployment.deployment_group.ecs_services[0]
    try:
        return ecs_backends[account][region]._get_service(
            wanted["clusterName"], wanted["serviceName"]
        )
    except ServiceException as error:
        raise CodeDeployException("InvalidECSServiceException", error.message) from error


def watch(deployment: Any, service: Any) -> Failed | None:
    """Checks the alarms, until the old task set is deleted."""
    settings = deployment.override_alarm_configuration
    settings = settings or deployment.deployment_group.alarm_configuration or {}
    if deployment.complete_time or deployment.rolling_back or not settings.get("enabled"):
        return None
    names = [alarm["name"] for alarm in settings.get("alarms") or []]
    fired = alarm_states.in_alarm(deployment, names)
    if not fired:
        return None
    message = (
        "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and "
        "the affected deployments have been stopped. Activated alarms: "
    )
    return Failed("ALARM_ACTIVE", message + " ".join(f"<{name}>" for name in fired))


def deploy(deployment: Any, service: Any, percentages: list[int], after: Any) -> Steps:
    """Runs the deployment; `after` receives a failure and handles it."""
    deployment.status = "InProgress"
    deployment.start_time = utcnow()
    blue = next(one for one in service.task_sets if one.status == "PRIMARY")
    shift = Shift(service, deployment.deployment_group, blue)
    try:
        yield from events(deployment, service, shift, blue, percentages)
    except Failed as failure:
        mark(deployment, "Failed")
        yield from after(deployment, service, shift, blue, failure)
    else:
        deployment.finish("Succeeded")


def events(
    deployment: Any, service: Any, shift: Shift, blue: TaskSet, percentages: list[int]
) -> Steps:
    spec = read(deployment, service)
    yield from clear(service, shift, blue)
    yield from event(deployment, spec, "BeforeInstall")
    shift.check()
    green = task_set(deployment, service, shift, blue, spec)
    yield from begin(deployment, "Install")
    yield from install(service, green)
    yield from event(deployment, spec, "AfterInstall")
    yield from begin(deployment, "AllowTestTraffic")
    shift.give_green(shift.test, 100)
    yield Step("test traffic goes to the replacement task set")
    yield from event(deployment, spec, "AfterAllowTestTraffic")
    yield from approval(deployment)
    yield from event(deployment, spec, "BeforeAllowTraffic")
    yield from begin(deployment, "AllowTraffic")
    for percent in percentages:
        shift.give_green(shift.production, percent)
        yield Step(f"{percent} percent of production traffic")
        if percent < 100:
            yield from alarm_states.wait(deployment, 60 * deployment.minutes_between, "bake")
    promote(service, green, blue)
    yield from event(deployment, spec, "AfterAllowTraffic")
    mark(deployment, "Succeeded")
    yield from terminate(deployment, service, blue)


def read(deployment: Any, service: Any) -> appspec.AppSpec:
    try:
        spec = appspec.read(appspec.text_of(deployment.revision))
        definition = service._backend.describe_task_definition(spec.task_definition)
        appspec.check_container(spec, definition)
        spec.task_definition = definition.arn
        return spec
    except appspec.InvalidAppSpec as error:
        raise refused(error.code, str(error)) from error
    except ServiceException as error:
        raise refused("ECS_UPDATE_ERROR", appspec.unexpected(error.message)) from error


def clear(service: Any, shift: Shift, blue: TaskSet) -> Steps:
    """Removes what a deployment that was stopped without rollback left, before the next one starts."""
    left = [one for one in service.task_sets if one is not blue]
    if left:
        shift.give_green(shift.production + shift.test, 0)
        yield Step("traffic is back at the primary task set")
        yield from remove(service, left)


def remove(service: Any, sets: list[TaskSet]) -> Steps:
    for one in sets:
        one.status = "DRAINING"
        one.scale = {"value": 0.0, "unit": "PERCENT"}
    yield from ecs_rolling.retire(service, [task for one in sets for task in one.tasks])
    service.task_sets = [one for one in service.task_sets if one not in sets]


def task_set(
    deployment: Any, service: Any, shift: Shift, blue: TaskSet, spec: appspec.AppSpec
) -> TaskSet:
    entry = {
        **blue.load_balancers[0],
        "targetGroupArn": shift.green,
        "containerName": spec.container_name,
        "containerPort": spec.container_port,
    }
    changes = {"taskDefinition": spec.task_definition, "loadBalancers": [entry], **spec.changes}
    green = TaskSet(service, "ACTIVE", changes)
    green.external_id = deployment.deployment_id
    service.task_sets = [*service.task_sets, green]
    return green


def install(service: Any, green: TaskSet) -> Steps:
    yield from ecs_rolling.scale_up(None, green, patience=FAILED_TASKS)
    if green.stability_status != "STEADY_STATE":
        raise refused("TIMEOUT", TIMED_OUT)


def approval(deployment: Any) -> Steps:
    settings = deployment.deployment_group.blue_green_deployment_configuration
    ready = settings.get("deploymentReadyOption") or {}
    if ready.get("actionOnTimeout") != "STOP_DEPLOYMENT":
        return
    deployment.status = "Ready"
    while deployment.status == "Ready":
        yield Step("waits for approval", waits=True)


def promote(service: Any, new: TaskSet, old: TaskSet) -> None:
    """Makes the new task set PRIMARY; the service shows its properties."""
    new.status, old.status = "PRIMARY", "ACTIVE"
    new.apply()


def terminate(deployment: Any, service: Any, blue: TaskSet) -> Steps:
    settings = deployment.deployment_group.blue_green_deployment_configuration
    option = settings.get("terminateBlueInstancesOnDeploymentSuccess") or {}
    deployment.instance_termination_wait_time_started = True
    yield Step("termination wait")
    minutes = option.get("terminationWaitTimeInMinutes") or 0
    yield from alarm_states.wait(deployment, 60 * minutes, "termination wait")
    deployment.complete_time = utcnow()
    if option.get("action", "TERMINATE") == "TERMINATE":
        yield from remove(service, [blue])


def begin(deployment: Any, name: str) -> Steps:
    mark(deployment, "Succeeded")
    entry = next(one for one in deployment.events if one["lifecycleEventName"] == name)
    entry.update(status="InProgress", startTime=utcnow())
    deployment.stage = name
    yield Step(name)


def event(deployment: Any, spec: appspec.AppSpec, name: str) -> Steps:
    """Runs an event that consists only of an optional hook."""
    yield from begin(deployment, name)
    function = spec.hooks.get(name)
    if function is None:
        return
    answer = orders[deployment.place].hook(function)
    yield Step(f"hook {function} answered {answer}")
    if answer != "SUCCEEDED":
        raise refused("HOOK_EXECUTION_FAILURE", HOOK_FAILED)


def mark(deployment: Any, status: str) -> None:
    """Ends the current event; after a failure the rest is skipped."""
    for entry in deployment.events:
        if entry["status"] == "InProgress":
            entry.update(status=status, endTime=utcnow())
        elif status == "Failed" and entry["status"] == "Pending":
            entry["status"] = "Skipped"


def bring_back(service: Any, shift: Shift, blue: TaskSet) -> Steps:
    """Moves the traffic back, then removes the replacement task set; the old one did not change."""
    yield from ecs_rolling.scale_up(None, blue, patience=FAILED_TASKS)
    shift.give_green(shift.production, 0)
    yield Step("production traffic is back")
    shift.give_green(shift.test, 0)
    yield Step("test traffic is back")
    others = [one for one in service.task_sets if one is not blue]
    for other in others:
        promote(service, blue, other)
    yield from remove(service, others)
