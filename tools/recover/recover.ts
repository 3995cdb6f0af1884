/** Settles the creates that a killed update has left: takes over what was made, and forgets what was not. */
import { type Identity, identify } from "./identity";
import {
  type Exported,
  importFile,
  label,
  pendingCreates,
  type ResourceState,
  settle,
} from "./pending";

export interface Pulumi {
  exportState(): Promise<Exported>;
  importState(state: Exported): Promise<void>;
  /** `pulumi import` of one object; what Pulumi printed where that failed. */
  importObject(file: object): Promise<{ readonly ok: boolean; readonly output: string }>;
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
      taken: known?.importID,
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
  if (given !== undefined) return decided(given, replacement);
  if (identity.kind === "repeatable") return "forget";
  if (identity.kind === "known" && !replacement) return { id: identity.id };
  if (!people.ask) return "open";
  const question = replacement
    ? "  Enter when it is gone, - to leave this open: "
    : "  Its id (Enter: there is none; -: leave this open): ";
  const answer = (await people.ask(question)).trim();
  return answer === "-" ? "open" : decided(answer, replacement);
}

/** Two objects cannot have one URN: what was to replace another is not taken over. */
function decided(id: string, replacement: boolean): Decision {
  if (id === "") return "forget";
  return replacement ? "open" : { id };
}

/** `pulumi import` keeps the pending operations, so after a failure all of this can be run again. */
async function execute(
  pulumi: Pulumi,
  say: (text: string) => void,
  plan: readonly (readonly [Case, Decision])[],
): Promise<boolean> {
  const imported: ResourceState[] = [];
  let failed = false;
  for (const [{ resource, taken }, decision] of plan) {
    if (typeof decision === "string") continue;
    if (taken !== undefined) {
      imported.push(resource);
      continue;
    }
    const { ok, output } = await pulumi.importObject(importFile(resource, decision.id));
    if (!ok && LOCKED.test(output)) throw new Error(`${output.trim()}\n\n${UNLOCK}`);
    // Of the engine, and of providers whose importer looks first.
    const absent = /does not exist|non-existent|not found/i.test(output);
    if (ok) imported.push(resource);
    else if (!absent) failed = true;
    const outcome = ok ? `taken over as ${decision.id}` : "there is none: the next update makes it";
    say(`${label(resource)}: ${ok || absent ? outcome : `not taken over:\n${output}`}`);
  }
  if (failed) {
    say("\nRun this again for what is open.");
    return false;
  }
  await pulumi.importState(settle(await pulumi.exportState(), imported));
  say("\nAll is settled. Run `pulumi up`.");
  return true;
}
