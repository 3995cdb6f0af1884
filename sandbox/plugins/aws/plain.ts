/**
 * The short form for a type that moto has and whose API is simple. Its entry has the calls, the id and the exceptions; the
 * framework maps names and shapes in both directions.
 */
import { toCamel, toPascal } from "../kit/casing";
import type { Properties } from "../kit/provider";
import { toTagList } from "../kit/tags";
import { type AnyResource, type Resolved, resource, type Shape, type Tagging } from "./definition";

export interface Plain<Client, Args, State> extends Shape<Args, State> {
  readonly client: new (config: { region: string }) => Client;
  /** The property that is the id, or the member of the creation's answer that contains it. */
  readonly id: (keyof Args & string) | ((answer: object) => string | undefined);
  /** Properties with another name in the API: `{ name: "AlarmName" }`. */
  readonly names?: Readonly<Record<string, string>>;
  /** The case of the API's members. @default "Pascal" */
  readonly casing?: "Pascal" | "camel";
  /** Members of the request whose form differs from their properties. */
  sent?(inputs: Resolved<Args>): object;
  /** Properties whose form differs from the members of the answer. */
  state?(answer: Readonly<Record<string, unknown>>): { readonly [K in keyof State]?: unknown };
  /** One request type for every call: @pulumi/aws's types define its members, and AWS refuses wrong values. */
  create(client: Client, request: never): Promise<object>;
  read(client: Client, id: string): Promise<object | undefined>;
  /** @default the call that creates */
  update?(client: Client, request: never, id: string): Promise<unknown>;
  delete(client: Client, id: string): Promise<unknown>;
  readonly tagging?: Tagging;
}

export function plain<Client, Args, State>(entry: Plain<Client, Args, State>): AnyResource {
  const { id, names = {}, client, casing = "Pascal", ...shape } = entry;
  const request = (inputs: Resolved<Args>) => {
    const cased = (casing === "Pascal" ? toPascal<object> : toCamel<object>)(
      inputs as object,
      names,
    );
    return { ...cased, ...entry.sent?.(inputs) };
  };
  return resource<Args, State>({
    ...shape,
    async create(aws, inputs, tags) {
      const all = { ...request(inputs), ...(entry.tagging && { Tags: toTagList(tags) }) };
      const answer = await entry.create(aws.client(client), all as never);
      return typeof id === "function" ? id(answer) : String((inputs as Properties)[id]);
    },
    async read(aws, existing) {
      const found = await entry.read(aws.client(client), existing.id);
      if (!found) return undefined;
      const answer = found as Readonly<Record<string, unknown>>;
      const renamed = Object.entries(names).map(([property, member]) => [property, answer[member]]);
      const properties = { ...Object.fromEntries(renamed), ...entry.state?.(answer) };
      return { found, properties };
    },
    async update(aws, key, inputs) {
      const api = aws.client(client);
      const all = request(inputs) as never;
      await (entry.update ? entry.update(api, all, key) : entry.create(api, all));
    },
    delete: (aws, existing) => entry.delete(aws.client(client), existing.id),
  });
}
