import assert from "node:assert/strict";
import { loopback, withoutProxy } from "../../../sandbox/base/loopback";

describe("the endpoint of the emulated AWS", () => {
  it("is an address of this machine", () => {
    for (const endpoint of [
      "http://127.0.0.1:4566",
      "http://localhost:4566",
      "http://[::1]:4566",
      "http://127.0.0.53",
    ]) {
      assert.equal(loopback(endpoint), endpoint);
    }
  });

  for (const endpoint of [
    "https://ecs.eu-central-1.amazonaws.com",
    "http://127.0.0.1.example.com:4566",
    "http://localhost.example.com",
    "http://127.0.0.1:4566@example.com",
    "http://10.0.0.1:4566",
    "127.0.0.1:4566",
    "",
  ]) {
    it(`is not ${endpoint || "empty"}`, () => {
      assert.throws(
        () => loopback(endpoint),
        /^Error: AWS_ENDPOINT_URL must be an address of this machine, such as http:\/\/127\.0\.0\.1:4566, and it is .+: the sandbox calls no real AWS$/,
      );
    });
  }
});

describe("a proxy of the user", () => {
  it("gets no calls to this machine", () => {
    const value = "127.0.0.1,localhost,::1";
    const names = ["NO_PROXY", "no_proxy", "no_grpc_proxy"];
    const all = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    assert.deepEqual(withoutProxy({}), all(value));
    const user = { NO_PROXY: "a.example, localhost", no_proxy: "b.example" };
    assert.deepEqual(withoutProxy(user), all("a.example,localhost,b.example,127.0.0.1,::1"));
    assert.deepEqual(withoutProxy(withoutProxy({})), all(value));
  });
});
