/** The account of the credentials. It is a separate file because few services need it, and a client is slow to load. */
import { STS } from "@aws-sdk/client-sts";
import { type Properties, UNKNOWN } from "../kit/provider";
import type { AwsContext } from "./context";

export async function accountOf(aws: AwsContext): Promise<string> {
  return (await aws.client(STS).getCallerIdentity({})).Account ?? "";
}

/** `VerifyAccountIDAllowed` in https://github.com/hashicorp/aws-sdk-go-base/blob/main/internal/config/config.go */
export async function checkAccount(aws: AwsContext, config: Properties): Promise<void> {
  const [allowed, forbidden] = [config.allowedAccountIds, config.forbiddenAccountIds].map(idsOf);
  // If the real provider does not request the account, it compares an empty id.
  const account = String(config.skipRequestingAccountId) === "true" ? "" : await accountOf(aws);
  if (forbidden?.includes(account) || (allowed?.length && !allowed.includes(account))) {
    throw new Error(`AWS account ID not allowed: ${account}`);
  }
}

/** The SDK sends a list as JSON, and a stack file may have an id as a number. */
function idsOf(option: unknown): string[] {
  if (option === undefined || option === UNKNOWN) return [];
  const list: unknown = typeof option === "string" ? JSON.parse(option) : option;
  return Array.isArray(list) ? list.map(String) : [];
}
