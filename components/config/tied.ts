/**
 * The configuration's type, which has the docstrings of the components' arguments: an editor shows them. With the other types the compiler
 * compares it with the schema of the stack file. No code runs here.
 */
import type { ClientVpnSettings } from "../client-vpn";
import type { CloudFrontSettings } from "../cloudfront";
import type { CreateClusterArgs, ExistingClusterArgs } from "../cluster";
import type { CodePipelineSettings } from "../codepipeline";
import type { DashboardSettings } from "../dashboard";
import type { DatabaseSettings } from "../database";
import type { FargateServiceArgs } from "../fargate-service";
import type { FrontendSettings } from "../frontend";
import type {
  BuildArgs,
  FindRepositoriesArgs,
  GitHubEnvironmentArgs,
  GitHubOidcArgs,
  PreviewSettings,
  PromoteArgs,
  TestArgs,
} from "../github";
import type { CreateImageRepositoryArgs, ExistingImageRepositoryArgs } from "../image-repository";
import type { ExistingLoadBalancerSettings, LoadBalancerSettings } from "../load-balancer";
import type { CreateNetworkArgs, ExistingNetworkArgs } from "../network";
import type { NoticesSettings } from "../notices";
import type { WafSettings } from "../waf";

/** Uses the network, the cluster and the load balancer of another stack, and the identity provider that exists in the account. */
export interface SharedArgs extends Deletion {
  /** A stack without services, in the same account and region: `platform`, or `organization/project/platform`. */
  readonly stack: string;
}

interface Deletion {
  /** Whether Pulumi refuses to delete or replace the image repositories (`protect`). @default false */
  readonly deletionProtection?: boolean;
}

/** The keys that only a stack with services needs. */
type Needed = "repository" | "trigger";

/** All arguments that a stack file can set: those of the components that are plain data. */
export interface StackArguments {
  /** Another stack whose network, cluster and load balancer this stack's services use. @default this stack creates its own */
  readonly shared?: SharedArgs;
  /** The VPC: a new one, or an existing one. @default a VPC in two zones with one NAT gateway */
  readonly network?: CreateNetworkArgs | ExistingNetworkArgs;
  /** The ECS cluster: a new one, or an existing one. */
  readonly cluster?: Omit<CreateClusterArgs, "network" | "transform"> | ExistingClusterArgs;
  /** The Application Load Balancer that all services share: a new one, or an existing one. */
  readonly loadBalancer?: LoadBalancerSettings | (ExistingLoadBalancerSettings & Deletion);
  /** A web application firewall on CloudFront or the load balancer: `{}` for one that counts what it would block. @default none */
  readonly waf?: WafSettings;
  /** A CloudFront distribution before the load balancer, which only CloudFront then reaches. @default none */
  readonly cloudfront?: CloudFrontSettings;
  /** A static site behind the same distribution, with a workflow of its own. It needs `cloudfront`. @default none */
  readonly frontend?: FrontendSettings;
  /** Who gets notices of deployments and alarms. @default nobody */
  readonly notices?: NoticesSettings;
  /** An Aurora database for the services with `database: true`. @default none */
  readonly database?: DatabaseSettings;
  /** An AWS Client VPN endpoint: a way into the VPC from outside. @default none */
  readonly clientVpn?: ClientVpnSettings;
  /** A CloudWatch dashboard of the services: `{}` for one without Grafana. @default none */
  readonly dashboard?: DashboardSettings;
  // The omitted keys have their own places in the file.
  /** The repository that deploys, and what starts a deployment. A stack without services needs neither. */
  readonly github?: Omit<FindRepositoriesArgs, "keepNames" | "services" | "stack" | Needed> &
    Partial<Pick<FindRepositoriesArgs, Needed>> &
    Pick<GitHubOidcArgs, "identityProvider"> &
    Pick<GitHubEnvironmentArgs, "notify"> & {
      /** Deploys the images that another stack has released, without a build. @default the workflow builds */
      readonly promote?: PromoteArgs;
    };
  /** Releases through AWS CodePipeline, without GitHub's workflow. @default a workflow on GitHub */
  readonly release?: CodePipelineSettings;
  /** The services behind the load balancer. @default none: other stacks use what this one creates */
  readonly services: readonly (Omit<
    FargateServiceArgs,
    | "calls"
    | "cloudfront"
    | "cluster"
    | "database"
    | "imageRepository"
    | "loadBalancer"
    | "namespace"
    | "network"
    | "notices"
    | "transform"
  > & {
    /** At most 20 lower-case letters, digits and hyphens. Another name is another service. */
    readonly name: string;
    /** `owner/name` of the repository with the service's code. @default github.repository */
    readonly repository?: string;
    /**
     * Whether the service uses the stack's database: its tasks reach it, and get its address and its password as variables.
     * @default false
     */
    readonly database?: boolean;
    /** How the workflow builds the image. @default the Dockerfile in the repository's root */
    readonly build?: BuildArgs;
    /** What must succeed before a deployment: commands, or a workflow. @default nothing */
    readonly test?: TestArgs;
    // The load balancer's `deletionProtection` applies to the image repository, too; the build's `cache` decides on `mutableTags`.
    /** The ECR repository of the images: a new one, or an existing one. @default a new one */
    readonly imageRepository?:
      | Omit<CreateImageRepositoryArgs, "deletionProtection" | "mutableTags" | "transform">
      | ExistingImageRepositoryArgs;
  })[];
  /** Previews in pull requests, and updates after a merge. @default none */
  readonly previews?: PreviewSettings;
  /**
   * The ARN of a managed policy that limits every role of the stack, for accounts that allow new roles only with a boundary. It
   * must allow what the roles do, or deployments fail.
   * @default none
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   */
  readonly permissionsBoundary?: string;
  /** Keeps the names of all objects. Set it after a `pulumi import`. @default false */
  readonly keepNames?: boolean;
  /** The incoming webhook for `github.notify`: `pulumi config set --secret slipway:slackWebhook https://…` @default none */
  readonly slackWebhook?: string;
}

/** The paths of all keys of `T`: `services.healthCheck.path`. Objects with arbitrary keys contribute none. */
type Paths<T> = T extends readonly (infer Item)[]
  ? Paths<Item>
  : T extends object
    ? string extends keyof T
      ? never
      : { [Key in keyof T & string]-?: Key | `${Key}.${Paths<NonNullable<T[Key]>>}` }[keyof T &
          string]
    : never;

/** Paths that exist in only one of the two types. */
export type Differences<A, B> = Exclude<Paths<A>, Paths<B>> | Exclude<Paths<B>, Paths<A>>;

/** Equals `Config`. Because of the constraint, the compiler's error names the paths that differ. */
export type Tied<Config, Difference extends never> = [Difference] extends [never] ? Config : never;

/** `Config`. Does not compile if a value of this type can be one that the schema refuses. */
export type Within<Schema, Config extends Schema> = Config;

/** What zod returns can be changed; the arguments cannot. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;
