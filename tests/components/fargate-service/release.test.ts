import assert from "node:assert/strict";
import {
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
const ended = `The release ${run} never said that it ended, and its time is over`;
const lost =
  "The release pointer holds no release, the release record does: the pointer was lost. The image stays api:1. The next release writes the pointer again; the workflow run by hand with the image's tag does so without a build.";

describe("releaseOf", () => {
  const table: readonly (readonly [string, ReleaseParameters, Release])[] = [
    ["neither is there", { pointer: undefined, record: undefined }, { image: undefined }],
    ["nothing is released", { pointer: "unreleased", record: "unreleased" }, { image: undefined }],
    ["both agree", { pointer: "api:2", record: "api:2" }, { image: "api:2" }],
    ["the record is behind", { pointer: "api:2", record: "api:1" }, { image: "api:2" }],
    ["the record was made anew", { pointer: "api:2", record: "unreleased" }, { image: "api:2" }],
    ["the record is lost", { pointer: "api:2", record: undefined }, { image: "api:2" }],
    [
      "the pointer was made anew",
      { pointer: "unreleased", record: "api:1" },
      { image: "api:1", warning: lost },
    ],
    [
      "the pointer is lost",
      { pointer: undefined, record: "api:1" },
      { image: "api:1", warning: lost },
    ],
    [
      "a release is under way",
      { pointer: "api:1", record: `api:1 ${later} ${run}` },
      { image: "api:1", underWay },
    ],
    [
      "a release has moved the pointer and not ended",
      { pointer: "api:2", record: `api:1 ${later} ${run}` },
      { image: "api:2", underWay },
    ],
    [
      "the first release is under way",
      { pointer: "unreleased", record: `unreleased ${later} ${run}` },
      { image: undefined, underWay },
    ],
    [
      "a release is under way without a pointer",
      { pointer: undefined, record: `api:1 ${later} ${run}` },
      { image: "api:1", underWay },
    ],
    [
      "a release never ended",
      { pointer: "api:2", record: `api:1 ${earlier} ${run}` },
      {
        image: "api:2",
        warning: `${ended} since ${earlier}. The image stays api:2. The next release mends this.`,
      },
    ],
    [
      "the first release never ended",
      { pointer: "unreleased", record: `unreleased ${earlier} ${run}` },
      {
        image: undefined,
        warning: `${ended} since ${earlier}. There is no released image yet. The next release mends this.`,
      },
    ],
    [
      "the deadline is none",
      { pointer: "api:2", record: `api:1 soon ${run}` },
      {
        image: "api:2",
        warning: `${ended}. The image stays api:2. The next release mends this.`,
      },
    ],
  ];
  for (const [title, parameters, expected] of table) {
    it(title, async () => {
      assert.deepEqual(releaseOf(parameters, now), expected);
    });
  }
});

/** A clock that only sleeping moves, and parameters that change as time goes by. */
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
  const says = `A release is under way: ${run}`;

  it("does not wait where no release is under way", async () => {
    const { source, said, seconds } = world([0, { pointer: "api:1", record: "api:1" }]);
    assert.equal(await releasedImage(source, false), "api:1");
    assert.deepEqual([said, seconds()], [[], 0]);
  });

  it("waits in an update, says so once, and takes the image that the release left", async () => {
    const { source, said, seconds } = world(
      [0, running],
      [60, { ...running, pointer: "api:2" }],
      [62, { pointer: "api:2", record: "api:2" }],
    );
    assert.equal(await releasedImage(source, false), "api:2");
    assert.deepEqual([said, seconds()], [[`info ${says}`], 63]);
  });

  it("names the next run when one follows the other", async () => {
    const next = { pointer: "api:2", record: `api:2 ${later} ${run}8` };
    const { source, said } = world(
      [0, running],
      [6, next],
      [9, { pointer: "api:3", record: "api:3" }],
    );
    assert.equal(await releasedImage(source, false), "api:3");
    assert.deepEqual(said, [`info ${says}`, `info ${says}8`]);
  });

  it("goes on after the deadline, with a warning", async () => {
    const { source, said, seconds } = world([0, running]);
    assert.equal(await releasedImage(source, false), "api:1");
    assert.deepEqual(said, [`info ${says}`, `warn ${ended} since ${later}`]);
    assert.equal(seconds(), 45 * 60);
  });

  it("does not wait in a preview, and says what it may show", async () => {
    const { source, said, seconds } = world([0, running]);
    assert.equal(await releasedImage(source, true), "api:1");
    assert.deepEqual([said, seconds()], [[`warn ${says}`], 0]);
  });

  it("warns of a lost pointer", async () => {
    const { source, said } = world([0, { pointer: "unreleased", record: "api:1" }]);
    assert.equal(await releasedImage(source, true), "api:1");
    assert.deepEqual(said, [
      "warn The release pointer holds no release, the release record does: the pointer was lost",
    ]);
  });
});
