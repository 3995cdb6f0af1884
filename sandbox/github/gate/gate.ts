/**
 * A loopback proxy between workflows and the emulator, which itself checks neither trust policies nor
 * permissions. The gate grants a role only to tokens that its trust policy accepts, and checks each call of the session
 * against the role's policies.
 */
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import {
  assumeAsService,
  type Credentials,
  refusedAssumption,
  type ServiceRequest,
} from "./assume";
import { denial, isTrusted } from "./authorize";
import { Buckets } from "./buckets";
import {
  type AwsError,
  errorResponse,
  type Permission,
  parseCall,
  type RawCall,
  text,
} from "./calls";
import { completed } from "./complete";
import { keyPolicy } from "./keys";
import { requiredPermissions } from "./permissions";
import { accountOf, Roles } from "./roles";

export interface GateOptions {
  /** The emulator's endpoint. */
  readonly awsEndpoint: string;
  /** The issuer of the tokens, such as `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The claims of a token that the issuer signed and that has not expired; undefined for any other token. */
  verify(token: string): Readonly<Record<string, unknown>> | undefined;
}

export interface Gate {
  /** The value for AWS_ENDPOINT_URL. */
  readonly url: string;
  /** The messages of all refused calls, in AWS's words. */
  readonly denials: readonly string[];
  /** The credentials of a role that an AWS service assumes; an error if the role does not trust it. */
  assume(request: ServiceRequest): Promise<Credentials>;
  /** AWS's message if a session may not do what the sandbox does in a service's place; undefined if it may. */
  refusal(
    credentials: Credentials,
    permissions: readonly Permission[],
  ): Promise<string | undefined>;
  close(): Promise<void>;
}

