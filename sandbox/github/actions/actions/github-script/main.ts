/** Replaces https://github.com/actions/github-script: the script gets an Octokit client, which here has only the calls for comments. */
import { readFileSync } from "node:fs";
import { createComment, listComments, updateComment } from "../../../comments";
import { environment, runAction } from "../../action";

interface Place {
  readonly owner: string;
  readonly repo: string;
  readonly issue_number: number;
}

const root = () => environment("SLIPWAY_GITHUB");
const nameOf = ({ owner, repo }: Pick<Place, "owner" | "repo">) => `${owner}/${repo}`;

/** GitHub's answer to a token without the permission. */
function mayWrite(): void {
  if (environment("SLIPWAY_PULL_REQUESTS") !== "write") {
    throw new Error("Resource not accessible by integration");
  }
}

const issues = {
  listComments: (place: Place) => listComments(root(), nameOf(place), place.issue_number),
  createComment: (place: Place & { readonly body: string }) => {
    mayWrite();
    return createComment(root(), nameOf(place), place.issue_number, place.body);
  },
  updateComment: (place: Place & { readonly comment_id: number; readonly body: string }) => {
    mayWrite();
    return updateComment(root(), nameOf(place), place.comment_id, place.body);
  },
};

const github = {
  rest: { issues },
  paginate: <Result>(method: (place: Place) => Result, place: Place) => method(place),
};

runAction(async (inputs) => {
  const payload = JSON.parse(readFileSync(environment("GITHUB_EVENT_PATH"), "utf8")) as {
    readonly number?: number;
  };
  const [owner = "", repo = ""] = environment("GITHUB_REPOSITORY").split("/");
  const issue = { owner, repo, number: payload.number };
  const context = { payload, repo: { owner, repo }, issue };
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  const script = new AsyncFunction("require", "github", "context", inputs.required("script"));
  await script(require, github, context);
});
