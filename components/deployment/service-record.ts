import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { readParameter } from "../shared/parameter";
import {
  type Capacity,
  type FoundService,
  foundService,
  type Recorded,
  recordedIn,
  redeployment,
} from "./found-service";

export interface ServiceRecordArgs {
  /** The parameter's path, from `/` on. Fixed: it is read before the service is known. */
  readonly path: string;
  readonly clusterArn: pulumi.Input<string>;
  readonly capacity: Capacity;
  /** All of the service that an edit changes without a deployment, and its capacity: plain data. */
  readonly settings: object;
}

/**
 * What the service is in AWS before this update, of which a Pulumi program knows nothing else: an SSM parameter, written
 * after the service, holds its name.
 *
 * ECS changes a running service's capacity only with a forced deployment, and the provider refuses another capacity
 * without one (hashicorp/terraform-provider-aws internal/service/ecs/service.go, capacityProviderStrategyCustomizeDiff).
 * With it always, each edit would deploy, and bake. So the deployment is forced where the capacity differs, and stays
 * written down as long as nothing else is edited: the next preview shows no change.
 *
 * Cost: free (a standard parameter).
 */
export class ServiceRecord extends pulumi.ComponentResource {
  readonly found: pulumi.Output<FoundService | undefined>;
  readonly forceNewDeployment: pulumi.Output<boolean | undefined>;

  private readonly redeployed: pulumi.Output<string | undefined>;

  constructor(
    private readonly name: string,
    private readonly args: ServiceRecordArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:deployment:ServiceRecord", name, {}, opts);
    const digest = createHash("sha256").update(JSON.stringify(args.settings)).digest("hex");
    const before = pulumi.output(args.clusterArn).apply((clusterArn) => this.read(clusterArn));
    this.found = before.apply(({ found }) => found);
    this.redeployed = before.apply(({ found, recorded }) =>
      redeployment(found, { ...args, digest: digest.slice(0, 12) }, recorded?.redeployed),
    );
    this.forceNewDeployment = this.redeployed.apply((digest) => (digest ? true : undefined));
  }

  /** After the service: an update that fails is forced again. */
  write(service: aws.ecs.Service): void {
    new aws.ssm.Parameter(
      `${this.name}-service`,
      {
        name: this.parameterName,
        description: "The service's name, and its last deployment for another capacity.",
        type: "String",
        insecureValue: pulumi
          .all([service.name, this.redeployed])
          .apply(([name, redeployed]) =>
            JSON.stringify({ service: name, redeployed } satisfies Partial<Recorded>),
          ),
      },
      { parent: this, dependsOn: [service] },
    );
    this.registerOutputs();
  }

  private get parameterName(): string {
    return `${this.args.path}/service`;
  }

  private async read(clusterArn: string) {
    const recorded = recordedIn(await readParameter(this.parameterName, this));
    const found =
      recorded && (await foundService({ clusterArn, serviceName: recorded.service }, this));
    return { recorded, found };
  }
}
