"""Adds the quotas of the services that a stack uses. moto has only those of the VPC.

The standard values are AWS's own:
https://docs.aws.amazon.com/general/latest/gr/ecs-service.html (Fargate),
https://docs.aws.amazon.com/general/latest/gr/ec2-service.html and
https://docs.aws.amazon.com/general/latest/gr/elb.html
"""

import json
from typing import Any

from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse

from patches import add

# By service and code: the name and the value.
STANDARD = {
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0),
    ("elasticloadbalancing", "L-53DA6B97"): ("Application Load Balancers per Region", 50.0),
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 6.0),
    ("fargate", "L-36FBB829"): ("Fargate Spot vCPU resource count", 6.0),
}


@add(ServiceQuotasResponse)
def get_aws_default_service_quota(self: ServiceQuotasResponse) -> str:
    request = json.loads(self.body)
    service, code = str(request.get("ServiceCode")), str(request.get("QuotaCode"))
    return json.dumps({"Quota": standard_quota(self.backend.region_name, service, code)})


@add(ServiceQuotasBackend)
def get_service_quota(self: ServiceQuotasBackend, service_code: str, quota_code: str) -> dict[str, Any]:
    return standard_quota(self.region_name, service_code, quota_code)


def standard_quota(region: str, service: str, code: str) -> dict[str, Any]:
    for quota in VPC_DEFAULT_QUOTAS:
        if service == "vpc" and quota["QuotaCode"] == code:
            return quota
    if (service, code) not in STANDARD:
        raise NoSuchResource
    name, value = STANDARD[(service, code)]
    return {
        "Adjustable": True,
        "GlobalQuota": False,
        "QuotaArn": f"arn:aws:servicequotas:{region}::{service}/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "ServiceCode": service,
        "Unit": "None",
        "Value": value,
    }
