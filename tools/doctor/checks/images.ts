import * as aws from "@pulumi/aws";
import type { StackConfig } from "../../../components/config";
import { judgePromotion, type PromotedOutputs } from "../../../components/github/promotion";
import { ifExists } from "../../../components/shared/if-exists";
import { bad, type Check, check, good, unknown, type Verdict } from "../check";

/** The existing image repositories that services name, each once. */
export function imageChecks({ services }: Pick<StackConfig, "services">): Check[] {
  const names = services.flatMap(({ imageRepository }) =>
    imageRepository && "existing" in imageRepository ? [imageRepository.existing] : [],
  );
  return [...new Set(names)].map((name) =>
    check({
      ...{ id: `images ${name}`, title: `Image repository ${name}`, area: "AWS" },
      ask: () => ifExists(aws.ecr.getRepository({ name })),
      judge: (repository) => judgeRepository(name, repository),
    }),
  );
}

export function judgeRepository(
  name: string,
  repository: { readonly repositoryUrl: string } | undefined,
): Verdict {
  return repository
    ? good(repository.repositoryUrl)
    : bad(
        `there is no image repository ${name} in this account and region`,
        `correct imageRepository.existing, or remove it: Slipway then creates a repository`,
      );
}

/** The stack whose images this one deploys, by a workflow or by a pipeline. */
export function promoteOf({ github, release }: Pick<StackConfig, "github" | "release">) {
  return release ? release.promote : github?.promote;
}

/** What the other stack has; an error if its outputs cannot be read. */
export function promotionChecks(
  { github, release, services }: Pick<StackConfig, "github" | "release" | "services">,
  source: PromotedOutputs | Error,
): Check[] {
  const promote = promoteOf({ github, release });
  const repository = release?.source.repository ?? github?.repository ?? "";
  const path = `${release ? "release" : "github"}.promote.from`;
  const wanted = services.map((service) => ({ repository, ...service }));
  return promote
    ? [
        {
          ...{ id: "images promote", title: `Images of ${promote.from}`, area: "Pulumi" },
          run: async () => judgePromoted(promote.from, wanted, source, path),
        },
      ]
    : [];
}

export function judgePromoted(
  from: string,
  services: readonly { readonly name: string; readonly repository: string }[],
  source: PromotedOutputs | Error,
  path = "github.promote.from",
): Verdict {
  if (source instanceof Error) {
    const isMissing = /no stack named|not found|unknown stack/i.test(source.message);
    return isMissing
      ? bad(
          `there is no stack ${from}`,
          `correct ${path} (pulumi stack ls --all), or run pulumi up --stack ${from} first`,
        )
      : unknown(`the outputs of the stack ${from} cannot be read: ${source.message}`);
  }
  const problems = services.flatMap(({ name, repository }) =>
    judgePromotion(name, repository, source.services ?? {}, { from, path }),
  );
  const [first] = problems;
  return first
    ? bad(problems.map(({ allowed }) => `it needs ${allowed}`).join("; "), first.fix)
    : good(`${from} has all services, from the same repositories`);
}
