/** An AWS Client VPN endpoint: people with the right certificate or sign-in reach the VPC's private addresses. */
export interface ClientVpnSettings {
  /**
   * The ARN of the endpoint's own certificate in AWS Certificate Manager, in the stack's region.
   * @see https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/mutual.html
   */
  readonly serverCertificateArn: string;
  /** How people prove who they are: a certificate each, or a sign-in. Another way replaces the endpoint. */
  readonly authentication: CertificateAuthentication | SamlAuthentication;
  /**
   * The IPv4 range from which clients get their addresses, /12 to /22. It must not overlap with the VPC's; half of it is for AWS.
   * Another range replaces the endpoint.
   * @default "10.255.252.0/22"
   * @see https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/what-is-best-practices.html
   */
  readonly clientCidrBlock?: string;
  /**
   * The number of private subnets that the endpoint is associated with, each in another zone. One subnet gives access to all zones,
   * but not while its own zone fails. Each costs by the hour.
   * @default 1
   * @see https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/cvpn-working-target.html
   */
  readonly targetNetworks?: number;
  /**
   * `udp` is faster; `tcp` passes more firewalls. Another protocol replaces the endpoint.
   * @default "udp"
   */
  readonly transportProtocol?: "udp" | "tcp";
  /**
   * Hours after which a session ends: 8, 10, 12 or 24.
   * @default 8
   * @see https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/cvpn-working-max-duration.html
   */
  readonly sessionTimeoutHours?: number;
  /**
   * Whether clients reach the stack's database. They reach no task.
   * @default false
   */
  readonly database?: boolean;
  /**
   * Days until CloudWatch deletes the log of the connections, one of CloudWatch's values; 0 keeps it forever.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly logRetentionInDays?: number;
  /**
   * The ARN of the KMS key that encrypts the log group, in the stack's region. Its policy must allow CloudWatch Logs.
   * @default CloudWatch's own encryption
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  readonly kmsKeyArn?: string;
}

/** Each client has a certificate. */
export interface CertificateAuthentication {
  /**
   * The ARN of a certificate in AWS Certificate Manager, in the stack's region, from the authority that signs the clients' certificates.
   * If the same authority has signed the server's certificate, you can use that certificate's ARN.
   * @see https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/mutual.html
   */
  readonly clientRootCertificateChainArn: string;
}

/** People sign in with an identity provider. */
export interface SamlAuthentication {
  /**
   * The ARN of the SAML provider in IAM. Everybody with access to the provider's application may connect.
   * @see https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/federated-authentication.html
   */
  readonly samlProviderArn: string;
}
