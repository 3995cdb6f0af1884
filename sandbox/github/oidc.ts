/** GitHub's OpenID Connect issuer, on a loopback port: https://docs.github.com/en/actions/reference/security/oidc */
import { generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { refType } from "./context";
import type { RepositorySettings } from "./settings";

export const ISSUER = "https://token.actions.githubusercontent.com";

export type Claims = Readonly<Record<string, string | number>>;

export interface TokenRequest {
  readonly fullName: string;
  readonly settings: Pick<RepositorySettings, "id" | "ownerId" | "private" | "immutableSubject">;
  readonly event: string;
  readonly ref: string;
  readonly sha: string;
  /** Names of branches; empty except for pull requests. */
  readonly baseRef: string;
  readonly headRef: string;
  /** The job's environment, if it has one. */
  readonly environment?: string | undefined;
  readonly workflow: { readonly name: string; readonly file: string };
  /** The file that contains the job, if the workflow calls another. @default the workflow's */
  readonly jobFile?: string | undefined;
  readonly runId: string;
  /** The customised template of the subject. @default GitHub's own */
  readonly subjectKeys?: readonly string[] | undefined;
}

/**
 * The subject of a job with an environment contains the environment, whatever started the job. Otherwise it contains
 * `pull_request` for a pull request, also a merged one, and the ref for all other events:
 * https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
 */
export function subject(request: TokenRequest, claims: Claims = {}): string {
  const [owner = "", name = ""] = request.fullName.split("/");
  const { id, ownerId, immutableSubject } = request.settings;
  const repository = immutableSubject ? `${owner}@${ownerId}/${name}@${id}` : request.fullName;
  const context = request.environment
    ? // "Colons within the context value are replaced with %3A."
      `environment:${request.environment.replaceAll(":", "%3A")}`
    : request.event === "pull_request"
      ? "pull_request"
      : `ref:${request.ref}`;
  const parts: Readonly<Record<string, string>> = { repo: `repo:${repository}`, context };
  const { subjectKeys = ["repo", "context"] } = request;
  // "The sub claim then consists of the keys with their values": …/oidc#customizing-the-subject-claims-for-an-organization-or-repository
  return subjectKeys.map((key) => parts[key] ?? `${key}:${claims[key] ?? ""}`).join(":");
}

export function claimsOf(request: TokenRequest): Claims {
  const { fullName, settings, ref, sha, environment, workflow } = request;
  const owner = fullName.split("/")[0] ?? "";
  // A workflow that is called by its path is the one at the caller's commit.
  const fileRef = (file: string) => `${fullName}/${file}@${ref}`;
  const claims = {
    iss: ISSUER,
    actor: owner,
    actor_id: String(settings.ownerId),
    base_ref: request.baseRef,
    head_ref: request.headRef,
    ...(environment && { environment }),
    event_name: request.event,
    job_workflow_ref: fileRef(request.jobFile ?? workflow.file),
    job_workflow_sha: sha,
    ref,
    ref_protected: "false",
    ref_type: refType(ref),
    repository: fullName,
    repository_id: String(settings.id),
    repository_owner: owner,
    repository_owner_id: String(settings.ownerId),
    repository_visibility: settings.private ? "private" : "public",
    run_attempt: "1",
    run_id: request.runId,
    run_number: request.runId,
    runner_environment: "github-hosted",
    sha,
    workflow: workflow.name,
    workflow_ref: fileRef(workflow.file),
    workflow_sha: sha,
  };
  return { ...claims, sub: subject(request, claims) };
}

export interface Issuer {
  /** The values for ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  readonly requestUrl: string;
  readonly requestToken: string;
  /** The claims of a token of this issuer that has not expired. */
  verify(token: string): Claims | undefined;
  close(): Promise<void>;
}

const LIFETIME_S = 300;
let keys: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

export async function startIssuer(request: TokenRequest): Promise<Issuer> {
  keys ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { publicKey, privateKey } = keys;
  const requestToken = randomBytes(24).toString("base64url");
  const server = createServer((incoming, response) =>
    answer(incoming, response, requestToken, request, privateKey),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    requestUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`,
    requestToken,
    verify: (token) => verifyToken(token, publicKey),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  requestToken: string,
  request: TokenRequest,
  privateKey: KeyObject,
): void {
  if (incoming.headers.authorization?.toLowerCase() !== `bearer ${requestToken}`.toLowerCase()) {
    response.writeHead(401).end("unauthorized");
    return;
  }
  const owner = request.fullName.split("/")[0];
  const parameters = new URL(incoming.url ?? "/", ISSUER).searchParams;
  const aud = parameters.get("audience") ?? `https://github.com/${owner}`;
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now, exp: now + LIFETIME_S, jti: randomBytes(16).toString("hex") };
  const value = signToken({ ...claimsOf(request), ...times, aud }, privateKey);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ value }));
}

function signToken(claims: Claims, privateKey: KeyObject): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const content = `${encode({ typ: "JWT", alg: "RS256" })}.${encode(claims)}`;
  return `${content}.${sign("sha256", Buffer.from(content), privateKey).toString("base64url")}`;
}

function verifyToken(token: string, publicKey: KeyObject): Claims | undefined {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const content = Buffer.from(`${header}.${payload}`);
  if (!verify("sha256", content, publicKey, Buffer.from(signature, "base64url"))) return undefined;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
  return Number(claims.exp) * 1000 > Date.now() ? claims : undefined;
}
