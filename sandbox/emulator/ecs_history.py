"""Keeps a service's history: each service deployment, its circuit breaker and alarms, and its result.

Sources: ECS API reference: ServiceDeployment, ServiceRevisionSummary, Rollback,
ServiceDeploymentCircuitBreaker, ServiceDeploymentAlarms; developer guide, "View service history
using Amazon ECS service deployments", "How the Amazon ECS deployment circuit breaker detects
failures", "How CloudWatch alarms detect Amazon ECS deployment failures".
"""

import math
from typing import Any

from moto.core.utils import utcnow

import alarm_states
import traffic
from ecs_deployments import Deployment, Release, arn, number
from steps import Failed
from task_exits import Exits

# "How the Amazon ECS deployment circuit breaker detects failures": 0.5 x desired, at least 3, at most 200.
LEAST_FAILURES, MOST_FAILURES = 3, 200
# Without the breaker a bad release never ends; a call that runs it to the end stops here.
PATIENCE = 10
WORDS = {
    "circuit breaker": (
        "tasks failed to start.",
        "Service deployment rolled back because the circuit breaker threshold was exceeded.",
    ),
    "alarm": ("alarm detected.", "Service deployment rolled back because of an alarm."),
}


class ServiceDeployment:
    """A deployment from one revision to another, with any result, as the service's history shows it."""

    def __init__(self, service: Any, target: Deployment):
        self.service = service
        self.target = target
        self.config = getattr(service, "deployment_configuration", None) or {}
        self.sources = [
            other
            for other in getattr(service, "releases", [])
            if isinstance(other, Deployment) and other.tasks
        ]
        self.arn = arn(service, "service-deployment", number())
        self.status = "IN_PROGRESS"
        self.status_reason: str | None = None
        self.stage: str | None = None
        self.hooks: list[dict[str, Any]] = []
        self.rollback: dict[str, Any] | None = None
        self.failures = 0
        self.triggered: list[str] = []
        # The time for which users get wrong answers. If the running release gives wrong answers, it has done so for a long time.
        self.wrong_seconds = alarm_states.ALWAYS
        self.exits = Exits(service, since_long=True)
        self.created_at = self.updated_at = utcnow()
        self.finished_at = self.stopped_at = None
        # "If a CloudWatch alarm is in ALARM when the deployment starts, ECS ignores it for its duration."
        self.watched = not self.alarms_in_alarm()
        self.wrong_seconds = 0
        self.exits = Exits(service)

    @property
    def strategy(self) -> str:
        return self.config.get("strategy") or "ROLLING"

    @property
    def breaker(self) -> dict[str, Any]:
        return self.config.get("deploymentCircuitBreaker") or {}

    @property
    def alarms(self) -> dict[str, Any]:
        return self.config.get("alarms") or {}

    @property
    def threshold(self) -> int:
        half = math.ceil(self.service.desired_count * 0.5)
        return min(max(half, LEAST_FAILURES), MOST_FAILURES)

    @property
    def alarm_names(self) -> list[str]:
        return (self.alarms.get("alarmNames") or []) if self.alarms.get("enable") else []

    @property
    def test(self) -> list[str | None]:
        """The listener rules for test traffic."""
        balancers = self.target.settings["loadBalancers"] or []
        return [(one.get("advancedConfiguration") or {}).get("testListenerRule") for one in balancers]

    def alarms_in_alarm(self) -> list[str]:
        return alarm_states.in_alarm(self, self.alarm_names)

    def watch(self) -> Failed | None:
        """Checks the CloudWatch alarms between two steps."""
        if self.status != "IN_PROGRESS" or not self.watched or self.stage == "CLEAN_UP":
            return None
        self.triggered = self.alarms_in_alarm()
        if not self.triggered:
            return None
        return Failed("alarm", *WORDS["alarm"], back=bool(self.alarms.get("rollback")))

    def task_failed(self) -> None:
        self.failures += 1
        self.target.failed_tasks += 1
        self.target.updated_at = utcnow()
        over = self.target.failed_tasks >= self.threshold
        if self.status == "IN_PROGRESS" and self.breaker.get("enable") and over:
            words = WORDS["circuit breaker"]
            raise Failed("circuit breaker", *words, back=bool(self.breaker.get("rollback")))

    def task_healthy(self) -> None:
        """Deployment, failedTasks: "once it has one or more running tasks, the count resets to zero"."""
        self.target.failed_tasks = 0

    @property
    def patience(self) -> int:
        return max(PATIENCE, self.threshold + 1)

    def finish(self, status: str, reason: str | None = None) -> None:
        self.status = status
        self.status_reason = reason or self.status_reason
        self.updated_at = utcnow()
        if status.startswith("STOPPED"):
            self.stopped_at = self.updated_at
        self.finished_at = self.updated_at

    def brief(self) -> dict[str, Any]:
        return {
            "serviceDeploymentArn": self.arn,
            "serviceArn": self.service.arn,
            "clusterArn": self.service.cluster_arn,
            "createdAt": self.created_at,
            "startedAt": self.created_at,
            "finishedAt": self.finished_at,
            "status": self.status,
            "statusReason": self.status_reason,
            "targetServiceRevisionArn": self.target.revision_arn,
        }

    def describe(self) -> dict[str, Any]:
        return {
            **self.brief(),
            "stoppedAt": self.stopped_at,
            "updatedAt": self.updated_at,
            "lifecycleStage": self.stage,
            "lifecycleHookDetails": self.hooks or None,
            "sourceServiceRevisions": [summary(source) for source in self.sources],
            "targetServiceRevision": summary(self.target),
            "deploymentConfiguration": self.config or None,
            "rollback": self.rollback,
            "deploymentCircuitBreaker": {
                "status": self.monitor(self.breaker, self.rolled_back_by("circuit breaker")),
                "failureCount": self.failures,
                "threshold": self.threshold,
            },
            "alarms": {
                "status": self.monitor(self.alarms, bool(self.triggered)),
                "alarmNames": self.alarms.get("alarmNames") or [],
                "triggeredAlarmNames": self.triggered,
            },
        }

    def rolled_back_by(self, cause: str) -> bool:
        return self.status != "SUCCESSFUL" and getattr(self, "cause", None) == cause

    def monitor(self, settings: dict[str, Any], triggered: bool) -> str:
        if not settings.get("enable"):
            return "DISABLED"
        if triggered:
            return "TRIGGERED"
        return "MONITORING" if self.status == "IN_PROGRESS" else "MONITORING_COMPLETE"


def summary(release: Release) -> dict[str, Any]:
    counts = release.counts()
    service = release.service
    answer: dict[str, Any] = {
        "arn": release.revision_arn,
        "requestedTaskCount": service.desired_count if release.tasks else 0,
        "runningTaskCount": counts["runningCount"],
        "pendingTaskCount": counts["pendingCount"],
    }
    for entry in release.settings["loadBalancers"] or []:
        advanced = entry.get("advancedConfiguration") or {}
        for name, key in (
            ("productionListenerRule", "requestedProductionTrafficWeight"),
            ("testListenerRule", "requestedTestTrafficWeight"),
        ):
            rule = traffic.find_rule(service._account_id, service.region_name, advanced.get(name))
            if rule:
                answer[key] = share(rule, release)
    return answer


def share(rule: Any, release: Release) -> float:
    weights = traffic.weights(rule)
    own = sum(weights.get(group, 0) for group, _ in release.groups)
    return round(100 * own / (sum(weights.values()) or 1), 1)
