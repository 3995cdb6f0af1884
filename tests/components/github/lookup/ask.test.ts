import assert from "node:assert/strict";
import type { Limits } from "../../../../components/github/lookup";
import type { ConfigurationError } from "../../../../components/index";
import { gitHub } from "../../../harness";
import { failed, find } from "./find";

type Answer = (inputs: Record<string, unknown>) => object;
const problems = (error: Error | undefined) => (error as ConfigurationError | undefined)?.problems;

describe("a request to GitHub", () => {
  const look = (answer: Answer, limits: Limits = { pause: 0 }) =>
    find(["o/r"], answer, {}, {}, {}, limits);
  const unanswered = (value: string) => [
    {
      path: "GitHub",
      value,
      allowed: "an answer of GitHub about o/r",
      fix: "check https://www.githubstatus.com, the network and the token's rate limit (gh api rate_limit), then try again",
    },
  ];

  /** The messages of the real plugin and of the engine. */
  const table: [title: string, error: string, value: string][] = [
    [
      "an error of GitHub",
      "invocation of github:index/getRestApi:getRestApi returned an error: invoking github:index/getRestApi:getRestApi: 1 error occurred:\n\t* GET https://api.github.com/repos/o/r: 502  []\n",
      "502",
    ],
    [
      "a refused connection",
      "error calling provider: rpc error: code = Unavailable desc = error reading from server: EOF",
      "error calling provider: rpc error: code = Unavailable desc = error reading from server: EOF",
    ],
    ["no network", "connect ECONNREFUSED 127.0.0.1:443", "connect ECONNREFUSED 127.0.0.1:443"],
  ];
  for (const [title, error, value] of table) {
    it(`is tried three times, and then ends with a sentence: ${title}`, async () => {
      let tried = 0;
      const { error: thrown, resources } = await look(() => {
        tried += 1;
        return failed(error);
      });
      assert.deepEqual(problems(thrown), unanswered(value));
      assert.equal(tried, 3);
      assert.deepEqual(resources, []);
    });
  }

  it("succeeds if a later try gets an answer", async () => {
    let tried = 0;
    const { error } = await look((inputs) => {
      tried += 1;
      return tried < 3 ? failed("GET https://api.github.com/x: 503  []") : gitHub()(inputs);
    });
    assert.equal(error, undefined);
  });

  it("is not tried again if GitHub refuses", async () => {
    let tried = 0;
    const { error } = await look(() => {
      tried += 1;
      return failed("GET https://api.github.com/repos/o/r: 403 API rate limit exceeded []");
    });
    assert.deepEqual(problems(error), unanswered("403 API rate limit exceeded"));
    assert.equal(tried, 1);
  });

  it("ends if no answer comes", async () => {
    // The mocks wait for every call to end before the program does.
    const late = (inputs: Record<string, unknown>) =>
      new Promise((resolve) => setTimeout(resolve, 500, gitHub()(inputs))) as object;
    const { error } = await look(late, { seconds: 0.1 });
    assert.deepEqual(problems(error), unanswered("no answer within 0.1 seconds"));
  });
});
