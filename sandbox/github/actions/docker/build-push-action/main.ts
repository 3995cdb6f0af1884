/**
 * Replaces https://github.com/docker/build-push-action: it does not build, but checks what a build needs, and pushes an
 * image whose one layer lists the context's files, with the calls that a push of a real image makes.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { environment, type Inputs, noted, runAction, setOutput } from "../../action";
import { pushImage } from "./push";

runAction(async (inputs) => {
  if (!inputs.flag("push")) throw new Error("the sandbox only builds images that are pushed");
  if (inputs.get("provenance") !== "false") {
    throw new Error("the sandbox makes no provenance attestation: remove build.provenance");
  }
  if (inputs.flag("sbom")) throw new Error("the sandbox makes no SBOM: remove build.sbom");
  if (inputs.get("cache-to") && !noted("builders").includes("docker-container")) {
    throw new Error("Cache export is not supported for the docker driver: set up Buildx first");
  }
  const tags = inputs.get("tags").split(/[\n,]/);
  const references = tags.map((tag) => tag.trim()).filter((tag) => tag !== "");
  if (references.length === 0) throw new Error("tag is needed when pushing to registry");
  const image = build(inputs);
  for (const reference of references) {
    await pushImage(reference, image);
    console.log(`pushed ${reference}`);
  }
  setOutput("digest", image.digest);
  setOutput("imageid", image.config.digest);
});

function build(inputs: Inputs) {
  const workspace = environment("GITHUB_WORKSPACE");
  const context = resolve(workspace, inputs.required("context"));
  if (!statSync(context, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`path "${relative(workspace, context)}" not found: the build's context`);
  }
  const dockerfile = resolve(workspace, inputs.get("file") || join(context, "Dockerfile"));
  if (!statSync(dockerfile, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(`failed to read dockerfile: ${relative(workspace, dockerfile)} does not exist`);
  }
  checkSecrets(inputs);
  checkTarget(readFileSync(dockerfile, "utf8"), inputs.get("target"));
  const [os = "linux", architecture = "amd64"] = platform(inputs).split("/");
  const layer = blob({
    dockerfile: digestOf(readFileSync(dockerfile)),
    files: contextFiles(context),
    arguments: inputs.lines("build-args"),
    target: inputs.get("target"),
  });
  const config = blob({
    os,
    architecture,
    config: { Labels: Object.fromEntries(inputs.lines("labels").map((line) => line.split("="))) },
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

function platform(inputs: Inputs): string {
  const platforms = inputs.get("platforms") || "linux/amd64";
  if (!/^linux\/(amd64|arm64)$/.test(platforms)) {
    throw new Error(
      `the sandbox builds for one platform, linux/amd64 or linux/arm64, not for "${platforms}"`,
    );
  }
  return platforms;
}

/** BuildKit fails on a secret without a value: https://docs.docker.com/build/ci/github-actions/secrets/ */
function checkSecrets(inputs: Inputs): void {
  for (const line of inputs.lines("secrets")) {
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
