"""Imports all extensions of moto, which installs them."""

import autoscaling  # noqa: F401
import cloudfront  # noqa: F401
import codedeploy_calls  # noqa: F401
import codedeploy_configs  # noqa: F401
import codedeploy_deployments  # noqa: F401
import codedeploy_groups  # noqa: F401
import ec2  # noqa: F401
import ecr  # noqa: F401
import ecs_run_task  # noqa: F401
import ecs_service_deployments  # noqa: F401
import ecs_services  # noqa: F401
import ecs_task_calls  # noqa: F401
import ecs_task_definitions  # noqa: F401
import elbv2  # noqa: F401
import iam  # noqa: F401
import logs  # noqa: F401
import quotas  # noqa: F401
import reset  # noqa: F401
import route53  # noqa: F401
import s3  # noqa: F401
