import type { Limits } from "../../../../components/github/lookup";
import { type FindRepositoriesArgs, findRepositories } from "../../../../components/index";
import { attempt, setConfig, type World } from "../../../harness";

type Answer = (inputs: Record<string, unknown>) => object;

/** A service a repository, and what GitHub answers. */
export const find = (
  names: readonly string[],
  answer: Answer,
  world: World = {},
  config: Record<string, unknown> = {},
  args: Partial<FindRepositoriesArgs> = {},
  limits: Limits = { pause: 0 },
) =>
  attempt(
    async () => {
      setConfig(config);
      const found = await findRepositories(
        {
          repository: "o/none",
          services: names.map((repository) => ({ name: "api", repository })),
          trigger: { type: "push", branch: "main" },
          ...args,
        },
        undefined,
        limits,
      );
      return Object.fromEntries(found);
    },
    { ...world, calls: { "github:index/getRestApi:getRestApi": answer } },
  );

/** As a plugin's error reaches the SDK. */
export function failed(details: string): never {
  throw Object.assign(new Error(details), { details });
}
