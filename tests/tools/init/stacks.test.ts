import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import type { Answers } from "../../../tools/init/answers";
import { stackFileOf } from "../../../tools/init/stacks";
import { checkStackFile } from "../../../tools/stack-file/read";
import { renderStackFile } from "../../../tools/stack-file/render";

const answer = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ value, source: fc.option(fc.constant("AWS_REGION"), { nil: undefined }) });
const seconds = fc.option(fc.double({ min: 0.001, max: 5000, noNaN: true }), { nil: undefined });

/** All that `findAnswers` can find: each value has passed the checks, except the numbers of a HEALTHCHECK. */
const answers: fc.Arbitrary<Answers> = fc.record(
  {
    repository: answer(fc.constantFrom("octo-org/octo-app", "me/my.app_2")),
    branch: answer(fc.constantFrom("main", "release/next")),
    region: answer(fc.constantFrom("us-east-1", "eu-central-2")),
    name: answer(fc.constantFrom("api", "octo-app")),
    port: answer(fc.integer({ min: 1, max: 65535 })),
    healthPath: answer(fc.constantFrom("/", "/health", "/no: # yes")).map((found) => ({
      ...found,
      value: found.value.replaceAll(" ", "%20"),
    })),
    build: fc.record(
      {
        path: fc.constantFrom("Dockerfile", "app/Dockerfile", "docker/web.dockerfile"),
        context: fc.constantFrom(".", "app"),
        target: fc.constant("runtime"),
        facts: fc.record({
          ports: fc.constant([]),
          otherPorts: fc.constant([]),
          hasTarget: fc.constant(true),
          healthCheck: fc.record({
            path: fc.constant("/health"),
            timeout: seconds,
            startPeriod: seconds,
            retries: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
          }),
        }),
      },
      { requiredKeys: ["path", "context", "facts"] },
    ),
    https: fc.constant({ domain: "app.example.com", zone: "example.com" }),
    github: fc.record(
      {
        settings: fc.constant("repository" as const),
        closed: fc.constant("branch protection requires pull requests"),
      },
      { requiredKeys: [] },
    ),
  },
  {
    requiredKeys: [
      "repository",
      "branch",
      "region",
      "name",
      "port",
      "healthPath",
      "build",
      "github",
    ],
  },
);

describe("the stack files of npm run init", () => {
  it("pass the checks of an update, whatever was found", () => {
    fc.assert(
      fc.property(answers, fc.boolean(), fc.boolean(), (found, production, exists) => {
        const stack = { name: production ? "prod" : "dev", production };
        const text = renderStackFile(stackFileOf(found, stack, { exists }));
        const { config } = parse(text) as { config: Record<string, unknown> };
        const { services } = checkStackFile(config, stack.name, "the file");
        assert.equal(services[0]?.port, found.port.value);
      }),
      { numRuns: 300 },
    );
  });
});
