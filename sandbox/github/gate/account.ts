/** Gives an administrator's access to an account of the emulator. */
import { STS } from "@aws-sdk/client-sts";

/** The emulator does not check credentials; it maps those of a role session to the role's account. */
const ANYBODY = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };

export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

export async function administrator(
  endpoint: string,
  account: string,
  region = "us-east-1",
): Promise<ClientConfig> {
  const sts = new STS({ endpoint, region, credentials: ANYBODY });
  const { Credentials } = await sts.assumeRole({
    RoleArn: `arn:aws:iam::${account}:role/sandbox`,
    RoleSessionName: "gate",
  });
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    ...(Credentials?.SessionToken && { sessionToken: Credentials.SessionToken }),
  };
  return { endpoint, region, credentials };
}
