import { stackConfig } from "../../components/config/schema";
import { ConfigurationError, type Problem } from "../../components/shared/errors";
import { checkStackFile } from "../stack-file/read";
import { buildOf } from "./build";
import type { Draft, DraftValue, Path } from "./draft";
import type { Findings } from "./finding";
import type { Place } from "./tree";

/** A stack before Slipway's checks. */
export interface Stack {
  /** Values whose paths begin with a key and its namespace: `slipway:network`. */
  readonly settings: Draft;
  readonly services: readonly DraftService[];
}

export interface DraftService {
  readonly name: string;
  readonly draft: Draft;
  /** The manifest. */
  readonly at: Place;
}

export interface Settled {
  readonly config: Readonly<Record<string, unknown>>;
  readonly services: readonly DraftService[];
}

/**
 * Removes what Slipway's checks refuse, and lists it with their reasons, until the stack passes. A service without a valid rule or
 * port is removed as a whole.
 *
 * @param base the values that every stack has
 */
export function settle(
  { settings, services: all }: Stack,
  base: Readonly<Record<string, unknown>>,
  environment: string,
  findings: Findings,
): Settled {
  let services = all;
  let config = base;
  while (services.length > 0) {
    for (const { draft } of services) dropIncompleteSidecars(draft);
    config = compose(base, settings, services);
    const problem = firstProblem(config, environment);
    if (!problem) break;
    const [, index, inside] = /^slipway:services\[(\d+)\](.*)$/.exec(problem.path) ?? [];
    const service = services[Number(index)];
    const [draft, path] = service ? [service.draft, inside ?? ""] : [settings, problem.path];
    const refused = valuesOf(draft, path, problem, service !== undefined);
    if (refused.length > 0) {
      draft.remove(refused);
      for (const { origin } of refused) draft.listed.push({ ...origin, ...refusal(problem) });
    } else if (service) {
      services = services.filter((one) => one !== service);
      const at = service.at;
      findings.add({ at, key: "name", ...withoutService(service.name, problem) }, environment);
    } else {
      findings.add({ at: { file: "copilot", line: 1 }, key: environment, ...refusal(problem) });
      services = [];
    }
  }
  for (const { listed } of [settings, ...all.map(({ draft }) => draft)]) {
    for (const finding of listed) findings.add(finding, environment);
  }
  return { config, services };
}

/** @throws ConfigurationError if a value that is not from Copilot is wrong */
function firstProblem(
  config: Readonly<Record<string, unknown>>,
  stack: string,
): Problem | undefined {
  try {
    checkStackFile(config, stack, "npm run from:copilot");
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (error.problems.some(({ path }) => /^(?:aws:|slipway:github\b)/.test(path))) throw error;
    return error.problems[0];
  }
}

/** The values to remove: the refused one; if it is not in the draft, one that it was compared with; otherwise the values around it. */
function valuesOf(
  draft: Draft,
  path: string,
  { reads = [] }: Problem,
  ofService: boolean,
): readonly DraftValue[] {
  // A service without its rule would get the requests of others.
  if (ofService && /^\.(?:rule|name)\b/.test(path)) return [];
  const around: string[] = [];
  for (
    let outer = path;
    outer !== "";
    outer = outer.replace(/(?:\.[^.[]*|\[[^\]]*\]|^[^.[]+)$/, "")
  ) {
    around.push(outer);
  }
  const [exact = "", ...wider] = around;
  const compared = reads.map((read) => (ofService ? read.replace(/^.*?\]/, "") : read));
  for (const candidate of [exact, ...compared, ...wider]) {
    const found = draft.values.filter((one) => touches(textsOf(one.path), candidate));
    if (found.length > 0) return found;
  }
  return [];
}

/** A key with unusual characters is written in brackets. */
function textsOf(path: Path): string[] {
  const text = (keys: Path) =>
    keys
      .map((key) => (typeof key === "number" ? `[${key}]` : key.includes(":") ? key : `.${key}`))
      .join("");
  return [text(path), `${text(path.slice(0, -1))}[${JSON.stringify(path.at(-1))}]`];
}

/** Whether one of two paths is inside the other. */
function touches(texts: readonly string[], path: string): boolean {
  const isInside = (inner: string, outer: string) =>
    inner === outer || (inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length)));
  return texts.some((text) => isInside(text, path) || isInside(path, text));
}

function refusal({ allowed, fix }: Problem) {
  return { reason: `Slipway allows ${allowed}`, instead: fix };
}

function withoutService(name: string, problem: Problem) {
  const { reason, instead } = refusal(problem);
  const key = problem.path.split(".").at(-1) ?? "";
  return { reason: `the service ${name} is left out because of its ${key}: ${reason}`, instead };
}

/** ECS needs an image for each container. */
function dropIncompleteSidecars(draft: Draft): void {
  const ofSidecar = (i: number) =>
    draft.values.filter(({ path }) => path[0] === "sidecars" && path[1] === i);
  const numbers = new Set(
    draft.values.flatMap(({ path }) => (path[0] === "sidecars" ? [Number(path[1])] : [])),
  );
  const complete = [...numbers].filter((i) =>
    ["name", "image"].every((key) => ofSidecar(i).some(({ path }) => path[2] === key)),
  );
  for (const i of numbers) {
    const values = ofSidecar(i);
    const index = complete.indexOf(i);
    draft.remove(values);
    if (index >= 0) {
      for (const { path, ...rest } of values) {
        draft.values.push({ ...rest, path: ["sidecars", index, ...path.slice(2)] });
      }
    }
  }
}

function compose(
  base: Readonly<Record<string, unknown>>,
  settings: Draft,
  services: readonly DraftService[],
): Record<string, unknown> {
  const config = structuredClone(base) as Record<string, unknown>;
  for (const { path, value } of settings.values) setIn(config, path, value);
  const list = services.map(({ name, draft }) => {
    const service: Record<string, unknown> = { name };
    for (const { path, value } of draft.values) setIn(service, path, value);
    const { build, ...others } = service;
    const wanted = buildOf((build ?? {}) as Record<string, unknown>);
    const whole = Object.keys(wanted).length > 0 ? { ...others, build: wanted } : others;
    return sorted(whole, serviceKeys);
  });
  return sorted({ ...config, "slipway:services": list }, stackKeys);
}

/** The order of the schema, which is the order of the documentation. */
const serviceKeys = Object.keys(stackConfig.shape.services.unwrap().element.shape);
const stackKeys = Object.keys(stackConfig.shape).map((key) => `slipway:${key}`);

/** What has no place in the order comes first. */
function sorted(object: Record<string, unknown>, order: readonly string[]) {
  const entries = Object.entries(object);
  return Object.fromEntries(entries.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}

function setIn(parent: Record<string | number, unknown>, path: Path, value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    parent[key] = value;
    return;
  }
  parent[key] ??= typeof rest[0] === "number" ? [] : {};
  setIn(parent[key] as Record<string | number, unknown>, rest, value);
}
