import assert from "node:assert/strict";
import { join } from "node:path";
import { CloudFront } from "@aws-sdk/client-cloudfront";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { SSM } from "@aws-sdk/client-ssm";
import type { FrontendNames } from "../../components/github/frontend/render";
import { getRepository, push, type WorkflowResult } from "../../sandbox/github";
import { prepare, releaseCommit, runEvent } from "../../sandbox/stack";
import type { TestStack } from "./harness";

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

/** A stack's site: runs only its workflow, and reads the results in AWS. */
export class Site {
  constructor(
    private readonly stack: TestStack,
    readonly repository: string,
  ) {}

  get workflow(): string {
    return `deploy-frontend-${this.stack.name}.yml`;
  }

  /** Creates the site's files, as the commands of the sandbox do before they do anything else. */
  prepare(): Promise<unknown> {
    const { sandbox, name } = this.stack;
    return prepare(sandbox, name, this.options);
  }

  /** Changes files of the branch that deploys, without a run; null deletes one. */
  commit(files: Readonly<Record<string, string | null>>): Promise<string> {
    return push(this.stack.sandbox.githubRoot, this.repository, "main", files, "Change the site");
  }

  /** Releases the newest commit: runs the workflow by hand, as in the repository's Actions tab. */
  async run(): Promise<WorkflowResult> {
    const { sandbox, name } = this.stack;
    const event = { name: "workflow_dispatch", ref: "main", workflow: this.workflow } as const;
    const [result] = await runEvent(sandbox, name, this.repository, event, this.options);
    assert.ok(result, "no workflow was started");
    return result;
  }

  /** Releases an earlier commit again. */
  async goBack(commit: string): Promise<WorkflowResult> {
    const { sandbox, name } = this.stack;
    const [result] = await releaseCommit(sandbox, name, this, commit, this.options);
    assert.ok(result, "no workflow was started");
    return result;
  }

  /** The objects in a folder of the bucket: content, type and what browsers keep. */
  async files(folder: string): Promise<Record<string, readonly unknown[]>> {
    const { bucket: Bucket } = await this.names();
    const s3 = new S3(await this.config());
    const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix: `${folder}/` });
    const found = Contents.map(async ({ Key = "" }) => {
      const { Body, ContentType, CacheControl } = await s3.getObject({ Bucket, Key });
      const content = await Body?.transformToString();
      return [Key.slice(folder.length + 1), [content, ContentType, CacheControl]] as const;
    });
    return Object.fromEntries(await Promise.all(found));
  }

  /** The page that users get, and the commit that the pointer names. */
  async released(): Promise<readonly unknown[]> {
    const { releasePointer: Name } = await this.names();
    const { Parameter } = await new SSM(await this.config()).getParameter({ Name });
    return [(await this.files("live"))["index.html"]?.[0], Parameter?.Value];
  }

  /** The status of each invalidation. */
  async invalidations(): Promise<unknown[]> {
    const { distribution: DistributionId } = await this.names();
    const cloudfront = new CloudFront(await this.config());
    const { InvalidationList } = await cloudfront.listInvalidations({ DistributionId });
    return (InvalidationList?.Items ?? []).map(({ Status }) => Status);
  }

  /** Runs the workflow while the role lacks a permission. */
  async runWithout(action: string): Promise<WorkflowResult> {
    const iam = new IAM(await this.config());
    const { secrets } = await this.settings();
    const RoleName = secrets.AWS_ROLE_TO_ASSUME_FRONTEND?.split("/").at(-1) ?? "";
    const { PolicyNames: [PolicyName = ""] = [] } = await iam.listRolePolicies({ RoleName });
    const { PolicyDocument = "" } = await iam.getRolePolicy({ RoleName, PolicyName });
    const whole = decodeURIComponent(PolicyDocument);
    const { Statement, ...rest } = JSON.parse(whole) as Policy;
    const less = Statement.map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((one) => one !== action),
    }));
    const put = (document: string) =>
      iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: document });
    await put(JSON.stringify({ ...rest, Statement: less }));
    try {
      return await this.run();
    } finally {
      await put(whole);
    }
  }

  private get options() {
    const { sandbox, name } = this.stack;
    return { configFile: join(sandbox.folder, `Pulumi.${name}.yaml`) };
  }

  private async names(): Promise<FrontendNames> {
    const { variables } = await this.settings();
    return JSON.parse(variables.SLIPWAY_FRONTEND ?? "{}") as FrontendNames;
  }

  private async settings() {
    const { sandbox, name } = this.stack;
    const { settings } = await getRepository(sandbox.githubRoot, this.repository);
    const environment = settings.environments[name];
    assert.ok(environment, `GitHub has no environment ${name}`);
    return environment;
  }

  private async config() {
    const { sandbox, name, region } = this.stack;
    return { endpoint: sandbox.endpoint, region, credentials: await sandbox.credentials(name) };
  }
}
