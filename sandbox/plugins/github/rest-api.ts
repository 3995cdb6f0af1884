/** `getRestApi`: the answers of GitHub's REST API to a GET. */
import { createHash, randomUUID } from "node:crypto";
import type { GetRestApiArgs, GetRestApiResult } from "@pulumi/github";
import { readFileAt, resolveRef } from "../../github/commits";
import { activeRulesets } from "../../github/protection";
import type { Environment } from "../../github/settings";
import { type Found, type GitHubContext, GitHubError } from "./context";
import { invoke } from "./definition";
import { accountAnswer } from "./rest-accounts";
import { pullRequestsPage } from "./rest-pull-requests";
import { variablesPage } from "./rest-variables";

interface Route {
  /** The path after the repository's name. */
  readonly path: RegExp;
  /** The permission that a fine-grained token needs, from GitHub's page of the endpoint. */
  readonly permission: string;
  /** The endpoint needs no permission for a public repository. */
  readonly open?: boolean;
  /** Undefined is a 404. */
  answer(found: Found, parts: readonly string[], query: URLSearchParams): unknown;
}

/** https://docs.github.com/en/rest: branches, branch protection, rules, environments, branch policies, secrets, contents. */
const ROUTES: readonly Route[] = [
  {
    path: /^\/branches\/([^/]+)$/,
    permission: "Contents",
    open: true,
    async answer({ path, settings }, [name = ""]) {
      const sha = await resolveRef(path, `refs/heads/${name}`);
      const guarded = settings.branchProtection?.[name] !== undefined;
      return sha && { name, commit: { sha }, protected: guarded };
    },
  },
  {
    path: /^\/branches\/([^/]+)\/protection$/,
    permission: "Administration",
    answer: ({ settings }, [name = ""]) => settings.branchProtection?.[name],
  },
  {
    path: /^\/rules\/branches\/([^/]+)$/,
    permission: "Metadata",
    open: true,
    answer: ({ settings, fullName }, [name = ""]) =>
      activeRulesets(settings, name).flatMap(({ id, rules }) =>
        rules.map((type) => ({
          ...{ type, ruleset_source_type: "Repository", ruleset_source: fullName, ruleset_id: id },
        })),
      ),
  },
  {
    path: /^\/rulesets\/(\d+)$/,
    permission: "Metadata",
    open: true,
    answer({ settings }, [id]) {
      const found = settings.rulesets?.find((ruleset) => String(ruleset.id) === id);
      return found && { ...found, rules: found.rules.map((type) => ({ type })) };
    },
  },
  {
    path: /^\/environments\/([^/]+)$/,
    permission: "Actions",
    open: true,
    answer({ settings }, [name = ""]) {
      const environment = settings.environments[name];
      return environment && { name, ...described(environment) };
    },
  },
  {
    path: /^\/environments\/([^/]+)\/deployment-branch-policies$/,
    permission: "Actions",
    open: true,
    answer({ settings }, [name = ""]) {
      const policies = Object.entries(settings.environments[name]?.policyIds ?? {});
      const branch_policies = policies.map(([key, id]) => {
        const [type = "", ...pattern] = key.split(":");
        return { id, name: pattern.join(":"), type };
      });
      return settings.environments[name] && { total_count: policies.length, branch_policies };
    },
  },
  {
    path: /^\/environments\/([^/]+)\/secrets\/public-key$/,
    permission: "Environments",
    answer: ({ settings }, [name = ""]) => settings.environments[name] && publicKey(name),
  },
  {
    path: /^\/actions\/secrets\/public-key$/,
    permission: "Secrets",
    answer: ({ fullName }) => publicKey(fullName),
  },
  {
    path: /^\/environments\/([^/]+)\/variables$/,
    permission: "Environments",
    answer: ({ settings }, [name = ""], query) =>
      settings.environments[name] && variablesPage(settings.environments[name], query),
  },
  {
    path: /^\/actions\/variables$/,
    permission: "Variables",
    answer: ({ settings }, _, query) => variablesPage(settings, query),
  },
  {
    path: /^\/actions\/oidc\/customization\/sub$/,
    permission: "Actions",
    answer: ({ settings: { subjectTemplate: template } }) => ({
      use_default: template === undefined,
      ...(template?.keys && { include_claim_keys: template.keys }),
    }),
  },
  {
    path: /^\/actions\/permissions$/,
    permission: "Administration",
    answer: ({ settings: { allowedActions = "all" } }) => ({
      enabled: allowedActions !== "none",
      ...(allowedActions !== "none" && {
        allowed_actions: Array.isArray(allowedActions) ? "selected" : allowedActions,
      }),
    }),
  },
  {
    path: /^\/actions\/permissions\/selected-actions$/,
    permission: "Administration",
    answer: ({ settings: { allowedActions } }) =>
      Array.isArray(allowedActions)
        ? { github_owned_allowed: false, verified_allowed: false, patterns_allowed: allowedActions }
        : undefined,
  },
  {
    path: /^\/teams$/,
    permission: "Administration",
    answer: ({ settings: { teams } }) => teams?.map((id) => ({ id, slug: `team-${id}` })),
  },
  {
    path: /^\/pulls$/,
    permission: "Pull requests",
    open: true,
    answer: ({ settings }, _, query) => pullRequestsPage(settings, query),
  },
  {
    path: /^\/contents\/(.+)$/,
    permission: "Contents",
    open: true,
    async answer({ path, settings }, [file = ""], query) {
      const ref = query.get("ref") ?? settings.defaultBranch;
      const text = await readFileAt(path, `refs/heads/${ref}`, file);
      if (text === undefined) return undefined;
      // In lines of 60 characters, as GitHub sends it.
      const content = Buffer.from(text).toString("base64").replace(/.{60}/g, "$&\n");
      return { type: "file", path: file, encoding: "base64", content };
    },
  },
];

