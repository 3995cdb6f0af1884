import { setTimeout } from "node:timers/promises";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logAndThrow } from "../shared/errors";
import { readParameter } from "../shared/parameter";
import {
  DistrustedError,
  isImageOf,
  type ParameterRole,
  releasedImage,
  unreleased,
} from "./release";

/** The arguments of a {@link ReleasePointer}. */
export interface ReleasePointerArgs {
  /** The parameters' path, starting with `/`. It is fixed, because CI and people look for it. */
  readonly path: string;
  /** The service's image repository, without a tag. Only its images are deployed. */
  readonly repositoryUrl: pulumi.Input<string>;
}

/**
 * Two SSM parameters for each service. The pointer contains the image that CI last deployed and verified. The record contains
 * that image too, and whether a release is running. Pulumi creates both, never writes them again, and reads them in every
 * preview and update. An update waits while a release is running.
 *
 * Cost: free (standard parameters).
 */
export class ReleasePointer extends pulumi.ComponentResource {
  /** The name of the pointer's parameter. */
  readonly parameterName: pulumi.Output<string>;
  /** The name of the record's parameter. */
  readonly recordName: pulumi.Output<string>;
  /** The released image; undefined before the first release. */
  readonly image: pulumi.Output<string | undefined>;

  constructor(name: string, args: ReleasePointerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:fargate-service:ReleasePointer", name, {}, opts);

    const pointer = this.createParameter(name, {
      name: `${args.path}/image`,
      description: "The image that CI last deployed and verified. Written by CI alone.",
    });
    const record = this.createParameter(`${name}-record`, {
      name: `${args.path}/release`,
      description: "The last verified image, and the release under way. Written by CI alone.",
    });
    this.parameterName = pointer.name.apply((found) => this.checked(found, `${args.path}/image`));
    this.recordName = record.name;
    // The URNs are known even in the first preview. They make every user of the image depend on both parameters.
    this.image = pulumi
      .all([pointer.name, record.name, pointer.urn, record.urn])
      .apply(([pointerName, recordName]) =>
        this.trusted({ pointer: pointerName, record: recordName }, args.repositoryUrl),
      );
    this.registerOutputs({ parameterName: this.parameterName, recordName: this.recordName });
  }

  /** The parameters of a renamed stack keep their names. They show that the stack was renamed, before an update replaces everything. */
  private async checked(found: string, expected: string): Promise<string> {
    if (found === expected) {
      return found;
    }
    const [before, now] = [found, expected].map((path) => path.split("/").slice(2, 4).join("/"));
    return logAndThrow(
      this,
      `The stack was ${before} and is now ${now}. Its network, cluster, load balancer and repository settings have the stack's name, so an update would replace all of them, and the service too.\n` +
        `Rename the stack back (pulumi stack rename), or create a new stack, release into it and destroy the old one.`,
    );
  }

  private createParameter(
    name: string,
    args: { readonly name: string; readonly description: string },
  ): aws.ssm.Parameter {
    return new aws.ssm.Parameter(
      name,
      {
        ...args,
        type: "String",
        // Not `value`: the SDK treats it as a secret, which would hide the task definition in every preview.
        insecureValue: unreleased,
      },
      // `value`: an import writes the value there. `name`: a renamed stack keeps its parameters, so the released image is not
      // lost.
      { parent: this, ignoreChanges: ["insecureValue", "value", "name"] },
    );
  }

  /** CI writes the parameters, so their image is checked before tasks run it with the task role. */
  private trusted(
    names: Record<ParameterRole, string>,
    repositoryUrl: pulumi.Input<string>,
  ): pulumi.Output<string | undefined> {
    const distrusted = (parameter: ParameterRole, reason: string) =>
      logAndThrow(
        this,
        `The SSM parameter ${names[parameter]} cannot be trusted: ${reason}.\n` +
          "Only the deploy role should write it. CloudTrail (PutParameter) shows who did. " +
          `Then write the image that should run, or ${unreleased} if there is none:\n` +
          `aws ssm put-parameter --overwrite --type String --name ${names[parameter]} --value <image>`,
      );
    const found = this.read(names.pointer, names.record).catch((error: unknown) => {
      if (error instanceof DistrustedError) {
        return distrusted(error.parameter, error.reason);
      }
      throw error;
    });
    return pulumi.output(found).apply(({ image, from = "pointer" }) =>
      image === undefined
        ? // Known even before the repository exists.
          pulumi.output<string | undefined>(undefined)
        : pulumi
            .output(repositoryUrl)
            .apply(async (url) =>
              isImageOf(url, image)
                ? image
                : distrusted(
                    from,
                    `its value is ${JSON.stringify(image)}, which is not an image of ${url}`,
                  ),
            ),
    );
  }

  private read(pointerName: string, recordName: string) {
    return releasedImage(
      {
        read: async () => {
          // CI writes the pointer first and the record second, so this reads the record first: if the record says that the
          // release is over, the pointer that is read next is final.
          const record = await readParameter(recordName, this);
          return { record, pointer: await readParameter(pointerName, this) };
        },
        now: () => new Date(),
        sleep: (milliseconds) => setTimeout(milliseconds),
        info: (message) => void pulumi.log.info(message, this),
        warn: (message) => void pulumi.log.warn(message, this),
      },
      pulumi.runtime.isDryRun(),
    );
  }
}
