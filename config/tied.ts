/** Types with which the compiler compares the schema of the stack file with the components' arguments. No code runs here. */
import type {
  BuildArgs,
  ClusterArgs,
  CreateImageRepositoryArgs,
  CreateNetworkArgs,
  ExistingImageRepositoryArgs,
  ExistingNetworkArgs,
  FargateServiceArgs,
  FindRepositoriesArgs,
  GitHubEnvironmentArgs,
  GitHubOidcArgs,
  LoadBalancerSettings,
  PreviewSettings,
  PromoteArgs,
  TestArgs,
} from "../components/index";

/** All arguments that a stack file can set: those of the components that are plain data. */
export interface StackArguments {
  readonly network: CreateNetworkArgs | ExistingNetworkArgs;
  readonly cluster: Omit<ClusterArgs, "transform">;
  readonly loadBalancer: LoadBalancerSettings;
  // The omitted keys have their own places in the file.
  readonly github: Omit<FindRepositoriesArgs, "keepNames" | "services" | "stack"> &
    Pick<GitHubOidcArgs, "identityProvider"> &
    Pick<GitHubEnvironmentArgs, "notify"> & { readonly promote: PromoteArgs };
  readonly services: readonly (Omit<
    FargateServiceArgs,
    "cluster" | "imageRepository" | "loadBalancer" | "network" | "transform"
  > & {
    readonly name: string;
    readonly repository?: string;
    readonly build: BuildArgs;
    readonly test: TestArgs;
    // The load balancer's `deletionProtection` applies to the image repository, too; the build's `cache` decides on `mutableTags`.
    readonly imageRepository:
      | Omit<CreateImageRepositoryArgs, "deletionProtection" | "mutableTags" | "transform">
      | ExistingImageRepositoryArgs;
  })[];
  readonly previews: PreviewSettings;
  readonly keepNames: boolean;
  readonly slackWebhook: string;
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
