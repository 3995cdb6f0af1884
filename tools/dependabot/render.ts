import { posix } from "node:path";
import { Document } from "yaml";
import type { ServiceConfig } from "../../components/config";
import { workflowFiles } from "../../components/github/workflow/args";

/**
 * A `.github/dependabot.yml` for a repository of a stack: the base images of its Dockerfiles, and the actions of its own workflows. Not those of
 * Slipway's files: the next update would overwrite what Dependabot changes there. CodePipeline has no `workflows`.
 * https://docs.github.com/en/code-security/reference/supply-chain-security/dependabot-options-reference
 */
export function renderDependabot(
  services: readonly Pick<ServiceConfig, "build">[],
  { workflows }: { readonly workflows: boolean },
): string {
  const folders = services.map(({ build = {} }) =>
    build.dockerfile === undefined ? (build.context ?? ".") : posix.dirname(build.dockerfile),
  );
  const schedule = { interval: "weekly" };
  const document = new Document(
    {
      version: 2,
      updates: [
        ...[...new Set(folders.map((folder) => posix.resolve("/", folder)))]
          .sort()
          .map((directory) => ({
            "package-ecosystem": "docker",
            directory,
            schedule,
          })),
        {
          "package-ecosystem": "github-actions",
          directory: "/",
          schedule,
          ...(workflows && { "exclude-paths": [workflowFiles] }),
        },
      ],
    },
    { aliasDuplicateObjects: false },
  );
  if (workflows) {
    document.commentBefore =
      " Slipway pins the actions of its own workflow files: a new version of Slipway brings new ones.";
  }
  return document.toString();
}
