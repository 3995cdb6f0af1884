/** Systems Manager parameters. */
import {
  type Parameter,
  type ParameterTier,
  type ParameterType,
  paginateGetParametersByPath,
  SSM,
} from "@aws-sdk/client-ssm";
import type { types } from "@pulumi/aws";
import type * as ssm from "@pulumi/aws/ssm";
import type { AwsContext } from "./context";
import { invoke, type Resolved, resource } from "./definition";
import { fromTagList, toTagList } from "./tags";

type Inputs = Resolved<ssm.ParameterArgs>;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ssm/parameter/ */
const parameter = resource<ssm.ParameterArgs, ssm.ParameterState>({
  type: "aws:ssm/parameter:Parameter",
  name: { property: "name", maxLength: 2048 },
  properties: {
    allowedPattern: {},
    arn: { computed: true },
    dataType: { computed: true },
    description: {},
    insecureValue: { computed: true },
    keyId: { computed: true },
    name: { replace: true },
    overwrite: { local: true },
    // "Downgrading an Advanced tier parameter to Standard will recreate the resource."
    tier: { computed: true, replace: (old, value) => old === "Advanced" && value === "Standard" },
    // ForceNew in the provider's schema: a parameter's type cannot be changed by PutParameter's overwrite.
    type: { replace: true },
    value: { computed: true },
  },
  outputs: { hasValueWo: "stable", version: { when: ["value", "insecureValue"] } },
  tagging: {
    add: (aws, { name }, tags) =>
      aws.client(SSM).addTagsToResource({ ...taggable(name), Tags: toTagList(tags) }),
    remove: (aws, { name }, keys) =>
      aws.client(SSM).removeTagsFromResource({ ...taggable(name), TagKeys: keys }),
  },
  validate({ value, insecureValue, type }) {
    if ((value === undefined) === (insecureValue === undefined)) {
      return "exactly one of 'value' and 'insecureValue' must be given";
    }
    const insecure = insecureValue !== undefined && type === "SecureString";
    return insecure ? "'insecureValue' cannot be used with the type SecureString" : undefined;
  },
  async create(aws, inputs, tags) {
    // AWS refuses tags together with Overwrite.
    const Overwrite = inputs.overwrite ?? false;
    const put = { ...request(inputs), Overwrite, ...(Overwrite ? {} : { Tags: toTagList(tags) }) };
    await aws.client(SSM).putParameter(put);
    if (Overwrite && Object.keys(tags).length > 0) {
      await aws.client(SSM).addTagsToResource({ ...taggable(inputs.name), Tags: toTagList(tags) });
    }
    return inputs.name ?? "";
  },
  async read(aws, { id, inputs }) {
    const client = aws.client(SSM);
    const { Parameter: found } = await client.getParameter({ Name: id, WithDecryption: true });
    if (!found) return undefined;
    const { Parameters: [details] = [] } = await client.describeParameters({
      ParameterFilters: [{ Key: "Name", Values: [id] }],
    });
    const { TagList } = await client.listTagsForResource(taggable(id));
    // The value stands in the one that the program uses, so that the other never reaches the state in the clear.
    const insecure = inputs.insecureValue !== undefined;
    return {
      properties: {
        allowedPattern: details?.AllowedPattern,
        arn: found.ARN,
        dataType: found.DataType,
        description: details?.Description,
        ...(insecure ? { insecureValue: found.Value } : { value: found.Value }),
        keyId: details?.KeyId ?? "",
        name: found.Name,
        tier: details?.Tier,
        type: found.Type as types.enums.ssm.ParameterType,
        version: found.Version,
        hasValueWo: false,
      },
      tags: fromTagList(TagList),
    };
  },
  async update(aws, _, inputs) {
    // "defaults to false during create operations [...] and then true for all subsequent operations"
    const Overwrite = inputs.overwrite ?? true;
    await aws.client(SSM).putParameter({ ...request(inputs), Overwrite });
  },
  async delete(aws, { id }) {
    await aws.client(SSM).deleteParameter({ Name: id });
  },
});

function request(inputs: Inputs) {
  return {
    Name: inputs.name,
    Type: inputs.type as ParameterType,
    Value: inputs.value ?? inputs.insecureValue,
    AllowedPattern: inputs.allowedPattern,
    DataType: inputs.dataType,
    Description: inputs.description,
    KeyId: inputs.keyId,
    Tier: inputs.tier as ParameterTier | undefined,
  };
}

function taggable(name: string | undefined) {
  return { ResourceType: "Parameter" as const, ResourceId: name };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/ssm/getparametersbypath/ */
const getParametersByPath = invoke<ssm.GetParametersByPathArgs, ssm.GetParametersByPathResult>({
  type: "aws:ssm/getParametersByPath:getParametersByPath",
  args: ["path", "recursive", "region", "withDecryption"],
  async run(aws: AwsContext, { path, recursive = false, withDecryption = true }) {
    const found: Parameter[] = [];
    const input = { Path: path, Recursive: recursive, WithDecryption: withDecryption };
    for await (const page of paginateGetParametersByPath({ client: aws.client(SSM) }, input)) {
      found.push(...(page.Parameters ?? []));
    }
    return {
      id: path,
      path,
      recursive,
      withDecryption,
      region: aws.region,
      arns: found.map(({ ARN = "" }) => ARN),
      names: found.map(({ Name = "" }) => Name),
      types: found.map(({ Type = "" }) => Type),
      values: found.map(({ Value = "" }) => Value),
    };
  },
});

export const resources = [parameter];
export const functions = [getParametersByPath];
