import type { GitHubRepository } from "./lookup";

/** One repository of a stack, and the logical name of its objects. */
export interface IdentifiedRepository {
  /** The repository. */
  readonly repository: GitHubRepository;
  /** All spellings in the configuration. GitHub ignores letter case. */
  readonly written: readonly string[];
  /** The logical name. It contains the id, which does not change when the repository is renamed. */
  readonly name: string;
  /** Logical names in earlier stacks, which used the repository's name. */
  readonly aliases: {
    /** The earlier name. */
    readonly name: string;
  }[];
}

/** Lists each repository once, even if the configuration spells it in several ways. */
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
