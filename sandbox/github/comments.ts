/** The comments on pull requests: https://docs.github.com/en/rest/issues/comments */
import { type Comment, readSettings, updateSettings } from "./settings";

/** GitHub answers 422 to a longer one. */
const LONGEST = 65_536;
const BOT = "github-actions[bot]";

export async function listComments(
  root: string,
  fullName: string,
  issue: number,
): Promise<Comment[]> {
  const { comments = [] } = (await readSettings(root, fullName)) ?? {};
  return comments.filter((comment) => comment.issue === issue);
}

/** The author is the bot of the job's token, or somebody else. */
export async function createComment(
  root: string,
  fullName: string,
  issue: number,
  body: string,
  login = BOT,
): Promise<Comment> {
  checkLength(body);
  return updateSettings(root, fullName, (settings) => {
    settings.comments ??= [];
    const comment = { id: settings.comments.length + 1, issue, user: { login }, body };
    settings.comments.push(comment);
    return comment;
  });
}

export async function updateComment(
  root: string,
  fullName: string,
  id: number,
  body: string,
): Promise<void> {
  checkLength(body);
  await updateSettings(root, fullName, (settings) => {
    if (!settings.comments?.some((comment) => comment.id === id)) throw new Error("Not Found");
    settings.comments = settings.comments.map((comment) =>
      comment.id === id ? { ...comment, body } : comment,
    );
  });
}

function checkLength(body: string): void {
  if (body.length > LONGEST) {
    throw new Error(`Validation Failed: body is too long (maximum is ${LONGEST} characters)`);
  }
}
