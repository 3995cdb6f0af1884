import * as pulumi from "@pulumi/pulumi";
import { type Forecast, longestMinutes } from "../forecast";
import { forecast } from "../forecast/forecast";
import type { ServiceContext } from "./context";

/** The forecast of a deployment. Its warnings are logged. */
export function forecastOf({ name, service, opts }: ServiceContext): Forecast {
  const forecasted = forecast(service);
  for (const warning of forecasted.warnings) {
    void pulumi.log.warn(`Service ${name}: ${warning}`, opts.parent);
  }
  return forecasted;
}

/** The longest duration of a deployment, in Pulumi's format: `20m`. */
export function longestDuration(forecasted: Forecast): string {
  return `${longestMinutes(forecasted)}m`;
}
