import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { checkRuleBehind } from "../../../components/cloudfront/check";
import { checkFrontend } from "../../../components/frontend/check";
import { rewriteFunction } from "../../../components/frontend/plan";
import { expression } from "../../../components/github/workflow/expressions";
import {
  CloudFront,
  Frontend,
  type FrontendSettings,
  LoadBalancer,
} from "../../../components/index";
import { attempt, childrenOf, json, only, run } from "../../harness";
import { infrastructure } from "../infrastructure";

const settings = { buildCommand: "npm ci && npm run build", outputDirectory: "dist" };

const runSite = (more: Partial<FrontendSettings> = {}, deletionProtection = false) =>
  run(() => {
    const { network } = infrastructure();
    const loadBalancer = new LoadBalancer("prod", { network, onlyFromCloudFront: true });
    const frontend = new Frontend("prod", { ...settings, ...more, deletionProtection });
    new CloudFront("prod", { loadBalancer, frontend });
    return { bucket: frontend.bucket };
  });

/** The path that S3 gets for a path of a user. */
function rewritten(uri: string, singlePage: boolean): unknown {
  const code = `${rewriteFunction(singlePage)}handler({ request: { uri: ${JSON.stringify(uri)} } }).uri`;
  return runInNewContext(code);
}

describe("Frontend", () => {
  it("is a private, encrypted, versioned bucket; only the distribution reads it, and only what users see", async () => {
    const { resources } = await runSite();
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:frontend:Frontend")), [
      "aws:cloudfront/function:Function prod-frontend",
      "aws:cloudfront/originAccessControl:OriginAccessControl prod-frontend",
      "aws:s3/bucket:Bucket prod-frontend",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration prod-frontend",
      "aws:s3/bucketPolicy:BucketPolicy prod-frontend",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock prod-frontend",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration prod-frontend",
      "aws:s3/bucketVersioning:BucketVersioning prod-frontend",
      "aws:ssm/parameter:Parameter prod-frontend",
    ]);
    const bucket = "arn:aws:s3:::prod-frontend";
    const reader = {
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Condition: {
        StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E1" },
      },
    };
    const policy = only(resources, "aws:s3/bucketPolicy:BucketPolicy", "prod-frontend");
    assert.deepEqual(json<{ Statement: unknown }>(policy, "policy").Statement, [
      { ...reader, Action: "s3:GetObject", Resource: `${bucket}/live/*` },
      { ...reader, Action: "s3:ListBucket", Resource: bucket },
      {
        ...{ Effect: "Deny", Principal: "*", Action: "s3:*" },
        Resource: [bucket, `${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    const pointer = only(resources, "aws:ssm/parameter:Parameter", "prod-frontend");
    assert.deepEqual(
      [pointer.inputs.name, pointer.inputs.insecureValue, pointer.ignoreChanges],
      ["/slipway/slipway/dev/frontend-release", "unreleased", ["insecureValue"]],
    );
    assert.equal(only(resources, "aws:s3/bucket:Bucket").inputs.forceDestroy, true);
    const kept = (await runSite({}, true)).resources;
    assert.equal(only(kept, "aws:s3/bucket:Bucket").inputs.forceDestroy, false);
  });

  it("has all paths of the distribution except those of the services", async () => {
    const { resources } = await runSite({ apiPaths: ["/api/*", "/login"] });
    const { origins, defaultCacheBehavior, orderedCacheBehaviors, defaultRootObject } = only(
      resources,
      "aws:cloudfront/distribution:Distribution",
    ).inputs as Readonly<Record<string, unknown>> & {
      readonly origins: readonly unknown[];
      readonly orderedCacheBehaviors: readonly { pathPattern: string; targetOriginId: string }[];
    };
    assert.deepEqual(origins[1], {
      originId: "frontend",
      domainName: "prod-frontend.s3.eu-central-1.amazonaws.com",
      originAccessControlId: "prod-frontend-id",
      originPath: "/live",
    });
    assert.equal(defaultRootObject, "index.html");
    const common = {
      viewerProtocolPolicy: "redirect-to-https",
      ...{ cachedMethods: ["GET", "HEAD"], compress: true },
      responseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03",
    };
    assert.deepEqual(defaultCacheBehavior, {
      ...common,
      targetOriginId: "frontend",
      allowedMethods: ["GET", "HEAD", "OPTIONS"],
      // CachingOptimized; S3 must not get the Host header of the user.
      cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      functionAssociations: [
        {
          eventType: "viewer-request",
          functionArn: "arn:aws:cloudfront::123456789012:function/prod-frontend",
        },
      ],
    });
    assert.deepEqual(
      orderedCacheBehaviors.map(({ pathPattern, targetOriginId }) => [pathPattern, targetOriginId]),
      [
        ["/api/*", "load-balancer"],
        ["/login", "load-balancer"],
      ],
    );
  });

  for (const [uri, folders, singlePage] of [
    ["/", "/index.html", "/index.html"],
    ["/docs/", "/docs/index.html", "/index.html"],
    ["/users/1", "/users/1", "/index.html"],
    ["/assets/app.1a2b.js", "/assets/app.1a2b.js", "/assets/app.1a2b.js"],
    ["/v1.2/about", "/v1.2/about", "/index.html"],
  ] as const) {
    it(`answers ${uri} with ${folders}, as a single page with ${singlePage}`, () => {
      assert.deepEqual([rewritten(uri, false), rewritten(uri, true)], [folders, singlePage]);
    });
  }

  it("answers only existing paths, unless it is a single page", async () => {
    for (const [more, singlePage] of [
      [{}, false],
      [{ singlePage: true }, true],
    ] as const) {
      const { resources } = await runSite(more);
      const { code } = only(resources, "aws:cloudfront/function:Function").inputs;
      assert.equal(code, rewriteFunction(singlePage));
    }
  });

  it("refuses what GitHub, the shell and CloudFront would read as something else", async () => {
    const problems = checkFrontend(
      {
        ...{ buildCommand: `echo ${expression("secrets.TOKEN")}`, outputDirectory: "../dist" },
        ...{ nodeVersion: "v24", apiPaths: ["api/*", "/x", "/x"] },
        immutablePaths: ["assets/' --delete"],
      },
      "frontend",
    );
    assert.deepEqual(
      problems.map(({ path }) => path.replace("frontend.", "")),
      [
        ...["buildCommand", "outputDirectory", "nodeVersion", "apiPaths[0]", "apiPaths[2]"],
        "immutablePaths[0]",
      ],
    );
    assert.deepEqual(
      checkFrontend({ ...settings, apiPaths: [] }, "frontend").map(({ path }) => path),
      ["frontend.apiPaths"],
    );
    const { error, resources } = await attempt(() => {
      new Frontend("prod", { ...settings, outputDirectory: "/dist" });
    });
    assert.match(String(error?.message), /outputDirectory/);
    assert.deepEqual(resources, []);
  });

  it("refuses a service with a path that gets no requests", () => {
    const distribution = { aliases: [], internal: true, apiPaths: ["/api/*"] };
    const found = (pattern: string) =>
      checkRuleBehind({ pathPatterns: [pattern] }, "rule", distribution).map(({ path }) => path);
    for (const pattern of ["/api/*", "/api/users", "/*", "*"]) {
      assert.deepEqual(found(pattern), [], pattern);
    }
    assert.deepEqual(found("/admin/*"), ["rule.pathPatterns[0]"]);
  });
});
