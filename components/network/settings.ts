/** The NAT gateways between tasks and the internet. */
export type NatGateways = "none" | "single" | "one-per-az";

/** Creates a VPC. */
export interface CreateNetworkArgs {
  /**
   * The VPC's IPv4 range, /16 to /28. It needs space for two subnets per zone, each at least a /27, as load balancers
   * require. A VPC cannot change its range: another range here replaces the VPC, and a preview shows that.
   * @default "10.0.0.0/16"
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   */
  readonly cidrBlock?: string;
  /**
   * The number of Availability Zones with subnets, 2 to 6. A load balancer needs two.
   * @default 2
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
   */
  readonly availabilityZones?: number;
  /**
   * How tasks reach the internet: `single` is cheap but fails if its zone fails, `one-per-az` survives the loss of a zone,
   * `none` leaves only the VPC endpoints (images must then come from ECR).
   * @default "single"
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
   */
  readonly natGateways?: NatGateways;
  /**
   * AWS services with a VPC endpoint, named as in `com.amazonaws.<region>.<service>`. The gateway endpoints `s3` and
   * `dynamodb` are free; each other endpoint is billed by the hour and zone.
   * @default ["s3"], so that image layers do not pass the NAT gateway; without NAT gateways, the services that Fargate needs
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
   */
  readonly vpcEndpoints?: readonly string[];
  /**
   * Records the VPC's connections: who connected to what, and whether a security group let it pass. `true` means the default of
   * each option.
   * @default false
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
   */
  readonly flowLogs?: boolean | FlowLogsArgs;
}

/** What flow logs record, and where. */
export interface FlowLogsArgs {
  /**
   * The connections to record. `REJECT` records few connections, and AWS Security Hub asks for it (EC2.6). `ALL` records a
   * line for each connection, and may cost more than the tasks.
   * @default "REJECT"
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
   */
  readonly trafficType?: "ACCEPT" | "REJECT" | "ALL";
  /**
   * Days until CloudWatch deletes the records, one of CloudWatch's values; 0 keeps them forever. Not allowed together with
   * `bucketArn`.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly retentionInDays?: number;
  /**
   * The ARN of a KMS key that encrypts the log group. Its policy must allow CloudWatch Logs. Not allowed together with
   * `bucketArn`.
   * @default none: CloudWatch's own key
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  readonly kmsKeyArn?: string;
  /**
   * Writes to an existing bucket instead, with a folder if you like: `arn:aws:s3:::flow-logs/prod`. Its policy must allow
   * `delivery.logs.amazonaws.com`.
   * @default none: a new log group
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
   */
  readonly bucketArn?: string;
}

export const flowLogDefaults = { trafficType: "REJECT", retentionInDays: 30 } as const;

/** Uses an existing VPC and its subnets, without changing them. */
export interface ExistingNetworkArgs {
  /** The VPC's id: `vpc-…` */
  readonly vpcId: string;
  /** The load balancer's subnets: two or more, in different zones, with a route to an internet gateway. */
  readonly publicSubnetIds: readonly string[];
  /** The tasks' subnets: two or more, with a route to ECR and CloudWatch Logs (NAT or VPC endpoints). */
  readonly privateSubnetIds: readonly string[];
}
