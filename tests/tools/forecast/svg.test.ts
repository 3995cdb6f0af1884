import assert from "node:assert/strict";
import fc from "fast-check";
import { forecastDeployment, type Strategy } from "../../../components/index";
import { drawSvg, type Panel } from "../../../tools/forecast/svg";

const panel = (strategy: Strategy, desiredCount = 2): Panel => {
  const { phases, minimumHealthy } = forecastDeployment({ desiredCount, strategy });
  return { title: strategy.type, subtitle: "rolling, 1 h 2 min", phases, minimumHealthy };
};

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The box of each label, if a letter is as wide as 0.6 of its size, and the box of the page. */
function boxes(svg: string): { readonly texts: readonly Box[]; readonly page: Box } {
  const [, width = "0", height = "0"] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  const texts: Box[] = [];
  let [dx, dy] = [0, 0];
  for (const line of svg.split("\n")) {
    const moved = /^<g transform="translate\((\S+) (\S+)\)">/.exec(line);
    [dx, dy] = moved ? [Number(moved[1]), Number(moved[2])] : line === "</g>" ? [0, 0] : [dx, dy];
    for (const [, x = "", y = "", attributes = "", content = ""] of line.matchAll(
      /<text x="(\S+)" y="(\S+)"([^>]*)>([^<]*)<\/text>/g,
    )) {
      const size = Number(/font-size="([\d.]+)"/.exec(attributes)?.[1] ?? 11);
      const length = content.length * size * 0.56;
      const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? "start";
      const shift = { start: 0, middle: length / 2, end: length }[anchor] ?? 0;
      const left = dx + Number(x) - shift;
      texts.push({
        left,
        right: left + length,
        top: dy + Number(y) - size,
        bottom: dy + Number(y),
      });
    }
  }
  return { texts, page: { left: 0, right: Number(width), top: 0, bottom: Number(height) } };
}

describe("the picture of a forecast", () => {
  const strategies: readonly Strategy[] = [
    { type: "rolling" },
    { type: "blue-green" },
    { type: "canary" },
    { type: "linear" },
    { type: "code-deploy" },
  ];

  it("clips no label, and draws none over another", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...strategies), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 300 }),
        (chosen, count) => {
          const { texts, page } = boxes(drawSvg(chosen.map((strategy) => panel(strategy, count))));
          assert.ok(texts.length > chosen.length, `only ${texts.length} texts`);
          for (const [i, a] of texts.entries()) {
            assert.ok(a.left >= page.left && a.right <= page.right, JSON.stringify(a));
            assert.ok(a.top >= page.top && a.bottom <= page.bottom, JSON.stringify(a));
            for (const b of texts.slice(i + 1)) {
              const apart =
                a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
              assert.ok(apart, `${JSON.stringify(a)} ${JSON.stringify(b)}`);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("names its axes with their units, and what the colours are", () => {
    const svg = drawSvg(strategies.map((strategy) => panel(strategy)));
    for (const text of [
      "seconds since the deployment began",
      "minutes since the deployment began",
      "requests to the new release",
      "100 %",
      ">tasks<",
      "old, healthy",
      "new, not serving",
      "fewest healthy",
    ]) {
      assert.ok(svg.includes(text), text);
    }
  });

  it("keeps every mark inside its plot", () => {
    const svg = drawSvg([
      panel({ type: "rolling", minimumHealthyPercent: 60, maximumPercent: 130 }, 23),
    ]);
    const marks = [
      ...svg.matchAll(/<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)" fill="#\w+" shape/g),
    ];
    assert.ok(marks.length > 10, `only ${marks.length} marks`);
    for (const [, x = "", y = "", width = "", height = ""] of marks) {
      assert.ok(Number(x) >= 52 && Number(x) + Number(width) <= 486.02, `${x}+${width}`);
      assert.ok(Number(y) >= 68 && Number(y) + Number(height) <= 178.02, `${y}+${height}`);
    }
  });

  it("escapes characters in names", () => {
    const odd: Panel = { title: "a<b & c", subtitle: "", phases: [], minimumHealthy: 0 };
    assert.ok(drawSvg([odd]).includes("a&lt;b &amp; c"), drawSvg([odd]));
  });
});
