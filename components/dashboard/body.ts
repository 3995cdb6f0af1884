/** The dashboard of a stack, in CloudWatch's words. Pure. */
import { load, type MonitoredDatabase } from "./database";
import { type MonitoredFirewall, requestsAtFirewall } from "./firewall";
import { type Body, type Metric, metrics, row, rowHeight, type Unplaced, widget } from "./grid";
import { type MonitoredService, messages, requests, tasks } from "./service";

export interface MonitoredStack {
  readonly region: string;
  readonly clusterName: string;
  /** `app/<name>/<id>`. @default none: all services are workers */
  readonly loadBalancerArnSuffix?: string;
  readonly alarmArns: readonly string[];
  readonly firewall?: MonitoredFirewall;
  readonly database?: MonitoredDatabase;
  readonly services: readonly MonitoredService[];
}

export function dashboardBody(stack: MonitoredStack): Body {
  const { region, alarmArns, loadBalancerArnSuffix } = stack;
  const head = [
    ...(alarmArns.length > 0
      ? [widget("alarm", { title: "Alarms that end a deployment", alarms: alarmArns })]
      : []),
    ...(loadBalancerArnSuffix === undefined
      ? []
      : [requestsOfStack(region, loadBalancerArnSuffix)]),
  ];
  const ofStack = [
    ...(head.length > 0 ? [head] : []),
    ...(stack.firewall ? [requestsAtFirewall(region, stack.firewall)] : []),
    ...(stack.database ? [load(region, stack.database)] : []),
  ].map((widgets, i) => row(i * rowHeight, rowHeight, widgets));
  const top = ofStack.length * rowHeight;
  const sections = stack.services.map((service, i) => {
    const y = top + i * (2 * rowHeight + 1);
    return [
      ...row(y, 1, [widget("text", { markdown: `## ${service.name}` })]),
      ...row(
        y + 1,
        rowHeight,
        service.queueName === undefined
          ? requests(stack, service)
          : messages(stack, service.queueName, service.deadLetterName),
      ),
      ...row(y + 1 + rowHeight, rowHeight, tasks(stack, service)),
    ];
  });
  return {
    start: "-PT3H",
    periodOverride: "inherit",
    widgets: [...ofStack, ...sections].flat(),
  };
}

function requestsOfStack(region: string, loadBalancer: string): Unplaced {
  const sum = (metric: string, label: string): Metric => [
    ...["AWS/ApplicationELB", metric, "LoadBalancer", loadBalancer],
    { label, stat: "Sum" },
  ];
  return metrics(region, "All requests, and those that the load balancer answered itself", [
    sum("RequestCount", "requests"),
    sum("HTTPCode_ELB_4XX_Count", "4xx"),
    sum("HTTPCode_ELB_5XX_Count", "5xx: no healthy task, or none answered"),
  ]);
}