interface Session {
  readonly arn: string;
  readonly roleArn: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

const INVALID = "The security token included in the request is invalid.";
const unknownCaller: Readonly<Record<RawCall["protocol"], AwsError>> = {
  json: { code: "UnrecognizedClientException", message: INVALID },
  query: { code: "InvalidClientTokenId", message: INVALID, status: 403 },
  s3: {
    code: "InvalidAccessKeyId",
    message: "The AWS Access Key Id you provided does not exist in our records.",
    status: 403,
  },
};

export async function startGate(options: GateOptions): Promise<Gate> {
  const handler = new Handler(options);
  const server = createServer((incoming, response) => {
    handler
      .handle(incoming)
      .catch((error: Error) => handler.fail(incoming, error))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    denials: handler.denials,
    assume: (request) => handler.assume(request),
    refusal: (credentials, permissions) => handler.refusal(credentials, permissions),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Handler {
  readonly denials: string[] = [];
  private readonly sessions = new Map<string, Session>();
  private readonly roles: Roles;
  private readonly buckets: Buckets;

  constructor(private readonly options: GateOptions) {
    this.roles = new Roles(options.awsEndpoint);
    this.buckets = new Buckets(options.awsEndpoint);
  }

  async handle(incoming: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const call = parseCall(incoming, body.toString("utf8"));
    if (call === undefined) {
      return this.refuse("json", {
        code: "AccessDeniedException",
        message: `the sandbox does not know the call ${incoming.method} ${incoming.url}`,
      });
    }
    const byToken = call.operation === "AssumeRoleWithWebIdentity";
    const assumes = byToken || call.operation === "AssumeRole";
    const refusal = byToken ? await this.refusedRole(call) : await this.refusedCall(call);
    if (refusal) return this.refuse(call.protocol, refusal);
    const answer = await forward(this.options.awsEndpoint, incoming, body);
    if (assumes) this.remember(call, answer);
    return answer;
  }

  async assume(request: ServiceRequest): Promise<Credentials> {
    const { arn, credentials } = await assumeAsService(
      this.options.awsEndpoint,
      this.roles,
      request,
    );
    this.sessions.set(credentials.accessKeyId, { arn, roleArn: request.roleArn });
    return credentials;
  }

  async refusal(
    { accessKeyId }: Credentials,
    permissions: readonly Permission[],
  ): Promise<string | undefined> {
    const session = this.sessions.get(accessKeyId);
    if (session === undefined) throw new Error("the gate does not know these credentials");
    const caller = await this.callerOf(session);
    const resourcePolicy = keyPolicy(caller.account, permissions);
    const message = await denial({ ...caller, resourcePolicy }, permissions);
    if (message !== undefined) this.denials.push(message);
    return message;
  }

  private async callerOf(session: Session) {
    const account = accountOf(session.roleArn);
    return { ...session, ...(await this.roles.policies(session.roleArn)), account };
  }

  /** Answers when the sandbox itself failed, with a status that clients do not retry. */
  fail(incoming: IncomingMessage, error: Error): Answer {
    const protocol = incoming.headers["x-amz-target"] === undefined ? "query" : "json";
    const message = `the sandbox's gate failed: ${error.message}`;
    return this.refuse(protocol, { code: "SandboxError", message });
  }

  private refuse(protocol: RawCall["protocol"], error: AwsError): Answer {
    this.denials.push(error.message);
    const { status, type, body } = errorResponse(protocol, error);
    return { status, headers: { "content-type": type }, body: Buffer.from(body) };
  }

  /** The checks of AssumeRoleWithWebIdentity, in AWS's words. */
  private async refusedRole(call: RawCall): Promise<AwsError | undefined> {
    const invalid = (message: string) => ({ code: "InvalidIdentityToken", message });
    const denied = {
      code: "AccessDenied",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      status: 403,
    };
    const roleArn = text(call, "RoleArn");
    const claims = this.options.verify(text(call, "WebIdentityToken"));
    if (claims === undefined) return invalid("The ID Token provided is not a valid JWT");
    const issuer = this.options.issuer.replace(/^https:\/\//, "");
    const provider = await this.roles.provider(accountOf(roleArn), issuer);
    if (provider === undefined) {
      return invalid(`No OpenIDConnect provider found in your account for https://${issuer}`);
    }
    if (!provider.audiences.includes(String(claims.aud)))
      return invalid("Incorrect token audience");
    const trust = await this.roles.trustPolicy(roleArn);
    if (trust === undefined) return denied;
    const request = {
      roleArn,
      trustPolicy: trust.document,
      provider: provider.arn,
      issuer,
      claims,
    };
    if (!(await isTrusted(request))) return denied;
    if (Number(call.input.DurationSeconds ?? 3600) > trust.maxSeconds) {
      const message =
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
      return { code: "ValidationError", message };
    }
    return undefined;
  }

  private async refusedCall(raw: RawCall): Promise<AwsError | undefined> {
    const session = this.sessions.get(raw.accessKeyId ?? "");
    if (session === undefined) {
      return unknownCaller[raw.protocol];
    }
    if (raw.operation === "AssumeRole") {
      return refusedAssumption(this.roles, await this.callerOf(session), text(raw, "RoleArn"));
    }
    const account = accountOf(session.roleArn);
    const call = await completed({ ...raw, account }, this.options.awsEndpoint);
    // A call that is not in the table needs its permission for all resources.
    const own = { action: `${raw.service}:${raw.operation}`, resource: "*" };
    const permissions = requiredPermissions(call) ?? [own];
    const caller = await this.callerOf(session);
    for (const permission of permissions) {
      const resourcePolicy =
        keyPolicy(account, [permission]) ??
        (await this.buckets.policyFor(account, permission.resource));
      const message = await denial({ ...caller, resourcePolicy }, [permission]);
      if (message === undefined) continue;
      return raw.protocol === "json"
        ? { code: "AccessDeniedException", message }
        : { code: "AccessDenied", message, status: 403 };
    }
    return undefined;
  }

  private remember(call: RawCall, answer: Answer): void {
    const xml = answer.body.toString("utf8");
    const accessKeyId = /<AccessKeyId>(.+?)<\/AccessKeyId>/.exec(xml)?.[1];
    const arn = /<AssumedRoleUser>.*?<Arn>(.+?)<\/Arn>/s.exec(xml)?.[1];
    if (answer.status !== 200 || !accessKeyId || !arn) return;
    this.sessions.set(accessKeyId, { arn, roleArn: text(call, "RoleArn") });
  }
}

function forward(endpoint: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const target = new URL(incoming.url ?? "/", endpoint);
  // Node's server has asked for the body already.
  const { expect: _, ...rest } = incoming.headers;
  const headers = { ...rest, host: target.host };
  return new Promise((resolve, reject) => {
    const outgoing = request(target, { method: incoming.method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { "transfer-encoding": _, connection: __, ...kept } = response.headers;
        resolve({ status: response.statusCode ?? 502, headers: kept, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
