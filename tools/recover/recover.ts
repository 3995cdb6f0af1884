/** Handles the pending creates of a killed update: imports objects that exist, and forgets the others. */
import { type Identity, identify } from "./identity";
import {
  type Exported,
  type Found,
  importFile,
  label,
  pendingCreates,
  type ResourceState,
  withoutPending,
} from "./pending";

export interface Pulumi {
  exportState(): Promise<Exported>;
  importState(state: Exported): Promise<void>;
  /** `pulumi import` of a list. `output` is what Pulumi printed. */
  importObjects(file: object): Promise<{ readonly ok: boolean; readonly output: string }>;
}

export interface People {
  readonly say: (text: string) => void;
  /** Undefined if nobody can answer. */
  readonly ask?: (question: string) => Promise<string>;
}

export interface Options {
  /** Ids by URN. An empty id means that the object does not exist. */
  readonly ids: ReadonlyMap<string, string>;
  readonly yes: boolean;
}

/** The error messages of file backends and of Pulumi Cloud. */
const LOCKED = /currently locked|another update is currently in progress/i;
const UNLOCK =
  "The stack is locked: an update is running or was killed. Make sure that no update is running. Then run `pulumi cancel`, and run this again.";

type Decision = "forget" | "open" | { readonly id: string };

interface Case {
  readonly resource: ResourceState;
  readonly identity: Identity;
  /** The id with which an earlier run imported it before that run failed. */
  readonly taken: string | undefined;
  /** Whether the create belongs to a replacement, and the old object is still in the state. */
  readonly replacement: boolean;
}

/** Returns true if no pending create is left. */
export async function recover(pulumi: Pulumi, people: People, options: Options): Promise<boolean> {
  const { say, ask } = people;
  const exported = await pulumi.exportState();
  const cases = casesOf(exported);
  if (cases.length === 0) {
    say("No create is pending. Run `pulumi up`: it continues where the last update stopped.");
    return true;
  }
  say(`Pulumi was killed while it created ${cases.length} object(s).`);
  const plan: [Case, Decision][] = [];
  for (const one of cases) {
    say(`\n${label(one.resource)}\n${explain(one)}`);
    plan.push([one, await decide(one, people, options)]);
  }
  const open = plan.filter(([, decision]) => decision === "open");
  if (open.length > 0) {
    for (const [{ resource }] of open) say(`${label(resource)}: still open`);
    say(
      "\nNothing was changed: all pending creates must be resolved at once. Run this again with the missing ids.",
    );
    return false;
  }
  if (!options.yes) {
    const answer = (await ask?.("\nChange the state of the stack accordingly? (yes/no) ")) ?? "no";
    if (!/^y(es)?$/i.test(answer.trim())) {
      say("Nothing was changed. `--yes` changes it without the question.");
      return false;
    }
  }
  return execute(pulumi, say, plan);
}

function casesOf(exported: Exported): Case[] {
  const present = new Map(
    (exported.deployment.resources ?? []).map((resource) => [resource.urn, resource]),
  );
  return pendingCreates(exported).map((resource) => {
    const known = present.get(resource.urn);
    return {
      resource,
      identity: identify(resource, ownerOf(exported, resource)),
      // Pulumi does not replace protected objects, so this one was imported by `recover`, which protects its imports.
      taken: known?.protect ? known.id : undefined,
      replacement: known !== undefined,
    };
  });
}

/** The owner of a GitHub object's repository. Only the provider's inputs contain it. */
function ownerOf({ deployment }: Exported, { provider = "" }: ResourceState): string | undefined {
  const urn = provider.split("::").slice(0, -1).join("::");
  const owner = deployment.resources?.find((one) => one.urn === urn)?.inputs?.owner;
  return typeof owner === "string" ? owner : undefined;
}

