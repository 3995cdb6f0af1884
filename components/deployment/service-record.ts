import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logAndThrow } from "../shared/errors";
import { readParameter } from "../shared/parameter";
import {
  type Capacity,
  type FoundService,
  foundService,
  openPorts,
  type Recorded,
  type RecordedPorts,
  recordedIn,
  redeployment,
  removedCapacity,
} from "./found-service";

export interface ServiceRecordArgs {
  /** The parameter's path, starting with `/`. It is fixed, because it is read before the service is known. */
  readonly path: string;
  readonly clusterArn: pulumi.Input<string>;
  readonly capacity: Capacity;
  /** The capacity providers that the cluster has after this update. @default not known: an existing cluster */
  readonly clusterCapacity?: pulumi.Input<readonly string[]> | undefined;
  /** The port in the configuration. */
  readonly port: number;
  /** The capacity, and all settings that an update can change without a deployment. Plain data. */
  readonly settings: object;
}

/**
 * Reads the service from AWS before this update. A Pulumi program does not know the name of its service at this point, so an
 * SSM parameter, written after the service, contains it.
 *
 * ECS changes the capacity of a running service only with a forced deployment, and the provider refuses another capacity
 * without one (hashicorp/terraform-provider-aws internal/service/ecs/service.go, capacityProviderStrategyCustomizeDiff).
 * If every update forced a deployment, every edit would deploy and bake. So an update forces one only if the capacity
 * differs. The parameter also records these settings: the argument stays set until the next edit, and the next preview
 * shows no change.
 *
 * Cost: free (a standard parameter).
 */
export class ServiceRecord extends pulumi.ComponentResource {
  readonly found: pulumi.Output<FoundService | undefined>;
  readonly forceNewDeployment: pulumi.Output<boolean | undefined>;
  /** The ports of old and new tasks under CodeDeploy. */
  readonly ports: pulumi.Output<RecordedPorts>;

  private readonly redeployed: pulumi.Output<string | undefined>;

  constructor(
    private readonly name: string,
    private readonly args: ServiceRecordArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:deployment:ServiceRecord", name, {}, opts);
    const digest = createHash("sha256").update(JSON.stringify(args.settings)).digest("hex");
    const before = pulumi
      .all([args.clusterArn, args.clusterCapacity])
      .apply(([clusterArn, known]) => this.read(clusterArn, known));
    this.found = before.apply(({ found }) => found);
    this.redeployed = before.apply(({ found, recorded }) =>
      redeployment(found, { ...args, digest: digest.slice(0, 12) }, recorded?.redeployed),
    );
    this.ports = before.apply(({ found, recorded }) =>
      openPorts(args.port, found, recorded?.ports),
    );
    this.forceNewDeployment = this.redeployed.apply((digest) => (digest ? true : undefined));
  }

  /**
   * Writes the parameter after the service, so that the update after a failed one forces the deployment again.
   *
   * @param withPorts whether the next update needs the ports of this one
   */
  write(service: aws.ecs.Service, withPorts: boolean): void {
    new aws.ssm.Parameter(
      `${this.name}-service`,
      {
        name: this.parameterName,
        description: "The service's name, and its last deployment for another capacity.",
        type: "String",
        insecureValue: pulumi
          .all([service.name, this.redeployed, withPorts ? this.ports : undefined])
          .apply(([name, redeployed, ports]) =>
            JSON.stringify({ service: name, redeployed, ports } satisfies Partial<Recorded>),
          ),
      },
      { parent: this, dependsOn: [service] },
    );
    this.registerOutputs();
  }

  private get parameterName(): string {
    return `${this.args.path}/service`;
  }

  private async read(clusterArn: string, clusterCapacity: readonly string[] | undefined) {
    const recorded = recordedIn(await readParameter(this.parameterName, this));
    const found =
      recorded && (await foundService({ clusterArn, serviceName: recorded.service }, this));
    const removed = removedCapacity(found, clusterCapacity);
    if (removed) {
      await logAndThrow(this, capacityInUse(this.name, removed));
    }
    return { recorded, found };
  }
}

/**
 * Pulumi changes the cluster before the services, and ECS keeps a capacity provider that a service uses: the provider would retry for 20
 * minutes, and fail. https://github.com/hashicorp/terraform-provider-aws/issues/11409
 */
function capacityInUse(service: string, provider: string): string {
  return (
    `the service ${service} still runs on the capacity provider ${provider}, which this update removes from the cluster. ` +
    "First move the service, and keep the provider: change only capacityProviderStrategies, and run pulumi up. Then remove the provider."
  );
}
