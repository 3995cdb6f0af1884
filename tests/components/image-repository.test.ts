import assert from "node:assert/strict";
import { ImageRepository, type ImageRepositoryArgs } from "../../components";
import { checkImageRepository } from "../../components/image-repository/image-repository";
import { childrenOf, json, only, run } from "../harness";

const runRepository = (args?: ImageRepositoryArgs) =>
  run(() => {
    const { arn, repositoryName, repositoryUrl } = new ImageRepository("api", args);
    return { arn, repositoryName, repositoryUrl };
  });
const repository = "aws:ecr/repository:Repository";
const lifecycle = "aws:ecr/lifecyclePolicy:LifecyclePolicy";

describe("ImageRepository", () => {
  it("keeps tags immutable, scans on push, encrypts and expires", async () => {
    const { resources, outputs } = await runRepository();
    const component = only(resources, "slipway:image-repository:ImageRepository");
    assert.deepEqual(childrenOf(resources, component), [`${lifecycle} api`, `${repository} api`]);
    assert.deepEqual(only(resources, repository).inputs, {
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      forceDelete: false,
    });
    assert.equal(only(resources, lifecycle).inputs.repository, "api");
    assert.deepEqual(json(only(resources, lifecycle), "policy"), {
      rules: [
        {
          rulePriority: 1,
          description: "Untagged images expire after a day",
          selection: {
            tagStatus: "untagged",
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: 1,
          },
          action: { type: "expire" },
        },
        {
          rulePriority: 2,
          description: "The newest 50 releases stay",
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
          action: { type: "expire" },
        },
      ],
    });
    assert.deepEqual(outputs, {
      arn: "arn:aws:ecr:eu-central-1:123456789012:repository/api",
      repositoryName: "api",
      repositoryUrl: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api",
    });
  });

  it("takes what is asked for", async () => {
    const { resources } = await runRepository({
      keepReleases: 3,
      forceDelete: true,
      transform: { repository: (args) => ({ ...args, name: "team/api" }) },
    });
    const { name, forceDelete } = only(resources, repository).inputs;
    assert.deepEqual([name, forceDelete], ["team/api", true]);
    assert.match(String(only(resources, lifecycle).inputs.policy), /"countNumber":3}/);
  });

  it("is protected on demand, without its lifecycle, which an edit replaces", async () => {
    const { resources } = await runRepository({ deletionProtection: true });
    assert.deepEqual(
      resources.filter(({ protect }) => protect).map(({ type }) => type),
      [repository],
    );
  });

  it("adopts an existing one, and makes nothing", async () => {
    const { resources, outputs } = await runRepository({ existing: "team/api" });
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["slipway:image-repository:ImageRepository"],
    );
    assert.deepEqual(outputs, {
      arn: "arn:aws:ecr:eu-central-1:123456789012:repository/team/api",
      repositoryName: "team/api",
      repositoryUrl: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/api",
    });
  });
});

describe("checkImageRepository", () => {
  const name = {
    path: "images.existing",
    allowed: "the name of an ECR repository, for example team/api",
    fix: "give the name, without registry and tag",
  };
  for (const [args, problems] of [
    [{}, []],
    [{ existing: "team/api_v2.x" }, []],
    ...["Team/api", "api:latest", "1.dkr.ecr.eu-central-1.amazonaws.com/api:1", ""].map(
      (existing) => [{ existing }, [{ ...name, value: existing }]] as const,
    ),
    [
      { keepReleases: 0 },
      [
        {
          path: "images.keepReleases",
          value: 0,
          allowed: "a whole number from 1 to 1000 (images)",
          fix: "the nearest is 1",
        },
      ],
    ],
  ] as const) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(args)}`, async () => {
      assert.deepEqual(checkImageRepository(args, "images"), problems);
    });
  }
});
