import type { Problem } from "../../shared/errors";
import type { MergedProposal } from "../delivery";
import type { Ask } from "./ask";
import { failure } from "./token";

/** The fields that are used of https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
interface PullRequest {
  readonly created_at: string;
  readonly merged_at: string | null;
  readonly head: { readonly ref: string };
}

interface FilePlace {
  readonly fullName: string;
  readonly branch: string;
  /** The beginning of the names of the stack's own branches for the file. */
  readonly headPrefix: string;
  /** When the stack began to deliver the file in pull requests; undefined if it has not yet. */
  readonly since: string | undefined;
}

/** Returns the newest merged pull request for a file. One from before `since` belongs to an earlier stack of this name. */
export async function lookAtProposal(
  ask: Ask,
  { fullName, branch, headPrefix, since }: FilePlace,
): Promise<{
  readonly proposal?: MergedProposal;
  readonly problems: readonly Problem[];
}> {
  if (since === undefined) {
    return { problems: [] };
  }
  const query = "state=all&sort=created&direction=desc&per_page=100";
  const answer = await ask(`repos/${fullName}/pulls?base=${encodeURIComponent(branch)}&${query}`);
  if (answer.code !== 200) {
    return { problems: [failure(fullName, answer, "Pull requests")] };
  }
  const own = (answer.body as readonly PullRequest[]).filter(
    ({ head, created_at }) =>
      head.ref.startsWith(headPrefix) && Date.parse(created_at) >= Date.parse(since),
  );
  const merged = own.find(({ merged_at }) => merged_at !== null);
  if (!merged) {
    return { problems: [] };
  }
  const head = merged.head.ref;
  const isNewest = merged === own[0];
  const still = isNewest && (await ask(`repos/${fullName}/branches/${encodeURIComponent(head)}`));
  return {
    proposal: { head, isNewest, branchExists: still && still.code === 200 },
    problems: [],
  };
}
