/** The settings of every HTTPS listener, in addition to its certificate. */
export interface TlsArgs {
  /**
   * The TLS versions and ciphers that clients may use. The default admits TLS 1.3, and TLS 1.2 with forward secrecy and
   * authenticated ciphers. Clients that support it exchange keys in a way that quantum computers do not break. Clients from
   * before about 2015 need `ELBSecurityPolicy-TLS13-1-2-2021-06`.
   * @default "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", which AWS recommends
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
   */
  readonly sslPolicy?: string;
}

/** HTTPS with an existing certificate, in the load balancer's region. */
export interface CertificateArnArgs extends TlsArgs {
  /** The certificate's ARN: `arn:aws:acm:…:certificate/…` */
  readonly certificateArn: string;
}

/** HTTPS with a new certificate and new DNS records, in a public Route 53 zone of this account. */
export interface DomainArgs extends TlsArgs {
  /** The domain name that users open: `app.example.com`. */
  readonly domain: string;
  /** The Route 53 hosted zone that contains the domain: `example.com`. */
  readonly zone: string;
  /**
   * Further names for the certificate and the DNS records, for example `*.app.example.com`.
   * @default none
   */
  readonly alternativeNames?: readonly string[];
}

/** Access logs in a new, private bucket. */
export interface NewLogBucketArgs {
  /**
   * Days until S3 deletes a log, 1 to 36500.
   * @default 90
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
   */
  readonly retentionInDays?: number;
}

/** Access logs in a bucket of yours, in the load balancer's region. Slipway does not change it. */
export interface ExistingLogBucketArgs {
  /**
   * The bucket's name. Its policy must allow `logdelivery.elasticloadbalancing.amazonaws.com` to write, and its default encryption
   * must be SSE-S3.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
   */
  readonly existing: string;
  /** The folder of the logs: `prod/api`. @default none */
  readonly prefix?: string;
}

/** The settings of a load balancer that are plain values. */
export interface LoadBalancerSettings {
  /**
   * Serves HTTPS on port 443 and redirects HTTP to it.
   * @default only HTTP on port 80
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html
   */
  readonly https?: CertificateArnArgs | DomainArgs;
  /**
   * Whether only the VPC, and networks connected to it, can reach the load balancer. A change replaces it.
   * @default false
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
   */
  readonly internal?: boolean;
  /**
   * IPv4 ranges that may connect.
   * @default ["0.0.0.0/0"]
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
   */
  readonly allowedCidrBlocks?: readonly string[];
  /**
   * IPv4 ranges that may connect to test listeners, where new tasks answer before users reach them. Add the addresses of clients that
   * test from outside, for example `0.0.0.0/0` for a Lambda function that is not in the VPC.
   * @default the VPC: its range, and for an internet-facing load balancer its NAT gateways; for an existing VPC only its range
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
   */
  readonly allowedTestCidrBlocks?: readonly string[];
  /**
   * Whether AWS and Pulumi refuse to delete or replace the load balancer. To delete it, set this to false and run an update
   * first. Pulumi's `protect` stops a destroy already in its preview.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * Writes a line for each request to a bucket: who, when, what, how long, which answer. `true` means a new bucket. A destroy, or `false`,
   * deletes its logs, unless `deletionProtection` is true: then it fails while the bucket contains logs.
   * @default false
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
   */
  readonly accessLogs?: boolean | NewLogBucketArgs | ExistingLogBucketArgs;
  /**
   * Whether the load balancer may connect to port 443 of every address. It must do this to sign users in. Set it in a stack whose
   * load balancer other stacks use. In other stacks, a service's `signIn` sets it.
   * @default false, or true if a service of the stack has `signIn`
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
   */
  readonly outboundHttps?: boolean;
  /**
   * Ports of listeners for strategies with a `testListener`, in a stack whose load balancer other stacks use. In other stacks, a
   * service's strategy creates its test listener.
   * @default none
   */
  readonly testPorts?: readonly number[];
}
