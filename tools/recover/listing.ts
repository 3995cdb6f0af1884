/** Commands that find an object whose id AWS or GitHub chose. Single quotes protect the queries from the shell. */

const ec2 = (
  operation: string,
  query: string,
  ...filters: readonly (readonly [string, string])[]
) => [operation, query, filters] as const;

/** EC2 lists with filters: the operation, the query for the id, and the input for each filter. */
const EC2: Readonly<Record<string, ReturnType<typeof ec2>>> = {
  "aws:ec2/eip:Eip": ec2("addresses", "Addresses[?AssociationId==`null`].AllocationId"),
  "aws:ec2/flowLog:FlowLog": ec2("flow-logs", "FlowLogs[].FlowLogId", ["resource-id", "vpcId"]),
  "aws:ec2/internetGateway:InternetGateway": ec2(
    ...(["internet-gateways", "InternetGateways[].InternetGatewayId"] as const),
    ["attachment.vpc-id", "vpcId"],
  ),
  "aws:ec2/natGateway:NatGateway": ec2(
    ...(["nat-gateways", 'NatGateways[?State!=`"deleted"`].NatGatewayId'] as const),
    ["subnet-id", "subnetId"],
  ),
  "aws:ec2/routeTable:RouteTable": ec2(
    ...(["route-tables", "RouteTables[?Associations[0].Main!=`true`].RouteTableId"] as const),
    ["vpc-id", "vpcId"],
  ),
  "aws:ec2/securityGroup:SecurityGroup": ec2(
    ...(["security-groups", "SecurityGroups[].GroupId"] as const),
    ["group-name", "name"],
    ["vpc-id", "vpcId"],
  ),
  "aws:ec2/subnet:Subnet": ec2(
    ...(["subnets", "Subnets[].SubnetId"] as const),
    ["vpc-id", "vpcId"],
    ["cidr-block", "cidrBlock"],
  ),
  "aws:ec2/vpc:Vpc": ec2("vpcs", "Vpcs[].VpcId", ["cidr-block", "cidrBlock"]),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2(
    ...(["vpc-endpoints", "VpcEndpoints[].VpcEndpointId"] as const),
    ["vpc-id", "vpcId"],
    ["service-name", "serviceName"],
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2(
    ...([
      "security-group-rules",
      "SecurityGroupRules[?IsEgress==`true`].SecurityGroupRuleId",
    ] as const),
    ["group-id", "securityGroupId"],
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2(
    ...([
      "security-group-rules",
      "SecurityGroupRules[?IsEgress==`false`].SecurityGroupRuleId",
    ] as const),
    ["group-id", "securityGroupId"],
  ),
};

/** Other types whose ids AWS chooses: the listing, and the query for the id. An input's value replaces `{input}`. */
const OTHERS: Readonly<Record<string, readonly [listing: string, query: string]>> = {
  "aws:acm/certificate:Certificate": [
    "acm list-certificates",
    'CertificateSummaryList[?DomainName==`"{domainName}"`].CertificateArn',
  ],
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": [
    "chatbot describe-slack-channel-configurations --region us-west-2",
    "SlackChannelConfigurations[?SlackChannelId==`{slackChannelId}`].ChatConfigurationArn",
  ],
  "aws:cloudfront/distribution:Distribution": [
    "cloudfront list-distributions",
    "DistributionList.Items[?Comment==`{comment}`].Id",
  ],
  "aws:codeconnections/connection:Connection": [
    "codeconnections list-connections",
    "Connections[?ConnectionName==`{name}`].ConnectionArn",
  ],
  "aws:ec2/launchTemplate:LaunchTemplate": [
    "ec2 describe-launch-templates --launch-template-names {name}",
    "LaunchTemplates[].LaunchTemplateId",
  ],
  "aws:ec2clientvpn/endpoint:Endpoint": [
    "ec2 describe-client-vpn-endpoints",
    "ClientVpnEndpoints[?VpcId==`{vpcId}`].ClientVpnEndpointId",
  ],
  "aws:ec2clientvpn/networkAssociation:NetworkAssociation": [
    "ec2 describe-client-vpn-target-networks --client-vpn-endpoint-id {clientVpnEndpointId}",
    "ClientVpnTargetNetworks[?TargetNetworkId==`{subnetId}`].join(`,`, [ClientVpnEndpointId, AssociationId])",
  ],
  "aws:ecs/capacityProvider:CapacityProvider": [
    "ecs describe-capacity-providers --capacity-providers {name}",
    "capacityProviders[].capacityProviderArn",
  ],
  "aws:cloudfront/originAccessControl:OriginAccessControl": [
    "cloudfront list-origin-access-controls",
    "OriginAccessControlList.Items[?Name==`{name}`].Id",
  ],
  "aws:cognito/userPool:UserPool": [
    "cognito-idp list-user-pools --max-results 60",
    "UserPools[?Name==`{name}`].Id",
  ],
  "aws:cognito/userPoolClient:UserPoolClient": [
    "cognito-idp list-user-pool-clients --user-pool-id {userPoolId}",
    "UserPoolClients[?ClientName==`{name}`].join(`/`, [UserPoolId, ClientId])",
  ],
  "aws:efs/accessPoint:AccessPoint": [
    "efs describe-access-points --file-system-id {fileSystemId}",
    "AccessPoints[].AccessPointId",
  ],
  "aws:efs/fileSystem:FileSystem": [
    "efs describe-file-systems",
    "FileSystems[?NumberOfMountTargets==`0`].FileSystemId",
  ],
  "aws:efs/mountTarget:MountTarget": [
    "efs describe-mount-targets --file-system-id {fileSystemId}",
    "MountTargets[?SubnetId==`{subnetId}`].MountTargetId",
  ],
  "aws:grafana/workspace:Workspace": ["grafana list-workspaces", "workspaces[?name==`{name}`].id"],
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": [
    "iam list-open-id-connect-providers",
    "OpenIDConnectProviderList[].Arn",
  ],
  "aws:lb/listener:Listener": [
    "elbv2 describe-listeners --load-balancer-arn {loadBalancerArn}",
    "Listeners[?Port==`{port}`].ListenerArn",
  ],
  "aws:lb/listenerRule:ListenerRule": [
    "elbv2 describe-rules --listener-arn {listenerArn}",
    'Rules[?Priority==`"{priority}"`].RuleArn',
  ],
  "aws:lb/loadBalancer:LoadBalancer": [
    "elbv2 describe-load-balancers --names {name}",
    "LoadBalancers[].LoadBalancerArn",
  ],
  "aws:lb/targetGroup:TargetGroup": [
    "elbv2 describe-target-groups --names {name}",
    "TargetGroups[].TargetGroupArn",
  ],
  "aws:servicediscovery/httpNamespace:HttpNamespace": [
    "servicediscovery list-namespaces",
    "Namespaces[?Name==`{name}`].Id",
  ],
  "aws:sns/topic:Topic": ["sns list-topics", "Topics[?ends_with(TopicArn, `:{name}`)].TopicArn"],
  "aws:sqs/queue:Queue": ["sqs get-queue-url --queue-name {name}", "QueueUrl"],
  "aws:wafv2/webAcl:WebAcl": [
    "wafv2 list-web-acls --scope {scope}",
    "WebACLs[?Name==`{name}`].join(`/`, [Id, Name, `{scope}`])",
  ],
};

