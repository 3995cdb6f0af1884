import { stringify } from "yaml";
import { type BuildArgs, dockerfileOf } from "../github/workflow/args";
import { registryCache } from "../github/workflow/build-steps";
import { scriptNames } from "./scripts";
import { exported, imageTagVariable } from "./stages";

/**
 * The buildspecs of a pipeline's builds.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
interface Buildspec {
  readonly version: 0.2;
  readonly env: {
    readonly shell: "bash";
    readonly "secrets-manager"?: Readonly<Record<string, string>>;
    readonly "parameter-store"?: Readonly<Record<string, string>>;
    readonly "exported-variables"?: readonly string[];
  };
  readonly phases: Readonly<Record<string, { readonly commands: readonly string[] }>>;
  readonly artifacts?: { readonly "base-directory": string; readonly files: readonly string[] };
}

/** Fetches the scripts into a folder next to the source, so no file of the repository is there. */
const fetchScripts = scriptNames.map(
  (name) =>
    `aws s3 cp --only-show-errors "$SCRIPTS/${name}" "$CODEBUILD_SRC_DIR/../scripts/${name}"`,
);

const script = 'bash "$CODEBUILD_SRC_DIR/../scripts/pipeline.sh"';

/** Builds and pushes the image. A secret is the ARN of one in Secrets Manager, or of a parameter. */
export function buildBuildspec(build: BuildArgs, platform: string): string {
  const { context = ".", args = {}, secrets = {} } = build;
  const variables = Object.entries(secrets).map(
    ([id, arn], i) => ({ id, arn, name: `BUILD_SECRET_${i + 1}` }) as const,
  );
  const named = (service: string) =>
    Object.fromEntries(
      variables
        .filter(({ arn }) => arn.split(":")[2] === service)
        .map(({ name, arn }) => [name, service === "ssm" ? parameterName(arn) : arn]),
    );
  const env: Buildspec["env"] = {
    shell: "bash",
    ...section("secrets-manager", named("secretsmanager")),
    ...section("parameter-store", named("ssm")),
  };
  const cache = build.cache === "registry" ? registryCache("$IMAGE_REPOSITORY") : undefined;
  const options = [
    "--file",
    quoted(dockerfileOf(build)),
    "--platform",
    platform,
    ...(build.target ? ["--target", quoted(build.target)] : []),
    ...Object.entries(args).flatMap(([name, value]) => ["--build-arg", quoted(`${name}=${value}`)]),
    ...variables.flatMap(({ id, name }) => ["--secret", quoted(`id=${id},env=${name}`)]),
    ...(cache ? ["--cache-from", `"${cache.from}"`, "--cache-to", `"${cache.to}"`] : []),
    // Without attestations, an image of one platform is one manifest in the registry.
    build.provenance ? `--provenance=mode=${build.provenance}` : "--provenance=false",
    ...(build.sbom ? ["--sbom=true"] : []),
    quoted(context),
  ];
  return render({
    version: 0.2,
    env,
    phases: {
      pre_build: {
        commands: [
          ...fetchScripts,
          // Docker's default builder has neither a cache in a registry nor attestations. Another builder comes from Docker Hub, so
          // the build creates it only if it needs it. https://docs.docker.com/build/builders/drivers/
          ...(cache || build.provenance || build.sbom ? ["docker buildx create --use"] : []),
        ],
      },
      build: { commands: [`${script} build ${options.join(" ")}`] },
    },
  });
}

/** The tests, without access to the image repository and the service. An image that somebody requests by its tag was tested when it was built. */
export function testBuildspec(run: string): string {
  return render({
    version: 0.2,
    env: { shell: "bash" },
    phases: {
      build: {
        commands: [
          `if [ "$REQUESTED_TAG" = ${imageTagVariable.defaultValue} ]; then bash -eo pipefail -c ${quoted(run)}; else echo "The image was tested when it was built."; fi`,
        ],
      },
    },
  });
}

/** Copies the image that another stack has released, and exports its tag. */
export function promoteBuildspec(): string {
  return render({
    version: 0.2,
    env: { shell: "bash", "exported-variables": [imageTagVariable.name] },
    phases: {
      pre_build: { commands: fetchScripts },
      build: { commands: [`${script} promote`, ". ./promoted.env"] },
    },
  });
}

/** Writes what the deploy action reads into the folder `release`. */
export function prepareBuildspec(): string {
  return render({
    version: 0.2,
    env: { shell: "bash", "exported-variables": exported },
    phases: {
      pre_build: { commands: fetchScripts },
      build: { commands: [`${script} prepare`, ". ./release.env"] },
    },
    artifacts: { "base-directory": "release", files: ["**/*"] },
  });
}

/** Verifies a release, or ends a failed one. */
export function commandBuildspec(command: "verify" | "end-failed"): string {
  return render({
    version: 0.2,
    env: { shell: "bash" },
    phases: {
      pre_build: { commands: fetchScripts },
      build: { commands: [`${script} ${command}`] },
    },
  });
}

function section<Name extends string>(name: Name, values: Readonly<Record<string, string>>) {
  return (Object.keys(values).length > 0 ? { [name]: values } : {}) as {
    [K in Name]?: Readonly<Record<string, string>>;
  };
}

/** CodeBuild takes a parameter by its name: `arn:aws:ssm:…:parameter/path/name`. A name without a path has no slash in front. */
function parameterName(arn: string): string {
  const path = arn.split(":parameter/")[1] ?? "";
  return path.includes("/") ? `/${path}` : path;
}

/** Quotes a word for bash, which then expands nothing in it. */
function quoted(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function render(buildspec: Buildspec): string {
  return stringify(buildspec, { lineWidth: 0, aliasDuplicateObjects: false });
}
