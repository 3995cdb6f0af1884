import { checkRepositoryName } from "../github/lookup";
import { checkRange, checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkRetention } from "../shared/log-retention";
import type { Unchecked } from "../shared/unchecked";
import type { CodePipelineSettings, Patterns, PipelineTriggers } from "./settings";

type Settings = Unchecked<Omit<CodePipelineSettings, "pipeline">>;

/** Returns what CodePipeline would refuse, and what it would never start. */
export function checkCodePipeline(settings: Settings, path: string): Problem[] {
  const { source, triggers } = settings;
  return [
    ...(source ? checkSource(source, `${path}.source`) : []),
    ...checkTriggers(settings, `${path}.triggers`, [`${path}.source`]),
    ...(source?.type === "codecommit" ? [] : checkFilters(triggers ?? {}, `${path}.triggers`)),
    ...checkRange(
      `${path}.artifactRetentionInDays`,
      settings.artifactRetentionInDays,
      [1, 3650],
      "days",
    ),
    ...checkRetention(settings.logRetentionInDays, `${path}.logRetentionInDays`),
  ];
}

function checkSource(source: NonNullable<Settings["source"]>, path: string): Problem[] {
  return [
    ...checkSourceRepository(source.type, source.repository, `${path}.repository`),
    ...checkString(`${path}.branch`, source.branch, {
      valid: /^(?!.*(?:\.\.|\/\/|@\{))[^\s~^:?*[\\\p{Cc}]{1,255}$/u,
      allowed: "the name of one branch, without wildcards",
      fix: "for example main; several branches belong into triggers",
    }),
    ...("connectionArn" in source
      ? checkString(`${path}.connectionArn`, source.connectionArn, {
          // https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_Connection.html
          valid:
            /^arn:aws[\w-]*:(?:codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[\w-]+$/,
          allowed: "the ARN of a connection",
          fix: "aws codeconnections list-connections prints it",
        })
      : []),
  ];
}

/** A service can have a repository of its own on the same host. */
export function checkSourceRepository(
  type: CodePipelineSettings["source"]["type"] | undefined,
  repository: string | undefined,
  path: string,
): Problem[] {
  if (type === "github" || type === undefined) {
    return checkRepositoryName(repository, path);
  }
  return checkString(
    path,
    repository,
    type === "codecommit"
      ? {
          // https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateRepository.html
          valid: /^(?!.*\.git$)[\w.-]{1,100}$/,
          allowed: "the name of a repository in CodeCommit, without its owner and without .git",
          fix: "aws codecommit list-repositories prints the names",
        }
      : {
          // CodeConnections' FullRepositoryId; GitLab has groups in groups.
          valid: type === "gitlab" ? /^[\w.-]+(?:\/[\w.-]+)+$/ : /^[\w.-]+\/[\w.-]+$/,
          allowed: type === "gitlab" ? "group/name, with all groups" : "workspace/name",
          fix: type === "gitlab" ? "for example octo-group/team/app" : "for example octo-team/app",
        },
  );
}

/** For CodeCommit, an EventBridge rule starts the pipeline. With filters there would be no rule, so no push would start it. */
function checkTriggers(
  { source, triggers }: Settings,
  path: string,
  reads: readonly string[],
): Problem[] {
  const filters = [...(triggers?.push ?? []), ...(triggers?.pullRequest ?? [])];
  return source?.type === "codecommit" && filters.length > 0
    ? [
        {
          path,
          value: triggers,
          allowed:
            "nothing, or {}: pushes to source.branch start the pipeline. CodePipeline has filters only for repositories behind a connection",
          fix: "remove it, or write {} to start the pipeline only by hand",
          reads,
        },
      ]
    : [];
}

/**
 * https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitConfiguration.html
 * https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitPushFilter.html
 */
function checkFilters(
  { push = [], pullRequest = [] }: Unchecked<PipelineTriggers>,
  path: string,
): Problem[] {
  return [
    ...checkCount(push, `${path}.push`),
    ...checkCount(pullRequest, `${path}.pullRequest`),
    ...push.flatMap((filter = {}, i) => {
      const at = `${path}.push[${i}]`;
      const { branches, filePaths, tags } = filter;
      return [
        ...checkPatterns(branches, `${at}.branches`),
        ...checkPatterns(filePaths, `${at}.filePaths`),
        ...checkPatterns(tags, `${at}.tags`),
        ...(tags && (branches || filePaths)
          ? [
              {
                path: at,
                value: filter,
                allowed:
                  "tags, or branches and filePaths: CodePipeline does not combine them in one filter",
                fix: "make two filters of it: one that matches is enough",
              },
            ]
          : []),
        ...(!tags && !branches && filePaths
          ? [
              {
                path: at,
                value: filter,
                allowed: "branches together with filePaths: CodePipeline needs both",
                fix: 'add branches: { includes: ["main"] }, or ["**"] for all',
              },
            ]
          : []),
        ...(!tags && !branches && !filePaths
          ? [
              {
                path: at,
                value: filter,
                allowed: "branches, tags or filePaths",
                fix: "add one of them, or remove the filter",
              },
            ]
          : []),
      ];
    }),
    ...pullRequest.flatMap((filter, i) => {
      const at = `${path}.pullRequest[${i}]`;
      return [
        ...checkPatterns(filter?.branches, `${at}.branches`),
        ...checkPatterns(filter?.filePaths, `${at}.filePaths`),
      ];
    }),
  ];
}

function checkCount(filters: readonly unknown[], path: string): Problem[] {
  return filters.length > 3
    ? [
        {
          path,
          value: filters.length,
          allowed: "at most 3 filters",
          fix: "put several patterns into one filter",
        },
      ]
    : [];
}

function checkPatterns(patterns: Unchecked<Patterns> | undefined, path: string): Problem[] {
  if (!patterns) {
    return [];
  }
  const { includes, excludes } = patterns;
  const lists = [
    ["includes", includes],
    ["excludes", excludes],
  ] as const;
  return [
    ...((includes ?? []).length + (excludes ?? []).length === 0
      ? [
          {
            path,
            value: patterns,
            allowed: "includes or excludes, with at least one pattern",
            fix: 'for example { includes: ["main"] }',
          },
        ]
      : []),
    ...lists.flatMap(([key, list = []]) => [
      ...(list.length > 8
        ? [
            {
              path: `${path}.${key}`,
              value: list.length,
              allowed: "at most 8 patterns",
              fix: "use wildcards: ** matches any characters",
            },
          ]
        : []),
      ...list.flatMap((pattern, i) =>
        checkString(`${path}.${key}[${i}]`, pattern, {
          valid: /^[^\p{Cc}]{1,255}$/u,
          allowed: "a glob pattern of at most 255 characters",
          fix: "for example release/**",
        }),
      ),
    ]),
  ];
}
