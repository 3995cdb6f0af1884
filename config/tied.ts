/** Holds the shape of the stack file against the components' arguments, when it is compiled. Nothing here runs. */
import type {
  BuildArgs,
  ClusterArgs,
  CreateImageRepositoryArgs,
  CreateNetworkArgs,
  ExistingImageRepositoryArgs,
  ExistingNetworkArgs,
  FargateServiceArgs,
  FindRepositoriesArgs,
  GitHubOidcArgs,
  LoadBalancerSettings,
} from "../components";

/** What a stack file configures: every argument of the components that is plain data. */
export interface StackArguments {
  readonly network: CreateNetworkArgs | ExistingNetworkArgs;
  readonly cluster: Omit<ClusterArgs, "transform">;
  readonly loadBalancer: LoadBalancerSettings;
  // The stack and the services come from elsewhere in the file.
  readonly github: Omit<FindRepositoriesArgs, "keepNames" | "services" | "stack"> &
    Pick<GitHubOidcArgs, "identityProvider">;
  readonly services: readonly (Omit<
    FargateServiceArgs,
    "cluster" | "imageRepository" | "loadBalancer" | "network" | "transform"
  > & {
    readonly name: string;
    readonly repository?: string;
    readonly build: BuildArgs;
    // The load balancer's `deletionProtection` counts for both.
    readonly imageRepository:
      | Omit<CreateImageRepositoryArgs, "deletionProtection" | "transform">
      | ExistingImageRepositoryArgs;
  })[];
  readonly keepNames: boolean;
}

/** The paths of all keys of `T`: `services.healthCheck.path`. Where any name may be a key, none is listed. */
type Paths<T> = T extends readonly (infer Item)[]
  ? Paths<Item>
  : T extends object
    ? string extends keyof T
      ? never
      : { [Key in keyof T & string]-?: Key | `${Key}.${Paths<NonNullable<T[Key]>>}` }[keyof T &
          string]
    : never;

/** Paths that only one of the two has. */
export type Differences<A, B> = Exclude<Paths<A>, Paths<B>> | Exclude<Paths<B>, Paths<A>>;

/** `Config`. The constraint makes the compiler name the paths that differ. */
export type Tied<Config, Difference extends never> = [Difference] extends [never] ? Config : never;
