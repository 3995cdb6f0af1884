/** Reads a buildspec: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html */
import { parse } from "yaml";
import { z } from "zod";

const strings = z.record(z.string(), z.coerce.string());
const yesOrNo = z
  .enum(["yes", "no"])
  .or(z.boolean())
  .transform((value) => value === "yes" || value === true);

const phase = z.strictObject({
  "run-as": z.string().optional(),
  "on-failure": z.enum(["ABORT", "CONTINUE"]).optional(),
  "runtime-versions": z.record(z.string(), z.unknown()).optional(),
  commands: z.array(z.coerce.string()).default([]),
  finally: z.array(z.coerce.string()).default([]),
});

const artifact = z.strictObject({
  files: z.array(z.string()),
  name: z.string().optional(),
  "base-directory": z.string().optional(),
  "exclude-paths": z.string().array().optional(),
  "discard-paths": yesOrNo.default(false),
});

const buildspec = z.strictObject({
  version: z.union([z.literal(0.2), z.literal("0.2")], { error: "the sandbox runs version 0.2" }),
  "run-as": z.string().optional(),
  env: z
    .strictObject({
      shell: z.enum(["bash", "sh", "/bin/sh"]).default("sh"),
      variables: strings.default({}),
      "parameter-store": strings.default({}),
      "secrets-manager": strings.default({}),
      "exported-variables": z.array(z.string().regex(/^\w+$/)).default([]),
      "git-credential-helper": yesOrNo.optional(),
    })
    .prefault({}),
  phases: z
    .strictObject({
      install: phase.optional(),
      pre_build: phase.optional(),
      build: phase.optional(),
      post_build: phase.optional(),
    })
    .default({}),
  // Reports are for the console, and the sandbox keeps no cache.
  reports: z.unknown().optional(),
  cache: z.unknown().optional(),
  artifacts: artifact
    .partial({ files: true })
    .extend({ "secondary-artifacts": z.record(z.string(), artifact).default({}) })
    .optional(),
});

export type Buildspec = z.output<typeof buildspec>;
export type ArtifactSpec = z.output<typeof artifact>;
export const PHASES = ["install", "pre_build", "build", "post_build"] as const;
export type PhaseName = (typeof PHASES)[number];

/** Throws CodeBuild's error for content that is not a buildspec. */
export function parseBuildspec(text: string): Buildspec {
  const result = buildspec.safeParse(yaml(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(`${issue?.path.join(".") || "the file"}: ${issue?.message}`);
}

function yaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function invalid(why: string): Error {
  return new Error(`YAML_FILE_ERROR Message: ${why}`);
}
