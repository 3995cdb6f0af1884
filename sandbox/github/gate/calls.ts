/** Parses AWS calls over HTTP, in the two protocols that deployments use. */
import type { IncomingHttpHeaders } from "node:http";

export type Protocol = "json" | "query";

export interface AwsCall {
  /** The service in the signature's scope, which is also the prefix of its IAM actions. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** The caller's account. */
  readonly account: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface RawCall extends Omit<AwsCall, "account"> {
  readonly protocol: Protocol;
  /** Undefined if the call is not signed. */
  readonly accessKeyId: string | undefined;
}

/** Returns undefined if it is neither a JSON nor a Query call. */
/** Services whose signature does not have the prefix of their IAM actions: https://docs.aws.amazon.com/general/latest/gr/cw_region.html */
const iamPrefixes: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

export function parseCall(headers: IncomingHttpHeaders, body: string): RawCall | undefined {
  const scope = /Credential=([^/]+)\/\d+\/([^/]*)\/([^/]+)\/aws4_request/.exec(
    headers.authorization ?? "",
  );
  const [, accessKeyId, region = "us-east-1", signed = "sts"] = scope ?? [];
  const service = iamPrefixes[signed] ?? signed;
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const operation = target.split(".").at(-1) ?? target;
    const input = JSON.parse(body || "{}") as Record<string, unknown>;
    return { protocol: "json", accessKeyId, region, service, operation, input };
  }
  const input = Object.fromEntries(new URLSearchParams(body));
  const operation = input.Action;
  if (operation === undefined) return undefined;
  return { protocol: "query", accessKeyId, region, service, operation, input };
}

export interface AwsError {
  readonly code: string;
  readonly message: string;
  /** @default 400 */
  readonly status?: number;
}

export function errorResponse(protocol: Protocol, error: AwsError) {
  if (protocol === "json") {
    return {
      status: error.status ?? 400,
      type: "application/x-amz-json-1.1",
      body: JSON.stringify({ __type: error.code, message: error.message }),
    };
  }
  const escaped = error.message.replace(/[<&]/g, (char) => (char === "<" ? "&lt;" : "&amp;"));
  return {
    status: error.status ?? 400,
    type: "text/xml",
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${error.code}</Code><Message>${escaped}</Message></Error></ErrorResponse>`,
  };
}

export function text(call: Pick<AwsCall, "input" | "operation">, property: string): string {
  const value = call.input[property];
  if (typeof value === "string") return value;
  throw new Error(`${call.operation} was called without ${property}`);
}

export function optional(
  call: Pick<AwsCall, "input" | "operation">,
  property: string,
): string | undefined {
  return call.input[property] === undefined ? undefined : text(call, property);
}

export function list(call: Pick<AwsCall, "input">, property: string): unknown[] {
  const value = call.input[property];
  return Array.isArray(value) ? value : [];
}

export function partition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
