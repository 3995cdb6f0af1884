import assert from "node:assert/strict";
import {
  isImageOf,
  type Release,
  type ReleaseParameters,
  releasedImage,
  releaseOf,
} from "../../../components/fargate-service/release";

const now = new Date("2026-05-04T10:00:00Z");
const run = "https://github.com/octo-org/octo-app/actions/runs/17";
const later = "2026-05-04T10:45:00Z";
const earlier = "2026-05-04T09:59:59Z";
const underWay = { run, deadline: new Date(later) };
const ended = `The release ${run} did not record its end, and its deadline`;
const lost =
  "The release pointer was lost: it contains no release, but the release record does. The image stays api:1. The next release writes the pointer again. To write it without a build, run the workflow, or start the pipeline, by hand with the image's tag.";

describe("releaseOf", () => {
  const table: readonly (readonly [string, ReleaseParameters, Release])[] = [
    [
      "there is neither a pointer nor a record",
      { pointer: undefined, record: undefined },
      { image: undefined },
    ],
    ["nothing is released", { pointer: "unreleased", record: "unreleased" }, { image: undefined }],
    ["both agree", { pointer: "api:2", record: "api:2" }, { image: "api:2", from: "pointer" }],
    [
      "the record has an older image",
      { pointer: "api:2", record: "api:1" },
      { image: "api:2", from: "pointer" },
    ],
    [
      "the record was created again",
      { pointer: "api:2", record: "unreleased" },
      { image: "api:2", from: "pointer" },
    ],
    [
      "the record is lost",
      { pointer: "api:2", record: undefined },
      { image: "api:2", from: "pointer" },
    ],
    [
      "the pointer was created again",
      { pointer: "unreleased", record: "api:1" },
      { image: "api:1", from: "record", warning: lost },
    ],
    [
      "the pointer is lost",
      { pointer: undefined, record: "api:1" },
      { image: "api:1", from: "record", warning: lost },
    ],
    [
      "a release is running",
      { pointer: "api:1", record: `api:1 ${later} ${run}` },
      { image: "api:1", from: "pointer", underWay },
    ],
    [
      "a release has moved the pointer, and has not ended",
      { pointer: "api:2", record: `api:1 ${later} ${run}` },
      { image: "api:2", from: "pointer", underWay },
    ],
    [
      "the first release is running",
      { pointer: "unreleased", record: `unreleased ${later} ${run}` },
      { image: undefined, underWay },
    ],
    [
      "a release is running without a pointer",
      { pointer: undefined, record: `api:1 ${later} ${run}` },
      { image: "api:1", from: "record", underWay },
    ],
    [
      "a release never ended",
      { pointer: "api:2", record: `api:1 ${earlier} ${run}` },
      {
        image: "api:2",
        from: "pointer",
        warning: `${ended} (${earlier}) has passed. The image stays api:2. The next release corrects the record.`,
      },
    ],
    [
      "the first release never ended",
      { pointer: "unreleased", record: `unreleased ${earlier} ${run}` },
      {
        image: undefined,
        warning: `${ended} (${earlier}) has passed. There is no released image yet. The next release corrects the record.`,
      },
    ],
    [
      "the deadline is not a date",
      { pointer: "api:2", record: `api:1 soon ${run}` },
      {
        image: "api:2",
        from: "pointer",
        warning: `${ended} has passed. The image stays api:2. The next release corrects the record.`,
      },
    ],
  ];
  for (const [title, parameters, expected] of table) {
    it(title, async () => {
      assert.deepEqual(releaseOf(parameters, now), expected);
    });
  }

  const noRun = (found: string) =>
    `it names ${JSON.stringify(found)} as the run of a release, which is neither the URL of a workflow run nor that of a pipeline execution`;
  for (const [title, record, reason] of [
    [
      "a deadline in the year 9999",
      `api:1 9999-12-31T00:00:00Z ${run}`,
      `it says that ${run} may run until 9999-12-31T00:00:00Z, but a release ends after 360 minutes`,
    ],
    [
      "a deadline that no job reaches",
      `api:1 2026-05-04T16:06:00Z ${run}`,
      `it says that ${run} may run until 2026-05-04T16:06:00Z, but a release ends after 360 minutes`,
    ],
    [
      "a run over http",
      `api:1 ${later} http://github.com/o/r/actions/runs/17`,
      noRun("http://github.com/o/r/actions/runs/17"),
    ],
    ["a file", `api:1 ${later} file:///etc/passwd`, noRun("file:///etc/passwd")],
    ["another page", `api:1 ${later} https://example.com/`, noRun("https://example.com/")],
    ["a line break", `api:1 ${later} ${run}\nx`, noRun(`${run}\nx`)],
  ] as const) {
    it(`does not trust ${title}`, async () => {
      assert.throws(() => releaseOf({ pointer: "api:1", record }, now), {
        parameter: "record",
        message: reason,
      });
    });
  }

  it("accepts the longest job, and a clock that is five minutes off", async () => {
    const record = `api:1 2026-05-04T16:05:00Z ${run}`;
    assert.equal(releaseOf({ pointer: "api:1", record }, now).underWay?.run, run);
  });

  it("knows the execution of a pipeline", async () => {
    const execution =
      "https://eu-central-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/api-1a2b3c4/executions/0a1b2c3d-4e5f-6789-abcd-ef0123456789/timeline?region=eu-central-1";
    const found = releaseOf({ pointer: "api:1", record: `api:1 ${later} ${execution}` }, now);
    assert.deepEqual(found.underWay, { run: execution, deadline: new Date(later) });
  });
});

