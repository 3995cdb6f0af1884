/** The account of the credentials. In a file of its own: only few services need it, and a client takes time to load. */
import { STS } from "@aws-sdk/client-sts";
import type { AwsContext } from "./context";

export async function accountOf(aws: AwsContext): Promise<string> {
  return (await aws.client(STS).getCallerIdentity({})).Account ?? "";
}