type Inputs = Readonly<Record<string, unknown>>;

/** A command that prints the complete import id of a branch policy. Without an owner, `gh` uses the folder's repository. */
export function gitHubCommand(type: string, inputs: Inputs, owner = "{owner}"): string | undefined {
  if (!type.startsWith("github:index/repositoryEnvironmentDeploymentPolicy:")) return undefined;
  const { repository, environment, branchPattern, tagPattern } = inputs;
  const place = `repos/${owner}/${repository}/environments/${encodeURIComponent(String(environment))}`;
  const pattern = JSON.stringify(branchPattern ?? tagPattern);
  const id = `"${repository}:${environment}:\\(.id)"`;
  return `gh api "${place}/deployment-branch-policies" --jq '.branch_policies[] | select(.name == ${pattern}) | ${id}'`;
}

/** A command for a type that cannot be imported: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/appautoscaling_scheduled_action has no "Import". */
export function deleteCommand(type: string, inputs: Inputs): string | undefined {
  if (!type.startsWith("aws:appautoscaling/scheduledAction:")) return undefined;
  const { region, serviceNamespace, resourceId, scalableDimension, name } = inputs;
  const place = typeof region === "string" ? `--region ${region} ` : "";
  return `aws ${place}application-autoscaling delete-scheduled-action --service-namespace ${serviceNamespace} --resource-id ${resourceId} --scalable-dimension ${scalableDimension} --scheduled-action-name ${name}`;
}

/** A command that lists candidates; undefined for an unknown type. */
export function awsCommand(type: string, inputs: Inputs): string | undefined {
  const command = listing(type, inputs);
  return command && `aws ${command} --output text`;
}

function listing(type: string, inputs: Inputs): string | undefined {
  const region = typeof inputs.region === "string" ? `--region ${inputs.region} ` : "";
  const listed = EC2[type];
  if (listed) {
    const [operation, query, filters] = listed;
    const flags = filters.map(([name, input]) => `"Name=${name},Values=${inputs[input]}"`);
    const { Name: name } = (inputs.tags ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof name === "string") flags.push(`"Name=tag:Name,Values=${name}"`);
    // These two have the flag in singular.
    const flag = ["flow-logs", "nat-gateways"].includes(operation) ? "--filter" : "--filters";
    const filter = flags.length > 0 ? `${flag} ${flags.join(" ")} ` : "";
    return `${region}ec2 describe-${operation} ${filter}--query '${query}'`;
  }
  const other = OTHERS[type];
  if (!other) return undefined;
  const filled = other.map((text) =>
    text.replace(/\{(\w+)\}/g, (_, input: string) => String(inputs[input])),
  );
  return `${region}${filled[0]} --query '${filled[1]}'`;
}