describe("isImageOf", () => {
  const url = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api";
  const digest = `sha256:${"0a".repeat(32)}`;
  for (const [image, expected] of [
    [`${url}:4f2a`, true],
    [`${url}@${digest}`, true],
    [`${url}:`, false],
    [`${url}`, false],
    [`${url}-2:4f2a`, false],
    [`${url}/web:4f2a`, false],
    [`${url}:4f2a@${digest}`, true],
    [`${url}@${digest}:4f2a`, false],
    [`${url}:4f2a@sha256:0a`, false],
    [`${url}@sha256:0a`, false],
    [`${url}:4f2a\n`, false],
    [`x${url}:4f2a`, false],
    ["docker.io/evil/image:1", false],
    ["file:///etc/passwd", false],
  ] as const) {
    it(`${expected ? "takes" : "refuses"} ${JSON.stringify(image)}`, async () => {
      assert.equal(isImageOf(url, image), expected);
    });
  }
});

/** A clock that moves only during a sleep, and parameters that change with this time. */
function world(...timeline: readonly (readonly [second: number, ReleaseParameters])[]) {
  const start = now.getTime();
  let time = start;
  const said: string[] = [];
  return {
    said,
    seconds: () => (time - start) / 1000,
    source: {
      read: async () => {
        const past = timeline.filter(([second]) => start + second * 1000 <= time);
        return past.at(-1)?.[1] ?? { pointer: undefined, record: undefined };
      },
      now: () => new Date(time),
      sleep: async (milliseconds: number) => {
        time += milliseconds;
      },
      info: (message: string) => said.push(`info ${message.split(". ")[0]}`),
      warn: (message: string) => said.push(`warn ${message.split(". ")[0]}`),
    },
  };
}

describe("releasedImage", () => {
  const running = { pointer: "api:1", record: `api:1 ${later} ${run}` };
  const says = `A release is running: ${run}`;

  it("does not wait while no release is running", async () => {
    const { source, said, seconds } = world([0, { pointer: "api:1", record: "api:1" }]);
    assert.equal((await releasedImage(source, false)).image, "api:1");
    assert.deepEqual([said, seconds()], [[], 0]);
  });

  it("waits in an update, says so once, and takes the image that the release left", async () => {
    const { source, said, seconds } = world(
      [0, running],
      [60, { ...running, pointer: "api:2" }],
      [62, { pointer: "api:2", record: "api:2" }],
    );
    assert.equal((await releasedImage(source, false)).image, "api:2");
    assert.deepEqual([said, seconds()], [[`info ${says}`], 63]);
  });

  it("names the next run if one starts after the other", async () => {
    const next = { pointer: "api:2", record: `api:2 ${later} ${run}8` };
    const { source, said } = world(
      [0, running],
      [6, next],
      [9, { pointer: "api:3", record: "api:3" }],
    );
    assert.equal((await releasedImage(source, false)).image, "api:3");
    assert.deepEqual(said, [`info ${says}`, `info ${says}8`]);
  });

  it("goes on after the deadline, with a warning", async () => {
    const { source, said, seconds } = world([0, running]);
    assert.equal((await releasedImage(source, false)).image, "api:1");
    assert.deepEqual(said, [`info ${says}`, `warn ${ended} (${later}) has passed`]);
    assert.equal(seconds(), 45 * 60);
  });

  it("does not wait in a preview, and says what it may show", async () => {
    const { source, said, seconds } = world([0, running]);
    assert.equal((await releasedImage(source, true)).image, "api:1");
    assert.deepEqual([said, seconds()], [[`warn ${says}`], 0]);
  });

  it("warns of a lost pointer", async () => {
    const { source, said } = world([0, { pointer: "unreleased", record: "api:1" }]);
    assert.equal((await releasedImage(source, true)).image, "api:1");
    assert.deepEqual(said, [
      "warn The release pointer was lost: it contains no release, but the release record does",
    ]);
  });
});
