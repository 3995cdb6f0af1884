import type { StackConfig } from "../../../components/config";
import { sourceProblems } from "../../../components/stack/find-source";
import { type Check, check, good, unknown } from "../check";
import { verdictOf } from "./problems";

/** Checks where CodePipeline reads the code: through a connection, or from the repositories in CodeCommit. */
export function sourceChecks(config: StackConfig, isDeployed: boolean): Check[] {
  const { source } = config.release ?? {};
  if (!source) {
    return [];
  }
  if (source.type !== "codecommit" && source.connectionArn === undefined) {
    return [
      {
        ...{ id: "source connection", title: "Connection", area: "AWS" },
        run: async () =>
          isDeployed
            ? unknown(
                "the stack has created it, and a person must have confirmed it once",
                "look at the warnings of pulumi preview: they name a connection that is PENDING, and where to confirm it",
              )
            : good(
                "the stack creates it. A person confirms it after the first update: the update says where",
              ),
      },
    ];
  }
  const [id, title, fine] =
    source.type === "codecommit"
      ? (["repository", "CodeCommit", "the repositories of the code exist"] as const)
      : ([
          "connection",
          "Connection",
          `it is AVAILABLE. Whether it can see ${source.repository} is not known before a release`,
        ] as const);
  return [
    check({
      ...{ id: `source ${id}`, title, area: "AWS" },
      ask: () => sourceProblems(config),
      judge: (problems) => (problems.length === 0 ? good(fine) : verdictOf(problems)),
    }),
  ];
}
