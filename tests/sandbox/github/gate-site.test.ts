import assert from "node:assert/strict";
import { frontendStatements } from "../../../components/github/frontend/role";
import { type Caller, denial, requiredPermissions } from "../../../sandbox/github/gate";
import { errorResponse, type Permission, parseCall } from "../../../sandbox/github/gate/calls";

const ACCOUNT = "100000000001";
const scope = {
  bucket: "arn:aws:s3:::site",
  distribution: `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`,
  releasePointer: `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/pointer`,
};
const commit = "c".repeat(40);

/** The permissions of a request line, as the AWS CLI sends it: `PUT /site/live/index.html`. */
function needs(line: string, headers: Record<string, string> = {}): Permission[] | undefined {
  const [method = "", url = ""] = line.split(" ");
  const service = url.startsWith("/2020-05-31/") ? "cloudfront" : "s3";
  const authorization = `AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const call = parseCall({ method, url, headers: { authorization, ...headers } }, "");
  return call && requiredPermissions({ ...call, account: ACCOUNT });
}

const object = (key: string) => `${scope.bucket}/${key}`;
const copied = { "x-amz-copy-source": `/site/releases/${commit}/a%20b.js` };

describe("the calls that release a site", () => {
  for (const [line, headers, expected] of [
    [
      "GET /site?list-type=2&prefix=live%2F&delimiter=%2F&encoding-type=url",
      {},
      [
        {
          action: "s3:ListBucket",
          resource: scope.bucket,
          context: { "s3:prefix": "live/", "s3:delimiter": "/" },
        },
      ],
    ],
    ["HEAD /site/live/a%20b.js", {}, [{ action: "s3:GetObject", resource: object("live/a b.js") }]],
    [
      "GET /site/live/index.html?versionId=v1",
      {},
      [
        {
          action: "s3:GetObjectVersion",
          resource: object("live/index.html"),
          context: { "s3:versionid": "v1" },
        },
      ],
    ],
    [
      "PUT /site/live/index.html",
      { "x-amz-acl": "public-read", "x-amz-tagging": "a=b", "cache-control": "no-cache" },
      ["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging"].map((action) => ({
        ...{ action, resource: object("live/index.html") },
        context: { "s3:x-amz-acl": "public-read" },
      })),
    ],
    [
      "PUT /site/live/b.js",
      copied,
      [
        { action: "s3:GetObject", resource: object(`releases/${commit}/a b.js`) },
        {
          action: "s3:PutObject",
          resource: object("live/b.js"),
          context: { "s3:x-amz-copy-source": copied["x-amz-copy-source"] },
        },
      ],
    ],
    [
      "DELETE /site/live/index.html",
      {},
      [{ action: "s3:DeleteObject", resource: object("live/index.html") }],
    ],
    [
      "POST /2020-05-31/distribution/E1/invalidation",
      {},
      [{ action: "cloudfront:CreateInvalidation", resource: scope.distribution }],
    ],
    [
      "GET /2020-05-31/distribution/E1/invalidation/I1",
      {},
      [{ action: "cloudfront:GetInvalidation", resource: scope.distribution }],
    ],
  ] as const) {
    it(`need a permission: ${line}`, () => assert.deepEqual(needs(line, headers), expected));
  }

  it("need the same ones in parts, for a large file", () => {
    const actions = (line: string, headers = {}) =>
      needs(line, headers)?.map(({ action }) => action);
    assert.deepEqual(actions("POST /site/live/film.mp4?uploads"), ["s3:PutObject"]);
    const part = "PUT /site/live/film.mp4?partNumber=1&uploadId=u";
    assert.deepEqual(actions(part), ["s3:PutObject"]);
    assert.deepEqual(actions(part, copied), ["s3:GetObject", "s3:PutObject"]);
    assert.deepEqual(actions("POST /site/live/film.mp4?uploadId=u"), ["s3:PutObject"]);
    assert.deepEqual(actions("DELETE /site/live/film.mp4?uploadId=u"), ["s3:AbortMultipartUpload"]);
  });

  it("are the only ones that the gate knows", () => {
    for (const line of [
      ...["GET /", "DELETE /site", "PUT /site/live/a?acl", "GET /site?policy", "POST /site?delete"],
      ...["GET /2020-05-31/distribution/E1", "POST /2020-05-31/distribution/E1/invalidation/I1"],
    ]) {
      assert.equal(needs(line), undefined, line);
    }
  });

  describe("under the role of the site", () => {
    const statements = frontendStatements(scope).map((one) => ({ Effect: "Allow", ...one }));
    const role: Caller = {
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/frontend-deploy/run`,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/frontend-deploy`,
      account: ACCOUNT,
      policies: [{ name: "deploy", policy: { Version: "2012-10-17", Statement: statements } }],
    };
    const refusal = (line: string, caller = role) => denial(caller, needs(line) ?? []);

    it("may publish a release, and delete what users see", async () => {
      assert.equal(await refusal(`PUT /site/releases/${commit}/index.html`), undefined);
      assert.equal(await refusal("DELETE /site/live/index.html"), undefined);
    });

    it("may not delete a release, nor write into another bucket", async () => {
      assert.equal(
        await refusal(`DELETE /site/releases/${commit}/index.html`),
        `User: ${role.arn} is not authorized to perform: s3:DeleteObject on resource: ` +
          `${object(`releases/${commit}/index.html`)} because no identity-based policy allows the s3:DeleteObject action`,
      );
      assert.match((await refusal("PUT /other/live/index.html")) ?? "", /s3:PutObject on/);
    });

    it("may not do what the bucket's policy denies", async () => {
      const deny = (Condition: object) => ({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: object("*"), Condition },
        ],
      });
      const insecure = deny({ Bool: { "aws:SecureTransport": "false" } });
      const line = "PUT /site/live/index.html";
      assert.equal(await refusal(line, { ...role, resourcePolicy: insecure }), undefined);
      const all = deny({ Bool: { "aws:SecureTransport": "true" } });
      assert.match(
        (await refusal(line, { ...role, resourcePolicy: all })) ?? "",
        /with an explicit deny in a resource-based policy$/,
      );
    });
  });

  it("are refused in S3's form", () => {
    assert.deepEqual(errorResponse("s3", { code: "AccessDenied", message: "a < b", status: 403 }), {
      status: 403,
      type: "text/xml",
      body: "<Error><Code>AccessDenied</Code><Message>a &lt; b</Message></Error>",
    });
  });
});
