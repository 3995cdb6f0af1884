"""Makes moto's networks behave as EC2's do where an update or a destroy depends on it.

moto forgets the description of a rule for a group, does not change the group that a rule names, and
does not delete what EC2 deletes with a NAT gateway or a VPC. The corrections follow the EC2 API
reference: ModifySecurityGroupRules, DeleteNatGateway, DeleteVpc.
"""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpcs import VPC

from patches import Function, patch


def description(self: SecurityGroupRule) -> str | None:
    return (self.ip_range or self.source_group).get("Description")


SecurityGroupRule.description = property(description)


@patch(EC2Backend)
def modify_security_group_rules(
    original: Function, self: EC2Backend, group_id: str, rules: dict[str, Any]
) -> None:
    original(self, group_id, rules)
    group = self.get_security_group_by_name_or_id(group_id)
    for rule_id, wanted in rules.items():
        rule = group.get_rule(rule_id)
        source = {"GroupId": wanted.get("ReferencedGroupId")}
        if source["GroupId"]:
            rule.source_group = self._add_source_group([source], group.vpc_id)[0]
            rule.ip_range = {}
        (rule.ip_range or rule.source_group)["Description"] = wanted.get("Description")
        if rule.ip_protocol == "-1":
            rule.from_port = rule.to_port = None


@patch(EC2Backend)
def delete_nat_gateway(original: Function, self: EC2Backend, nat_gateway_id: str) -> NatGateway:
    gateway = original(self, nat_gateway_id)
    for address in gateway.address_set:
        association = address.get("associationId")
        if association and self.address_by_association([association]):
            self.disassociate_address(association_id=association)
        self.enis.pop(address["networkInterfaceId"], None)
    return gateway


@patch(EC2Backend)
def delete_vpc(original: Function, self: EC2Backend, vpc_id: str) -> VPC:
    vpc = original(self, vpc_id)
    for acl in [acl for acl in self.network_acls.values() if acl.vpc_id == vpc_id]:
        del self.network_acls[acl.id]
    return vpc
