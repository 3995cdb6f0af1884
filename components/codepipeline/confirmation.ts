import { locationOf } from "../shared/arn";

/** How to confirm a connection. AWS lets only a person do it: https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html */
export function confirmation(connectionArn: string): string {
  const { region } = locationOf(connectionArn);
  return `open https://${region}.console.aws.amazon.com/codesuite/settings/connections?region=${region}, choose the connection, then Update pending connection`;
}
