/** Elastic Container Registry. */
import {
  ECR,
  type ImageTagMutability,
  type ImageTagMutabilityExclusionFilter,
  type Repository,
} from "@aws-sdk/client-ecr";
import type * as ecr from "@pulumi/aws/ecr";
import { sameBlocks } from "../kit/blocks";
import { toCamel } from "../kit/casing";
import { fromTags, toTagList } from "../kit/tags";
import { parsed, policy } from "../kit/values";
import type { AwsContext } from "./context";
import { invoke, replacing, resource, stable } from "./definition";
import { foundOr } from "./not-found";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecr/repository/ */
const repository = resource<ecr.RepositoryArgs, ecr.RepositoryState>({
  type: "aws:ecr/repository:Repository",
  name: { property: "name" },
  properties: {
    // The diff of both blocks is suppressed while they are missing; encryption is set at creation.
    encryptionConfigurations: {
      computed: true,
      replace: true,
      block: {
        members: ["encryptionType", "kmsKey"],
        ordered: true,
        defaults: { encryptionType: "AES256" },
        computed: ["kmsKey"],
      },
    },
    forceDelete: { local: true },
    imageScanningConfiguration: { computed: true, block: { members: ["scanOnPush"] } },
    imageTagMutability: { default: "MUTABLE" },
    imageTagMutabilityExclusionFilters: { block: { members: ["filter", "filterType"] } },
    name: { replace: true },
  },
  outputs: stable("arn", "registryId", "repositoryUrl"),
  tagging: {
    add: (aws, { arn }, tags) =>
      client(aws).tagResource({ resourceArn: arn, tags: toTagList(tags) }),
    remove: (aws, { arn }, tagKeys) => client(aws).untagResource({ resourceArn: arn, tagKeys }),
  },
  async create(aws, inputs, tags) {
    const { imageScanningConfiguration, imageTagMutability, imageTagMutabilityExclusionFilters } =
      inputs;
    const [encryption] = inputs.encryptionConfigurations ?? [];
    await client(aws).createRepository({
      ...toCamel({
        imageScanningConfiguration,
        imageTagMutability,
        imageTagMutabilityExclusionFilters,
      }),
      repositoryName: inputs.name,
      encryptionConfiguration: encryption && toCamel({ encryptionType: "AES256", ...encryption }),
      tags: toTagList(tags),
    });
    return inputs.name;
  },
  async read(aws, { id }) {
    const found = await describe(aws, id);
    if (!found) return undefined;
    const { tags, imageScanningConfigurations: [scanning] = [], ...properties } = found;
    return { properties: { ...properties, imageScanningConfiguration: scanning }, tags };
  },
  async update(aws, repositoryName, inputs, change) {
    const { imageScanningConfiguration = { scanOnPush: false }, imageTagMutability } = inputs;
    if (change.has("imageTagMutability") || change.has("imageTagMutabilityExclusionFilters")) {
      const { imageTagMutabilityExclusionFilters: filters } = inputs;
      await client(aws).putImageTagMutability({
        repositoryName,
        imageTagMutability: imageTagMutability as ImageTagMutability | undefined,
        imageTagMutabilityExclusionFilters: filters as ImageTagMutabilityExclusionFilter[],
      });
    }
    if (change.has("imageScanningConfiguration")) {
      await client(aws).putImageScanningConfiguration({
        repositoryName,
        imageScanningConfiguration,
      });
    }
  },
  delete: (aws, { id, inputs }) =>
    client(aws)
      .deleteRepository({ repositoryName: id, force: inputs.forceDelete })
      .catch((error: Error) => {
        if (error.name !== "RepositoryNotEmptyException") throw error;
        throw new Error(
          `ECR Repository (${id}) not empty, consider using forceDelete: ${error.message}`,
        );
      }),
});

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecr/lifecyclepolicy/. Both of its properties force a new one. A
 * repository has one policy, so the old one is deleted first.
 */
