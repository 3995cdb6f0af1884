/** The load-balanced Fargate service of ecs-patterns, as often as `SERVICES` says, in one VPC and cluster as in Pulumi.dev.yaml. */
import { App, Stack } from "aws-cdk-lib";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { Cluster, ContainerImage } from "aws-cdk-lib/aws-ecs";
import { ApplicationLoadBalancedFargateService } from "aws-cdk-lib/aws-ecs-patterns";

const app = new App();
const stack = new Stack(app, "dev");
const vpc = new Vpc(stack, "vpc", { maxAzs: 2, natGateways: 1 });
const cluster = new Cluster(stack, "cluster", { vpc });
const image = ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1.28");
for (let i = 1; i <= Number(process.env.SERVICES); i++) {
  const service = new ApplicationLoadBalancedFargateService(stack, `service-${i}`, {
    ...{ cluster, cpu: 256, memoryLimitMiB: 512, desiredCount: 1, publicLoadBalancer: true },
    taskImageOptions: { image, containerPort: 8000, environment: { LOG_LEVEL: "debug" } },
  });
  service.targetGroup.configureHealthCheck({ path: "/health" });
}
app.synth();
