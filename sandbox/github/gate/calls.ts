/** Parses AWS calls over HTTP, in the protocols that deployments use. */
import { cloudFrontOperation, type Request, s3Operation } from "./rest";

/** CloudFront's errors have the form of the Query protocol, S3's have their own. */
export type Protocol = "json" | "query" | "s3";

/** What a call needs. */
export interface Permission {
  /** IAM action, such as `ecs:UpdateService`. */
  readonly action: string;
  /** ARN, or `*` where the action takes no resource. */
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

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

/** Services whose signature does not have the prefix of their IAM actions: https://docs.aws.amazon.com/general/latest/gr/cw_region.html */
const iamPrefixes: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** Returns undefined if the call has none of the protocols, or is an operation of S3 or CloudFront that deployments do not use. */
export function parseCall(request: Request, body: string): RawCall | undefined {
  const { headers } = request;
  const scope = /Credential=([^/]+)\/\d+\/([^/]*)\/([^/]+)\/aws4_request/.exec(
    headers.authorization ?? "",
  );
  const [, accessKeyId, region = "us-east-1", signed = "sts"] = scope ?? [];
  const service = iamPrefixes[signed] ?? signed;
  const caller = { accessKeyId, region, service };
  if (service === "s3" || service === "cloudfront") {
    const parse = service === "s3" ? s3Operation : cloudFrontOperation;
    const operation = parse(request);
    return operation && { protocol: service === "s3" ? "s3" : "query", ...caller, ...operation };
  }
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const operation = target.split(".").at(-1) ?? target;
    const input = JSON.parse(body || "{}") as Record<string, unknown>;
    return { protocol: "json", ...caller, operation, input };
  }
  const input = Object.fromEntries(new URLSearchParams(body));
  const operation = input.Action;
  if (operation === undefined) return undefined;
  return { protocol: "query", ...caller, operation, input };
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
  const code = `<Code>${error.code}</Code><Message>${escaped}</Message>`;
  return {
    status: error.status ?? 400,
    type: "text/xml",
    body:
      protocol === "s3"
        ? `<Error>${code}</Error>`
        : `<ErrorResponse><Error><Type>Sender</Type>${code}</Error></ErrorResponse>`,
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
