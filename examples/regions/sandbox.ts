import type { Sandbox } from "../../sandbox/sandbox";
import { findOrCreate } from "../../sandbox/stack";
import { programEnvironment } from "../run";

/** The program has a provider for each region; the variable is for the identity provider, which is global. */
export async function prepare(sandbox: Sandbox): Promise<NodeJS.ProcessEnv> {
  await findOrCreate(sandbox, "octo-org/regions");
  return { ...(await programEnvironment(sandbox, "regions")), AWS_REGION: "eu-central-1" };
}
