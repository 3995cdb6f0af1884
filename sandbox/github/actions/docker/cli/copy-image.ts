/**
 * `docker buildx imagetools create` with one source in ECR: https://docs.docker.com/reference/cli/docker/buildx/imagetools/create/
 * The emulator keeps no bytes of layers, so this copies only the manifest.
 */
import { parseArgs } from "node:util";
import { ecrImage } from "../ecr-image";

export async function copyImage(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { tag: { type: "string" }, "prefer-index": { type: "string" } },
    allowPositionals: true,
  });
  const [source = "", ...rest] = positionals;
  if (rest.length > 0 || !values.tag) throw new Error("the sandbox copies one image to one tag");
  if (values["prefer-index"] !== "false") {
    throw new Error("the sandbox copies images as they are: --prefer-index=false");
  }
  const from = repository(source);
  const to = repository(values.tag);
  const image = await pull(from, source);
  await to.ecr.putImage({
    ...to.target,
    imageTag: to.imageTag,
    imageDigest: image.imageId?.imageDigest,
    imageManifest: image.imageManifest,
    imageManifestMediaType: image.imageManifestMediaType,
  });
  console.log(`pushed ${values.tag}`);
}

function repository(reference: string) {
  const parsed = ecrImage(reference);
  if (!parsed) throw new Error(`"${reference}" is not an image of Amazon ECR`);
  if (!parsed.loggedIn) {
    throw new Error(`${reference}: no basic auth credentials for ${parsed.registry}`);
  }
  return parsed;
}

async function pull(
  { ecr, target, imageTag, imageDigest }: ReturnType<typeof repository>,
  source: string,
) {
  const imageIds = [imageDigest ? { imageDigest } : { imageTag }];
  const { images = [] } = await ecr.batchGetImage({ ...target, imageIds });
  const [image] = images;
  if (!image?.imageManifest) throw new Error(`${source}: not found`);
  const { config, layers = [] } = JSON.parse(image.imageManifest) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  const layerDigests = [config, ...layers].map(({ digest }) => digest);
  const { failures = [] } = await ecr.batchCheckLayerAvailability({ ...target, layerDigests });
  if (failures.length > 0) throw new Error(`${source}: ${failures[0]?.failureReason}`);
  return image;
}
