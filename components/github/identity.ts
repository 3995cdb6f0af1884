import type { GitHubRepository } from "./lookup";

/** One repository of a stack, and what its objects are called in the stack. */
export interface IdentifiedRepository {
  readonly repository: GitHubRepository;
  /** How the configuration writes it; letter case makes no difference to GitHub. */
  readonly written: readonly string[];
  /** The logical name: of the id, because a renamed repository is the same one. */
  readonly name: string;
  /** For earlier stacks, where the logical name was the repository's name. */
  readonly aliases: { readonly name: string }[];
}

/** Each repository once, however often and in whatever letter case it is written. */
export function identify(
  repositories: ReadonlyMap<string, GitHubRepository>,
): IdentifiedRepository[] {
  const byId = new Map([...repositories.values()].map((repository) => [repository.id, repository]));
  return [...byId].map(([id, repository]) => {
    const written = [...repositories].flatMap(([name, one]) => (one.id === id ? [name] : []));
    const former = new Set([...written, `${repository.owner}/${repository.name}`]);
    return {
      ...{ repository, written, name: `github-${id}` },
      aliases: [...former].map((alias) => ({ name: alias })),
    };
  });
}
