import type { Sandbox } from "../../sandbox/sandbox";
import { findOrCreate } from "../../sandbox/stack";
import { createIdentityProvider, programEnvironment } from "../run";
import { fleet } from "./fleet";

/** The repositories of all teams but one, so that the report has a failure. */
export async function prepare(sandbox: Sandbox): Promise<NodeJS.ProcessEnv> {
  const repositories = fleet.flatMap(({ config }) => config.github?.repository ?? []);
  for (const repository of repositories.filter((name) => !name.endsWith("/media"))) {
    await findOrCreate(sandbox, repository);
  }
  const env = await programEnvironment(sandbox, "fleet");
  await createIdentityProvider(env);
  return env;
}
