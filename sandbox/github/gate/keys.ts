/** What the authorization of a KMS call needs and the call does not name. */
import { KMS } from "@aws-sdk/client-kms";
import { administrator } from "./account";
import { type AwsCall, type Permission, text } from "./calls";

/** The emulator writes the key's id in front of what it encrypts; KMS writes its own metadata there. */
const ID_LENGTH = 36;

/**
 * Decrypt with a symmetric key does not need to name the key: KMS finds it by the ciphertext.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#KMS-Decrypt-request-KeyId
 */
export async function withKey(call: AwsCall, endpoint: string): Promise<AwsCall> {
  if (call.operation !== "Decrypt") return call;
  const ciphertext = Buffer.from(text(call, "CiphertextBlob"), "base64");
  const KeyId = ciphertext.toString("latin1", 0, ID_LENGTH);
  const kms = new KMS(await administrator(endpoint, call.account, call.region));
  const { Aliases = [] } = await kms.listAliases({ KeyId });
  const aliases = Aliases.map(({ AliasName }) => AliasName);
  return { ...call, input: { ...call.input, KeyId, aliases } };
}

/**
 * The default policy of a KMS key: it allows the account itself, so each role of the account needs its own permission.
 * Undefined for other resources.
 */
export function keyPolicy(account: string, permissions: readonly Permission[]): unknown {
  if (!permissions.some(({ action }) => action.startsWith("kms:"))) return undefined;
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const Statement = [{ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }];
  return { Version: "2012-10-17", Statement };
}
