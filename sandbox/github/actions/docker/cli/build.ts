/** `docker build`, `tag` and `push`, and `docker buildx build`. An image that is not pushed is a note of the run. */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { note, noted } from "../../action";
import { buildImage } from "../build";
import { type Image, pushImage } from "../push";

const strings = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

/** Options that change nothing here: the sandbox runs no step of a Dockerfile and has no cache. */
const IGNORED = {
  load: flag,
  "no-cache": flag,
  pull: flag,
  quiet: { ...flag, short: "q" },
  progress: { type: "string" },
  "cache-from": strings,
} as const;

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...IGNORED,
      "build-arg": strings,
      "cache-to": strings,
      file: { type: "string", short: "f", default: "" },
      label: strings,
      "metadata-file": { type: "string" },
      platform: { type: "string", default: "" },
      provenance: { type: "string" },
      push: flag,
      sbom: { type: "string" },
      secret: strings,
      tag: { ...strings, short: "t" },
      target: { type: "string", default: "" },
    },
    allowPositionals: true,
  });
  const [context, ...rest] = positionals;
  if (context === undefined || rest.length > 0) {
    throw new Error("docker buildx build requires 1 argument: the context");
  }
  return { ...values, context };
}

function build(options: ReturnType<typeof parse>): Image {
  needsDaemon();
  return buildImage({
    ...{ workspace: process.cwd(), context: options.context, file: options.file },
    ...{ target: options.target, platform: options.platform, labels: options.label ?? [] },
    buildArgs: (options["build-arg"] ?? []).map(withValue),
    secrets: (options.secret ?? []).map(secret),
  });
}

/** `docker buildx build --push`. */
export async function buildAndPush(args: readonly string[]): Promise<void> {
  const options = parse(args);
  const { tag: tags = [], provenance, sbom, "cache-to": caches = [] } = options;
  if (!options.push) return buildLocally(args);
  const ownBuilder = noted("builders").includes("docker-container");
  if (caches.length > 0 && !ownBuilder) {
    throw new Error("Cache export is not supported for the docker driver");
  }
  // A builder of Buildx attests the provenance unless told otherwise, and the image is then a list of manifests.
  const attests = process.env.BUILDX_NO_DEFAULT_ATTESTATIONS !== "1" && provenance !== "false";
  if (ownBuilder && attests) {
    throw new Error("the sandbox makes no provenance attestation: add --provenance=false");
  }
  if (sbom !== undefined && sbom !== "false") throw new Error("the sandbox makes no SBOM");
  if (tags.length === 0) throw new Error("tag is needed when pushing to registry");
  const image = build(options);
  for (const reference of tags) {
    await pushImage(reference, image);
    console.log(`pushed ${reference}`);
  }
  for (const cache of caches) await exportCache(cache, image);
  if (options["metadata-file"]) {
    const metadata = {
      "containerimage.digest": image.digest,
      "containerimage.config.digest": image.config.digest,
      "image.name": tags.join(","),
    };
    writeFileSync(options["metadata-file"], JSON.stringify(metadata));
  }
}

export function buildLocally(args: readonly string[]): void {
  const options = parse(args);
  const image = build(options);
  for (const reference of options.tag ?? []) keep(reference, image);
  console.log(`built ${image.config.digest}`);
}

export function tagLocal([source = "", reference = ""]: readonly string[]): void {
  keep(reference, local(source));
}

export async function pushLocal([reference = ""]: readonly string[]): Promise<void> {
  await pushImage(reference, local(reference));
  console.log(`pushed ${reference}`);
}

/** `type=registry,ref=IMAGE` is an image of its own: https://docs.docker.com/build/cache/backends/registry/ */
async function exportCache(cache: string, image: Image): Promise<void> {
  const options = Object.fromEntries(cache.split(",").map((part) => part.split(/=(.*)/s)));
  if (options.type !== "registry" || !options.ref) return;
  // ECR refuses the list of manifests that BuildKit exports by default.
  if (options["image-manifest"] !== "true") {
    throw new Error(
      `failed to push ${options.ref}: ECR takes a cache only with image-manifest=true,oci-mediatypes=true`,
    );
  }
  await pushImage(options.ref, image);
  console.log(`pushed the cache ${options.ref}`);
}

/** `NAME` alone takes the value of the environment. */
function withValue(argument: string): string {
  return argument.includes("=") ? argument : `${argument}=${process.env[argument] ?? ""}`;
}

/** `id=NAME,env=VARIABLE` or `id=NAME,src=FILE`: https://docs.docker.com/build/building/secrets/ */
function secret(option: string): string {
  const parts = Object.fromEntries(option.split(",").map((part) => part.split(/=(.*)/s)));
  const { id = "", env = id } = parts as Record<string, string | undefined>;
  const file = parts.src ?? parts.source;
  const value = file === undefined ? process.env[env] : readFileSync(file, "utf8");
  if (value === undefined) throw new Error(`failed to read secret ${id}: ${env} is not set`);
  return `${id}=${value}`;
}

/** CodeBuild runs Docker's daemon only in a project with privileged mode. */
function needsDaemon(): void {
  if (process.env.SLIPWAY_DOCKER_DAEMON !== "none") return;
  throw new Error(
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
  );
}

interface Kept {
  readonly reference: string;
  readonly image: ReturnType<typeof encoded>;
}

function keep(reference: string, image: Image): void {
  note("images", JSON.stringify({ reference, image: encoded(image) }));
}

function local(reference: string): Image {
  needsDaemon();
  const kept = noted("images").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Kept]));
  const found = kept.reverse().find((one) => one.reference === reference);
  if (found === undefined) throw new Error(`No such image: ${reference}`);
  const { config, layer, ...image } = found.image;
  return { ...image, config: decoded(config), layer: decoded(layer) };
}

function encoded({ config, layer, ...image }: Image) {
  const text = ({ bytes, digest }: Image["config"]) => ({ digest, bytes: bytes.toString() });
  return { ...image, config: text(config), layer: text(layer) };
}

function decoded({ bytes, digest }: { bytes: string; digest: string }) {
  return { bytes: Buffer.from(bytes), digest };
}
