import { partsOf } from "../../image-repository/plan";
import type { Promotion } from "../promotion";
import { actions } from "./actions";
import { dockerfileOf, platformOf, type WorkflowArgs } from "./args";
import { commitOf } from "./events";
import { expression, literal } from "./expressions";
import type { Step } from "./model";
import { scriptCommand } from "./release-script";

/** Whether the registry lacks the image. */
const missing = "steps.image.outputs.exists == 'false'";

/** The tag of the layers that `cache: "registry"` keeps. */
export const cacheTag = "buildcache";

/** The layers of earlier builds in an image repository, as BuildKit reads and writes them. */
export function registryCache(repository: string) {
  const from = `type=registry,ref=${repository}:${cacheTag}`;
  // ECR takes a cache only as an image manifest:
  // https://aws.amazon.com/blogs/containers/announcing-remote-cache-support-in-amazon-ecr-for-buildkit-clients/
  return { from, to: `${from},mode=max,image-manifest=true,oci-mediatypes=true` };
}

/** The steps that provide an image that the registry lacks: they build it, or copy it from another stack. */
export function imageSteps(args: WorkflowArgs, image: Readonly<Record<string, string>>): Step[] {
  return args.promote ? copySteps(args, args.promote, image) : buildSteps(args);
}

function buildSteps(args: WorkflowArgs): Step[] {
  const { build } = args;
  const context = build.context ?? ".";
  const buildArgs = Object.entries(build.args ?? {}).map(([name, value]) => `${name}=${value}`);
  const secrets = Object.entries(build.secrets ?? {}).map(
    ([id, name]) => `${id}=${expression(`secrets.${name}`)}`,
  );
  const own = platformOf(args.cpuArchitecture);
  const platforms = build.platforms ?? [own];
  const foreign = platforms.filter((platform) => platform !== own);
  return [
    ...(foreign.length > 0
      ? [
          {
            name: "Set up QEMU",
            if: missing,
            uses: actions.setupQemu.uses,
            with: { platforms: foreign.join(",") },
          },
        ]
      : []),
    { name: "Set up Buildx", if: missing, uses: actions.setupBuildx.uses },
    {
      name: "Build and push the image",
      if: missing,
      uses: actions.buildPush.uses,
      with: {
        context,
        file: dockerfileOf(build),
        ...(build.target && { target: build.target }),
        ...(buildArgs.length > 0 && { "build-args": buildArgs.join("\n") }),
        ...(secrets.length > 0 && { secrets: secrets.join("\n") }),
        platforms: platforms.join(","),
        push: true,
        tags: expression("steps.image.outputs.image"),
        ...cache(args),
        // Without attestations, an image of one platform is one manifest in the registry.
        provenance: build.provenance === undefined ? false : `mode=${build.provenance}`,
        ...(build.sbom && { sbom: true }),
      },
    },
  ];
}

/** https://docs.docker.com/build/cache/backends/ */
function cache({
  service,
  stack,
  build: { cache = "github" },
}: WorkflowArgs): Readonly<Record<string, string>> {
  if (cache === "none") {
    return {};
  }
  if (cache === "github") {
    const place = `type=gha,scope=${service}-${stack}`;
    return { "cache-from": place, "cache-to": `${place},mode=max` };
  }
  const { from, to } = registryCache(
    `${expression("steps.registry.outputs.registry")}/${expression("env.ECR_REPOSITORY")}`,
  );
  return { "cache-from": from, "cache-to": to };
}

function copySteps(
  { stack, trigger }: WorkflowArgs,
  { from, imageRepository }: Promotion,
  image: Readonly<Record<string, string>>,
): Step[] {
  const { account, region } = partsOf(imageRepository);
  return [
    {
      name: `Log in to the registry of ${from}`,
      if: missing,
      uses: actions.amazonEcrLogin.uses,
      env: { AWS_REGION: region },
      with: { registries: account },
    },
    {
      name: `Copy the image that ${from} has verified`,
      if: missing,
      env: {
        ...image,
        SOURCE: literal(imageRepository),
        SOURCE_STACK: from,
        COMMIT: expression(commitOf(trigger) ?? "github.sha"),
        REQUESTED_TAG: expression("inputs.image-tag"),
      },
      run: scriptCommand(stack, "copy-image"),
    },
  ];
}
