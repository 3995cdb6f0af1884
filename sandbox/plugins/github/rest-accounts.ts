/** What GitHub answers about users and organizations. */
import { readOrganization } from "../../github/organizations";
import type { GitHubContext } from "./context";

type Body = (github: GitHubContext, request: string) => Promise<unknown>;

/** Undefined is no such endpoint; an answer of undefined is a 404. */
export function accountAnswer(path: string): Body | undefined {
  const [, templateOf] = /^\/orgs\/([^/]+)\/actions\/oidc\/customization\/sub$/.exec(path) ?? [];
  if (templateOf) return (github, request) => subjectTemplateOf(github, templateOf, request);
  const [, user] = /^\/user\/(\d+)$/.exec(path) ?? [];
  if (user) return async () => ({ id: Number(user), login: `user-${user}` });
  const [, organization] = /^\/orgs\/([^/]+)$/.exec(path) ?? [];
  // https://docs.github.com/en/rest/orgs/orgs#get-an-organization: only owners see the plan, with the scope admin:org.
  if (organization) return async () => ({ login: organization });
  // https://docs.github.com/en/rest/billing/usage: the sandbox's tokens are not an owner's.
  if (/^\/(?:organizations|users)\/[^/]+\/settings\/billing\/usage$/.test(path)) {
    return async () => undefined;
  }
  return path === "/user" ? async () => ({ login: "sandbox" }) : undefined;
}

/** Only a token with the scope may read it; GitHub returns its own template for an organization without one. */
async function subjectTemplateOf(github: GitHubContext, organization: string, request: string) {
  const token = await github.who(request);
  if (!token || !("scopes" in token) || !token.scopes.includes("read:org")) return undefined;
  const { subjectKeys = ["repo", "context"] } = await readOrganization(github.root, organization);
  return { include_claim_keys: subjectKeys };
}
