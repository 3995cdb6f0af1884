export { Volumes } from "./volumes";
