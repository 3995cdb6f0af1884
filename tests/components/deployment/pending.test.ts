import assert from "node:assert/strict";
import { pendingDeployment } from "../../../components/deployment/pending";

const revision = (number: number) =>
  `arn:aws:ecs:eu-central-1:123456789012:task-definition/slipway-dev-api:${number}`;
const image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:0a1b";

describe("pendingDeployment", () => {
  it("says which revision waits, and how to deploy it without a build", async () => {
    assert.equal(
      pendingDeployment("api", { image, running: revision(6), registered: revision(7) }),
      "Run the workflow of api by hand with image-tag 0a1b: slipway-dev-api:7 is registered, slipway-dev-api:6 runs. Nothing is built.",
    );
  });

  it("finds the tag of an image in a registry with a port", () => {
    const revisions = {
      image: "localhost:5000/api:1.2",
      running: revision(6),
      registered: revision(7),
    };
    assert.match(pendingDeployment("api", revisions), / image-tag 1\.2: slipway-dev-api:7 /);
  });

  it("has the whole image tag in the 150 characters that pulumi up shows of a changed output", async () => {
    const sha = "0123456789abcdef0123456789abcdef01234567";
    const revisions = { image: `x/y:${sha}`, running: revision(6), registered: revision(7) };
    const shown = pendingDeployment("a".repeat(20), revisions).slice(0, 150);
    assert.ok(shown.includes(`${sha}:`), shown);
  });

  it("is empty if the service runs as configured, and before the first release", async () => {
    const settled = { image, running: revision(7), registered: revision(7) };
    assert.equal(pendingDeployment("api", settled), "");
    assert.equal(pendingDeployment("api", { ...settled, image: undefined, running: "x" }), "");
  });
});
