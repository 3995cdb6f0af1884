import { posix } from "node:path";
import { checkKeys, checkString, checkUnique } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { checkSecretName } from "../settings";
import { type BuildArgs, platformOf } from "./args";

/**
 * Checks values that go into the workflow file unchanged. GitHub evaluates `${{ }}` there, and a line break starts another build
 * argument.
 */
export function checkBuild(
  build: Unchecked<BuildArgs>,
  path: string,
  cpuArchitecture: "X86_64" | "ARM64" = "X86_64",
): Problem[] {
  const { args = {}, secrets = {}, platforms, context, dockerfile, buildspec, target } = build;
  return [
    ...checkKeys(`${path}.args`, args, {
      valid: /^[A-Za-z_]\w*$/,
      allowed: "the name of a build argument: letters, digits and _, no digit first",
      fix: "for example NODE_VERSION",
    }),
    ...Object.entries(args).flatMap(([name, value]) => checkLine(value, `${path}.args.${name}`)),
    ...checkPlace(context, `${path}.context`),
    ...checkPlace(dockerfile, `${path}.dockerfile`),
    ...checkPlace(buildspec, `${path}.buildspec`),
    ...checkString(`${path}.target`, target, {
      valid: /^[A-Za-z0-9][\w.-]*$/,
      allowed: "the name of a stage in the Dockerfile",
      fix: "for example runtime, for FROM node AS runtime",
    }),
    ...checkRuns(build, path),
    ...checkKeys(`${path}.secrets`, secrets, {
      valid: /^[\w.-]+$/,
      allowed: "the id of a secret in the Dockerfile: letters, digits and . _ -",
      fix: "for example npm_token",
    }),
    ...checkPlatforms(platforms, cpuArchitecture, `${path}.platforms`),
  ];
}

/** Refuses the keys that have no effect in a workflow that builds nothing. */
export function checkNoBuild(
  build: Unchecked<BuildArgs>,
  path: string,
  promote = "github.promote",
): Problem[] {
  return Object.keys(build)
    .filter((key) => key !== "paths" && key !== "runsOn")
    .map((key) => ({
      path: `${path}.${key}`,
      value: build[key as keyof BuildArgs],
      allowed: `nothing: with ${promote}, this stack deploys what another stack has built`,
      fix: "remove it here, and set it in that stack's file",
    }));
}

export function checkTest(
  test: Unchecked<{ readonly run: string; readonly workflow: string }>,
  path: string,
): Problem[] {
  return [
    ...checkString(`${path}.run`, test.run, {
      valid: /^(?!.*\$\{\{)(?=.*\S)(?:\P{Cc}|[\n\t])+$/su,
      allowed: "commands for bash, without ${{, which GitHub would evaluate",
      fix: "for example npm ci && npm test",
    }),
    ...checkString(`${path}.workflow`, test.workflow, {
      valid: /^\.github\/workflows\/[\w.-]+\.ya?ml$/,
      allowed: "the path of a workflow file of the same repository that runs on workflow_call",
      fix: "for example .github/workflows/test.yml",
    }),
  ];
}

/** https://docs.docker.com/build/building/multi-platform/ */
function checkPlatforms(
  platforms: readonly (string | undefined)[] | undefined,
  cpuArchitecture: "X86_64" | "ARM64",
  path: string,
): Problem[] {
  const own = platformOf(cpuArchitecture);
  return [
    ...(platforms ?? []).flatMap((platform, i) =>
      checkString(`${path}[${i}]`, platform, {
        valid: /^linux\/[a-z0-9]+(?:\/v\d)?$/,
        allowed: "a platform of Linux",
        fix: "for example linux/arm64",
      }),
    ),
    ...checkUnique(platforms ?? [], (i) => `${path}[${i}]`, {
      allowed: (first) => `each platform once: ${first} is the same`,
      fix: "remove it",
    }),
    ...(platforms && !platforms.includes(own)
      ? [
          {
            path,
            value: platforms,
            allowed: `a list with ${own}: the service's tasks run on ${cpuArchitecture}`,
            fix: `add ${own}, or change cpuArchitecture`,
          },
        ]
      : []),
  ];
}

/** The names of GitHub's secrets, which CodePipeline does not read. */
export function checkSecretNames({ secrets = {} }: Unchecked<BuildArgs>, path: string): Problem[] {
  return Object.entries(secrets).flatMap(([id, name]) =>
    checkSecretName(name, `${path}.secrets.${id}`, "NPM_TOKEN"),
  );
}

/** A file or folder of the repository. */
function checkPlace(place: string | undefined, path: string): Problem[] {
  return [
    ...checkLine(place, path),
    ...checkString(path, place, {
      valid: (text) => {
        const inside = posix.normalize(text);
        return text !== "" && text === text.trim() && !/^(?:\/|\.\.(?:\/|$))/.test(inside);
      },
      allowed: "a path inside the repository, relative to its root",
      fix: "for example services/api",
    }),
  ];
}

/** Checks the settings that the build of an image and the build of a site have in common. */
export function checkRuns(
  { paths, runsOn }: Unchecked<Pick<BuildArgs, "paths" | "runsOn">>,
  path: string,
): Problem[] {
  return [
    ...checkPatterns(paths, `${path}.paths`),
    ...checkString(`${path}.runsOn`, runsOn, {
      valid: /^[A-Za-z0-9][\w.-]*$/,
      allowed: "the label of a runner",
      fix: "for example ubuntu-24.04",
    }),
  ];
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushpull_requestpull_request_targetpathspaths-ignore */
function checkPatterns(
  patterns: readonly (string | undefined)[] | undefined,
  path: string,
): Problem[] {
  const lines = (patterns ?? []).flatMap((pattern, i) =>
    checkString(`${path}[${i}]`, pattern, {
      // Characters, sets of characters with ? or +, and wildcards; no space at either end, no segment . or .., no
      // leading /.
      valid:
        /^!?(?![ /])(?!(?:.*\/)?\.{1,2}(?:\/|$))(?:(?:[\w@~.,=%#() -]|\[[\w-]+\])[?+]?|\*{1,2}|\/)+(?<! )$/,
      allowed: "one of GitHub's path patterns, relative to the repository's root",
      fix: "for example services/api/**",
    }),
  );
  const useless = patterns?.every((pattern) => pattern === "" || pattern?.startsWith("!"));
  return useless
    ? [
        ...lines,
        {
          path,
          value: patterns,
          allowed: "at least one pattern without !: with none, no push would deploy",
          fix: "remove the key to deploy every push, or write for example services/api/**",
        },
      ]
    : lines;
}

function checkLine(value: string | undefined, path: string): Problem[] {
  return checkString(path, value, {
    valid: (text) => !/\p{Cc}/u.test(text) && !text.includes("${{"),
    allowed: "one line without ${{, which GitHub would evaluate in the workflow file",
    fix: "write the value itself. For longer values, let the build read a file of the repository",
  });
}
