import assert from "node:assert/strict";
import { resources } from "../../../sandbox/plugins/aws/cloudwatch";
import { AwsProvider } from "../../../sandbox/plugins/aws/provider";
import type { Properties } from "../../../sandbox/plugins/kit/provider";
import { Emulator, REGION } from "./emulator";

/** The entries of plain types contain only names: only this test shows whether moto accepts them. */
describe("the emulator accepts plain types:", function () {
  this.timeout(60_000);
  const saved = { ...process.env };
  let emulator: Emulator;
  let provider: AwsProvider;

  before(async function () {
    emulator = await Emulator.start(this);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
    });
    provider = new AwsProvider("7.0.0", { cloudwatch: () => ({ resources }) });
    await provider.configure({ region: REGION, defaultTags: '{"tags":{"stack":"dev"}}' });
  });
  after(() => {
    process.env = saved;
  });

  const body = (title: string) => JSON.stringify({ widgets: [{ type: "text", title }] });
  const alarm = {
    ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 2, threshold: 5 },
    ...{ metricName: "HTTPCode_ELB_5XX_Count", namespace: "AWS/ApplicationELB", period: 60 },
    ...{ statistic: "Sum", dimensions: { LoadBalancer: "app/main/1" }, tags: { team: "a" } },
    ...{ alarmActions: ["arn:aws:sns:eu-central-1:123456789012:b"], alarmDescription: "Errors" },
  };

  const { metricName, namespace, period, statistic, dimensions, ...common } = alarm;
  const metric = { metricName, namespace, period, stat: statistic, dimensions };
  const guard = {
    ...common,
    datapointsToAlarm: 1,
    metricQueries: [
      { id: "worst", expression: "FILL(errors1, 0)", label: "errors", returnData: true },
      { id: "errors1", metric },
    ],
  };

  for (const [type, inputs, change] of [
    [
      "aws:cloudwatch/dashboard:Dashboard",
      { dashboardName: "main", dashboardBody: body("a") },
      { dashboardBody: body("b") },
    ],
    ["aws:cloudwatch/metricAlarm:MetricAlarm", alarm, { threshold: 10, tags: { team: "b" } }],
    ["aws:cloudwatch/metricAlarm:MetricAlarm", guard, { metricQueries: [{ id: "m", metric }] }],
  ] as const) {
    it(type, async () => {
      const request = { urn: `urn:pulumi:dev::slipway::${type}::main`, type, name: "main" };
      const checked = async (given: Properties, oldInputs: Properties = {}) => {
        const randomSeed = new Uint8Array([1]);
        const answer = await provider.check({ ...request, inputs: given, oldInputs, randomSeed });
        assert.deepEqual(answer.failures, []);
        return answer.inputs;
      };
      const first = await checked(inputs);
      const { id, outputs } = await provider.create({ ...request, inputs: first, preview: false });
      const read = await provider.read({ ...request, id, oldInputs: first, oldOutputs: outputs });
      assert.deepEqual(read.inputs, first);
      assert.deepEqual(read.outputs, outputs);
      assert.match(String(outputs.arn ?? outputs.dashboardArn), /^arn:aws:cloudwatch:/);

      const old = { id, oldInputs: first, oldOutputs: outputs, ignoreChanges: [] };
      const second = await checked({ ...inputs, ...change }, first);
      const updated = await provider.update({ ...request, ...old, inputs: second, preview: false });
      for (const [property, value] of Object.entries(change)) {
        assert.deepEqual(updated[property], value);
      }
      const imported = await provider.read({ ...request, id, oldInputs: {}, oldOutputs: {} });
      const { changes } = await provider.diff({
        ...{ ...request, ...old, oldInputs: imported.inputs, oldOutputs: imported.outputs },
        inputs: second,
      });
      assert.deepEqual(changes, []);

      await provider.delete({ ...request, ...old });
      const gone = await provider.read({ ...request, id, oldInputs: second, oldOutputs: updated });
      assert.equal(gone.id, undefined);
    });
  }
});
