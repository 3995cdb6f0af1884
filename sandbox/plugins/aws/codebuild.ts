/** CodeBuild. The sandbox runs builds: sandbox/codepipeline. */
import type * as codebuild from "@pulumi/aws/codebuild";
import { parseDocument } from "yaml";
import { accountOf } from "./account";
import { absent, accepted, kept, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/codebuild/project/ */
const project = kept<codebuild.ProjectArgs, codebuild.ProjectState>({
  type: "aws:codebuild/project:Project",
  name: { property: "name" },
  properties: {
    name: {
      replace: true,
      validate: (name) =>
        /^[A-Za-z0-9][A-Za-z0-9\-_]{1,254}$/.test(name)
          ? undefined
          : "a project's name has 2 to 255 letters, digits, - and _, and begins with a letter or a digit",
    },
    ...accepted("concurrentBuildLimit", "serviceRole", "vpcConfig"),
    artifacts: {
      block: {
        members: ["type"],
        defaults: { encryptionDisabled: false, overrideArtifactName: false },
      },
    },
    badgeEnabled: { default: false },
    buildTimeout: { default: 60, validate: within("build_timeout", 5, 2160) },
    cache: {
      computed: true,
      block: { members: ["modes", "type"], defaults: { type: "NO_CACHE" } },
    },
    description: { computed: true },
    encryptionKey: { computed: true },
    environment: {
      block: {
        members: [
          ...([
            "computeType",
            "environmentVariables",
            "image",
            "imagePullCredentialsType",
          ] as const),
          ...(["privilegedMode", "type"] as const),
        ],
        defaults: { imagePullCredentialsType: "CODEBUILD", privilegedMode: false },
        blocks: { environmentVariables: { ordered: true, defaults: { type: "PLAINTEXT" } } },
      },
    },
    logsConfig: {
      computed: true,
      block: {
        computed: ["cloudwatchLogs", "s3Logs"],
        blocks: {
          cloudwatchLogs: { defaults: { status: "ENABLED" } },
          s3Logs: { defaults: { encryptionDisabled: false, status: "DISABLED" } },
        },
      },
    },
    projectVisibility: { default: "PRIVATE" },
    queuedTimeout: { default: 480, validate: within("queued_timeout", 5, 480) },
    source: {
      block: { members: ["buildspec", "type"] },
      validate: ({ type, buildspec = "" }) => {
        if (type === "NO_SOURCE" && buildspec === "") {
          return "`buildspec` must be set when source's `type` is `NO_SOURCE`";
        }
        const inline = buildspec.includes("\n") ? parseDocument(buildspec).errors[0] : undefined;
        return inline && `the buildspec is no YAML: ${inline.message}`;
      },
    },
  },
  outputs: { ...stable("arn"), ...absent("", "badgeUrl", "publicProjectAlias") },
  tagging: true,
  id: ({ name }) => String(name),
  state: async (aws, name) => ({
    arn: arnOf(aws.region, "codebuild", await accountOf(aws), `project/${name}`),
  }),
  validate({ artifacts, source }) {
    const [made, given] = [artifacts?.type, source?.type];
    return (made === "CODEPIPELINE") === (given === "CODEPIPELINE")
      ? undefined
      : `InvalidInputException: the artifacts' type ${made} does not go with the source's type ${given}: both are CODEPIPELINE or none is`;
  },
});

function within(name: string, least: number, most: number) {
  return (value: number) =>
    value >= least && value <= most
      ? undefined
      : `expected ${name} to be in the range (${least} - ${most}), got ${value}`;
}

export const resources = [project];
