/**
 * The short form for a type that moto lacks, or whose behaviour no test depends on: it is *kept*. Its inputs are checked,
 * stored, read back and compared; the resource is replaced where the provider's documentation requires it. Nothing else happens: no service
 * acts on it, and `docs/sandbox-emulation.md` lists it.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readJson, withLock, writeAtomically } from "../../base/lock";
import type { Resolved, ResourceDefinition, Shape } from "./definition";
import type { Properties } from "./provider";

export interface Kept<Context, Args, State> extends Shape<Args, State> {
  /** Has the type tags? */
  readonly tagging?: boolean;
  /** Two objects of a stack cannot have the same id. It may come from an object in the emulator that others call, which `gone` deletes. */
  id(inputs: Resolved<Args>, urn: string, context: Context): string | Promise<string>;
  gone?(context: Context, id: string): Promise<unknown>;
  /** The outputs that are not inputs. */
  state?(
    context: Context,
    id: string,
    inputs: Resolved<Args>,
  ): Promise<{ readonly [K in keyof State]?: unknown }>;
}

interface Stored {
  properties: object;
  tags: Record<string, string>;
}

type Store = Record<string, Stored>;

export function keptDefinition<Context, Args, State>(
  entry: Kept<Context, Args, State>,
): ResourceDefinition<Context, Args, State> {
  const { type, id: idOf, gone, state, tagging, ...shape } = entry;
  const key = (id: string) => `${type} ${id}`;
  const edit = (urn: string, id: string, change: (stored: Stored) => void) =>
    changeStore(urn, (store) => change(store[key(id)] ?? { properties: {}, tags: {} }));
  const all = async (context: Context, id: string, inputs: Resolved<Args>) => ({
    ...inputs,
    ...(await state?.(context, id, inputs)),
  });
  return {
    ...{ type, ...shape },
    async create(context, inputs, tags, urn) {
      const id = await idOf(inputs, urn, context);
      const properties = await all(context, id, inputs);
      await changeStore(urn, (store) => {
        if (store[key(id)]) throw new Error(`${type} ${id} exists already`);
        store[key(id)] = { properties, tags: { ...tags } };
      });
      return id;
    },
    async read(_, { urn, id }) {
      return (await readJson<Store>(fileOf(urn), {}))[key(id)];
    },
    async update(context, id, inputs, { old: { urn } }) {
      const properties = await all(context, id, inputs);
      await edit(urn, id, (stored) => Object.assign(stored, { properties }));
    },
    async delete(context, { urn, id }) {
      await gone?.(context, id);
      await changeStore(urn, (store) => {
        delete store[key(id)];
      });
    },
    ...(tagging && {
      tagging: {
        add: (_, { urn, id }, added) => edit(urn, id, ({ tags }) => Object.assign(tags, added)),
        remove: (_, { urn, id }, keys) =>
          edit(urn, id, ({ tags }) => {
            for (const name of keys) delete tags[name];
          }),
      },
    }),
  };
}

/** The objects of a type in all stacks: programs look up what other stacks have. */
export async function keptOf(
  type: string,
): Promise<{ readonly properties: Properties; readonly tags: Record<string, string> }[]> {
  const stacks = join(process.env.SLIPWAY_SANDBOX ?? "", "stacks");
  const stores = (await readdir(stacks).catch(() => [])).map((stack) =>
    readJson<Store>(join(stacks, stack, "kept.json"), {}),
  );
  return (await Promise.all(stores)).flatMap((store) =>
    Object.entries(store).flatMap(([key, { properties, tags }]) =>
      key.startsWith(`${type} `) ? [{ properties: { ...properties }, tags }] : [],
    ),
  );
}

/** `<sandbox>/stacks/<stack>/kept.json`; it is removed with the sandbox. */
function fileOf(urn: string): string {
  const { SLIPWAY_SANDBOX: sandbox } = process.env;
  if (!sandbox) throw new Error("SLIPWAY_SANDBOX is not set: is this shell in a sandbox?");
  // `urn:pulumi:<stack>::...`
  return join(sandbox, "stacks", urn.split(":")[2] ?? "", "kept.json");
}

function changeStore(urn: string, edit: (store: Store) => void): Promise<void> {
  return changeKept(fileOf(urn), edit);
}

export async function changeKept(file: string, edit: (store: Store) => void): Promise<void> {
  await withLock(`${file}.lock`, async () => {
    const store = await readJson<Store>(file, {});
    edit(store);
    await writeAtomically(file, JSON.stringify(store, null, 2));
  });
}
