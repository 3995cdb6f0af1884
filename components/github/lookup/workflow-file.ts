import type { Problem } from "../../shared/errors";
import { type Author, readHeader } from "../workflow/header";
import type { Answer } from "./ask";
import { failure } from "./token";

/** What helps if somebody else wrote the file. */
export interface FileFixes {
  /** The key that lets Slipway overwrite it. */
  readonly setting: string;
  /** If another stack wrote it. */
  readonly rename: string;
}

export interface WantedFile extends FileFixes {
  readonly fullName: string;
  readonly branch: string;
  readonly path: string;
  readonly author: Author;
  /** `overwrite`: Slipway may replace the file, no matter who wrote it. */
  readonly mode: "create" | "overwrite";
}

/** The text of a file. */
export function contentOf(answer: Answer): string {
  const { content = "" } = answer.body as { content?: string };
  return Buffer.from(content, "base64").toString("utf8");
}

/** Checks that Slipway may write the file: https://docs.github.com/en/rest/repos/contents#get-repository-content */
export function judgeWorkflowFile(wanted: WantedFile, answer: Answer): Problem[] {
  const { fullName, branch, path, author, mode } = wanted;
  if (answer.code === 404) {
    return [];
  }
  if (answer.code !== 200) {
    return [failure(fullName, answer, "Contents")];
  }
  const found = readHeader(contentOf(answer));
  // Earlier versions of Slipway wrote only the stack into the header.
  const own = found?.stack === author.stack && (found.project ?? author.project) === author.project;
  if (own || mode === "overwrite") {
    return [];
  }
  const whose = found ? `the stack ${found.stack} of the project ${found.project}` : "somebody";
  return [
    {
      path: `${fullName}, branch ${branch}`,
      value: path,
      allowed: `a file that this stack wrote: this one was written by ${whose}`,
      fix: found
        ? wanted.rename
        : `move the file, or let Slipway replace it: ${wanted.setting}: overwrite`,
    },
  ];
}
