import type { Problem } from "../../shared/errors";
import { type SubjectKey, subjectKeys } from "../subject";
import type { Answer, Ask } from "./ask";
import { failure } from "./token";

/** The fields that are used of https://docs.github.com/en/rest/actions/oidc */
interface Template {
  readonly use_default?: boolean;
  readonly include_claim_keys?: readonly string[];
}

interface Subject {
  /** Undefined for GitHub's own template. */
  readonly subjectKeys?: readonly SubjectKey[];
  readonly problems: readonly Problem[];
}

/**
 * The template of the subject in the repository's tokens. "Organization's default if set, otherwise GitHub's default" applies to a repository that
 * opts in without keys of its own:
 * https://www.pulumi.com/registry/packages/github/api-docs/actionsrepositoryoidcsubjectclaimcustomizationtemplate/
 */
export async function lookAtSubject(
  ask: Ask,
  fullName: string,
  hasEnvironment: boolean,
): Promise<Subject> {
  const own = await ask(`repos/${fullName}/actions/oidc/customization/sub`);
  if (own.code !== 200) {
    return { problems: own.code === 404 ? [] : [failure(fullName, own, "Actions")] };
  }
  const { use_default: isDefault = true, include_claim_keys: keys = [] } = own.body as Template;
  if (isDefault) {
    return { problems: [] };
  }
  if (keys.length > 0) {
    return judgeKeys(fullName, keys, hasEnvironment);
  }
  const owner = fullName.split("/")[0] ?? "";
  const organization = await ask(`orgs/${owner}/actions/oidc/customization/sub`);
  if (organization.code !== 200) {
    return { problems: [unreadable(fullName, owner, organization)] };
  }
  const { include_claim_keys: common = [] } = organization.body as Template;
  return common.length > 0 ? judgeKeys(fullName, common, hasEnvironment) : { problems: [] };
}

function judgeKeys(fullName: string, keys: readonly string[], hasEnvironment: boolean): Subject {
  const known: readonly string[] = hasEnvironment
    ? subjectKeys
    : subjectKeys.filter((key) => key !== "environment");
  const isKnown = (key: string): key is SubjectKey => known.includes(key);
  if (keys.every(isKnown)) {
    return { subjectKeys: keys, problems: [] };
  }
  const others = keys.filter((key) => !isKnown(key));
  return {
    problems: [
      {
        path: `${fullName}, subject of its OIDC tokens`,
        value: keys.join(", "),
        allowed: `a template of ${known.join(", ")}: the deploy role must name each value, and cannot for ${others.join(", ")}`,
        fix: `use GitHub's own template in this repository: gh api --method PUT repos/${fullName}/actions/oidc/customization/sub -F use_default=true`,
      },
    ],
  };
}

/**
 * The problem if the organisation's template cannot be read. Users have no template. Organisations answer only to a token with the scope.
 */
function unreadable(fullName: string, owner: string, answer: Answer): Problem {
  if (answer.code !== 403 && answer.code !== 404) {
    return failure(fullName, answer);
  }
  return {
    path: "GITHUB_TOKEN",
    value: `a token that cannot read the OIDC template of ${owner}`,
    allowed: `a token with the scope read:org, because ${fullName} uses the organisation's template for the subject of its OIDC tokens`,
    fix: "gh auth refresh --scopes repo,workflow,read:org; a fine-grained token needs read access to the organisation's Administration",
  };
}
