import { checkCodePipeline, checkSourceRepository } from "../codepipeline/check";
import { checkPromote } from "../github/promotion";
import { checkNoBuild } from "../github/workflow/check-build";
import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type Service = Unchecked<StackConfig["services"][number]>;
type At = (key: string) => string;

/** Checks what a stack that releases with CodePipeline has, and what it cannot have. */
export function checkRelease(config: Config, stack: string | undefined, at: At): Problem[] {
  const { release, services = [] } = config;
  if (!release) {
    return services.flatMap((service, i) =>
      checkBuildspec(service, at(`services[${i}].build`), at),
    );
  }
  return [
    ...checkCodePipeline(release, at("release")),
    ...checkPromote(release.promote ?? {}, stack, at("release.promote")),
    ...checkGitHubKeys(config, at),
    ...checkSite(config, at),
    ...(services.length === 0
      ? [
          {
            path: at("release"),
            value: release,
            allowed: "nothing in a stack without services",
            fix: "remove it, or add the services",
            reads: [at("services")],
          },
        ]
      : []),
    ...services.flatMap((service, i) => checkService(service, config, at(`services[${i}]`), at)),
  ];
}

/** With CodePipeline, the only possible workflow on GitHub is that of the previews. */
function checkGitHubKeys({ github = {}, previews }: Config, at: At): Problem[] {
  const needed = previews ? ["repository", "identityProvider"] : [];
  return Object.entries(github)
    .filter(([key, value]) => value !== undefined && !needed.includes(key))
    .map(([key, value]) => ({
      path: at(`github.${key}`),
      value,
      allowed:
        "nothing together with release: CodePipeline releases, and release.source has the repository",
      fix: "remove it, or remove release",
      reads: [at("release"), at("previews")],
    }));
}

function checkSite({ frontend }: Config, at: At): Problem[] {
  return frontend
    ? [
        {
          path: at("frontend"),
          value: frontend,
          allowed: "nothing together with release: a site's workflow runs on GitHub",
          fix: "put the site into a stack of its own, or remove release",
          reads: [at("release")],
        },
      ]
    : [];
}

function checkService(
  service: Service | undefined,
  { release }: Config,
  path: string,
  at: At,
): Problem[] {
  const { build = {}, test = {}, repository } = service ?? {};
  const reads = [at("release")];
  const unusable = (["runsOn", "paths", "platforms"] as const).filter(
    (key) => build[key] !== undefined,
  );
  const instead = {
    runsOn: "set release.computeType, or remove it",
    paths: "write filePaths into release.triggers, or remove it",
    platforms: "remove it: the image has the service's own platform",
  };
  return [
    ...(release?.promote ? checkNoBuild(build, `${path}.build`, "release.promote") : []),
    ...checkSourceRepository(release?.source?.type, repository, `${path}.repository`),
    ...unusable.map((key) => ({
      path: `${path}.build.${key}`,
      value: build[key],
      allowed: "nothing together with release: it belongs to GitHub's workflow",
      fix: instead[key],
      reads,
    })),
    ...(build.cache === "github"
      ? [
          {
            path: `${path}.build.cache`,
            value: build.cache,
            allowed: "registry or none: CodeBuild cannot reach GitHub's cache",
            fix: "write registry",
            reads,
          },
        ]
      : []),
    ...Object.entries(build.secrets ?? {}).flatMap(([id, arn]) =>
      checkString(`${path}.build.secrets.${id}`, arn, {
        valid:
          /^arn:aws[\w-]*:(?:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+|ssm:[a-z0-9-]+:\d{12}:parameter\/.+)$/,
        allowed: "with release, the ARN of a secret in Secrets Manager or of a parameter in SSM",
        fix: "aws secretsmanager list-secrets prints the ARNs",
      }).map((problem) => ({ ...problem, reads })),
    ),
    ...("workflow" in test && test.workflow !== undefined
      ? [
          {
            path: `${path}.test.workflow`,
            value: test.workflow,
            allowed: "nothing together with release: a workflow runs on GitHub",
            fix: "write the commands into test.run",
            reads,
          },
        ]
      : []),
  ];
}

function checkBuildspec(service: Service | undefined, path: string, at: At): Problem[] {
  const { buildspec } = service?.build ?? {};
  return buildspec === undefined
    ? []
    : [
        {
          path: `${path}.buildspec`,
          value: buildspec,
          allowed: "nothing without release: only CodeBuild reads a buildspec",
          fix: "remove it, or add release: { pipeline: codepipeline, … }",
          reads: [at("release")],
        },
      ];
}
