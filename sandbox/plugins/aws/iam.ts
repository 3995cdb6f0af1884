/** Identity and Access Management: roles, their policies, and identity providers. */
import { IAM, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type * as iam from "@pulumi/aws/iam";
import type { AwsContext } from "./context";
import { resource } from "./definition";
import { getOpenIdConnectProvider, openIdConnectProvider } from "./iam-oidc";
import { fromTagList, toTagList } from "./tags";
import { policyError, policyText, samePolicy } from "./values";

const policyRule = { equal: samePolicy, normalize: policyText, validate: policyError };

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/ */
const role = resource<iam.RoleArgs, iam.RoleState>({
  type: "aws:iam/role:Role",
  global: true,
  name: { property: "name", maxLength: 64 },
  properties: {
    assumeRolePolicy: policyRule,
    description: {},
    forceDetachPolicies: { default: false, local: true },
    inlinePolicies: { outputOnly: true, computed: true },
    managedPolicyArns: { outputOnly: true, computed: true },
    maxSessionDuration: { default: 3600 },
    name: { replace: true },
    namePrefix: { outputOnly: true, computed: true },
    // ForceNew in the provider's schema, as is the name: IAM cannot change them.
    path: { default: "/", replace: true },
    permissionsBoundary: {},
  },
  outputs: { arn: "stable", createDate: "stable", uniqueId: "stable" },
  tagging: {
    add: (aws, { name }, tags) => client(aws).tagRole({ RoleName: name, Tags: toTagList(tags) }),
    remove: (aws, { name }, TagKeys) => client(aws).untagRole({ RoleName: name, TagKeys }),
  },
  async create(aws, inputs, tags) {
    await client(aws).createRole({
      RoleName: inputs.name,
      AssumeRolePolicyDocument: String(inputs.assumeRolePolicy),
      Description: inputs.description,
      MaxSessionDuration: inputs.maxSessionDuration,
      Path: inputs.path,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: toTagList(tags),
    });
    return inputs.name ?? "";
  },
  async read(aws, { id }) {
    const { Role: found } = await client(aws).getRole({ RoleName: id });
    if (!found) return undefined;
    return {
      properties: {
        arn: found.Arn,
        assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
        createDate: found.CreateDate?.toISOString(),
        description: found.Description ?? "",
        inlinePolicies: await inlinePolicies(aws, id),
        managedPolicyArns: await attachedPolicies(aws, id),
        maxSessionDuration: found.MaxSessionDuration ?? 3600,
        name: found.RoleName,
        namePrefix: "",
        path: found.Path,
        permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
        uniqueId: found.RoleId,
      },
      tags: fromTagList(found.Tags),
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

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/rolepolicy/ */
const rolePolicy = resource<iam.RolePolicyArgs, iam.RolePolicyState>({
  type: "aws:iam/rolePolicy:RolePolicy",
  global: true,
  name: { property: "name", maxLength: 128 },
  properties: {
    name: { replace: true },
    namePrefix: { outputOnly: true, computed: true },
    policy: policyRule,
    role: { replace: true },
  },
  outputs: {},
  async create(aws, { name = "", role: roleName, policy }) {
    await client(aws).send(putPolicy(roleName, name, policy));
    return `${roleName}:${name}`;
  },
  async read(aws, { id }) {
    const [RoleName, PolicyName] = id.split(":");
    const found = await client(aws).getRolePolicy({ RoleName, PolicyName });
    const policy = decodeURIComponent(found.PolicyDocument ?? "");
    return { properties: { name: PolicyName, namePrefix: "", policy, role: RoleName } };
  },
  async update(aws, _, { name = "", role: roleName, policy }) {
    await client(aws).send(putPolicy(roleName, name, policy));
  },
  async delete(aws, { id }) {
    const [RoleName, PolicyName] = id.split(":");
    await client(aws).deleteRolePolicy({ RoleName, PolicyName });
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/rolepolicyattachment/ */
const rolePolicyAttachment = resource<iam.RolePolicyAttachmentArgs, iam.RolePolicyAttachmentState>({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  global: true,
  properties: { policyArn: { replace: true }, role: { replace: true } },
  outputs: {},
  async create(aws, { role: RoleName, policyArn: PolicyArn }) {
    await client(aws).attachRolePolicy({ RoleName, PolicyArn });
    return `${RoleName}/${PolicyArn}`;
  },
  async read(aws, { id }) {
    const [roleName = "", policyArn = ""] = attachment(id);
    const attached = await attachedPolicies(aws, roleName);
    if (!attached.includes(policyArn)) return undefined;
    return { properties: { policyArn, role: roleName } };
  },
  async delete(aws, { id }) {
    const [RoleName, PolicyArn] = attachment(id);
    await client(aws).detachRolePolicy({ RoleName, PolicyArn });
  },
});

function client(aws: AwsContext): IAM {
  return aws.client(IAM);
}

function putPolicy(RoleName: string, PolicyName: string, policy: unknown): PutRolePolicyCommand {
  return new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: String(policy) });
}

/** The id, as for an import: "the role name and policy arn separated by /". */
function attachment(id: string): [string, string] {
  const slash = id.indexOf("/");
  return [id.slice(0, slash), id.slice(slash + 1)];
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

export const resources = [role, rolePolicy, rolePolicyAttachment, openIdConnectProvider];
export const functions = [getOpenIdConnectProvider];
