/** One build of a CodeBuild project: https://docs.aws.amazon.com/codebuild/latest/userguide/concepts.html */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onStop } from "../base/processes";
import type { Credentials } from "../github/gate";
import { collectArtifact, unzip, zip } from "./artifacts";
import { type Variable, withVariables } from "./build-environment";
import { BuildLog } from "./build-log";
import { type Buildspec, parseBuildspec } from "./buildspec";
import type { Project } from "./definitions";
import { type PhaseFailure, runPhases } from "./phases";
import type { World } from "./world";

export interface BuildOptions {
  readonly world: World;
  readonly project: Project;
  /** Such as `codepipeline/NAME`, or `rule/NAME`. */
  readonly initiator: string;
  /** Reads the sources with the build's own role; the first is the primary one. */
  sources(service: Credentials): Promise<readonly Source[]>;
  /** Stores the artifacts with the build's own role. */
  store?(service: Credentials, artifacts: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** The names of the output artifacts: one is the buildspec's primary one, several are its secondary ones. */
  readonly artifacts: readonly string[];
  readonly variables: readonly Variable[];
  readonly sourceVersion?: string | undefined;
  readonly onLine: (line: string) => void;
}

export interface Source {
  readonly name: string;
  /** A ZIP file. */
  readonly content: Uint8Array;
}

export interface BuildResult {
  readonly id: string;
  readonly ok: boolean;
  readonly failure?: PhaseFailure;
  readonly exported: Readonly<Record<string, string>>;
  readonly log: string;
}

const folders = new Set<string>();
onStop(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export async function runBuild(options: BuildOptions): Promise<BuildResult> {
  const id = `${options.project.name}:${randomUUID()}`;
  const folder = await mkdtemp(join(tmpdir(), "slipway-build-"));
  folders.add(folder);
  const log = new BuildLog(options);
  try {
    const { failure, exported } = await phasesOf({ ...options, id, folder, log });
    return { id, ok: failure === undefined, ...(failure && { failure }), exported, log: log.text };
  } finally {
    folders.delete(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Running extends BuildOptions {
  readonly id: string;
  readonly folder: string;
  readonly log: BuildLog;
}

async function phasesOf(build: Running) {
  const { world, project, id, log } = build;
  let phase = "PROVISIONING";
  try {
    const service = await world.gate.assume({
      service: "codebuild.amazonaws.com",
      roleArn: project.serviceRole,
      sessionName: `AWSCodeBuild-${id.split(":")[1]}`,
      sourceArn: project.arn,
    });
    await log.open(service, id);
    phase = "DOWNLOAD_SOURCE";
    const { buildspec, source, others } = await download(build, service);
    const variables = await withVariables(build, service, buildspec, { source, others });
    for (const secret of variables.secrets) log.hide(secret);
    const result = await runPhases({
      ...{ buildspec, source, folder: join(build.folder, "shell") },
      environment: variables.environment,
      timeoutMs: (project.buildTimeout ?? 60) * 60_000,
      onLine: (line) => log.add(line),
    });
    phase = "UPLOAD_ARTIFACTS";
    // "The UPLOAD_ARTIFACTS phase is always attempted, even if the BUILD phase fails."
    const early = result.failure && /INSTALL|PRE_BUILD/.test(result.failure.phase);
    const failure = early ? undefined : await upload(build, service, buildspec, source);
    await log.close(service);
    return { failure: result.failure ?? failure, exported: result.exported };
  } catch (error) {
    const [, code = "CLIENT_ERROR", message = (error as Error).message] =
      /^(\w+) Message: (.*)/s.exec((error as Error).message) ?? [];
    log.add(`[Container] Phase context status code: ${code} Message: ${message}`);
    return { failure: { phase, code, message }, exported: {} };
  }
}

async function download(build: Running, service: Credentials) {
  const { project, folder } = build;
  const sources = await build.sources(service);
  const folders: [string, string][] = [];
  for (const [index, { name, content }] of sources.entries()) {
    const target = join(folder, "src", `${index}`.padStart(2, "0"));
    await unzip(content, target);
    folders.push([name, target]);
  }
  const [primary, ...others] = folders;
  const source = primary?.[1] ?? join(folder, "src", "00");
  await mkdir(source, { recursive: true });
  const given = project.source.buildspec ?? "buildspec.yml";
  const text = isInline(given) ? given : await readBuildspec(join(source, given), given);
  return { buildspec: parseBuildspec(text), source, others };
}

/** A buildspec in the project, and not the path of a file. */
export function isInline(buildspec: string): boolean {
  return buildspec.includes("\n") || /^\s*[{]|^\s*version\s*:/.test(buildspec);
}

async function readBuildspec(path: string, name: string): Promise<string> {
  return readFile(path, "utf8").catch(() => {
    throw new Error(
      `YAML_FILE_ERROR Message: stat ${path}: no such file or directory (the buildspec ${name} is not in the source)`,
    );
  });
}

async function upload(
  build: Running,
  service: Credentials,
  { artifacts: spec }: Buildspec,
  source: string,
): Promise<PhaseFailure | undefined> {
  const { artifacts, store, log } = build;
  if (artifacts.length === 0 || !store) return undefined;
  try {
    const made = new Map<string, Uint8Array>();
    for (const name of artifacts) {
      const own = artifacts.length === 1 ? primary(spec) : spec?.["secondary-artifacts"][name];
      if (!own)
        throw new Error(
          `CLIENT_ERROR Message: no definition for artifact ${name} in the buildspec`,
        );
      made.set(name, zip(await collectArtifact(source, own)));
    }
    await store(service, made);
    log.add("[Container] Phase complete: UPLOAD_ARTIFACTS State: SUCCEEDED");
    return undefined;
  } catch (error) {
    const message = (error as Error).message.replace(/^CLIENT_ERROR Message: /, "");
    log.add("[Container] Phase complete: UPLOAD_ARTIFACTS State: FAILED");
    log.add(`[Container] Phase context status code: CLIENT_ERROR Message: ${message}`);
    return { phase: "UPLOAD_ARTIFACTS", code: "CLIENT_ERROR", message };
  }
}

function primary(spec: Buildspec["artifacts"]) {
  return spec?.files ? { ...spec, files: spec.files } : undefined;
}
