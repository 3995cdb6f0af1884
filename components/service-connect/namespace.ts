import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network";
import { type Transform, transformed } from "../shared/transform";

/** The arguments of a {@link ServiceConnectNamespace}. */
export interface ServiceConnectNamespaceArgs {
  /** The network of the services. */
  readonly network: Network;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The namespace in AWS Cloud Map. */
    readonly namespace?: Transform<aws.servicediscovery.HttpNamespaceArgs>;
    /** The group of all tasks that call others. */
    readonly securityGroup?: Transform<aws.ec2.SecurityGroupArgs>;
  };
}

/**
 * A namespace in which services with `serviceConnect` call each other by name, and the security group of their tasks. A service accepts
 * requests only from this group. So the order of the services does not matter, and a new service changes no rule of another one.
 *
 * ```ts
 * const namespace = new ServiceConnectNamespace("prod", { network });
 * const api = new FargateService("api", { ...common, port: 8000, namespace, serviceConnect: {} });
 * new FargateService("web", { ...common, port: 3000, namespace, serviceConnect: {}, calls: [api] });
 * ```
 *
 * Cost: free. The proxy in each task uses the task's CPU and memory.
 */
export class ServiceConnectNamespace extends pulumi.ComponentResource {
  /** The ARN of the namespace. */
  readonly arn: pulumi.Output<string>;
  /** The group of the tasks that call others. It has no rules. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(
    name: string,
    args: ServiceConnectNamespaceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:service-connect:ServiceConnectNamespace", name, {}, opts);
    const { network, transform } = args;
    // Pulumi chooses its name. An account can have stacks with the same name in several projects, but each namespace's name only
    // once.
    const namespace = new aws.servicediscovery.HttpNamespace(
      name,
      transformed(transform?.namespace, {}),
      { parent: this },
    );
    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-connected`,
      transformed(transform?.securityGroup, {
        vpcId: network.vpcId,
        description: `Tasks of ${name} that call other services`,
      }),
      { parent: this },
    );
    this.arn = namespace.arn;
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({ arn: this.arn });
  }
}
