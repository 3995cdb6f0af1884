import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../database";
import type { LoadBalancer } from "../load-balancer";
import type { Network } from "../network";
import { type Transform, transformed } from "../shared/transform";

export interface TaskSecurityGroupArgs {
  readonly network: Network;
  /** Who reaches the tasks. @default nobody */
  readonly loadBalancer?: LoadBalancer | undefined;
  /** The first and the last port on which tasks listen. */
  readonly ports: pulumi.Input<readonly [number, number]>;
  /** The database that the tasks reach. @default none */
  readonly database?: Database | undefined;
  /** The group of the other services that call this one. @default none */
  readonly callers?: pulumi.Input<string> | undefined;
  /** Changes the security group's arguments. @default none */
  readonly transform?: Transform<aws.ec2.SecurityGroupArgs> | undefined;
}

/**
 * The tasks' security group: only the load balancer reaches the tasks, and with Service Connect the stack's other services, and only on
 * their ports. Nobody reaches a worker.
 */
export class TaskSecurityGroup extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  constructor(name: string, args: TaskSecurityGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:fargate-service:TaskSecurityGroup", name, {}, opts);
    const { network, loadBalancer, callers } = args;
    const group = new aws.ec2.SecurityGroup(
      name,
      transformed(args.transform, {
        vpcId: network.vpcId,
        description: `Tasks of ${name}`,
      }),
      { parent: this },
    );
    if (loadBalancer) {
      this.admit(name, group, loadBalancer, pulumi.output(args.ports));
    }
    if (callers !== undefined) {
      this.admitServices(name, group, callers, pulumi.output(args.ports));
    }
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-to-anywhere`,
      { securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
      { parent: this },
    );
    if (args.database) {
      const { port, securityGroupId } = args.database;
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-to-database`,
        {
          securityGroupId,
          referencedSecurityGroupId: group.id,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        },
        { parent: this },
      );
    }
    this.id = group.id;
    this.registerOutputs({ id: this.id });
  }

  /** The proxy listens on the task's own port: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html */
  private admitServices(
    name: string,
    group: aws.ec2.SecurityGroup,
    referencedSecurityGroupId: pulumi.Input<string>,
    ports: pulumi.Output<readonly [number, number]>,
  ): void {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-from-services`,
      {
        ...{ securityGroupId: group.id, referencedSecurityGroupId, ipProtocol: "tcp" },
        fromPort: ports.apply(([first]) => first),
        toPort: ports.apply(([, last]) => last),
      },
      { parent: this, replaceOnChanges: ["fromPort", "toPort"] },
    );
  }

  private admit(
    name: string,
    group: aws.ec2.SecurityGroup,
    loadBalancer: LoadBalancer,
    ports: pulumi.Output<readonly [number, number]>,
  ): void {
    const fromPort = ports.apply(([first]) => first);
    const toPort = ports.apply(([, last]) => last);
    const fromLoadBalancer = { ipProtocol: "tcp", fromPort, toPort };
    // A new port gets new rules. Pulumi deletes the old port's rules at the end, when the old tasks have stopped.
    const replaced = { parent: this, replaceOnChanges: ["fromPort", "toPort"] };
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-from-load-balancer`,
      {
        ...fromLoadBalancer,
        securityGroupId: group.id,
        referencedSecurityGroupId: loadBalancer.securityGroupId,
      },
      replaced,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-load-balancer-to-tasks`,
      {
        ...fromLoadBalancer,
        securityGroupId: loadBalancer.securityGroupId,
        referencedSecurityGroupId: group.id,
      },
      replaced,
    );
  }
}
