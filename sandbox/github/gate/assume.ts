/** Decides who may assume a role: an AWS service, or a session of another role. */
import { STS } from "@aws-sdk/client-sts";
import { administrator, type ClientConfig } from "./account";
import { type Caller, denial, isTrustedService } from "./authorize";
import type { AwsError } from "./calls";
import { accountOf, type Roles } from "./roles";

/** The AWS service that assumes a role, and the object for which it works. */
export interface ServiceRequest {
  /** Such as `codebuild.amazonaws.com`. */
  readonly service: string;
  readonly roleArn: string;
  readonly sessionName: string;
  /** The object for which the service works: `aws:SourceArn`. Its account is `aws:SourceAccount`. */
  readonly sourceArn: string;
}

export type Credentials = ClientConfig["credentials"];

export interface Assumed {
  readonly credentials: Credentials;
  /** ARN of the session. */
  readonly arn: string;
}

/** Throws if the role's trust policy does not allow the service. The messages are not AWS's: each service has its own. */
export async function assumeAsService(
  endpoint: string,
  roles: Roles,
  request: ServiceRequest,
): Promise<Assumed> {
  const { service, roleArn, sourceArn } = request;
  const trust = await roles.trustPolicy(roleArn);
  const trusted = trust && (await isTrustedService(roleArn, trust.document, service, sourceArn));
  if (!trusted) {
    throw new Error(
      `${service} is not authorized to perform: sts:AssumeRole on role ${roleArn}, for ${sourceArn}`,
    );
  }
  const account = accountOf(roleArn);
  const sts = new STS(await administrator(endpoint, account));
  const answer = await sts.assumeRole({
    RoleArn: roleArn,
    RoleSessionName: request.sessionName.slice(0, 64),
  });
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = answer.Credentials ?? {};
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken && { sessionToken: SessionToken }),
    },
    arn: answer.AssumedRoleUser?.Arn ?? "",
  };
}

/** The checks of AssumeRole: the caller's permission, and the role's trust policy. */
export async function refusedAssumption(
  roles: Roles,
  caller: Caller,
  roleArn: string,
): Promise<AwsError | undefined> {
  const trust = await roles.trustPolicy(roleArn);
  const permission = { action: "sts:AssumeRole", resource: roleArn };
  const message =
    trust === undefined
      ? `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`
      : await denial({ ...caller, resourcePolicy: trust.document }, [permission]);
  return message === undefined ? undefined : { code: "AccessDenied", message, status: 403 };
}
