/**
 * The AWS calls of a push to ECR's registry, and so the permissions that it needs:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
import { ECR } from "@aws-sdk/client-ecr";
import { noted, toGate } from "../../action";

interface Blob {
  readonly bytes: Buffer;
  readonly digest: string;
}

interface Image {
  readonly manifest: string;
  readonly digest: string;
  readonly config: Blob;
  readonly layer: Blob;
}

interface Target {
  readonly registryId: string;
  readonly repositoryName: string;
}

const REFERENCE =
  /^(?<registry>(?<registryId>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?)\/(?<repositoryName>[^:]+):(?<imageTag>[\w.-]{1,128})$/;

export async function pushImage(reference: string, image: Image): Promise<void> {
  const parts = REFERENCE.exec(reference)?.groups;
  if (!parts) throw new Error(`"${reference}" is not an image of Amazon ECR with a tag`);
  const { registry = "", registryId = "", region, repositoryName = "", imageTag = "" } = parts;
  if (!noted("logins").includes(registry)) {
    throw new Error(`failed to push ${reference}: no basic auth credentials for ${registry}`);
  }
  const target = { registryId, repositoryName };
  const ecr = new ECR({ ...toGate(), ...(region && { region }) });
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
    if (!(error as Error).name.includes("AlreadyExists")) throw error;
    throw new Error(
      `failed to push ${reference}: tag invalid: The image tag '${imageTag}' already exists in the '${repositoryName}' ` +
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
