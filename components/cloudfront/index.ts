/**
 * A CloudFront distribution before the load balancer.
 * @module
 */
export { CloudFront, type CloudFrontArgs, type OriginHeader } from "./cloudfront";
export type { CloudFrontSettings } from "./settings";
