import { checkString, checkUnique } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import { checkManagedPolicy } from "../../shared/permissions-boundary";
import { checkPolicy } from "../../shared/policy";
import type { Unchecked } from "../../shared/unchecked";
import { checkRepositoryName } from "../lookup";
import { checkProtection } from "../protection";
import { checkSecretName } from "../settings";
import { checkBranch } from "../workflow/check-triggers";
import {
  type Backend,
  type PreviewedStack,
  type PreviewSettings,
  tokenDefaults,
  type UpdateSettings,
} from "./settings";

export function checkPreviews(settings: Unchecked<PreviewSettings>, path: string): Problem[] {
  const { repository, baseBranch, backend = {}, stacks = [] } = settings;
  const { previewToken = tokenDefaults.previewToken, updateToken = tokenDefaults.updateToken } =
    settings;
  const at = (i: number) => `${path}.stacks[${i}]`;
  return [
    ...checkRepositoryName(repository, `${path}.repository`),
    ...checkBranch(baseBranch, `${path}.baseBranch`),
    ...checkBackend(backend, `${path}.backend`),
    ...checkSecretName(previewToken, `${path}.previewToken`, tokenDefaults.previewToken),
    ...checkSecretName(updateToken, `${path}.updateToken`, tokenDefaults.updateToken),
    ...checkApart(previewToken, updateToken, path),
    ...(settings.stacks?.length === 0 ? [noStack(`${path}.stacks`)] : []),
    ...stacks.flatMap((stack = {}, i) => checkStack(stack, at(i))),
    ...checkEnvironments(settings, at),
    ...checkUnique(
      stacks.map((stack) => stack?.name),
      (i) => `${at(i)}.name`,
      { allowed: (first) => `each stack once: ${first} is the same`, fix: "remove it" },
    ),
  ];
}

function noStack(path: string): Problem {
  return {
    path,
    value: [],
    allowed: "at least one stack",
    fix: "add one, for example name: dev, or remove previews",
  };
}

function checkBackend(backend: Unchecked<Backend>, path: string): Problem[] {
  const { url, kmsKey, organization, previewTeam } = backend as Partial<Record<string, string>>;
  const name = {
    valid: /^[A-Za-z0-9][\w.-]*$/,
    allowed: "a name in Pulumi Cloud: letters, digits and . _ -",
    fix: "for example octo-org, as in https://app.pulumi.com/octo-org",
  };
  return [
    ...checkString(`${path}.organization`, organization, name),
    ...checkString(`${path}.previewTeam`, previewTeam, name),
    ...checkString(`${path}.url`, url, {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, and Pulumi's options as a query.
      valid: /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\?[\w=&.:/-]*)?$/,
      allowed: "s3:// and the name of a bucket, without a folder",
      fix: "for example s3://octo-pulumi-state?region=us-east-1",
    }),
    ...checkString(`${path}.kmsKey`, kmsKey, {
      // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html: aws/ is for AWS's own keys.
      valid: /^(?:alias\/(?!aws\/)[\w/-]+|arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+)$/,
      allowed: "alias/name of a key of your own, or a key's ARN",
      fix: "aws kms list-aliases lists them, for example alias/pulumi",
    }),
  ];
}

function checkStack(stack: Unchecked<PreviewedStack>, path: string): Problem[] {
  const { name, role, policy = [], update } = stack;
  const ignored: Problem = {
    path: `${path}.policy`,
    value: policy,
    allowed: "nothing together with role: Slipway does not change an existing role",
    fix: "add the permissions to that role",
    reads: [`${path}.role`],
  };
  return [
    ...checkString(`${path}.name`, name, {
      // https://www.pulumi.com/docs/iac/concepts/stacks/, and GitHub's job ids.
      valid: /^[A-Za-z_][\w-]{0,49}$/,
      allowed: "the name of a stack: letters, digits, _ and -, no digit first, at most 50",
      fix: "for example dev",
    }),
    ...checkRoleArn(role, `${path}.role`),
    ...checkPolicy(policy, `${path}.policy`),
    ...(role !== undefined && stack.policy !== undefined ? [ignored] : []),
    ...(update ? checkUpdate(update, `${path}.update`) : []),
  ];
}

function checkUpdate({ role, environment }: Unchecked<UpdateSettings>, path: string): Problem[] {
  const problems = checkProtection(environment, `${path}.environment`);
  if (role === undefined || typeof role === "string") {
    return [...checkRoleArn(role, `${path}.role`), ...problems];
  }
  const { policies = [], permissionsBoundary } = role;
  const none: Problem = {
    path: `${path}.role.policies`,
    value: [],
    allowed: "at least one policy: without one, the update could do nothing",
    fix: "for example arn:aws:iam::aws:policy/PowerUserAccess and a policy for IAM",
  };
  return [
    ...policies.flatMap((arn, i) => checkManagedPolicy(arn, `${path}.role.policies[${i}]`)),
    ...(role.policies?.length === 0 ? [none] : []),
    ...checkUnique(policies, (i) => `${path}.role.policies[${i}]`, {
      allowed: (first) => `each policy once: ${first} is the same`,
      fix: "remove it",
    }),
    ...checkManagedPolicy(permissionsBoundary, `${path}.role.permissionsBoundary`),
    ...problems,
  ];
}

function checkRoleArn(arn: string | undefined, path: string): Problem[] {
  return checkString(path, arn, {
    valid: /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    allowed: "the ARN of a role",
    fix: "for example arn:aws:iam::123456789012:role/preview",
  });
}

function checkApart(preview: string, update: string, path: string): Problem[] {
  return preview.toUpperCase() !== update.toUpperCase()
    ? []
    : [
        {
          path: `${path}.updateToken`,
          value: update,
          allowed:
            "another secret than previewToken: everybody who opens a pull request could write",
          fix: "create two tokens: one that may only read, and one that may write",
          reads: [`${path}.previewToken`],
        },
      ];
}

function checkEnvironments(
  { settings, stacks = [] }: Unchecked<PreviewSettings>,
  at: (index: number) => string,
): Problem[] {
  return settings !== "repository"
    ? []
    : stacks.flatMap((stack, i) =>
        stack?.update?.environment === undefined
          ? []
          : [
              {
                path: `${at(i)}.update.environment`,
                value: Object.keys(stack.update.environment).join(", "),
                allowed: "nothing: with settings: repository, there is no environment",
                fix: "remove it, or set settings: environment",
              },
            ],
      );
}