function explain({ resource, identity, taken, replacement }: Case): string {
  if (taken !== undefined) return `  It is already imported as ${taken}.`;
  const lines = replacement
    ? ["  It replaces an object that is still in the stack. The next update creates it again."]
    : [];
  if (identity.kind === "repeatable") {
    return [...lines, "  Creating it again is harmless, so this one can be forgotten."].join("\n");
  }
  if (identity.kind === "delete") {
    return [
      ...lines,
      "  It cannot be imported. Delete it if it exists:",
      `    ${identity.command}`,
      `  Flag, once it is deleted: --id '${resource.urn}='`,
    ].join("\n");
  }
  const where =
    identity.kind === "known"
      ? `its id is ${identity.id}`
      : (identity.command ?? "find it in the console");
  if (replacement) return [...lines, `  Delete it if it exists: ${where}`].join("\n");
  if (identity.kind === "known") return `  Import it as ${identity.id}, if it exists.`;
  return (
    "  AWS or GitHub chose its id. To find it (ids that are already in the stack are other objects):\n" +
    `    ${where}\n` +
    `  Flag: --id '${resource.urn}=<id>', or without <id> if it does not exist.`
  );
}

async function decide(one: Case, people: People, options: Options): Promise<Decision> {
  const { resource, identity, taken, replacement } = one;
  if (taken !== undefined) return { id: taken };
  const id = options.ids.get(resource.urn);
  if (id !== undefined) return decided(id, replacement || identity.kind === "delete");
  if (identity.kind === "repeatable") return "forget";
  if (identity.kind === "known" && !replacement) return { id: identity.id };
  if (!people.ask) return "open";
  const mustBeDeleted = replacement || identity.kind === "delete";
  const question = mustBeDeleted
    ? "  Press Enter once it is deleted; - leaves this open: "
    : "  Its id (Enter: it does not exist; -: leave this open): ";
  const answer = (await people.ask(question)).trim();
  return answer === "-" ? "open" : decided(answer, mustBeDeleted);
}

/** Two objects cannot have one URN, so a replacement cannot be imported while the old object is in the state. */
function decided(id: string, mustBeDeleted: boolean): Decision {
  if (id === "") return "forget";
  return mustBeDeleted ? "open" : { id };
}

/** `pulumi import` keeps the pending operations, so after a failure people can run `recover` again. */
async function execute(
  pulumi: Pulumi,
  say: (text: string) => void,
  plan: readonly (readonly [Case, Decision])[],
): Promise<boolean> {
  const found = plan.flatMap(([{ resource }, decision]) =>
    typeof decision === "string" ? [] : [{ resource, id: decision.id }],
  );
  const outcomes = await takeOver(pulumi, found);
  for (const { resource } of found) say(`${label(resource)}: ${outcomes.get(resource.urn)}`);
  if ([...outcomes.values()].some((outcome) => outcome.startsWith(FAILED))) {
    say("\nFix the errors above and run this again.");
    return false;
  }
  const imported = found.map(({ resource }) => resource);
  await pulumi.importState(withoutPending(await pulumi.exportState(), imported));
  say("\nDone: no create is pending any more. Run `pulumi up`.");
  return true;
}

const FAILED = "not imported:";

/** Imports all objects at once, which is fast. If that fails because one does not exist, imports the others one by one. */
async function takeOver(pulumi: Pulumi, found: readonly Found[]): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  const left = async () => {
    const { deployment } = await pulumi.exportState();
    const there = (deployment.resources ?? []).filter((one) => one.protect);
    const taken = new Set(there.map(({ urn }) => urn));
    for (const { resource, id } of found) {
      if (taken.has(resource.urn)) outcomes.set(resource.urn, `imported as ${id}`);
    }
    return found.filter(({ resource }) => !outcomes.has(resource.urn));
  };
  const missing = await left();
  if (missing.length > 1) await pulumi.importObjects(importFile(missing));
  for (const one of await left()) {
    const { ok, output } = await pulumi.importObjects(importFile([one]));
    if (!ok && LOCKED.test(output)) throw new Error(`${output.trim()}\n\n${UNLOCK}`);
    // The errors of the engine, and of providers that look for the object first.
    const absent = /does not exist|non-existent|not found/i.test(output);
    const failure = absent ? "does not exist: the next update creates it" : `${FAILED}\n${output}`;
    outcomes.set(one.resource.urn, ok ? `imported as ${one.id}` : failure);
  }
  return outcomes;
}
