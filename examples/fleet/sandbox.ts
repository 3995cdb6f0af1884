import type { Sandbox } from "../../sandbox/sandbox";
import { findOrCreate } from "../../sandbox/stack";
import { createIdentityProvider, programEnvironment } from "../run";
import { fleet } from "./fleet";

/** The repositories of all teams but one, so that the report has a failure. */
export async function prepare(sandbox: Sandbox): Promise<NodeJS.ProcessEnv> {
  for (const { stack } of fleet.filter((one) => one.stack !== "media")) {
    await findOrCreate(sandbox, `octo-org/${stack}`);
  }
  const env = await programEnvironment(sandbox, "fleet");
  await createIdentityProvider(env);
  return env;
}
