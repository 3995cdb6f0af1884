export const priceClasses = ["PriceClass_100", "PriceClass_200", "PriceClass_All"] as const;
export const securityPolicies = ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"] as const;

/**
 * A CloudFront distribution before the load balancer, which only CloudFront then reaches. Its names are those of
 * `loadBalancer.https.domain`, or else `aliases`.
 */
export interface CloudFrontSettings {
  /**
   * The domain names that users open, the main one first, for a load balancer without `https.domain`. They need `zone` or
   * `certificateArn`.
   * @default the names of `loadBalancer.https.domain`; without it, the distribution's own name, `….cloudfront.net`
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
   */
  readonly aliases?: readonly string[];
  /**
   * The public Route 53 hosted zone that contains the aliases: `example.com`. It gets their DNS records, and those that validate a new
   * certificate in us-east-1.
   * @default no records
   */
  readonly zone?: string;
  /**
   * The ARN of an existing certificate for the aliases, in us-east-1. Then you create the DNS records of the aliases.
   * @default a new certificate, with `zone`
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
   */
  readonly certificateArn?: string;
  /**
   * The TLS versions and ciphers that clients may use. CloudFront applies it to aliases only: its own name admits TLS 1.0.
   * @default "TLSv1.2_2021"
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
   */
  readonly minimumProtocolVersion?: (typeof securityPolicies)[number];
  /**
   * The regions from which CloudFront answers: `PriceClass_100` (North America, Europe and Israel) is the cheapest.
   * @default "PriceClass_All"
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PriceClass.html
   */
  readonly priceClass?: (typeof priceClasses)[number];
  /**
   * Seconds that CloudFront waits for an answer of the service, 1 to 120. It then answers 504.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
   */
  readonly originReadTimeout?: number;
  /**
   * Whether CloudFront adds the security headers of AWS's managed policy to answers: HSTS for a year, `X-Frame-Options: SAMEORIGIN`,
   * `X-Content-Type-Options: nosniff` and `Referrer-Policy`. Headers of the service have priority.
   * @default true
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
   */
  readonly securityHeaders?: boolean;
}
