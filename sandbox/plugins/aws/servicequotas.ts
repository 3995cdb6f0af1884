/** Service Quotas. */
import { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import type * as servicequotas from "@pulumi/aws/servicequotas";
import { isGone } from "../kit/values";
import { invoke } from "./definition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/servicequotas/getservicequota/, by code. */
const getServiceQuota = invoke<
  servicequotas.GetServiceQuotaArgs,
  servicequotas.GetServiceQuotaResult
>({
  type: "aws:servicequotas/getServiceQuota:getServiceQuota",
  args: ["quotaCode", "serviceCode"],
  async run(aws, { quotaCode = "", serviceCode }) {
    const client = aws.client(ServiceQuotas);
    const request = { ServiceCode: serviceCode, QuotaCode: quotaCode };
    const { Quota: standard = {} } = await client.getAWSDefaultServiceQuota(request);
    // Only a quota that was changed has a value of its own.
    const own = await client.getServiceQuota(request).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
    const { QuotaArn = "", Value = 0 } = { ...standard, ...own?.Quota };
    return {
      ...{ id: standard.QuotaArn ?? "", arn: QuotaArn, region: aws.region, value: Value },
      ...{ quotaCode, serviceCode, usageMetrics: [] },
      adjustable: standard.Adjustable ?? false,
      defaultValue: standard.Value ?? 0,
      globalQuota: standard.GlobalQuota ?? false,
      quotaName: standard.QuotaName ?? "",
      serviceName: standard.ServiceName ?? "",
    };
  },
});

export const functions = [getServiceQuota];
