/**
 * The AWS calls of a push to ECR's registry, and so the permissions that it needs:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
import type { ECR } from "@aws-sdk/client-ecr";
import { ecrImage } from "./ecr-image";

interface Blob {
  readonly bytes: Buffer;
  readonly digest: string;
}

export interface Image {
  readonly manifest: string;
  readonly digest: string;
  readonly config: Blob;
  readonly layer: Blob;
}

interface Target {
  readonly registryId: string;
  readonly repositoryName: string;
}

export async function pushImage(reference: string, image: Image): Promise<void> {
  const parsed = ecrImage(reference);
  if (!parsed?.imageTag || parsed.imageDigest) {
    throw new Error(`"${reference}" is not an image of Amazon ECR with a tag`);
  }
  const { registry, ecr, target, imageTag } = parsed;
  if (!parsed.loggedIn) {
    throw new Error(`failed to push ${reference}: no basic auth credentials for ${registry}`);
  }
  await ecr.batchGetImage({ ...target, imageIds: [{ imageTag }] });
  for (const blob of [image.layer, image.config]) await pushLayer(ecr, target, blob);
  try {
    await ecr.putImage({
      ...target,
      imageTag,
      imageManifest: image.manifest,
      imageDigest: image.digest,
    });
  } catch (error) {
    const { name } = error as Error;
    // A registry accepts the same image again.
    if (name === "ImageAlreadyExistsException") return;
    if (!name.includes("AlreadyExists")) throw error;
    throw new Error(
      `failed to push ${reference}: tag invalid: The image tag '${imageTag}' already exists in the '${target.repositoryName}' ` +
        "repository and cannot be overwritten because the tag is immutable.",
    );
  }
}

async function pushLayer(ecr: ECR, target: Target, blob: Blob): Promise<void> {
  const { layers } = await ecr.batchCheckLayerAvailability({
    ...target,
    layerDigests: [blob.digest],
  });
  if (layers?.[0]?.layerAvailability === "AVAILABLE") return;
  const { uploadId } = await ecr.initiateLayerUpload(target);
  await ecr.uploadLayerPart({
    ...target,
    uploadId,
    partFirstByte: 0,
    partLastByte: blob.bytes.length - 1,
    layerPartBlob: blob.bytes,
  });
  await ecr.completeLayerUpload({ ...target, uploadId, layerDigests: [blob.digest] });
}
