/** Checks what a build needs, and does not build: it makes an image with one layer, which lists the context's files. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Image } from "./push";

export interface BuildOptions {
  /** The folder that the other paths start from. */
  readonly workspace: string;
  readonly context: string;
  /** @default the context's Dockerfile */
  readonly file: string;
  /** A stage; empty means the last one. */
  readonly target: string;
  /** @default linux/amd64 */
  readonly platform: string;
  /** Each is `name=value`, as are labels and secrets. */
  readonly buildArgs: readonly string[];
  readonly labels: readonly string[];
  readonly secrets: readonly string[];
}

export function buildImage(options: BuildOptions): Image {
  const { workspace, buildArgs, labels, target } = options;
  const context = resolve(workspace, options.context);
  if (!statSync(context, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`path "${relative(workspace, context)}" not found: the build's context`);
  }
  const dockerfile = resolve(workspace, options.file || join(context, "Dockerfile"));
  if (!statSync(dockerfile, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(`failed to read dockerfile: ${relative(workspace, dockerfile)} does not exist`);
  }
  checkSecrets(options.secrets);
  checkTarget(readFileSync(dockerfile, "utf8"), target);
  const [os = "linux", architecture = "amd64"] = checkedPlatform(options.platform).split("/");
  const layer = blob({
    dockerfile: digestOf(readFileSync(dockerfile)),
    files: contextFiles(context),
    arguments: buildArgs,
    target,
  });
  const config = blob({
    os,
    architecture,
    config: { Labels: Object.fromEntries(labels.map((line) => line.split("="))) },
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  return { manifest, digest: digestOf(Buffer.from(manifest)), config, layer };
}

function checkedPlatform(given: string): string {
  const platform = given || "linux/amd64";
  if (!/^linux\/(amd64|arm64)$/.test(platform)) {
    throw new Error(
      `the sandbox builds for one platform, linux/amd64 or linux/arm64, not for "${platform}"`,
    );
  }
  return platform;
}

/** BuildKit fails on a secret without a value: https://docs.docker.com/build/ci/github-actions/secrets/ */
function checkSecrets(secrets: readonly string[]): void {
  for (const line of secrets) {
    const [id = "", value = ""] = line.split(/=(.*)/s);
    if (id === "" || value === "") throw new Error(`${id} is not a secret: it has no value`);
  }
}

function checkTarget(dockerfile: string, target: string): void {
  const stages = [...dockerfile.matchAll(/^\s*FROM\s+.*?(?:\s+AS\s+(\S+))?\s*$/gim)];
  if (stages.length === 0)
    throw new Error("dockerfile parse error: no build stage in current context");
  if (target && !stages.some((stage) => stage[1]?.toLowerCase() === target.toLowerCase())) {
    throw new Error(`target stage "${target}" could not be found`);
  }
}

function contextFiles(context: string): Record<string, string> {
  const files = readdirSync(context, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !relative(context, file).startsWith(".git/"))
    .sort();
  return Object.fromEntries(
    files.map((file) => [relative(context, file), digestOf(readFileSync(file))]),
  );
}

function blob(content: unknown) {
  const bytes = Buffer.from(JSON.stringify(content));
  return { bytes, digest: digestOf(bytes) };
}

function descriptor(mediaType: string, content: { bytes: Buffer; digest: string }) {
  return { mediaType, digest: content.digest, size: content.bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
