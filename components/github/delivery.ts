import { createHash } from "node:crypto";
import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import { commitMark } from "./workflow/args";

/** The author of Slipway's commits. */
export interface CommitAuthor {
  /** For example `Platform Team`. */
  readonly name: string;
  /** GitHub shows the account that has this address. */
  readonly email: string;
}

interface CommonDelivery {
  /** The author of the commits. @default the token's owner */
  readonly author?: CommitAuthor;
  /**
   * The message of the commits, and the title of pull requests. Slipway appends "with Slipway": its workflows recognise these commits by
   * it, and do not deploy them.
   * @default "Deploy <service> to <stack>", and "Release to <stack>" for the script
   */
  readonly message?: string;
}

/** Each update commits the changed files to their branches. */
export interface CommitDelivery extends CommonDelivery {
  /** Selects this way of delivery. */
  readonly type: "commit";
}

/**
 * Each update with changed files opens a pull request, for branches to which nobody may commit. The files then contain no names of AWS
 * objects: a variable on GitHub has these, so new names need no pull request.
 */
export interface PullRequestDelivery extends CommonDelivery {
  /** Selects this way of delivery. */
  readonly type: "pull_request";
  /**
   * The beginning of the branches' names: `<branchPrefix>/deploy-api-dev-1f2e3d4c`.
   * @default "slipway"
   */
  readonly branchPrefix?: string;
}

/** How the generated files get into the repository. */
export type Delivery = CommitDelivery | PullRequestDelivery;

/** The files of a branch, by path; undefined for a missing one. */
export type FileContents = Readonly<Record<string, string | undefined>>;

/** The newest pull request of a service's files that was merged. */
export interface MergedProposal {
  /** The name of its branch. */
  readonly head: string;
  /** Whether there is no newer one, merged or not. It is then in the stack's state, because each pull request replaces the previous one. */
  readonly isNewest: boolean;
  /** Whether its branch still exists. */
  readonly branchExists: boolean;
}

export interface ProposalPlan {
  readonly head: string;
  /** Whether the branch and its files belong to the stack. They do not after a merge and the deletion of the branch. */
  readonly withBranch: boolean;
}

/**
 * The pull request that belongs to the stack; undefined if the files are on the branch, and no pull request brought them.
 *
 * A pull request cannot be opened a second time, and a branch that was merged by a squash conflicts with the next change. So each change
 * has a branch of its own: its name contains a hash of the wanted files, of the files that they replace, and of the previous branch. A
 * file that another service's pull request has brought in the meantime changes nothing.
 */
export function planProposal(
  prefix: string,
  branch: string,
  { wanted, current }: { readonly wanted: FileContents; readonly current: FileContents },
  merged: MergedProposal | undefined,
): ProposalPlan | undefined {
  const delivered = Object.entries(wanted).every(([path, content]) => current[path] === content);
  if (delivered) {
    return merged?.isNewest ? { head: merged.head, withBranch: merged.branchExists } : undefined;
  }
  const replaced = Object.entries(current).filter(([path, content]) => content !== wanted[path]);
  const hash = createHash("sha256")
    .update(JSON.stringify([branch, wanted, Object.fromEntries(replaced), merged?.head]))
    .digest("hex");
  return { head: `${prefix}${hash.slice(0, 8)}`, withBranch: true };
}

/** The beginning of the names of a service's branches. */
export function headPrefix(
  { branchPrefix = "slipway" }: PullRequestDelivery,
  service: string,
  stack: string,
): string {
  return `${branchPrefix}/deploy-${service}-${stack}-`;
}

/** The inputs of a `RepositoryFile` that describe its commits. */
export interface CommitInputs {
  readonly commitMessage: string;
  readonly commitAuthor?: string;
  readonly commitEmail?: string;
}

export function commitInputs(
  { author, message }: Pick<Delivery, "author" | "message">,
  usual: string,
): CommitInputs {
  return {
    // Without `[skip ci]`: GitHub would also ignore a tag on this commit. The workflows ignore changes of these files.
    commitMessage: `${message ?? usual}${commitMark}`,
    ...(author && { commitAuthor: author.name, commitEmail: author.email }),
  };
}

export function checkDelivery(delivery: Unchecked<Delivery> = {}, path: string): Problem[] {
  const { author = {}, message } = delivery;
  const prefix = "branchPrefix" in delivery ? delivery.branchPrefix : undefined;
  return [
    ...checkString(`${path}.message`, message, {
      valid: /^(?! )[^\p{Cc}]{1,200}(?<! )$/u,
      allowed: "one line of at most 200 characters, without a space at either end",
      fix: "for example ci: deploy",
    }),
    ...checkString(`${path}.author.name`, author.name, {
      valid: /^(?! )[^\p{Cc}<>]+(?<! )$/u,
      allowed: "a name without < and >",
      fix: "for example Platform Team",
    }),
    ...checkString(`${path}.author.email`, author.email, {
      valid: /^[^\s<>@]+@[^\s<>@]+$/,
      allowed: "an e-mail address",
      fix: "for example platform@example.com",
    }),
    ...checkString(`${path}.branchPrefix`, prefix, {
      valid: /^(?!.*(?:\.\.|\/\/|\.lock(?:\/|$)))[A-Za-z0-9][\w./-]*(?<![./])$/,
      allowed: "letters, digits and . _ - /, as in the name of a branch",
      fix: "for example slipway",
    }),
  ];
}
