/** The calls that the sandbox itself makes to the emulated AWS. */
import { Route53 } from "@aws-sdk/client-route-53";
import { STS } from "@aws-sdk/client-sts";
import type { Credentials } from "./state";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** The region of calls that belong to no stack; a stack's region comes from its file. */
const REGION = "us-east-1";

/** The emulator maps the key of an assumed role to the role's account, so each stack has its own account. */
export async function assumeAccount(endpoint: string, account: string): Promise<Credentials> {
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  const client = new STS({ endpoint, region: REGION, credentials });
  const RoleArn = `arn:aws:iam::${account}:role/sandbox`;
  const answer = await client.assumeRole({
    RoleArn,
    RoleSessionName: "sandbox",
    DurationSeconds: 43_200,
  });
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
    throw new Error(`the AWS emulator gave no credentials for account ${account}`);
  }
  return {
    account,
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
}

/** Creates a public hosted zone, which the owner of a domain has before the first stack. */
export async function seedZone(
  endpoint: string,
  credentials: Credentials,
  name: string,
): Promise<void> {
  const client = new Route53({ endpoint, region: REGION, credentials });
  const dotted = `${name.replace(/\.$/, "")}.`;
  const found = await client.listHostedZonesByName({ DNSName: dotted });
  if (found.HostedZones?.some((zone) => zone.Name === dotted)) return;
  await client.createHostedZone({ Name: dotted, CallerReference: dotted });
}
