/** The permissions of a job's token: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions */
export const KINDS = ["contents", "id-token", "pull-requests"] as const;
const LEVELS = ["none", "read", "write"];

interface Scope {
  readonly permissions?: string | Readonly<Record<string, string>> | null | undefined;
}

interface File extends Scope {
  readonly jobs: Readonly<Record<string, Scope & { readonly uses?: string | undefined }>>;
}

/** The token's permission of a kind, from the job's `permissions`, the workflow's, or GitHub's restricted default. */
export function permissionOf(file: Scope, job: Scope, kind: string): string {
  const set = job.permissions ?? file.permissions;
  if (set === undefined || set === null) return kind === "contents" ? "read" : "none";
  if (set === "write-all") return "write";
  if (set === "read-all") return kind === "id-token" ? "none" : "read";
  return typeof set === "string" ? "none" : (set[kind] ?? "none");
}

/** "The GITHUB_TOKEN permissions passed from the caller workflow can be only downgraded (not elevated) by the called workflow." */
export function callErrors(caller: File, id: string, called: File): string[] {
  const calling = caller.jobs[id] ?? {};
  return Object.entries(called.jobs).flatMap(([name, job]) =>
    KINDS.flatMap((kind) => {
      const allowed = permissionOf(caller, calling, kind);
      const requested = permissionOf(called, job, kind);
      return LEVELS.indexOf(requested) <= LEVELS.indexOf(allowed)
        ? []
        : [
            `Error calling workflow '${calling.uses}'. The nested job '${name}' is requesting '${kind}: ${requested}', but is only allowed '${kind}: ${allowed}'.`,
          ];
    }),
  );
}
