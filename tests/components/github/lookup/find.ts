import type { Limits } from "../../../../components/github/lookup";
import { type FindRepositoriesArgs, findRepositories } from "../../../../components/index";
import { attempt, setConfig, type World } from "../../../harness";

type Answer = (inputs: Record<string, unknown>) => object;

/** Looks up repositories, each with one service, with the given answers of GitHub. */
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

/** An error as the SDK gets it from a plugin. */
export function failed(details: string): never {
  throw Object.assign(new Error(details), { details });
}
