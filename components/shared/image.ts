/**
 * A released image is named by its tag and its digest, `<repository>:<tag>@<digest>`, as in the release pointer. A task definition names
 * it by its digest alone, with the tag in a label: ECS documents either a tag or a digest.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
export const versionLabel = "org.opencontainers.image.version";

/** The part of a container definition that names the image. */
export interface ContainerImage {
  readonly image: string;
  readonly dockerLabels?: Readonly<Record<string, string>>;
}

const tagAndDigest = /^(.+):([\w.-]+)(@sha256:[0-9a-f]{64})$/;

/** The workflow's render action writes the same. An image without a digest is from a workflow of an earlier version. */
export function containerImage(released: string): ContainerImage {
  const [, repository, tag, digest] = tagAndDigest.exec(released) ?? [];
  return tag === undefined
    ? { image: released }
    : { image: `${repository}${digest}`, dockerLabels: { [versionLabel]: tag } };
}

/** The image of a container by its tag and its digest: the reverse of {@link containerImage}. */
export function releasedImageOf({ image, dockerLabels }: ContainerImage): string {
  const tag = dockerLabels?.[versionLabel];
  return tag === undefined ? image : image.replace("@", `:${tag}@`);
}

/** The image's tag; undefined if it has only a digest. */
export function tagOf(image: string): string | undefined {
  return /^[^@]+:([\w.-]+)(?:@|$)/.exec(image)?.[1];
}
