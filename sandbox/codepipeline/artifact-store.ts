/** Artifacts in the pipeline's bucket: `<pipeline>/<artifact>/<random>`, with both names cut short as CodePipeline does. */
import { randomBytes } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import type { Credentials } from "../github/gate";
import type { Pipeline } from "./definitions";
import { ActionFailed, clientOf, mustBeAllowed, type World } from "./world";

export interface StoredArtifact {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  /** The key of KMS, if the store has one. */
  readonly encryptionKey?: string;
  /** The commit, if a source action made it. */
  readonly revision?: string;
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html */
export function newKey(pipeline: string, artifact: string): string {
  const random = randomBytes(6).toString("base64url").replace(/[-_]/g, "x").slice(0, 7);
  return `${pipeline.slice(0, 20)}/${artifact.slice(0, 10)}/${random}`;
}

export interface PutOptions {
  readonly acl?: "bucket-owner-full-control";
  readonly revision?: string;
}

/** Puts an artifact into the bucket, encrypted with the key of the store if it has one. */
export async function putArtifact(
  world: World,
  pipeline: Pick<Pipeline, "artifactStores" | "name">,
  credentials: Credentials,
  name: string,
  content: Uint8Array,
  options: PutOptions = {},
): Promise<StoredArtifact> {
  const [store] = pipeline.artifactStores;
  if (!store) throw new Error(`the pipeline ${pipeline.name} has no artifact store`);
  const { acl, ...rest } = options;
  const artifact = { name, bucket: store.location, key: newKey(pipeline.name, name), ...rest };
  const key = store.encryptionKey?.id;
  await mayUse(world, credentials, key, ["kms:GenerateDataKey", "kms:Decrypt"]);
  await s3(world, credentials)
    .putObject({
      Bucket: artifact.bucket,
      Key: artifact.key,
      Body: content,
      ...(acl && { ACL: acl }),
      ...(key && { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key }),
    })
    .catch((error: Error) => {
      throw new ActionFailed("PermissionError", `${error.message} (bucket ${artifact.bucket})`);
    });
  return { ...artifact, ...(key && { encryptionKey: key }) };
}

/** Checks the permissions for the key, because the emulator's S3 does not ask KMS. Policies name a key by its ARN, not by an alias. */
async function mayUse(
  world: World,
  credentials: Credentials,
  key: string | undefined,
  actions: readonly string[],
): Promise<void> {
  if (!key?.includes(":key/")) return;
  const permissions = actions.map((action) => ({ action, resource: key }));
  await mustBeAllowed(world, credentials, permissions);
}

export async function getArtifact(
  world: World,
  credentials: Credentials,
  { bucket, key, name, encryptionKey }: StoredArtifact,
): Promise<Uint8Array> {
  await mayUse(world, credentials, encryptionKey, ["kms:Decrypt"]);
  try {
    const { Body } = await s3(world, credentials).getObject({ Bucket: bucket, Key: key });
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    const { message } = error as Error;
    throw new ActionFailed(
      "PermissionError",
      `${message} (artifact ${name}, bucket ${bucket}, key ${key})`,
    );
  }
}

function s3(world: World, credentials: Credentials): S3 {
  return new S3({ ...clientOf(world, credentials), forcePathStyle: true });
}
