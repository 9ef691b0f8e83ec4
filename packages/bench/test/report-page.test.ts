// The page as a reader has it: in a real browser, light and dark, from a phone to paper, by keyboard and without its script.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Axe from "axe-core";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Run } from "../src/record/run.ts";
import { analyse } from "../src/report/analysis.ts";
import { formatHtml } from "../src/report/html.ts";
import { metricGrids } from "../src/report/grid.ts";
import { syntheticClaimsRun, syntheticRun } from "./fixtures/synthetic-run.ts";

declare global {
  interface Window {
    readonly axe: typeof Axe;
  }
}

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browserPath = BROWSERS.find((path) => existsSync(path));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const run = partOf(syntheticRun({ rounds: 2 }), ["echo", "await-call"]);
const claimsRun = syntheticClaimsRun();
const analyses = { headline: analyse(run), claims: analyse(claimsRun) };
const folder = mkdtempSync(join(tmpdir(), "pollab-page-"));
const pages = {
  headline: pageOf("headline", formatHtml(run, analyses.headline)),
  claims: pageOf("claims", formatHtml(claimsRun, analyses.claims)),
};

/** Fewer tables are enough, and axe looks at each cell. */
function partOf(whole: Run, names: readonly string[]): Run {
  return {
    ...whole,
    scenarios: whole.scenarios.filter(({ name }) => names.includes(name)),
    observations: whole.observations.filter(({ scenario }) => names.includes(scenario)),
    skipped: whole.skipped.filter(({ scenario }) => names.includes(scenario)),
  };
}

function pageOf(name: string, html: string): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  return pathToFileURL(file).href;
}

const missing = browserPath === undefined ? ` (skipped: there is none of ${BROWSERS.join(", ")})` : "";

