/** Identity and Access Management: roles, their policies, and identity providers. */
import { IAM } from "@aws-sdk/client-iam";
import type * as iam from "@pulumi/aws/iam";
import { toPascal } from "../kit/casing";
import { fromTags, toTagList } from "../kit/tags";
import { policy } from "../kit/values";
import type { AwsContext } from "./context";
import { invoke, outputOnly, type Resolved, replacing, resource, stable } from "./definition";
import { instanceProfile } from "./iam-instance-profile";
import { getOpenIdConnectProvider, openIdConnectProvider } from "./iam-oidc";
import { foundOr } from "./not-found";

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/ */
const role = resource<iam.RoleArgs, iam.RoleState>({
  type: "aws:iam/role:Role",
  global: true,
  name: { property: "name", maxLength: 64 },
  properties: {
    assumeRolePolicy: policy,
    description: { absent: "" },
    forceDetachPolicies: { default: false, local: true },
    maxSessionDuration: { default: 3600 },
    name: { replace: true },
    // ForceNew in the provider's schema, as is the name: IAM cannot change them.
    path: { default: "/", replace: true },
    permissionsBoundary: {},
    ...outputOnly([], "inlinePolicies", "managedPolicyArns"),
    ...outputOnly("", "namePrefix"),
  },
  outputs: stable("arn", "createDate", "uniqueId"),
  tagging: {
    add: (aws, { id }, tags) => client(aws).tagRole({ RoleName: id, Tags: toTagList(tags) }),
    remove: (aws, { id }, TagKeys) => client(aws).untagRole({ RoleName: id, TagKeys }),
  },
  async create(aws, inputs, tags) {
    const { assumeRolePolicy, description, maxSessionDuration, name, path } = inputs;
    await client(aws).createRole({
      ...toPascal({ description, maxSessionDuration, path }),
      RoleName: name,
      AssumeRolePolicyDocument: String(assumeRolePolicy),
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: toTagList(tags),
    });
    return name;
  },
  async read(aws, { id }) {
    const { Role: found } = await client(aws).getRole({ RoleName: id });
    if (!found) return undefined;
    return {
      found,
      properties: {
        assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
        inlinePolicies: await inlinePolicies(aws, id),
        managedPolicyArns: await attachedPolicies(aws, id),
        name: found.RoleName,
        permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
        uniqueId: found.RoleId,
      },
    };
  },
  async update(aws, RoleName, inputs, change) {
    if (change.has("assumeRolePolicy")) {
      const PolicyDocument = String(inputs.assumeRolePolicy);
      await client(aws).updateAssumeRolePolicy({ RoleName, PolicyDocument });
    }
    if (change.has("description", "maxSessionDuration")) {
      const { description: Description = "", maxSessionDuration: MaxSessionDuration } = inputs;
      await client(aws).updateRole({ RoleName, Description, MaxSessionDuration });
    }
    if (!change.has("permissionsBoundary")) return;
    const PermissionsBoundary = inputs.permissionsBoundary;
    await (PermissionsBoundary
      ? client(aws).putRolePermissionsBoundary({ RoleName, PermissionsBoundary })
      : client(aws).deleteRolePermissionsBoundary({ RoleName }));
  },
  async delete(aws, { id, inputs }) {
    // "Whether to force detaching any policies the role has before destroying it."
    if (inputs.forceDetachPolicies) await detachAll(aws, id);
    await client(aws).deleteRole({ RoleName: id });
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/getrole/ */
const getRole = invoke<iam.GetRoleArgs, iam.GetRoleResult>({
  type: "aws:iam/getRole:getRole",
  args: ["name"],
  async run(aws, { name }) {
    const found = await foundOr("IAM Role", name, async () => {
      return (await client(aws).getRole({ RoleName: name })).Role;
    });
    return {
      ...{ id: name, name, roleLastUseds: [], tags: fromTags(found) },
      arn: found.Arn ?? "",
      assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
      createDate: found.CreateDate?.toISOString() ?? "",
      description: found.Description ?? "",
      maxSessionDuration: found.MaxSessionDuration ?? 3600,
      path: found.Path ?? "/",
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      uniqueId: found.RoleId ?? "",
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/rolepolicy/ */
const rolePolicy = resource<iam.RolePolicyArgs, iam.RolePolicyState>({
  type: "aws:iam/rolePolicy:RolePolicy",
  global: true,
  name: { property: "name" },
  properties: {
    ...replacing("name", "role"),
    policy,
    ...outputOnly("", "namePrefix"),
  },
  outputs: {},
  async create(aws, inputs) {
    await putPolicy(aws, inputs);
    return `${inputs.role}:${inputs.name}`;
  },
  async read(aws, { id }) {
    const [RoleName, PolicyName] = id.split(":");
    const found = await client(aws).getRolePolicy({ RoleName, PolicyName });
    const policy = decodeURIComponent(found.PolicyDocument ?? "");
    return { properties: { name: PolicyName, policy, role: RoleName } };
  },
  update: (aws, _, inputs) => putPolicy(aws, inputs),
  async delete(aws, { id }) {
    const [RoleName, PolicyName] = id.split(":");
    await client(aws).deleteRolePolicy({ RoleName, PolicyName });
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/rolepolicyattachment/ */
const rolePolicyAttachment = resource<iam.RolePolicyAttachmentArgs, iam.RolePolicyAttachmentState>({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  global: true,
  properties: replacing("policyArn", "role"),
  outputs: {},
  async create(aws, { role: RoleName, policyArn: PolicyArn }) {
    await client(aws).attachRolePolicy({
      ...{ RoleName: String(RoleName), PolicyArn: String(PolicyArn) },
    });
    return `${RoleName}/${PolicyArn}`;
  },
  async read(aws, { inputs: { role, policyArn } }) {
    const attached = await attachedPolicies(aws, String(role));
    return attached.includes(String(policyArn)) ? { properties: { role, policyArn } } : undefined;
  },
  async delete(aws, { inputs: { role: RoleName, policyArn: PolicyArn } }) {
    await client(aws).detachRolePolicy({
      ...{ RoleName: String(RoleName), PolicyArn: String(PolicyArn) },
    });
  },
});

function client(aws: AwsContext): IAM {
  return aws.client(IAM);
}

async function putPolicy(aws: AwsContext, inputs: Resolved<iam.RolePolicyArgs>) {
  const { name: PolicyName, policy, role: RoleName } = inputs;
  await client(aws).putRolePolicy({ RoleName, PolicyName, PolicyDocument: String(policy) });
}

async function attachedPolicies(aws: AwsContext, RoleName: string): Promise<string[]> {
  const { AttachedPolicies = [] } = await client(aws).listAttachedRolePolicies({ RoleName });
  return AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn);
}

async function inlinePolicies(aws: AwsContext, RoleName: string) {
  const { PolicyNames = [] } = await client(aws).listRolePolicies({ RoleName });
  return Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const found = await client(aws).getRolePolicy({ RoleName, PolicyName });
      return { name: PolicyName, policy: decodeURIComponent(found.PolicyDocument ?? "") };
    }),
  );
}

async function detachAll(aws: AwsContext, RoleName: string): Promise<void> {
  for (const PolicyArn of await attachedPolicies(aws, RoleName)) {
    await client(aws).detachRolePolicy({ RoleName, PolicyArn });
  }
  for (const { name: PolicyName } of await inlinePolicies(aws, RoleName)) {
    await client(aws).deleteRolePolicy({ RoleName, PolicyName });
  }
}

export const resources = [
  instanceProfile,
  role,
  rolePolicy,
  rolePolicyAttachment,
  openIdConnectProvider,
];
export const functions = [getOpenIdConnectProvider, getRole];
