import assert from "node:assert/strict";
import { lifecyclePolicy, mutableTags } from "../../components/image-repository/plan";
import { checkImageRepository } from "../../components/image-repository/settings";
import { ImageRepository, type ImageRepositoryArgs } from "../../components/index";
import { childrenOf, json, only, run } from "../harness";
import { survivors } from "../lifecycle";

const runRepository = (args?: ImageRepositoryArgs) =>
  run(() => {
    const { arn, repositoryName, repositoryUrl } = new ImageRepository("api", args);
    return { arn, repositoryName, repositoryUrl };
  });
const repository = "aws:ecr/repository:Repository";
const lifecycle = "aws:ecr/lifecyclePolicy:LifecyclePolicy";

describe("ImageRepository", () => {
  it("lets other accounts pull, and read digests, and nothing else", async () => {
    const { resources } = await runRepository({ pullAccounts: ["333333333333", "222222222222"] });
    const policy = only(resources, "aws:ecr/repositoryPolicy:RepositoryPolicy");
    assert.equal(policy.inputs.repository, "api");
    assert.deepEqual(json(policy, "policy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: {
            AWS: ["arn:aws:iam::222222222222:root", "arn:aws:iam::333333333333:root"],
          },
          Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:DescribeImages",
            "ecr:GetDownloadUrlForLayer",
          ],
        },
      ],
    });
  });

  for (const [kmsKey, encryption] of [
    [undefined, { encryptionType: "AES256" }],
    [
      "arn:aws:kms:eu-central-1:123456789012:key/1",
      { encryptionType: "KMS", kmsKey: "arn:aws:kms:eu-central-1:123456789012:key/1" },
    ],
  ] as const) {
    it(`encrypts images with ${encryption.encryptionType}`, async () => {
      const { resources } = await runRepository(kmsKey ? { kmsKeyArn: kmsKey } : {});
      assert.deepEqual(only(resources, repository).inputs.encryptionConfigurations, [encryption]);
    });
  }

  it("keeps all tags immutable except the named ones", async () => {
    const { resources } = await runRepository({ mutableTags: ["buildcache"] });
    const { imageTagMutability, imageTagMutabilityExclusionFilters } = only(
      resources,
      repository,
    ).inputs;
    assert.deepEqual(
      { imageTagMutability, imageTagMutabilityExclusionFilters },
      {
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filter: "buildcache", filterType: "WILDCARD" }],
      },
    );
  });

  it("refuses tags that ECR refuses, and more than five", () => {
    const wrong = (tags: string[]) =>
      checkImageRepository({ mutableTags: tags }, "args").map(({ path }) => path);
    assert.deepEqual(wrong(["a b", "v*"]), ["args.mutableTags[0]"]);
    assert.deepEqual(wrong(["a", "b", "c", "d", "e", "f"]), ["args.mutableTags"]);
  });

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
          selection: {
            tagStatus: "tagged",
            tagPrefixList: ["released-"],
            countType: "imageCountMoreThan",
            countNumber: 50,
          },
          action: { type: "expire" },
        },
        {
          rulePriority: 3,
          description: "Of images that were not released, those among the newest 50 of all stay",
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

  it("takes the given settings", async () => {
    const { resources } = await runRepository({
      keepReleases: 3,
      forceDelete: true,
      transform: { repository: (args) => ({ ...args, name: "team/api" }) },
    });
    const { name, forceDelete } = only(resources, repository).inputs;
    assert.deepEqual([name, forceDelete], ["team/api", true]);
    assert.match(
      String(only(resources, lifecycle).inputs.policy),
      /"countNumber":3}.*"countNumber":3}/,
    );
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

describe("an adopted repository", () => {
  for (const [mutability, warns] of [
    ["IMMUTABLE", false],
    ["MUTABLE", true],
    ["IMMUTABLE_WITH_EXCLUSION", true],
  ] as const) {
    it(`${warns ? "warns" : "says nothing"} where its tags are ${mutability}`, async () => {
      const warning = `The tags of the repository team/api are ${mutability}: anyone who may push can replace the image that runs. Make them immutable: aws ecr put-image-tag-mutability --repository-name team/api --image-tag-mutability IMMUTABLE`;
      assert.equal(mutableTags("team/api", mutability), warns ? warning : undefined);
    });
  }
});

describe("the lifecycle of images", () => {
  /** The tags of each image, newest first. */
  const remaining = (keep: number, ...images: readonly string[][]) =>
    survivors(
      lifecyclePolicy(keep),
      images.map((tags, age) => ({ tags, ageDays: age / 24 })),
    ).map(({ tags }) => tags[0]);
  const released = (tag: string) => [tag, `released-${tag}`];

  it("keeps the released image, however many builds fail after it", async () => {
    const failed = Array.from({ length: 60 }, (_, i) => [`failed-${i}`]);
    const left = remaining(50, ...failed, released("running"));
    assert.equal(left.length, 51);
    assert.ok(left.includes("running"), `running is not among what is left: ${left}`);
  });

  it("keeps as many releases as are asked for, and no more", async () => {
    const releases = ["e", "d", "c", "b", "a"].map(released);
    assert.deepEqual(remaining(3, ...releases), ["e", "d", "c"]);
  });

  it("keeps the releases for a rollback behind failed builds", async () => {
    const left = remaining(2, ["f3"], ["f2"], ["f1"], released("c"), released("b"), released("a"));
    assert.deepEqual(left, ["f3", "f2", "c", "b"]);
  });

  it("keeps a build that is released only now, because it is among the newest of all", async () => {
    const before = [["d"], released("c"), ["b"], released("a")];
    assert.deepEqual(remaining(3, ...before), ["d", "c", "b", "a"]);
    assert.deepEqual(remaining(3, ["d"], released("c"), released("b"), released("a")), [
      "d",
      "c",
      "b",
      "a",
    ]);
  });

  it("drops untagged images after a day", async () => {
    const policy = lifecyclePolicy(1);
    const images = [
      { tags: ["a"], ageDays: 0 },
      { tags: [], ageDays: 0.5 },
      { tags: [], ageDays: 2 },
    ];
    assert.deepEqual(
      survivors(policy, images).map(({ ageDays }) => ageDays),
      [0, 0.5],
    );
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