/** https://www.pulumi.com/registry/packages/github/api-docs/getrestapi/ */
export const getRestApi = invoke<GetRestApiArgs, GetRestApiResult>({
  type: "github:index/getRestApi:getRestApi",
  args: ["endpoint"],
  run: (github, { endpoint }) => get(github, endpoint),
});

async function get(github: GitHubContext, endpoint: string): Promise<GetRestApiResult> {
  const url = new URL(endpoint.replace(/^\/?/, "/"), "https://api.github.com");
  const ofAccount = accountAnswer(url.pathname);
  const [, fullName = "", rest = ""] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
  const route = ROUTES.find(({ path }) => path.test(rest));
  if (!ofAccount && (!fullName || (rest && !route))) {
    throw new Error(`the sandbox's GitHub does not answer GET ${endpoint}`);
  }
  const request = `GET ${url.pathname.slice(1)}`;
  await github.disturb(request);
  const id = randomUUID();
  const headers = JSON.stringify({
    "Content-Type": ["application/json; charset=utf-8"],
    "X-Github-Request-Id": [id],
    ...(await scopesHeader(github, request)),
  });
  const body = ofAccount
    ? await ofAccount(github, request)
    : await bodyOf(github, fullName, request, rest, url.searchParams, route);
  return body === undefined
    ? // The real function returns a 404, and throws any other error.
      {
        ...{ endpoint, id, headers, code: 404, status: "404 Not Found" },
        body: JSON.stringify({ message: "Not Found", status: "404" }),
      }
    : { endpoint, id, headers, code: 200, status: "200 OK", body: JSON.stringify(body) };
}

async function bodyOf(
  github: GitHubContext,
  fullName: string,
  request: string,
  rest: string,
  query: URLSearchParams,
  route: Route | undefined,
): Promise<unknown> {
  try {
    const found = await github.find(fullName, request);
    if (!route) return await repository(github, found);
    if (!route.open || found.settings.private) {
      await github.allow(request, route.permission, "read");
    }
    const parts = (route.path.exec(rest) ?? []).slice(1).map(decodeURIComponent);
    return await route.answer(found, parts, query);
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return undefined;
    throw error;
  }
}

async function scopesHeader(github: GitHubContext, request: string) {
  const token = await github.who(request);
  return token && "scopes" in token ? { "X-Oauth-Scopes": [token.scopes.join(", ")] } : {};
}

/** https://docs.github.com/en/rest/repos/repos#get-a-repository */
async function repository(github: GitHubContext, { fullName, settings }: Found) {
  const [login, name] = fullName.split("/");
  const known = await github.who(`GET repos/${fullName}`);
  return {
    ...{ id: settings.id, name, full_name: fullName, private: settings.private },
    visibility: settings.private ? "private" : "public",
    owner: { login, id: settings.ownerId, type: settings.ownerType },
    default_branch: settings.defaultBranch,
    ...{ archived: false, disabled: false },
    // Only a known user has permissions; for a fine-grained token they are its owner's.
    ...(known && { permissions: { admin: true, maintain: true, push: true, pull: true } }),
  };
}

function described({ deploymentBranchPolicy: policy, canAdminsBypass }: Environment) {
  return {
    can_admins_bypass: canAdminsBypass,
    deployment_branch_policy: policy && {
      protected_branches: policy.protectedBranches,
      custom_branch_policies: policy.customBranchPolicies,
    },
  };
}

function publicKey(of: string) {
  return { key_id: "sandbox", key: createHash("sha256").update(of).digest("base64") };
}
