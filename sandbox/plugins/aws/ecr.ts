/** Elastic Container Registry. */
import {
  ECR,
  type EncryptionType,
  type ImageTagMutability,
  type Repository,
} from "@aws-sdk/client-ecr";
import type * as ecr from "@pulumi/aws/ecr";
import { sameBlocks } from "./blocks";
import type { AwsContext } from "./context";
import { invoke, type Resolved, resource, type Tags } from "./definition";
import { sameLifecyclePolicy } from "./ecr-lifecycle";
import { fromTagList, toTagList } from "./tags";
import { policyError, policyText } from "./values";

type Inputs = Resolved<ecr.RepositoryArgs>;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecr/repository/ */
const repository = resource<ecr.RepositoryArgs, ecr.RepositoryState>({
  type: "aws:ecr/repository:Repository",
  // The registry takes lower case only, and so does the provider's autonaming.
  name: { property: "name", maxLength: 256, transform: (name) => name.toLowerCase() },
  properties: {
    // Both blocks are suppressed while missing; encryption is chosen at creation.
    encryptionConfigurations: {
      computed: true,
      replace: true,
      members: ["encryptionType", "kmsKey"],
      equal: sameBlocks({
        ordered: true,
        defaults: { encryptionType: "AES256" },
        computed: ["kmsKey"],
      }),
    },
    forceDelete: { local: true },
    imageScanningConfiguration: { computed: true, members: ["scanOnPush"], equal: sameBlocks() },
    imageTagMutability: { default: "MUTABLE" },
    name: { replace: true },
  },
  outputs: { arn: "stable", registryId: "stable", repositoryUrl: "stable" },
  tagging: {
    add: (aws, { arn }, tags) =>
      client(aws).tagResource({ resourceArn: arn, tags: toTagList(tags) }),
    remove: (aws, { arn }, tagKeys) => client(aws).untagResource({ resourceArn: arn, tagKeys }),
  },
  async create(aws, inputs, tags) {
    const [encryption] = inputs.encryptionConfigurations ?? [];
    await client(aws).createRepository({
      repositoryName: inputs.name,
      encryptionConfiguration: encryption && {
        encryptionType: (encryption.encryptionType ?? "AES256") as EncryptionType,
        kmsKey: encryption.kmsKey,
      },
      imageScanningConfiguration: inputs.imageScanningConfiguration,
      imageTagMutability: inputs.imageTagMutability as ImageTagMutability | undefined,
      tags: toTagList(tags),
    });
    return inputs.name ?? "";
  },
  async read(aws, { id }) {
    const found = await describe(aws, id);
    if (!found) return undefined;
    return { properties: stateOf(found), tags: await tagsOf(aws, found) };
  },
  async update(aws, repositoryName, inputs, change) {
    if (change.has("imageTagMutability")) {
      const imageTagMutability = inputs.imageTagMutability as ImageTagMutability | undefined;
      await client(aws).putImageTagMutability({ repositoryName, imageTagMutability });
    }
    if (change.has("imageScanningConfiguration")) {
      const imageScanningConfiguration = inputs.imageScanningConfiguration ?? { scanOnPush: false };
      await client(aws).putImageScanningConfiguration({
        repositoryName,
        imageScanningConfiguration,
      });
    }
  },
  async delete(aws, { id, inputs }) {
    await client(aws)
      .deleteRepository({ repositoryName: id, force: inputs.forceDelete })
      .catch((error: Error) => {
        if (error.name !== "RepositoryNotEmptyException") throw error;
        throw new Error(
          `ECR Repository (${id}) not empty, consider using forceDelete: ${error.message}`,
        );
      });
  },
});

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecr/lifecyclepolicy/. Both of its properties force a new one, and, as a
 * repository has one policy, the old one goes first.
 */
const lifecyclePolicy = resource<ecr.LifecyclePolicyArgs, ecr.LifecyclePolicyState>({
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  deleteBeforeReplace: true,
  properties: {
    policy: {
      replace: true,
      equal: sameLifecyclePolicy,
      normalize: policyText,
      validate: policyError,
    },
    repository: { replace: true },
  },
  outputs: { registryId: "stable" },
  async create(aws, { repository: repositoryName, policy }) {
    const lifecyclePolicyText = String(policy);
    await client(aws).putLifecyclePolicy({ repositoryName, lifecyclePolicyText });
    return repositoryName;
  },
  async read(aws, { id }) {
    const found = await client(aws).getLifecyclePolicy({ repositoryName: id });
    const { lifecyclePolicyText: policy, registryId, repositoryName: name } = found;
    return { properties: { policy, registryId, repository: name } };
  },
  async delete(aws, { id }) {
    await client(aws).deleteLifecyclePolicy({ repositoryName: id });
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecr/getrepository/ */
const getRepository = invoke<ecr.GetRepositoryArgs, ecr.GetRepositoryResult>({
  type: "aws:ecr/getRepository:getRepository",
  args: ["name", "registryId", "tags"],
  async run(aws, { name, registryId }) {
    const found = await describe(aws, name, registryId);
    if (!found) throw new Error(`there is no ECR repository ${name}`);
    const { encryptionConfiguration: encryption, imageScanningConfiguration: scanning } = found;
    return {
      id: name,
      name,
      arn: found.repositoryArn ?? "",
      encryptionConfigurations: [
        {
          encryptionType: encryption?.encryptionType ?? "AES256",
          kmsKey: encryption?.kmsKey ?? "",
        },
      ],
      imageScanningConfigurations: [{ scanOnPush: scanning?.scanOnPush ?? false }],
      imageTagMutability: found.imageTagMutability ?? "MUTABLE",
      imageTagMutabilityExclusionFilters: [],
      mostRecentImageTags: await mostRecentTags(aws, name),
      region: aws.region,
      registryId: found.registryId ?? "",
      repositoryUrl: found.repositoryUri ?? "",
      tags: { ...(await tagsOf(aws, found)) },
    };
  },
});

function client(aws: AwsContext): ECR {
  return aws.client(ECR);
}

async function describe(
  aws: AwsContext,
  name: string,
  registryId?: string,
): Promise<Repository | undefined> {
  const { repositories: [found] = [] } = await client(aws).describeRepositories({
    repositoryNames: [name],
    registryId,
  });
  return found;
}

async function tagsOf(aws: AwsContext, { repositoryArn }: Repository): Promise<Tags> {
  return fromTagList((await client(aws).listTagsForResource({ resourceArn: repositoryArn })).tags);
}

async function mostRecentTags(aws: AwsContext, repositoryName: string): Promise<string[]> {
  const { imageDetails = [] } = await client(aws).describeImages({ repositoryName });
  const pushed = (at: Date | undefined) => at?.getTime() ?? 0;
  const [newest] = imageDetails.sort((a, b) => pushed(b.imagePushedAt) - pushed(a.imagePushedAt));
  return newest?.imageTags ?? [];
}

function stateOf(found: Repository): Resolved<ecr.RepositoryState> {
  const { encryptionConfiguration: encryption, imageScanningConfiguration: scanning } = found;
  return {
    arn: found.repositoryArn,
    encryptionConfigurations: [
      { encryptionType: encryption?.encryptionType ?? "AES256", kmsKey: encryption?.kmsKey ?? "" },
    ],
    imageScanningConfiguration: { scanOnPush: scanning?.scanOnPush ?? false },
    imageTagMutability: found.imageTagMutability as Inputs["imageTagMutability"],
    name: found.repositoryName,
    registryId: found.registryId,
    repositoryUrl: found.repositoryUri,
  };
}

export const resources = [repository, lifecyclePolicy];
export const functions = [getRepository];
