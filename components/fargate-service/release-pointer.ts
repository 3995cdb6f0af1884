import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The pointer's value before the first release. SSM does not allow an empty one. */
export const unreleased = "unreleased";

export interface ReleasePointerArgs {
  /** The parameter's name, from `/` on. Fixed, because CI and people look for it. */
  readonly parameterName: string;
}

/**
 * An SSM parameter that holds the image which CI last deployed and verified. Pulumi makes it and never writes it again;
 * it reads it anew in every preview and update.
 *
 * Cost: free (a standard parameter).
 */
export class ReleasePointer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly parameterName: pulumi.Output<string>;
  /** The released image, or nothing before the first release. */
  readonly image: pulumi.Output<string | undefined>;

  constructor(name: string, args: ReleasePointerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:fargate-service:ReleasePointer", name, {}, opts);

    const parameter = new aws.ssm.Parameter(
      name,
      {
        name: args.parameterName,
        description: "The image that CI last deployed and verified. Written by CI alone.",
        type: "String",
        // Not `value`: that one is a secret in the SDK, and would hide the task definition in every preview.
        insecureValue: unreleased,
      },
      { parent: this, ignoreChanges: ["insecureValue"] },
    );
    const current = aws.ssm.getParameterOutput(
      { name: parameter.name },
      { parent: this, dependsOn: [parameter] },
    );
    this.arn = parameter.arn;
    this.parameterName = parameter.name;
    this.image = current.insecureValue.apply((value) => (value === unreleased ? undefined : value));
    this.registerOutputs({ parameterName: this.parameterName });
  }
}
