import assert from "node:assert/strict";
import { readDockerfile } from "../../../tools/init/dockerfile";
import { secondsOf } from "../../../tools/init/duration";
import { portIn } from "../../../tools/init/port";

const inheriting = `
ARG ADMIN=9000
FROM node:22 AS base
ENV PORT=3000 HOST=localhost
EXPOSE $PORT
FROM base AS build
EXPOSE 1
FROM base
ARG ADMIN
ARG PORT=4000
EXPOSE \${ADMIN} \${DEBUG:-9229}/tcp
HEALTHCHECK --interval=5s --timeout=3s \\
  --start-period=1m30s --retries=5 \\
  CMD curl -f http://$HOST:\${PORT}/health?deep=1 || exit 1
`;

describe("reading a Dockerfile", () => {
  it("follows stages and variables to the ports and the health check of the last stage", () => {
    assert.deepEqual(readDockerfile(inheriting), {
      ports: [3000, 9000, 9229],
      otherPorts: [],
      healthCheck: { path: "/health", port: 3000, timeout: 3, startPeriod: 90, retries: 5 },
      hasTarget: true,
    });
  });

  it("reads another stage by its name or number, and reports a missing one", () => {
    assert.deepEqual(readDockerfile(inheriting, "BUILD").ports, [3000, 1]);
    assert.deepEqual(readDockerfile(inheriting, "0").ports, [3000]);
    assert.deepEqual(readDockerfile(inheriting, "debug"), {
      ports: [],
      otherPorts: [],
      hasTarget: false,
    });
  });

  it("separates what is not a port", () => {
    const { ports, otherPorts } = readDockerfile("FROM a\nEXPOSE 53/udp 80/tcp 8000-8010 $NONE\n");
    assert.deepEqual([ports, otherPorts], [[80], ["53/udp", "8000-8010", "$NONE"]]);
  });

  for (const [command, expected] of [
    ['["wget", "-q", "localhost:80/up"]', { path: "/up", port: 80 }],
    ["curl http://127.0.0.1/", { path: "/" }],
    ["node -e \"fetch('http://[::1]:8000/live')\"", { path: "/live", port: 8000 }],
    ["curl http://0.0.0.0", { path: "/" }],
    ["curl https://example.com/health", undefined],
    ["curl localhost:$UNKNOWN/health", undefined],
    ["pg_isready", undefined],
  ] as const) {
    it(`finds the URL in ${command}`, () => {
      const { healthCheck } = readDockerfile(`FROM a\nHEALTHCHECK CMD ${command}\n`);
      assert.deepEqual(healthCheck, expected);
    });
  }

  it("obeys HEALTHCHECK NONE, and the last of several", () => {
    const check = "HEALTHCHECK CMD curl localhost/a\n";
    assert.equal(readDockerfile(`FROM a\n${check}HEALTHCHECK NONE\n`).healthCheck, undefined);
    const two = `FROM a\n${check}HEALTHCHECK CMD curl localhost/b\n`;
    assert.deepEqual(readDockerfile(two).healthCheck, { path: "/b" });
  });

  it("reads a file without stages as one without settings", () => {
    const nothing = { ports: [], otherPorts: [] };
    assert.deepEqual(readDockerfile(""), { ...nothing, hasTarget: false });
    assert.deepEqual(readDockerfile("FROM scratch"), { ...nothing, hasTarget: true });
  });
});

describe("the port that EXPOSE means", () => {
  for (const [text, expected] of [
    ["EXPOSE 80", 80],
    ["EXPOSE 80 443", undefined],
    ["EXPOSE 80 443\nHEALTHCHECK CMD curl localhost:443/", 443],
    ["EXPOSE 80 443\nHEALTHCHECK CMD curl localhost:9/", undefined],
    ["EXPOSE 53/udp", undefined],
  ] as const) {
    it(`is ${expected ?? "unknown"} for ${JSON.stringify(text)}`, () => {
      assert.equal(portIn(readDockerfile(`FROM a\n${text}\n`)), expected);
    });
  }
});

describe("a duration of Go's", () => {
  for (const [text, seconds] of [
    ["30s", 30],
    ["1m30s", 90],
    ["1.5h", 5400],
    ["500ms", 0.5],
    ["0", 0],
    ["30", undefined],
    ["", undefined],
    ["1d", undefined],
  ] as const) {
    it(`${JSON.stringify(text)} is ${seconds} seconds`, () => {
      assert.equal(secondsOf(text), seconds);
    });
  }
});
