"""Lets moto create a Route 53 record again after it was deleted.

moto refuses a repeated CREATE if any record follows that name in the zone's order.
By the API reference, ChangeResourceRecordSets refuses it only if that record exists.
"""

from typing import Any

from moto.route53.models import Route53Backend

from patches import Function, patch


@patch(Route53Backend)
def change_resource_record_sets(
    original: Function, self: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]
) -> None:
    zone = self.get_hosted_zone(zoneid)
    existing = {(record.name.rstrip("."), record.type) for record in zone.get_record_sets("", "")}
    zone.rr_changes[:] = [change for change in zone.rr_changes if identity(change) in existing]
    original(self, zoneid, change_list)


def identity(change: dict[str, Any]) -> tuple[str, str]:
    record = change["ResourceRecordSet"]
    return record["Name"].rstrip("."), record["Type"]
