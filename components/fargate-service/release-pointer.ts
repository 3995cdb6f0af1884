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

export interface ReleasePointerArgs {
  /** The parameters' path, from `/` on. Fixed, because CI and people look for it. */
  readonly path: string;
  /** The service's image repository, without a tag: only its images are deployed. */
  readonly repositoryUrl: pulumi.Input<string>;
}

/**
 * Two SSM parameters a service, which Pulumi makes, never writes again, and reads anew in every preview and update: the
 * pointer holds the image which CI last deployed and verified; the record holds it too, and says whether a release is
 * under way. An update waits until it has ended.
 *
 * Cost: free (standard parameters).
 */
export class ReleasePointer extends pulumi.ComponentResource {
  readonly parameterName: pulumi.Output<string>;
  readonly recordName: pulumi.Output<string>;
  /** The released image, or nothing before the first release. */
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
    // The URNs are known in the first preview too, and make what uses the image depend on both parameters.
    this.image = pulumi
      .all([pointer.name, record.name, pointer.urn, record.urn])
      .apply(([pointerName, recordName]) =>
        this.trusted({ pointer: pointerName, record: recordName }, args.repositoryUrl),
      );
    this.registerOutputs({ parameterName: this.parameterName, recordName: this.recordName });
  }

  /** The parameters of a renamed stack keep their names: so it is known for one, before it replaces everything. */
  private async checked(found: string, expected: string): Promise<string> {
    if (found === expected) {
      return found;
    }
    const [before, now] = [found, expected].map((path) => path.split("/").slice(2, 4).join("/"));
    return logAndThrow(
      this,
      `The stack was ${before} and is now ${now}: its network, cluster, load balancer and repository settings are named after it, and an update would replace them all, and the service with them.\n` +
        `Rename it back (pulumi stack rename), or make a new stack, release into it and destroy the old one.`,
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
        // Not `value`: that one is a secret in the SDK, and would hide the task definition in every preview.
        insecureValue: unreleased,
      },
      // `value` is where an import puts what it finds. The name: a stack that is renamed keeps its parameters, and with
      // them what is released.
      { parent: this, ignoreChanges: ["insecureValue", "value", "name"] },
    );
  }

  /** CI writes the parameters, so what they hold is checked before the tasks run it with the task role. */
  private trusted(
    names: Record<ParameterRole, string>,
    repositoryUrl: pulumi.Input<string>,
  ): pulumi.Output<string | undefined> {
    const distrusted = (parameter: ParameterRole, reason: string) =>
      logAndThrow(
        this,
        `The SSM parameter ${names[parameter]} cannot be trusted: ${reason}.\n` +
          "The deploy role writes it: find in CloudTrail (PutParameter) who did. " +
          `Then write the image that should run, or ${unreleased} where there is none:\n` +
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
        ? // Known, though the repository may not be there yet.
          pulumi.output<string | undefined>(undefined)
        : pulumi
            .output(repositoryUrl)
            .apply(async (url) =>
              isImageOf(url, image)
                ? image
                : distrusted(
                    from,
                    `it holds ${JSON.stringify(image)}, which is no image of ${url}`,
                  ),
            ),
    );
  }

  private read(pointerName: string, recordName: string) {
    return releasedImage(
      {
        read: async () => {
          // One after the other, because CI writes them in the other order: a record that says the release is over
          // means that the pointer is where it left it.
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
