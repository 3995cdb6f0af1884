import { checkString } from "../shared/checks";
import { type Problem, refuse } from "../shared/errors";
import { readStackOutputs, unreadable } from "../shared/stack-outputs";
import type { Unchecked } from "../shared/unchecked";
import type { ServiceRepository } from "./service-repository";

/** Deploys what another stack has released. */
export interface PromoteArgs {
  /**
   * The stack whose released images are deployed, without a build: `dev`, or `organization/project/dev`. It deploys the same services from
   * the same repositories. Its account must allow this one to pull: `imageRepository.pullAccounts`.
   */
  readonly from: string;
}

/** Where the images of one service come from. */
export interface Promotion {
  /** The other stack. */
  readonly from: string;
  /** The other stack's image repository, without a tag. */
  readonly imageRepository: string;
  /** The name of the other stack's SSM parameter with the released image; a pipeline reads it. @default none, which is enough for a workflow */
  readonly releasePointer?: string | undefined;
  /** The name of the other stack's pipeline in CodePipeline. @default the other stack releases with a workflow */
  readonly pipeline?: string | undefined;
}

/** The services whose images {@link findPromotions} looks up. */
export interface FindPromotionsArgs {
  /** The other stack. @default none: each workflow builds its image */
  readonly promote?: PromoteArgs | undefined;
  /** `owner/name`: the repository of every service without its own `repository`. */
  readonly repository: string;
  /** The services of the stack. */
  readonly services: readonly ServiceRepository[];
  /** The path of `promote.from`, for errors. @default "github.promote.from" */
  readonly path?: string;
}

/** The part of a stack's outputs that is read. */
export interface PromotedOutputs {
  readonly services?: Readonly<
    Record<
      string,
      {
        readonly imageRepository?: string;
        readonly pipeline?: string;
        readonly releasePointer?: string;
        readonly repository?: string;
      }
    >
  >;
}

// https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack
export const stackName = /^(?:[\w.-]+\/[\w.-]+\/)?[\w.-]+$/;

export function checkPromote(
  { from }: Unchecked<PromoteArgs>,
  stack: string | undefined,
  path: string,
): Problem[] {
  return checkString(`${path}.from`, from, {
    valid: (name) => stackName.test(name) && name !== stack,
    allowed: "the name of another stack: dev, or organization/project/dev",
    fix: "pulumi stack ls --all lists them",
  });
}

/**
 * Reads from another stack's outputs where its services' images are, by the service's name; empty without `promote`.
 *
 * @throws ConfigurationError if the stack, or one of the services in it, does not exist, or is built from another repository
 */
export async function findPromotions({
  promote,
  repository,
  services,
  path = "github.promote.from",
}: FindPromotionsArgs): Promise<Map<string, Promotion>> {
  if (!promote) {
    return new Map();
  }
  const { from } = promote;
  const outputs = await readStackOutputs<PromotedOutputs>(from);
  const found = outputs instanceof Error ? {} : (outputs.services ?? {});
  refuse(
    "The promotion of images",
    outputs instanceof Error
      ? [unreadable(path, from, outputs)]
      : services.flatMap((service) =>
          judgePromotion(service.name, service.repository ?? repository, found, { from, path }),
        ),
  );
  return new Map(
    services.map(({ name }) => [
      name,
      {
        from,
        imageRepository: found[name]?.imageRepository ?? "",
        ...(found[name]?.releasePointer && { releasePointer: found[name]?.releasePointer }),
        ...(found[name]?.pipeline && { pipeline: found[name]?.pipeline }),
      },
    ]),
  );
}

/** Whether a stack with these services can promote the images of a service. */
export function judgePromotion(
  name: string,
  repository: string,
  services: NonNullable<PromotedOutputs["services"]>,
  { from, path }: { readonly from: string; readonly path: string },
): Problem[] {
  const found = services[name];
  if (!found?.imageRepository) {
    return [
      {
        path,
        value: from,
        allowed: `a stack with the service ${name}: ${from} has ${Object.keys(services).join(", ") || "none"}`,
        fix: `give the service the same name in both stacks, or run pulumi up --stack ${from} first`,
      },
    ];
  }
  // Another repository has other commits. The outputs of earlier versions do not name the repository.
  if (found.repository !== undefined && found.repository !== repository) {
    return [
      {
        path,
        value: from,
        allowed: `a stack that builds ${name} from ${repository}: ${from} builds it from ${found.repository}`,
        fix: "use the same repository in both stacks, or remove promote, so that this stack builds its own images",
      },
    ];
  }
  return [];
}
