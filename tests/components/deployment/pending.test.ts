import assert from "node:assert/strict";
import { pendingDeployment } from "../../../components/deployment/pending";

const revision = (number: number) =>
  `arn:aws:ecs:eu-central-1:123456789012:task-definition/slipway-dev-api:${number}`;
const image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:0a1b";

describe("pendingDeployment", () => {
  it("says which revision waits, and how to deploy it without a build", async () => {
    assert.equal(
      pendingDeployment("api", { image, running: revision(6), registered: revision(7) }),
      "slipway-dev-api:7 is registered but not deployed: slipway-dev-api:6 runs. To deploy it, run the workflow of api by hand with image-tag 0a1b; it does not build.",
    );
  });

  it("has nothing to say of what runs as configured, nor before the first release", async () => {
    const settled = { image, running: revision(7), registered: revision(7) };
    assert.equal(pendingDeployment("api", settled), "");
    assert.equal(pendingDeployment("api", { ...settled, image: undefined, running: "x" }), "");
  });
});
