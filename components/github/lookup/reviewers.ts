import type { Problem } from "../../shared/errors";
import type { Wanted } from "./args";
import type { Ask } from "./ask";
import { failure } from "./token";

/** Checks that the reviewers exist. Otherwise GitHub refuses the whole environment, and only after the AWS objects are created. */
export async function lookAtReviewers(
  ask: Ask,
  { environment = {}, settings }: Wanted,
  fullName: string,
): Promise<{ readonly problems: readonly Problem[] }> {
  if (environment === "adopt" || settings === "repository") {
    return { problems: [] };
  }
  const { users = [], teams = [] } = environment.reviewers ?? {};
  const problems = await Promise.all([
    ...users.map((id) => lookAtUser(ask, fullName, id)),
    teams.length > 0 ? lookAtTeams(ask, fullName, teams) : [],
  ]);
  return { problems: problems.flat() };
}

/** https://docs.github.com/en/rest/users/users#get-a-user-using-their-id */
async function lookAtUser(ask: Ask, fullName: string, id: number): Promise<Problem[]> {
  const answer = await ask(`user/${id}`);
  if (answer.code === 200) {
    return [];
  }
  if (answer.code !== 404) {
    return [failure(fullName, answer)];
  }
  return [
    {
      path: "github.environment.reviewers.users",
      value: id,
      allowed: "the id of a user on GitHub: there is no user with this id",
      fix: "gh api users/NAME --jq .id",
    },
  ];
}

/** GitHub's largest page of teams. */
const pageSize = 100;

/** Reviewers need read access, so a team must be among https://docs.github.com/en/rest/repos/repos#list-repository-teams */
async function lookAtTeams(
  ask: Ask,
  fullName: string,
  teams: readonly number[],
): Promise<Problem[]> {
  const answer = await ask(`repos/${fullName}/teams?per_page=${pageSize}`);
  const known = answer.code === 200 ? (answer.body as readonly { readonly id: number }[]) : [];
  // Only a complete list shows that a team is missing.
  if (answer.code !== 200 || known.length === pageSize) {
    return [];
  }
  const missing = teams.filter((id) => !known.some((team) => team.id === id));
  return missing.map((id) => ({
    path: "github.environment.reviewers.teams",
    value: id,
    allowed: `the id of a team that has access to ${fullName}`,
    fix: `gh api repos/${fullName}/teams --jq '.[] | [.slug, .id]' lists them`,
  }));
}
