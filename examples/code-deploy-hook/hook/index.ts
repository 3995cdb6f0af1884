/** The function that the stack file names: it asks the new tasks for two pages, and tells CodeDeploy what it saw. */
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
// The stack file contains this name, in the ARN of the function.
const name = "check-api";

const role = new aws.iam.Role(name, {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
const logs = new aws.iam.RolePolicyAttachment(name, {
  role: role.name,
  policyArn: aws.iam.ManagedPolicy.AWSLambdaBasicExecutionRole,
});

const region = aws.getRegionOutput().region;
const account = aws.getCallerIdentityOutput().accountId;
const report = new aws.iam.RolePolicy(name, {
  role: role.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "codedeploy:PutLifecycleEventHookExecutionStatus",
        // Slipway names both after the service; the application's name has a random end.
        Resource: pulumi.interpolate`arn:aws:codedeploy:${region}:${account}:deploymentgroup:api-*/api`,
      },
    ],
  },
});

export const arn = new aws.lambda.Function(
  name,
  {
    name,
    runtime: "nodejs22.x",
    handler: "index.handler",
    role: role.arn,
    code: new pulumi.asset.FileArchive(join(__dirname, "function")),
    // Two requests with a limit of five seconds each, at the same time.
    timeout: 15,
    environment: { variables: { TEST_URL: pulumi.interpolate`${config.require("url")}:8080` } },
  },
  { dependsOn: [logs, report] },
).arn;
