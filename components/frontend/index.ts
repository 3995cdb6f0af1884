/**
 * A static site behind the CloudFront distribution of the services.
 * @module
 */
export { Frontend, type FrontendArgs, type FrontendOrigin } from "./frontend";
export type { FrontendSettings } from "./settings";
