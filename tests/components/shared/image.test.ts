import assert from "node:assert/strict";
import { containerImage, releasedImageOf, tagOf } from "../../../components/shared/image";

const digest = `sha256:${"0a".repeat(32)}`;
const url = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api";

describe("a released image", () => {
  it("is named in the task definition by its digest, with its tag in a label", () => {
    const container = containerImage(`${url}:v1.2.0@${digest}`);
    assert.deepEqual(container, {
      image: `${url}@${digest}`,
      dockerLabels: { "org.opencontainers.image.version": "v1.2.0" },
    });
    assert.equal(releasedImageOf(container), `${url}:v1.2.0@${digest}`);
  });

  for (const image of [`${url}:v1`, `${url}@${digest}`, "public.ecr.aws/nginx/nginx:alpine"]) {
    it(`of an earlier version, or by hand, stays as it is: ${image.slice(-20)}`, () => {
      assert.deepEqual(containerImage(image), { image });
      assert.equal(releasedImageOf({ image }), image);
    });
  }

  for (const [image, tag] of [
    [`${url}:v1@${digest}`, "v1"],
    [`${url}:v1`, "v1"],
    [`${url}@${digest}`, undefined],
    ["localhost:5000/api:v1", "v1"],
    ["unreleased", undefined],
  ] as const) {
    it(`${image.slice(-24)} has the tag ${tag}`, () => {
      assert.equal(tagOf(image), tag);
    });
  }
});
