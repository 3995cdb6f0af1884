/** Secrets Manager. */
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type * as secretsmanager from "@pulumi/aws/secretsmanager";
import { fromTags } from "../kit/tags";
import { invoke } from "./definition";
import { foundOr } from "./not-found";

/** https://www.pulumi.com/registry/packages/aws/api-docs/secretsmanager/getsecret/ */
const getSecret = invoke<secretsmanager.GetSecretArgs, secretsmanager.GetSecretResult>({
  type: "aws:secretsmanager/getSecret:getSecret",
  args: ["arn", "name"],
  async run(aws, { arn, name }) {
    const client = aws.client(SecretsManager);
    const SecretId = arn ?? name ?? "";
    const found = await foundOr("Secrets Manager Secret", SecretId, () =>
      client.describeSecret({ SecretId }),
    );
    const { ResourcePolicy: policy = "" } = await client.getResourcePolicy({ SecretId });
    const id = found.ARN ?? "";
    return {
      ...{ id, arn: id, region: aws.region, policy, tags: fromTags(found) },
      createdDate: found.CreatedDate?.toISOString() ?? "",
      lastChangedDate: found.LastChangedDate?.toISOString() ?? "",
      description: found.Description ?? "",
      kmsKeyId: found.KmsKeyId ?? "",
      name: found.Name ?? "",
      type: "",
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/secretsmanager/getsecretversion/ */
const getSecretVersion = invoke<
  secretsmanager.GetSecretVersionArgs,
  secretsmanager.GetSecretVersionResult
>({
  type: "aws:secretsmanager/getSecretVersion:getSecretVersion",
  args: ["secretId", "versionId", "versionStage"],
  async run(aws, { secretId, versionId, versionStage = "AWSCURRENT" }) {
    const found = await foundOr("Secrets Manager Secret Version", secretId, () =>
      aws.client(SecretsManager).getSecretValue({
        SecretId: secretId,
        ...(versionId ? { VersionId: versionId } : { VersionStage: versionStage }),
      }),
    );
    const version = found.VersionId ?? "";
    return {
      ...{
        arn: found.ARN ?? "",
        secretArn: found.ARN ?? "",
        id: `${secretId}|${version}`,
        region: aws.region,
        secretId,
      },
      ...{ versionId: version, versionStage, versionStages: found.VersionStages ?? [] },
      createdDate: found.CreatedDate?.toISOString() ?? "",
      secretBinary: "",
      secretString: found.SecretString ?? "",
    };
  },
});

export const functions = [getSecret, getSecretVersion];
