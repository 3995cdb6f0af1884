"""Runs a deployment from its start to success, failure or rollback.

Sources: developer guide, "How the Amazon ECS deployment circuit breaker detects failures" (rollback
to the last COMPLETED deployment, otherwise FAILED), "Stopping Amazon ECS service deployments",
"Continuing Amazon ECS service deployments", "Amazon ECS service event messages"; ECS API reference:
Deployment (rolloutState), ServiceDeployment (status), StopServiceDeployment,
ContinueServiceDeployment, UpdateService.
"""

from typing import Any

from moto.core.utils import utcnow
from moto.ecs.exceptions import ECSException, InvalidParameterException

import alarm_states
import ecs_rolling
import ecs_stages
import ecs_tasks
from ecs_deployments import Deployment, Release
from ecs_history import ServiceDeployment
from steps import Failed, Process, Step, Steps

REPLACED = "Service deployment stopped because a newer one replaced it."


def publish(service: Any) -> None:
    """Updates what DescribeServices shows from the tasks."""
    service.releases = [
        release for release in service.releases if release.status == "PRIMARY" or release.tasks
    ]
    releases = [*service.releases, *(s for s in service.task_sets if isinstance(s, Release))]
    counts = [release.counts() for release in releases]
    service.running_count = sum(count["runningCount"] for count in counts)
    service.pending_count = sum(count["pendingCount"] for count in counts)
    ecs = service.deployment_controller["type"] == "ECS" and service.status != "INACTIVE"
    service.deployments = [release.describe() for release in service.releases] if ecs else []
    under_way = [record for record in service.history if record.finished_at is None]
    service.current_service_deployment = under_way[0].arn if under_way else None
    service.current_service_revisions = [
        {
            "arn": release.revision_arn,
            "requestedTaskCount": service.desired_count,
            **{key.replace("Count", "TaskCount"): n for key, n in release.counts().items()},
        }
        for release in service.releases
        if release.tasks
    ]


def begin(service: Any) -> None:
    """Starts a deployment, which becomes PRIMARY at once; a running one is stopped."""
    under_way = next((old for old in service.history if old.finished_at is None), None)
    if under_way:
        under_way.finish("STOPPED", REPLACED)
    deployment = Deployment(service)
    record = ServiceDeployment(service, deployment)
    for release in service.releases:
        release.status = "ACTIVE"
    service.releases.insert(0, deployment)
    service.history.insert(0, record)
    service.process = Process(
        service,
        steps(record, under_way),
        publish,
        watch=record.watch,
        stage=lambda: record.stage,
        failures=lambda: record.failures,
        patience=record.patience,
    )
    publish(service)
    service.process.proceed()


def scale(service: Any) -> None:
    """Scales the service; a running deployment reads the desired count itself."""
    if not service.releases:
        return
    if service.process is None or service.process.done:
        primary = service.releases[0]
        service.process = Process(service, ecs_rolling.level(service, primary), publish)
    publish(service)
    service.process.proceed()


def steps(record: ServiceDeployment, replaced: ServiceDeployment | None = None) -> Steps:
    service, deployment = record.service, record.target
    native = record.strategy != "ROLLING"
    try:
        yield Step(f"deployment {deployment.id} begins")
        if replaced and replaced.strategy != "ROLLING":
            yield from ecs_stages.reconcile(record, replaced)
        yield from ecs_stages.run(record) if native else rolling(record)
    except Failed as failure:
        yield from fail(record, failure)
    else:
        deployment.complete()
        record.finish("SUCCESSFUL", "Service deployment completed.")
        ecs_tasks.event(service, f"(deployment {deployment.id}) deployment completed.")
    if service.releases[0].rollout_state == "COMPLETED":
        yield from ecs_rolling.level(service, service.releases[0])
        ecs_tasks.event(service, "has reached a steady state.")


def rolling(record: ServiceDeployment) -> Steps:
    yield from ecs_rolling.roll(record, record.target)
    # "Amazon ECS computes this time period based on the alarm configuration associated with the deployment."
    if record.watched and record.alarm_names:
        seconds = alarm_states.evaluation_seconds(record.service, record.alarm_names)
        yield from alarm_states.wait(record, seconds, "bake")


def fail(record: ServiceDeployment, failure: Failed) -> Steps:
    service, bad, good = record.service, record.target, record.service.completed
    record.cause = failure.cause
    record.status_reason = failure.detail
    ecs_tasks.event(service, f"(deployment {bad.id}) deployment failed: {failure.reason}")
    breaker = failure.cause == "circuit breaker"
    origin = "ECS deployment circuit breaker" if breaker else "ECS deployment"
    bad.progress("FAILED", f"{origin}: {failure.reason}")
    if not failure.back or good is None:
        # "A deployment in FAILED state doesn't launch any new tasks."
        for task in [task for task in bad.tasks if not task.healthy]:
            ecs_tasks.stop_replaced(task)
        record.finish("ROLLBACK_FAILED" if failure.back else "STOPPED")
        return
    ecs_tasks.event(service, f"rolling back to deployment {good.id}.")
    back = Deployment(service, like=good)
    back.progress("IN_PROGRESS", f"{origin}: rolling back to deploymentId {good.id}.")
    bad.status = "ACTIVE"
    good.status = "INACTIVE"
    service.releases.insert(0, back)
    back.apply()
    record.status = "ROLLBACK_IN_PROGRESS"
    record.rollback = {
        "reason": failure.detail,
        "startedAt": utcnow(),
        "serviceRevisionArn": back.revision_arn,
    }
    why = alarm_states.how_long(record) if record.triggered else ""
    yield Step(f"rollback begins{why}")
    if record.strategy != "ROLLING":
        yield from ecs_stages.bring_back(record, back)
    yield from ecs_rolling.roll(record, back)
    back.complete()
    record.finish("ROLLBACK_SUCCESSFUL")


def record_under_way(backend: Any, arn: str) -> ServiceDeployment:
    for service in backend.services.values():
        for record in service.history:
            if record.arn == arn:
                if record.status != "IN_PROGRESS":
                    raise ECSException(
                        "ConflictException", f"The service deployment is in status {record.status}."
                    )
                return record
    raise ECSException(
        "ServiceDeploymentNotFoundException",
        "The service deployment ARN that you specified doesn't exist.",
    )


def stop(backend: Any, arn: str, kind: str | None) -> None:
    record = record_under_way(backend, arn)
    if kind not in (None, "ROLLBACK"):
        raise InvalidParameterException("The only supported stopType is ROLLBACK.")
    record.status = "ROLLBACK_REQUESTED"
    reason = "Service deployment rolled back because of a StopServiceDeployment request."
    record.service.process.failure = Failed("stop", reason)
    publish(record.service)
    record.service.process.proceed()


def resume(backend: Any, arn: str, hook_id: str, action: str | None) -> None:
    record = record_under_way(backend, arn)
    hook = next((hook for hook in record.hooks if hook["hookId"] == hook_id), None)
    if hook is None or hook["status"] != "AWAITING_ACTION":
        raise InvalidParameterException("The specified lifecycle hook is not awaiting action.")
    hook["status"] = "SUCCEEDED" if action in (None, "CONTINUE") else "FAILED"
    publish(record.service)
    record.service.process.proceed()
