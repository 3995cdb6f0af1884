import assert from "node:assert/strict";
import { request } from "node:http";
import { Emulator } from "./emulator";

/** The status of a request with these headers; `fetch` does not let a program set them. */
function statusOf(endpoint: string, path: string, headers: Record<string, string>) {
  return new Promise<number | undefined>((resolve, reject) => {
    const call = request(new URL(path, endpoint), { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on("error", reject).end();
  });
}

describe("the emulator's server", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  before(async function () {
    emulator = await Emulator.start(this);
  });

  const traffic = "/_slipway/traffic?account=123456789012&region=eu-central-1";
  for (const path of [traffic, "/moto-api/data.json"]) {
    it(`answers only requests of this machine's programs and of its own pages: ${path}`, async () => {
      const { host, origin, port } = new URL(emulator.endpoint);
      const status = (headers: Record<string, string>) =>
        statusOf(emulator.endpoint, path, headers);
      assert.equal(await status({ host }), 200);
      assert.equal(await status({ host: `localhost:${port}`, origin }), 200);
      assert.equal(await status({ host, origin, "sec-fetch-site": "same-origin" }), 200);
      assert.equal(await status({ host: `evil.example:${port}` }), 403);
      assert.equal(await status({ host: "127.0.0.1:1" }), 403);
      assert.equal(await status({ host, origin: "https://evil.example" }), 403);
      assert.equal(await status({ host, origin: "null" }), 403);
      assert.equal(await status({ host, "sec-fetch-site": "cross-site" }), 403);
    });
  }
});
