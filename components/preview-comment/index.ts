/**
 * A preview as Markdown.
 * @module
 */
export { type PreviewCommentArgs, renderPreview } from "./render";
