/** The library's public exports. */

export * from "./capacity";
export * from "./client-vpn";
export * from "./cloudfront";
export * from "./cluster";
export * from "./codepipeline";
export * from "./dashboard";
export * from "./database";
export * from "./deployment";
export * from "./fargate-service";
export * from "./forecast";
export * from "./frontend";
export * from "./github";
export * from "./image-repository";
export * from "./load-balancer";
export * from "./network";
export * from "./notices";
export * from "./preview-comment";
export * from "./service";
export * from "./service-connect";
export * from "./shared";
export * from "./waf";
