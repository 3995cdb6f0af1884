export { type PreviewCommentArgs, renderPreview } from "./render";
