/** The step of a preview. A failed preview is shown, too; the log, the job's summary and the comment have the same text. */
export const previewScript = `mkdir -p previews
file="previews/\${PULUMI_STACK##*/}.md"
npm run --silent preview:comment -- --stack "$PULUMI_STACK" --limit "$LIMIT" > "$file" || failed=$?
cat "$file"
cat "$file" >> "$GITHUB_STEP_SUMMARY"
exit "\${failed:-0}"
`;

/**
 * The script that writes the comment. A pull request has one comment for each project. The script finds it by the marker, and
 * changes only a comment that GitHub's own bot wrote.
 */
export const commentScript = `const { existsSync, readFileSync } = require("node:fs");
const { PROJECT, STACKS, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = process.env;
const run = \`[run](\${GITHUB_SERVER_URL}/\${GITHUB_REPOSITORY}/actions/runs/\${GITHUB_RUN_ID})\`;
const marker = \`<!-- slipway preview \${PROJECT} -->\`;
const parts = STACKS.split(" ").map((stack) => {
  const file = \`previews/\${stack}.md\`;
  const missing = \`### Preview of \\\`\${stack}\\\`: failed\\n\\nThe job ended before the preview: see the \${run}.\`;
  return existsSync(file) ? readFileSync(file, "utf8").trim() : missing;
});
const commit = context.payload.pull_request.head.sha.slice(0, 7);
const body = [marker, ...parts, \`Preview of \${commit}, see the \${run}.\`].join("\\n\\n");
const issue = { ...context.repo, issue_number: context.issue.number };
const comments = await github.paginate(github.rest.issues.listComments, issue);
const own = comments.find(({ user, body }) => user?.login === "github-actions[bot]" && body?.startsWith(marker));
if (own) await github.rest.issues.updateComment({ ...context.repo, comment_id: own.id, body });
else await github.rest.issues.createComment({ ...issue, body });
`;
