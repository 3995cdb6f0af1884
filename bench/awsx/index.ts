// The service of Pulumi.dev.yaml with the components of awsx: VPC, cluster, load balancer, Fargate service.
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";

const vpc = new awsx.ec2.Vpc("dev", {
  numberOfAvailabilityZones: 2,
  natGateways: { strategy: "Single" },
  subnetStrategy: "Auto",
});
const cluster = new aws.ecs.Cluster("dev");
const groups = (["load-balancer", "api"] as const).map((name) => {
  const group = new aws.ec2.SecurityGroup(name, { vpcId: vpc.vpcId });
  const all = { securityGroupId: group.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" };
  new aws.vpc.SecurityGroupIngressRule(name, all);
  new aws.vpc.SecurityGroupEgressRule(name, all);
  return group.id;
});
const loadBalancer = new awsx.lb.ApplicationLoadBalancer("dev", {
  subnetIds: vpc.publicSubnetIds,
  securityGroups: groups.slice(0, 1),
  defaultTargetGroup: { port: 8000, protocol: "HTTP", targetType: "ip", vpcId: vpc.vpcId },
});
new awsx.ecs.FargateService("api", {
  cluster: cluster.arn,
  networkConfiguration: { subnets: vpc.privateSubnetIds, securityGroups: groups.slice(1) },
  desiredCount: 1,
  taskDefinitionArgs: {
    container: {
      name: "api",
      image: "public.ecr.aws/nginx/nginx:1.28",
      cpu: 256,
      memory: 512,
      essential: true,
      portMappings: [{ containerPort: 8000, targetGroup: loadBalancer.defaultTargetGroup }],
      environment: [{ name: "LOG_LEVEL", value: "debug" }],
    },
  },
});