describe.skipIf(browserPath === undefined)(`the page in Chromium${missing}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath ?? "" });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a page in a context of its own, and closes it afterwards. */
  async function open<T>(url: string, options: BrowserContextOptions, look: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.newContext(options);
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await page.goto(url);
      return await look(page);
    } finally {
      await context.close();
    }
  }

  const openAll = (page: Page): Promise<void> =>
    page.evaluate(() => {
      for (const each of document.querySelectorAll("details")) each.open = true;
    });
  const background = (page: Page): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [LIGHT, DARK] = ["rgb(255, 255, 255)", "rgb(20, 23, 28)"];

  it.each(Object.entries(pages))("says nothing on the console and asks nothing of a network: %s", async (_, url) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const requests: string[] = [];
    const messages: string[] = [];
    context.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => messages.push(message.text()));
    page.on("pageerror", (error) => messages.push(error.message));
    await page.goto(url);
    await openAll(page);
    await page.emulateMedia({ media: "print" });
    await context.close();
    expect(messages).toEqual([]);
    expect(requests).toEqual([url]);
  });

  const views = Object.entries(pages).flatMap(([name, url]) =>
    (["light", "dark"] as const).map((colorScheme) => [name, colorScheme, url] as const),
  );

  it.each(views)("has no fault that axe finds: %s, %s", async (_, colorScheme, url) => {
    const violations = await open(url, { colorScheme }, async (page) => {
      expect(await background(page)).toBe(colorScheme === "dark" ? DARK : LIGHT);
      await openAll(page);
      // The page's own policy lets no script in but by the browser's tools.
      await page.evaluate(AXE);
      const results = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
      return results.violations;
    });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.length} as ${nodes[0]?.html ?? ""}`)).toEqual([]);
  });

  it.each([360, 768, 1440])("needs no sideways scrolling at %i pixels", async (width) => {
    for (const url of Object.values(pages)) {
      const wide = await open(url, { viewport: { width, height: 800 } }, async (page) => {
        await openAll(page);
        return page.evaluate(() => document.documentElement.scrollWidth);
      });
      expect(wide).toBe(width);
    }
  });

  it("reaches by Tab the way past the header, the theme, each filter and each detail, and shows where it is", async () => {
    await open(pages.claims, {}, async (page) => {
      const seen: { readonly what: string; readonly outlined: boolean; readonly visible: boolean }[] = [];
      for (let step = 0; step < 60; step += 1) {
        await page.keyboard.press("Tab");
        seen.push(
          await page.evaluate(() => {
            const at = document.activeElement ?? document.body;
            const { outlineStyle, outlineWidth } = getComputedStyle(at);
            const { left, width } = at.getBoundingClientRect();
            return {
              what: at.id === "" ? (at.textContent ?? "") : at.id,
              outlined: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
              visible: width > 0 && left >= 0,
            };
          }),
        );
      }
      expect(seen.filter(({ outlined, visible }) => !outlined || !visible)).toEqual([]);
      const order = seen.map(({ what }) => what);
      expect(order.slice(0, 2)).toEqual(["Skip to the answer", "theme-system"]);
      for (const verdict of new Set(analyses.claims.claims.map((claim) => claim.verdict))) {
        expect(order).toContain(`show-${verdict.replaceAll(" ", "-")}`);
      }
      for (const { id } of analyses.claims.claims) expect(order.some((what) => what.startsWith(`${id}: `))).toBe(true);
    });
  });

  it("changes its theme by the arrow keys, and remembers it", async () => {
    await open(pages.headline, { colorScheme: "light" }, async (page) => {
      await page.focus("#theme-system");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      expect(await background(page)).toBe(DARK);
      await page.reload();
      expect(await background(page)).toBe(DARK);
      await page.emulateMedia({ media: "print" });
      expect(await background(page)).toBe(LIGHT);
    });
    await open(pages.headline, { colorScheme: "dark" }, async (page) => {
      await page.check("#theme-light");
      expect(await background(page)).toBe(LIGHT);
    });
  });

  it("shows and hides the claims of a verdict, and says how many are left", async () => {
    const { claims } = analyses.claims;
    const supported = claims.filter(({ verdict }) => verdict === "supported").length;
    expect(supported).toBeGreaterThan(0);
    expect(supported).toBeLessThan(claims.length);
    await open(pages.claims, {}, async (page) => {
      const shown = (): Promise<number> => page.locator(".claim:visible").count();
      expect(await shown()).toBe(claims.length);
      await page.focus("#show-supported");
      await page.keyboard.press("Space");
      expect(await shown()).toBe(claims.length - supported);
      expect(await page.locator(".claim.supported:visible").count()).toBe(0);
      expect(await page.textContent(".status")).toBe(`Showing ${claims.length - supported} of ${claims.length} claims`);
      await page.keyboard.press("Space");
      expect(await shown()).toBe(claims.length);
    });
  });

  it("filters, folds and changes its theme without its script too", async () => {
    await open(pages.claims, { javaScriptEnabled: false, colorScheme: "light" }, async (page) => {
      const all = await page.locator(".claim").count();
      const supported = await page.locator(".claim.supported").count();
      await page.uncheck("#show-supported");
      expect(await page.locator(".claim:visible").count()).toBe(all - supported);
      await page.check("#show-supported");
      await page.check("#theme-dark");
      expect(await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor)).toBe(DARK);
      const folded = page.locator("#claim-A9 details");
      const inside = folded.locator("code");
      expect(await folded.count()).toBe(1);
      expect(await inside.isVisible()).toBe(false);
      await folded.locator("summary").press("Enter");
      expect(await inside.isVisible()).toBe(true);
      expect(await page.locator("button").count()).toBe(0);
    });
  });

  it("opens all claims and closes them again", async () => {
    await open(pages.claims, {}, async (page) => {
      const folds = await page.locator(".claim > details").count();
      await page.click("text=Open all");
      expect(await page.locator(".claim > details[open]").count()).toBe(folds);
      await page.click("text=Close all");
      expect(await page.locator(".claim > details[open]").count()).toBe(0);
    });
  });

  it("goes from an answer to its samples, which open", async () => {
    await open(pages.claims, {}, async (page) => {
      await page.click("#claim-A9 summary");
      const link = page.locator("#claim-A9 .facts a[href^='#raw-']").first();
      const target = (await link.getAttribute("href")) ?? "";
      expect(await page.locator(target).isVisible()).toBe(false);
      await link.click();
      await page.locator(target).waitFor({ state: "visible" });
      expect(await page.evaluate(() => document.activeElement?.id)).toBe(target.slice(1));
    });
  });

  it("has in the tables behind its charts what was measured, cell by cell", async () => {
    const expected = analyses.headline.scenarios.flatMap((each) =>
      metricGrids(each).map(({ rows }) => rows.map((row) => row.map(({ text }) => text))),
    );
    const found = await open(pages.headline, {}, (page) =>
      page.evaluate(() =>
        [...document.querySelectorAll("figure table")]
          .filter((table) => table.querySelector("caption")?.textContent?.includes(" is better)"))
          .map((table) =>
            [...table.querySelectorAll("tbody tr")].map((row) =>
              [...row.children].map((cell) => (cell.textContent ?? "").replaceAll("\u00a0", " ")),
            ),
          ),
      ),
    );
    expect(found).toEqual(expected);
  });

  it("maps every contender of every level to its ratio", async () => {
    const cells = analyses.headline.scenarios.flatMap(({ standings }) =>
      standings.map(({ rivals }) => 1 + rivals.length),
    );
    await open(pages.headline, {}, async (page) => {
      expect(await page.locator(".heat tbody tr").count()).toBe(cells.length);
      expect(await page.locator(".heat tbody td:not(:empty)").count()).toBe(cells.reduce((sum, count) => sum + count));
      expect(await page.locator(".heat tbody td.best").count()).toBe(cells.length);
    });
  });

  it("prints what is folded, in light, without what only a screen can use", async () => {
    await open(pages.claims, { colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await background(page)).toBe(LIGHT);
      for (const hidden of [".theme", ".filters", "nav >> nth=0", "button >> nth=0"]) {
        expect(await page.locator(hidden).isVisible()).toBe(false);
      }
      const heightOf = (selector: string): Promise<number> =>
        page.locator(selector).evaluate((element) => element.getBoundingClientRect().height);
      expect(await heightOf("#claim-A9 > details:not([open]) code")).toBeGreaterThan(0);
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(1);
    });
  });
});
