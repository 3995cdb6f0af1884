import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../deployment";
import type { ServiceRecord } from "../deployment/service-record";
import { transformed } from "../shared/transform";
import type { ServiceContext } from "./context";

/**
 * The tasks' security group. The load balancer reaches the tasks. With Service Connect, the stack's other services reach them, too. Both
 * reach only the tasks' port. Nobody reaches a worker.
 */
export class TaskSecurityGroup extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  constructor(context: ServiceContext, { plan }: Deployment, record: ServiceRecord) {
    const { name, args, service, loadBalancer } = context;
    super("slipway:fargate-service:TaskSecurityGroup", name, {}, context.opts);
    const { network, database, namespace } = args;
    const { id } = new aws.ec2.SecurityGroup(
      name,
      transformed(args.transform?.securityGroup, {
        vpcId: network.vpcId,
        description: `Tasks of ${name}`,
      }),
      { parent: this },
    );
    this.id = id;
    const { port = 0, worker, serviceConnect } = service;
    // A new port applies with CodeDeploy's next deployment. Until then, tasks listen on the old port.
    const ports =
      plan.shiftedBy === "code-deploy"
        ? record.ports.apply(({ open }) => open)
        : pulumi.output([port, port] as const);
    const listening = {
      ipProtocol: "tcp",
      fromPort: ports.apply(([first]) => first),
      toPort: ports.apply(([, last]) => last),
    };
    // A new port gets new rules. Pulumi deletes the old port's rules at the end, when the old tasks have stopped.
    const replaced = { parent: this, replaceOnChanges: ["fromPort", "toPort"] };
    if (loadBalancer) {
      const { securityGroupId } = loadBalancer;
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-from-load-balancer`,
        { ...listening, securityGroupId: id, referencedSecurityGroupId: securityGroupId },
        replaced,
      );
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-load-balancer-to-tasks`,
        { ...listening, securityGroupId, referencedSecurityGroupId: id },
        replaced,
      );
    }
    if (serviceConnect && !worker && namespace) {
      // The proxy listens on the task's own port: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html
      const referencedSecurityGroupId = namespace.securityGroupId;
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-from-services`,
        { ...listening, securityGroupId: id, referencedSecurityGroupId },
        replaced,
      );
    }
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-to-anywhere`,
      { securityGroupId: id, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
      { parent: this },
    );
    if (database) {
      const { port: toPort, securityGroupId } = database;
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-to-database`,
        {
          ...{ securityGroupId, referencedSecurityGroupId: id },
          ...{ ipProtocol: "tcp", fromPort: toPort, toPort },
        },
        { parent: this },
      );
    }
    this.registerOutputs({ id });
  }
}
