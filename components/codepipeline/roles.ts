import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type PolicyStatement, policyDocument, roleTrust, serviceTrust } from "../shared/policy";
import { artifactStatements, logStatements } from "./permissions";

export interface ActionRoleArgs {
  /** Who assumes the role: an AWS service for this account, or another role. */
  readonly trust:
    | { readonly service: string; readonly account: pulumi.Input<string> }
    | { readonly role: pulumi.Input<string> };
  readonly description: string;
}

/** A role of a pipeline or of one of its actions, and what it may do. */
export class ActionRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  private readonly role: aws.iam.Role;

  constructor(
    private readonly name: string,
    { trust, description }: ActionRoleArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:codepipeline:ActionRole", name, {}, opts);
    this.role = new aws.iam.Role(
      name,
      {
        description,
        assumeRolePolicy:
          "role" in trust
            ? pulumi.output(trust.role).apply(roleTrust)
            : pulumi
                .output(trust.account)
                .apply((account) =>
                  serviceTrust(trust.service, { StringEquals: { "aws:SourceAccount": account } }),
                ),
      },
      { parent: this },
    );
    this.arn = this.role.arn;
    this.registerOutputs({ arn: this.arn });
  }

  allow(statements: pulumi.Input<PolicyStatement[]>): aws.iam.RolePolicy {
    return new aws.iam.RolePolicy(
      this.name,
      { role: this.role.name, policy: pulumi.output(statements).apply(policyDocument) },
      { parent: this },
    );
  }
}

export interface BuildRoleArgs {
  readonly account: pulumi.Input<string>;
  readonly logGroupArn: pulumi.Input<string>;
  readonly bucketArn: pulumi.Input<string>;
  /** `write` if the build writes an artifact. */
  readonly access: "read" | "write";
  readonly statements: pulumi.Input<PolicyStatement[]>;
}

/** The role of a build. It may read its source, write its log, and do what the statements allow. */
export class BuildRole extends pulumi.ComponentResource {
  /** The role's ARN; resolves once the role has its policy: CodeBuild checks the permission for the log. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: BuildRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:codepipeline:BuildRole", name, {}, opts);
    const role = new ActionRole(
      name,
      {
        trust: { service: "codebuild.amazonaws.com", account: args.account },
        description: "Runs builds of a pipeline",
      },
      { parent: this },
    );
    const policy = role.allow(
      pulumi
        .all([args.logGroupArn, args.bucketArn, args.statements])
        .apply(([logGroup, bucket, statements]) => [
          ...logStatements(logGroup),
          ...artifactStatements(bucket, args.access),
          ...statements,
        ]),
    );
    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}
