import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";

/** The answer of GitHub's REST API to a GET request. */
export interface Answer {
  /** The HTTP status; undefined if there was no answer. */
  readonly code: number | undefined;
  /** The error message of GitHub or the network; empty for a 200. */
  readonly message: string;
  readonly body: unknown;
  /** The scopes of a classic token; undefined for other tokens. */
  readonly scopes?: readonly string[] | undefined;
}

export type Ask = (endpoint: string) => Promise<Answer>;

/** How long to wait for GitHub's answers. */
export interface Limits {
  /** Seconds for all requests of a preview together. @default 60 */
  readonly seconds?: number;
  /** Attempts for a request that gets no answer or a 5xx. @default 3 */
  readonly tries?: number;
  /** Seconds between two attempts. @default 2 */
  readonly pause?: number;
}

/**
 * Sends requests to GitHub through the plugin, which has the token. Adds a time limit: the plugin has none, and waits up to an
 * hour if the token's rate limit is used up.
 * https://github.com/integrations/terraform-provider-github `github/transport.go`
 */
export function asker(
  opts: pulumi.InvokeOptions | undefined,
  limits: Limits = {},
  onLate: () => void = () => {},
): Ask {
  const { seconds = 60, tries = 3, pause = 2 } = limits;
  const end = Date.now() + seconds * 1000;
  const late: Answer = {
    ...{ code: undefined, body: undefined },
    message: `no answer within ${seconds} seconds`,
  };
  const once = (endpoint: string) =>
    within(end, late, () => github.getRestApi({ endpoint }, opts).then(fromResult, fromError));
  return async (endpoint) => {
    let answer = await once(endpoint);
    for (let tried = 1; tried < tries && answer !== late && isTransient(answer); tried += 1) {
      await within(end, undefined, () => sleep(pause * 1000));
      answer = await once(endpoint);
    }
    if (answer === late) {
      onLate();
    }
    return answer;
  };
}

/** Whether the next attempt may succeed. */
function isTransient({ code }: Answer): boolean {
  return code === undefined || code >= 500;
}

async function within<T>(end: number, late: T, start: () => Promise<T>): Promise<T> {
  const left = end - Date.now();
  if (left <= 0) {
    return late;
  }
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, left, late);
  });
  return Promise.race([start(), limit]).finally(() => clearTimeout(timer));
}

function sleep(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}

function fromResult({ code, body, headers }: github.GetRestApiResult): Answer {
  const parsed = parse(body);
  const message =
    typeof parsed === "object" && parsed && "message" in parsed ? parsed.message : body;
  return {
    code,
    message: code === 200 ? "" : String(message),
    body: parsed,
    scopes: scopesOf(headers),
  };
}

/**
 * The plugin returns a 404, but throws all other errors, as `GET https://…: 403 Resource not accessible … []`.
 * https://github.com/integrations/terraform-provider-github `github/data_source_github_rest_api.go`
 */
function fromError(error: unknown): Answer {
  const text = error instanceof Error ? error.message : String(error);
  const [, code, reason] = /\bGET \S+: (\d{3})\b ?(.*)/.exec(text) ?? [];
  const unauthorised = code === undefined && /\b401\b|Bad credentials/i.test(text);
  const last = text.trim().split("\n").at(-1)?.trim() ?? "";
  return {
    code: unauthorised ? 401 : code === undefined ? undefined : Number(code),
    message: (reason ?? last).replace(/\s*\[\]\s*$/, ""),
    body: undefined,
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function scopesOf(headers: string): string[] | undefined {
  const entries: [string, string | string[]][] = Object.entries(JSON.parse(headers || "{}"));
  const value = entries.find(([name]) => name.toLowerCase() === "x-oauth-scopes")?.[1];
  if (value === undefined || String(value) === "") {
    return undefined;
  }
  return String(value)
    .split(",")
    .map((scope) => scope.trim());
}
