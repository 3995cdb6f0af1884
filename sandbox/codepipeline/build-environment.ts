/**
 * The variables of a build: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 * A value of the start has precedence over the project's, and the project's over the buildspec's.
 */
import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import { bundles } from "../base/bundles";
import { withoutProxy } from "../base/loopback";
import type { Credentials } from "../github/gate";
import { SUPPORTED_ACTIONS } from "../github/supported";
import type { Buildspec } from "./buildspec";
import type { Project } from "./definitions";
import { clientOf, type World } from "./world";

export interface Variable {
  readonly name: string;
  readonly value: string;
  /** `PLAINTEXT`, `PARAMETER_STORE` or `SECRETS_MANAGER`. @default PLAINTEXT */
  readonly type?: string | undefined;
}

interface Build {
  readonly world: World;
  readonly project: Project;
  readonly id: string;
  readonly folder: string;
  readonly initiator: string;
  readonly sourceVersion?: string | undefined;
  readonly variables: readonly Variable[];
}

/** The folder with the replacement for Docker's client. */
const DOCKER = join(SUPPORTED_ACTIONS, "docker", "cli");

export async function withVariables(
  build: Build,
  service: Credentials,
  { env }: Buildspec,
  sources: { readonly source: string; readonly others: readonly [string, string][] },
) {
  const declared = [
    ...listed(env.variables, "PLAINTEXT"),
    ...listed(env["parameter-store"], "PARAMETER_STORE"),
    ...listed(env["secrets-manager"], "SECRETS_MANAGER"),
  ];
  const all = [
    ...declared,
    ...(build.project.environment.environmentVariables ?? []),
    ...build.variables,
  ];
  const byName = new Map<string, Variable>(all.map((variable) => [variable.name, variable]));
  const read = new References(build.world, service);
  const values: Record<string, string> = {};
  const secrets: string[] = [];
  for (const { name, value, type = "PLAINTEXT" } of byName.values()) {
    values[name] = type === "PLAINTEXT" ? value : await read.value(type, value);
    if (type !== "PLAINTEXT") secrets.push(values[name]);
  }
  const own = await containerVariables(build, service);
  return { environment: { ...own, ...codeBuildVariables(build, sources), ...values }, secrets };
}

function listed(values: Readonly<Record<string, string>>, type: string): Variable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, type }));
}

/** What the build's container has: its role, tools and folders. The AWS calls go to the gate. */
async function containerVariables({ world, project, folder }: Build, service: Credentials) {
  const { env, gate, region } = world;
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  const inherited = ["LANG", "LC_ALL", "TZ"].map((name) => [name, env[name]] as const);
  return {
    ...Object.fromEntries(inherited.filter(([, value]) => value !== undefined)),
    PATH: [DOCKER, env.PATH].join(delimiter),
    HOME: home,
    TMPDIR: folder,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: service.accessKeyId,
    AWS_SECRET_ACCESS_KEY: service.secretAccessKey,
    ...(service.sessionToken && { AWS_SESSION_TOKEN: service.sessionToken }),
    AWS_ENDPOINT_URL: gate.url,
    AWS_EC2_METADATA_DISABLED: "true",
    ...withoutProxy({}),
    SLIPWAY_STAND_INS: SUPPORTED_ACTIONS,
    SLIPWAY_BUNDLES: await bundles(),
    ...(project.environment.privilegedMode ? {} : { SLIPWAY_DOCKER_DAEMON: "none" }),
    // Where the replacement for Docker's client keeps its notes.
    RUNNER_TEMP: folder,
  };
}

function codeBuildVariables(
  { world, project, id, initiator, sourceVersion }: Build,
  { source, others }: { readonly source: string; readonly others: readonly [string, string][] },
) {
  const { account, region } = world;
  return {
    CODEBUILD_BUILD_ARN: `arn:aws:codebuild:${region}:${account}:build/${id}`,
    CODEBUILD_BUILD_ID: id,
    CODEBUILD_BUILD_IMAGE: project.environment.image,
    CODEBUILD_BUILD_NUMBER: String(Date.now()),
    CODEBUILD_INITIATOR: initiator,
    CODEBUILD_KMS_KEY_ID: project.encryptionKey ?? `arn:aws:kms:${region}:${account}:alias/aws/s3`,
    CODEBUILD_SRC_DIR: source,
    CODEBUILD_START_TIME: String(Date.now()),
    ...(sourceVersion && {
      CODEBUILD_RESOLVED_SOURCE_VERSION: sourceVersion,
      CODEBUILD_SOURCE_VERSION: sourceVersion,
    }),
    ...Object.fromEntries(others.map(([name, folder]) => [`CODEBUILD_SRC_DIR_${name}`, folder])),
  };
}

/** Values in Parameter Store and Secrets Manager, read with the build's role. */
class References {
  private readonly ssm: SSM;
  private readonly secrets: SecretsManager;

  constructor(world: World, service: Credentials) {
    this.ssm = new SSM(clientOf(world, service));
    this.secrets = new SecretsManager(clientOf(world, service));
  }

  async value(type: string, reference: string): Promise<string> {
    return type === "PARAMETER_STORE" ? this.parameter(reference) : this.secret(reference);
  }

  private async parameter(name: string): Promise<string> {
    const { Parameters = [] } = await this.ssm.getParameters({
      Names: [name],
      WithDecryption: true,
    });
    const value = Parameters[0]?.Value;
    if (value !== undefined) return value;
    throw new Error(`Parameter_Store_Error Message: parameter does not exist: ${name}`);
  }

  /** `SECRET[:JSON KEY[:STAGE[:VERSION]]]`, where the secret is a name or an ARN. */
  private async secret(reference: string): Promise<string> {
    const parts = reference.split(":");
    const length = reference.startsWith("arn:") ? 7 : 1;
    const [key = "", stage = "", version = ""] = parts.slice(length);
    const { SecretString = "" } = await this.secrets.getSecretValue({
      SecretId: parts.slice(0, length).join(":"),
      ...(stage && { VersionStage: stage }),
      ...(version && { VersionId: version }),
    });
    if (key === "") return SecretString;
    const value = (JSON.parse(SecretString) as Record<string, unknown>)[key];
    if (value !== undefined) return String(value);
    throw new Error(`Secrets_Manager_Error Message: the secret has no key ${key}`);
  }
}
