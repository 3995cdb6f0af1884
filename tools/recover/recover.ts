/** Settles the creates that a killed update has left: takes over what was made, and forgets what was not. */
import { type Identity, identify } from "./identity";
import {
  type Exported,
  type Found,
  importFile,
  label,
  pendingCreates,
  type ResourceState,
  settle,
} from "./pending";

export interface Pulumi {
  exportState(): Promise<Exported>;
  importState(state: Exported): Promise<void>;
  /** `pulumi import` of a list; what Pulumi printed where that failed. */
  importObjects(file: object): Promise<{ readonly ok: boolean; readonly output: string }>;
}

export interface People {
  readonly say: (text: string) => void;
  /** Undefined where nobody can answer. */
  readonly ask?: (question: string) => Promise<string>;
}

export interface Options {
  /** By URN; an empty one says that there is no such object. */
  readonly ids: ReadonlyMap<string, string>;
  readonly yes: boolean;
}

/** As a backend of files says it, and as Pulumi Cloud does. */
const LOCKED = /currently locked|another update is currently in progress/i;
const UNLOCK =
  "The stack is locked: an update runs, or was killed. Make sure that none runs; then `pulumi cancel`, and this again.";

type Decision = "forget" | "open" | { readonly id: string };

interface Case {
  readonly resource: ResourceState;
  readonly identity: Identity;
  /** The id under which an earlier run, which then failed, took it over. */
  readonly taken: string | undefined;
  /** The object that it was to replace is still in the state. */
  readonly replacement: boolean;
}

/** True when nothing is left to settle. */
export async function recover(pulumi: Pulumi, people: People, options: Options): Promise<boolean> {
  const { say, ask } = people;
  const exported = await pulumi.exportState();
  const cases = casesOf(exported);
  if (cases.length === 0) {
    say("No create is pending. Run `pulumi up`: it goes on where the last update stopped.");
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
      "\nNothing was changed: Pulumi can only settle all of them at once. Run this again with the ids.",
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
      // Pulumi replaces nothing that is protected, and `recover` imports with protection.
      taken: known?.protect ? known.id : undefined,
      replacement: known !== undefined,
    };
  });
}

/** The owner of a GitHub object's repository, which the provider alone knows. */
function ownerOf({ deployment }: Exported, { provider = "" }: ResourceState): string | undefined {
  const urn = provider.split("::").slice(0, -1).join("::");
  const owner = deployment.resources?.find((one) => one.urn === urn)?.inputs?.owner;
  return typeof owner === "string" ? owner : undefined;
}

function explain({ resource, identity, taken, replacement }: Case): string {
  if (taken !== undefined) return `  It has been taken over as ${taken}.`;
  const lines = replacement
    ? ["  It was to replace an object that is still in the stack. The next update makes it again:"]
    : [];
  if (identity.kind === "repeatable") {
    return [...lines, "  To create it again is harmless: forget this one."].join("\n");
  }
  if (identity.kind === "delete") {
    return [
      ...lines,
      "  It cannot be taken over. Delete it, if it is there:",
      `    ${identity.command}`,
      `  By flag, when it is gone: --id '${resource.urn}='`,
    ].join("\n");
  }
  const where =
    identity.kind === "known"
      ? `its id would be ${identity.id}`
      : (identity.command ?? "find it in the console");
  if (replacement) return [...lines, `  delete it, if it is there: ${where}`].join("\n");
  if (identity.kind === "known") return `  Take it over as ${identity.id}, if it is there.`;
  return (
    "  Its id was chosen by AWS or GitHub. To find it (an id that is in the stack is another object):\n" +
    `    ${where}\n` +
    `  By flag: --id '${resource.urn}=<id>', or without <id> where there is none.`
  );
}

async function decide(one: Case, people: People, options: Options): Promise<Decision> {
  const { resource, identity, taken, replacement } = one;
  if (taken !== undefined) return { id: taken };
  const given = options.ids.get(resource.urn);
  if (given !== undefined) return decided(given, replacement || identity.kind === "delete");
  if (identity.kind === "repeatable") return "forget";
  if (identity.kind === "known" && !replacement) return { id: identity.id };
  if (!people.ask) return "open";
  const gone = replacement || identity.kind === "delete";
  const question = gone
    ? "  Enter when it is gone, - to leave this open: "
    : "  Its id (Enter: there is none; -: leave this open): ";
  const answer = (await people.ask(question)).trim();
  return answer === "-" ? "open" : decided(answer, gone);
}

/** Two objects cannot have one URN: what was to replace another is not taken over, but goes. */
function decided(id: string, goes: boolean): Decision {
  if (id === "") return "forget";
  return goes ? "open" : { id };
}

/** `pulumi import` keeps the pending operations, so after a failure all of this can be run again. */
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
    say("\nRun this again for what is open.");
    return false;
  }
  const imported = found.map(({ resource }) => resource);
  await pulumi.importState(settle(await pulumi.exportState(), imported));
  say("\nAll is settled. Run `pulumi up`.");
  return true;
}

const FAILED = "not taken over:";

/** All at once, which is quick; what is left then one by one, for an object that is not there makes the whole list fail. */
async function takeOver(pulumi: Pulumi, found: readonly Found[]): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  const left = async () => {
    const { deployment } = await pulumi.exportState();
    const there = (deployment.resources ?? []).filter((one) => one.protect);
    const taken = new Set(there.map(({ urn }) => urn));
    for (const { resource, id } of found) {
      if (taken.has(resource.urn)) outcomes.set(resource.urn, `taken over as ${id}`);
    }
    return found.filter(({ resource }) => !outcomes.has(resource.urn));
  };
  const missing = await left();
  if (missing.length > 1) await pulumi.importObjects(importFile(missing));
  for (const one of await left()) {
    const { ok, output } = await pulumi.importObjects(importFile([one]));
    if (!ok && LOCKED.test(output)) throw new Error(`${output.trim()}\n\n${UNLOCK}`);
    // Of the engine, and of providers whose importer looks first.
    const absent = /does not exist|non-existent|not found/i.test(output);
    const told = absent ? "there is none: the next update makes it" : `${FAILED}\n${output}`;
    outcomes.set(one.resource.urn, ok ? `taken over as ${one.id}` : told);
  }
  return outcomes;
}
