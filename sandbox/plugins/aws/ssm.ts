/** Systems Manager parameters. */
import { type Parameter, paginateGetParametersByPath, SSM } from "@aws-sdk/client-ssm";
import type * as ssm from "@pulumi/aws/ssm";
import { toPascal } from "../kit/casing";
import { fromTags, toTagList } from "../kit/tags";
import { absent, invoke, replacing, resource } from "./definition";
import { foundOr } from "./not-found";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ssm/parameter/ */
const parameter = resource<ssm.ParameterArgs, ssm.ParameterState>({
  type: "aws:ssm/parameter:Parameter",
  name: { property: "name" },
  properties: {
    // ForceNew in internal/service/ssm/parameter.go: the name and the data type. AWS refuses another type in place, like the provider's update.
    ...replacing("name"),
    allowedPattern: {},
    arn: { computed: true },
    dataType: { computed: true, replace: true },
    description: {},
    insecureValue: { computed: true },
    keyId: { computed: true, absent: "" },
    overwrite: { local: true },
    // "Downgrading an Advanced tier parameter to Standard will recreate the resource." With Intelligent-Tiering AWS chooses the tier.
    tier: {
      computed: true,
      replace: (old, value) => old === "Advanced" && value === "Standard",
      suppress: (old, value) => Boolean(old) && value === "Intelligent-Tiering",
    },
    type: {},
    value: { computed: true },
  },
  outputs: {
    ...absent(false, "hasValueWo"),
    version: { when: ["description", "insecureValue", "value"] },
  },
  tagging: {
    add: (aws, { id }, tags) =>
      aws.client(SSM).addTagsToResource({ ...taggable(id), Tags: toTagList(tags) }),
    remove: (aws, { id }, TagKeys) =>
      aws.client(SSM).removeTagsFromResource({ ...taggable(id), TagKeys }),
  },
  validate({ value, insecureValue, type }) {
    if ((value === undefined) === (insecureValue === undefined)) {
      return "exactly one of 'value' and 'insecureValue' must be given";
    }
    const insecure = insecureValue !== undefined && type === "SecureString";
    return insecure ? "'insecureValue' cannot be used with the type SecureString" : undefined;
  },
  async create(aws, inputs, tags) {
    const { name = "", overwrite: Overwrite = false } = inputs;
    const Tags = toTagList(tags);
    // AWS refuses tags together with Overwrite.
    await aws
      .client(SSM)
      .putParameter({ ...request(inputs), Overwrite, ...(!Overwrite && { Tags }) });
    if (Overwrite && Tags) await aws.client(SSM).addTagsToResource({ ...taggable(name), Tags });
    return name;
  },
  async read(aws, { id, inputs }) {
    const client = aws.client(SSM);
    const { Parameter: found } = await client.getParameter({ Name: id, WithDecryption: true });
    if (!found) return undefined;
    const { Parameters: [details] = [] } = await client.describeParameters({
      ParameterFilters: [{ Key: "Name", Values: [id] }],
    });
    // Only the property that the program uses gets the value, so that the state never has it unencrypted in the other one.
    const insecure = inputs.insecureValue !== undefined;
    return {
      found: { ...details, ...found },
      properties: {
        value: insecure ? undefined : found.Value,
        insecureValue: insecure ? found.Value : undefined,
      },
      tags: fromTags(await client.listTagsForResource(taggable(id))),
    };
  },
  update: (aws, _, inputs) =>
    // "defaults to false during create operations [...] and then true for all subsequent operations"
    aws.client(SSM).putParameter({ ...request(inputs), Overwrite: inputs.overwrite ?? true }),
  delete: (aws, { id }) => aws.client(SSM).deleteParameter({ Name: id }),
});

function request({ arn: _, insecureValue, ...inputs }: { arn?: string; insecureValue?: string }) {
  return toPascal<{ Name: string; Value: string }>({ value: insecureValue, ...inputs });
}

function taggable(name: string) {
  return { ResourceType: "Parameter" as const, ResourceId: name };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/ssm/getparametersbypath/ */
const getParametersByPath = invoke<ssm.GetParametersByPathArgs, ssm.GetParametersByPathResult>({
  type: "aws:ssm/getParametersByPath:getParametersByPath",
  args: ["path", "recursive", "region", "withDecryption"],
  async run(aws, { path, recursive = false, withDecryption = true }) {
    const found: Parameter[] = [];
    const input = { Path: path, Recursive: recursive, WithDecryption: withDecryption };
    for await (const page of paginateGetParametersByPath({ client: aws.client(SSM) }, input)) {
      found.push(...(page.Parameters ?? []));
    }
    return {
      ...{ id: path, path, recursive, withDecryption, region: aws.region },
      arns: found.map(({ ARN = "" }) => ARN),
      names: found.map(({ Name = "" }) => Name),
      types: found.map(({ Type = "" }) => Type),
      values: found.map(({ Value = "" }) => Value),
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ssm/getparameter/ */
const getParameter = invoke<ssm.GetParameterArgs, ssm.GetParameterResult>({
  type: "aws:ssm/getParameter:getParameter",
  args: ["name", "withDecryption"],
  async run(aws, { name, withDecryption = true }) {
    const found = await foundOr("SSM Parameter", name, async () => {
      const request = { Name: name, WithDecryption: withDecryption };
      return (await aws.client(SSM).getParameter(request)).Parameter;
    });
    const { ARN = "", Name: id = "", Type = "", Value = "", Version = 0 } = found;
    const insecureValue = Type === "SecureString" ? "" : Value;
    return {
      ...{ id, name: id, arn: ARN, region: aws.region, type: Type, version: Version },
      ...{ value: Value, insecureValue, withDecryption },
    };
  },
});

export const resources = [parameter];
export const functions = [getParameter, getParametersByPath];