const lifecyclePolicy = resource<ecr.LifecyclePolicyArgs, ecr.LifecyclePolicyState>({
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  deleteBeforeReplace: true,
  properties: {
    ...replacing("repository"),
    policy: { ...policy, replace: true, equal: sameLifecyclePolicy },
  },
  outputs: stable("registryId"),
  async create(aws, { repository: repositoryName, policy }) {
    const lifecyclePolicyText = String(policy);
    await client(aws).putLifecyclePolicy({ repositoryName, lifecyclePolicyText });
    return repositoryName;
  },
  async read(aws, { id: repositoryName }) {
    const found = await client(aws).getLifecyclePolicy({ repositoryName });
    const { lifecyclePolicyText: policy, repositoryName: repository } = found;
    return { found, properties: { policy, repository } };
  },
  delete: (aws, { id: repositoryName }) => client(aws).deleteLifecyclePolicy({ repositoryName }),
});

/**
 * Compares lifecycle policies by meaning: the order of rules is their priority; the order of tags does not matter.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export function sameLifecyclePolicy(a: unknown, b: unknown): boolean {
  return sameBlocks()(parsed(a), parsed(b));
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecr/repositorypolicy/ */
const repositoryPolicy = resource<ecr.RepositoryPolicyArgs, ecr.RepositoryPolicyState>({
  type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  properties: { ...replacing("repository"), policy },
  outputs: stable("registryId"),
  async create(aws, inputs) {
    await setPolicy(aws, inputs);
    return inputs.repository;
  },
  async read(aws, { id: repositoryName }) {
    const found = await client(aws).getRepositoryPolicy({ repositoryName });
    const { policyText: policy, repositoryName: repository, registryId } = found;
    return { properties: { policy, repository, registryId } };
  },
  update: (aws, _, inputs) => setPolicy(aws, inputs),
  async delete(aws, { id: repositoryName }) {
    await client(aws).deleteRepositoryPolicy({ repositoryName });
  },
});

async function setPolicy(
  aws: AwsContext,
  { repository: repositoryName, policy }: { repository: string; policy: unknown },
) {
  await client(aws).setRepositoryPolicy({ repositoryName, policyText: String(policy) });
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecr/getrepository/ */
const getRepository = invoke<ecr.GetRepositoryArgs, ecr.GetRepositoryResult>({
  type: "aws:ecr/getRepository:getRepository",
  args: ["name"],
  async run(aws, { name }) {
    const found = await foundOr("ECR Repository", name, () => describe(aws, name));
    const mostRecentImageTags = await mostRecentTags(aws, name);
    const { region } = aws;
    return {
      ...found,
      id: name,
      region,
      mostRecentImageTags,
    };
  },
});

function client(aws: AwsContext): ECR {
  return aws.client(ECR);
}

/** The form of `getRepository`; the resource has one block for scanning. */
async function describe(aws: AwsContext, name: string) {
  const request = { repositoryNames: [name] };
  const { repositories: [found] = [] } = await client(aws).describeRepositories(request);
  return found && { ...stateOf(found), tags: await tagsOf(aws, found) };
}

function stateOf(found: Repository) {
  const { encryptionConfiguration: encryption, imageScanningConfiguration: scanning } = found;
  return {
    arn: found.repositoryArn ?? "",
    encryptionConfigurations: [
      { encryptionType: encryption?.encryptionType ?? "AES256", kmsKey: encryption?.kmsKey ?? "" },
    ],
    imageScanningConfigurations: [{ scanOnPush: scanning?.scanOnPush ?? false }],
    imageTagMutability: found.imageTagMutability ?? "MUTABLE",
    imageTagMutabilityExclusionFilters: (found.imageTagMutabilityExclusionFilters ?? []).map(
      ({ filter = "", filterType = "" }) => ({ filter, filterType }),
    ),
    name: found.repositoryName ?? "",
    registryId: found.registryId ?? "",
    repositoryUrl: found.repositoryUri ?? "",
  };
}

async function tagsOf(aws: AwsContext, { repositoryArn }: Repository) {
  return fromTags(await client(aws).listTagsForResource({ resourceArn: repositoryArn }));
}

async function mostRecentTags(aws: AwsContext, repositoryName: string): Promise<string[]> {
  const { imageDetails = [] } = await client(aws).describeImages({ repositoryName });
  const pushed = (at: Date | undefined) => at?.getTime() ?? 0;
  const [newest] = imageDetails.sort((a, b) => pushed(b.imagePushedAt) - pushed(a.imagePushedAt));
  return newest?.imageTags ?? [];
}

export const resources = [repository, lifecyclePolicy, repositoryPolicy];
export const functions = [getRepository];
