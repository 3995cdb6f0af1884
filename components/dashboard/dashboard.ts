import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import type { Database } from "../database";
import type { FargateService } from "../fargate-service";
import type { LoadBalancer } from "../load-balancer";
import { locationOf, siblingArn } from "../shared/arn";
import { refuse } from "../shared/errors";
import { policyDocument, serviceTrust } from "../shared/policy";
import type { Waf } from "../waf";
import { dashboardBody } from "./body";
import { checkDashboard, type DashboardSettings, type GrafanaArgs } from "./settings";

/** The arguments of a {@link Dashboard}. */
export interface DashboardArgs extends DashboardSettings {
  /** The cluster of the services. */
  readonly cluster: Cluster;
  /** The load balancer of the services. @default none: all services are workers */
  readonly loadBalancer?: LoadBalancer | undefined;
  /**
   * The firewall of the load balancer.
   * @default none
   */
  readonly waf?: Waf | undefined;
  /**
   * The database of the services.
   * @default none
   */
  readonly database?: Database | undefined;
  /** The services, by name, in the order in which the dashboard shows them. */
  readonly services: Readonly<Record<string, FargateService>>;
}

/**
 * A CloudWatch dashboard for incidents. It shows the alarms, and for each service its requests, errors, response times, tasks and
 * deployments, CPU and memory, and the newest errors in its logs. For a database it shows the load.
 *
 * ```ts
 * new Dashboard("dev", { cluster, loadBalancer, services: { api } });
 * ```
 *
 * Cost: an account's first three dashboards are free, each other one costs USD 3 a month. A dashboard reads the logs each
 * time that somebody opens it: USD 0.005 for each GB.
 */
export class Dashboard extends pulumi.ComponentResource {
  /** The dashboard in the console. */
  readonly url: pulumi.Output<string>;
  /** The URL of the Grafana workspace; undefined without one. */
  readonly grafanaUrl: pulumi.Output<string> | undefined;

  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(`Dashboard "${name}"`, checkDashboard(args, "args"));
    super("slipway:dashboard:Dashboard", name, {}, opts);
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      // Dashboards share one list in all regions of an account.
      { dashboardName: `${pulumi.getProject()}-${name}`, dashboardBody: bodyOf(args) },
      { parent: this },
    );
    this.url = pulumi
      .all([args.cluster.arn, dashboard.dashboardName])
      .apply(([arn, dashboardName]) => {
        const { region } = locationOf(arn);
        return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
      });
    this.grafanaUrl = args.grafana && this.createWorkspace(name, args, args.grafana);
    this.registerOutputs({ url: this.url });
  }

  private createWorkspace(
    name: string,
    args: DashboardArgs,
    { authenticationProviders = ["AWS_SSO"] }: GrafanaArgs,
  ): pulumi.Output<string> {
    const role = new aws.iam.Role(
      `${name}-grafana`,
      { assumeRolePolicy: serviceTrust("grafana.amazonaws.com") },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      `${name}-grafana`,
      { role: role.id, policy: readers(args) },
      { parent: this },
    );
    const { endpoint } = new aws.grafana.Workspace(
      name,
      {
        accountAccessType: "CURRENT_ACCOUNT",
        authenticationProviders: [...authenticationProviders],
        permissionType: "CUSTOMER_MANAGED",
        roleArn: role.arn,
        dataSources: ["CLOUDWATCH"],
      },
      { parent: this },
    );
    return pulumi.interpolate`https://${endpoint}`;
  }
}

/**
 * The permissions of Grafana's data source: all metrics, which have no resource-level permissions, and the logs of the services.
 * https://docs.aws.amazon.com/grafana/latest/userguide/AMG-manage-permissions.html
 */
function readers({ cluster, services }: DashboardArgs): pulumi.Output<string> {
  const groups = Object.values(services).map(({ logGroupName }) =>
    siblingArn(cluster.arn, "logs", pulumi.interpolate`log-group:${logGroupName}:*`),
  );
  const ofMetrics = {
    Action: [
      "cloudwatch:DescribeAlarmHistory",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:DescribeAlarmsForMetric",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
      "ec2:DescribeRegions",
      "logs:DescribeLogGroups",
      "logs:GetQueryResults",
      "logs:StopQuery",
      "tag:GetResources",
    ],
    Resource: "*",
  };
  const ofLogs = ["logs:GetLogGroupFields", "logs:StartQuery"];
  return pulumi
    .all(groups)
    .apply((Resource) => policyDocument([ofMetrics, { Action: ofLogs, Resource }]));
}

function bodyOf(args: DashboardArgs): pulumi.Output<string> {
  const { cluster, loadBalancer, waf, database: aurora, services } = args;
  const monitored = pulumi.all(
    Object.entries(services).map(([name, { monitored }]) => ({ name, ...monitored })),
  );
  return pulumi
    .all([
      ...([cluster.arn, cluster.clusterName, loadBalancer?.arnSuffix] as const),
      ...([monitored, waf?.monitored, aurora?.monitored] as const),
    ])
    .apply(([arn, clusterName, loadBalancerArnSuffix, all, firewall, database]) => {
      const { partition, region, account } = locationOf(arn);
      const alarmArns = all.flatMap(({ alarmNames }) =>
        alarmNames.map((name) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`),
      );
      const stack = {
        ...{ region, clusterName, alarmArns, services: all },
        ...(loadBalancerArnSuffix !== undefined && { loadBalancerArnSuffix }),
        ...{ ...(firewall && { firewall }), ...(database && { database }) },
      };
      return JSON.stringify(dashboardBody(stack));
    });
}
