/** The sandbox's AWS provider. */
import { DeclaredProvider } from "../kit/declared";
import type { Tags } from "../kit/definition";
import { type Properties, UNKNOWN } from "../kit/provider";
import { isObject } from "../kit/wire";
import { AwsContext, connectionOf } from "./context";
import type { Service } from "./definition";

/** Loads the file of a service when the first of its types is used: every command pays for start-up time. */
export type Services = Readonly<Record<string, () => Service>>;

/** https://www.pulumi.com/registry/packages/aws/installation-configuration/ */
export class AwsProvider extends DeclaredProvider<AwsContext> {
  protected readonly plugin = "AWS";
  protected readonly options = [
    "region",
    "defaultTags",
    "allowedAccountIds",
    "forbiddenAccountIds",
    "version",
    // Options that skip a check of the real provider have no effect here.
    "skipCredentialsValidation",
    "skipMetadataApiCheck",
    "skipRegionValidation",
    "skipRequestingAccountId",
  ];
  private aws: AwsContext | undefined;

  constructor(
    version: string,
    private readonly services: Services,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {
    super(version);
  }

  async configure(config: Properties): Promise<void> {
    const { AWS_REGION, AWS_DEFAULT_REGION } = this.env;
    const region = config.region ?? AWS_REGION ?? AWS_DEFAULT_REGION;
    if (typeof region !== "string") {
      throw new Error("no AWS region: set aws:region in the stack's configuration, or AWS_REGION");
    }
    this.aws = new AwsContext(region, connectionOf(this.env), defaultTags(config.defaultTags));
    if (config.allowedAccountIds !== undefined || config.forbiddenAccountIds !== undefined) {
      const { checkAccount }: typeof import("./account") = require("./account");
      await checkAccount(this.aws, config);
    }
  }

  protected context(inputs: Properties = {}): AwsContext {
    if (!this.aws) throw new Error("the AWS provider has not been configured");
    return this.aws.inRegion(inputs.region);
  }

  protected scope(inputs?: Properties): AwsContext {
    return this.context(inputs);
  }

  /** `aws:ssm/parameter:Parameter` is in the file of the service `ssm`, or in its own file `ssm/parameter`. */
  protected service(token: string): Service {
    const [, path = "", name = ""] = /^aws:(([^/]+)\/[^:]+):/.exec(token) ?? [];
    return (this.services[path] ?? this.services[name])?.() ?? {};
  }
}

/** The SDK sends nested options as JSON strings. */
function defaultTags(option: unknown): Tags {
  if (option === undefined || option === UNKNOWN) return {};
  const parsed: unknown = typeof option === "string" ? JSON.parse(option) : option;
  return isObject(parsed) && isObject(parsed.tags) ? (parsed.tags as Tags) : {};
}
