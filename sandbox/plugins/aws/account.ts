/** Finds the account of the credentials. It is a separate file because few services need it, and a client is slow to load. */
import { STS } from "@aws-sdk/client-sts";
import type { AwsContext } from "./context";

export async function accountOf(aws: AwsContext): Promise<string> {
  return (await aws.client(STS).getCallerIdentity({})).Account ?? "";
}
