import { repositoryOf } from "../init/git";
import { Draft } from "./draft";
import type { Findings } from "./finding";
import type { Manifest } from "./read";
import { applyRules, keys, mapped, none, type Rules } from "./rule";
import { find, textOf } from "./tree";

/** What the pipelines say about the repository. */
export interface Pipelines {
  readonly repository?: string;
  readonly branch?: string;
  /** The environments in the order of their stages. */
  readonly stages: readonly string[];
}

const done = mapped(() => {});

const access = none(
  "GitHub runs the workflow itself",
  "nothing to do: the workflow needs no connection from AWS to GitHub",
);

const action = none(
  "the workflow has no such action",
  "set test to run tests before the deployment; for the rest, add a workflow of your own",
);

const build = none(
  "the workflow builds the image on a runner of GitHub",
  "write the commands into the Dockerfile, or into test",
);

/** https://aws.github.io/copilot-cli/docs/manifest/pipeline/ */
const stageRules: Rules = {
  name: done,
  requires_approval: none(
    "GitHub asks for approvals in the environment",
    "set github.environment.reviewers of this stack",
    [false],
  ),
  pre_deployments: action,
  deployments: none(
    "each service has a workflow of its own",
    "nothing to do if the order does not matter; else call the workflows from one of your own",
  ),
  post_deployments: action,
  test_commands: action,
};

const pipelineRules: Rules = {
  name: done,
  version: done,
  source: keys({
    provider: mapped((tree, draft, key) => {
      if (/^GitHub(?:V1)?$/.test(textOf(tree) ?? "")) return;
      draft.list(tree, key, "Slipway deploys from github.com", "move the repository to GitHub");
    }),
    properties: keys({
      repository: done,
      branch: done,
      access_token_secret: access,
      connection_name: access,
      output_artifact_format: access,
    }),
  }),
  build,
  stages: mapped((tree, draft, key) => {
    for (const stage of tree.kind === "list" ? tree.items : []) {
      applyRules(stage, stageRules, draft, key);
    }
  }),
};

/** Lists what the workflows do not do. */
export function listPipelines(pipelines: readonly Manifest[], findings: Findings): void {
  for (const { name, tree } of pipelines) {
    const draft = new Draft(name);
    applyRules(tree, pipelineRules, draft);
    for (const finding of draft.listed) findings.add(finding);
  }
}

export function readPipelines(pipelines: readonly Manifest[]): Pipelines {
  const trees = pipelines.map(({ tree }) => tree);
  const first = (key: string) =>
    trees.flatMap((tree) => textOf(find(tree, "source", "properties", key)) ?? [])[0];
  const stages = trees.flatMap((tree) => {
    const list = find(tree, "stages");
    return list?.kind === "list"
      ? list.items.flatMap((one) => textOf(find(one, "name")) ?? [])
      : [];
  });
  const repository = repositoryOf(first("repository") ?? "");
  const branch = first("branch");
  return {
    ...(repository && { repository }),
    ...(branch && { branch }),
    stages: [...new Set(stages)],
  };
}
