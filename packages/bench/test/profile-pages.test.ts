// The pages of a profile as a reader opens them: from the disk, in a real browser, without a network.
/// <reference lib="dom" />
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Axe from "axe-core";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differencePage, flamePage } from "../src/profile/flame-page.ts";
import { makeProfile, type ToolName } from "../src/profile/profile.ts";
import type { Frame, Samples } from "../src/profile/samples.ts";
import { writeSpeedscope } from "../src/profile/speedscope.ts";
import { Toolbox } from "../src/profile/tools/toolbox.ts";
import { select } from "../src/runner/plan.ts";
import { scenarios } from "../src/scenarios/index.ts";

declare global {
  interface Window {
    readonly axe: typeof Axe;
  }
}

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browserPath = BROWSERS.find((path) => existsSync(path));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const frame = (name: string): Frame => ({ name, file: "a.ts", line: 1, kind: "javascript" });
const samplesOf = (...names: readonly string[]): Samples => ({
  unit: "microseconds",
  threads: [{ name: "main", samples: names.map((name) => ({ stack: [frame("main"), frame(name)], weight: 100 })) }],
});

const missing = browserPath === undefined ? ` (skipped: there is none of ${BROWSERS.join(", ")})` : "";

describe.skipIf(browserPath === undefined)(`in Chromium${missing}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "pollab profile %20 #"));
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--enable-unsafe-swiftshader"] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a file, and expects it to load nothing but what is on the disk and to complain of nothing. */
  async function open<T>(file: string, look: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.newContext({ viewport: { width: 1300, height: 800 } });
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      page.on("request", (request) => {
        if (!/^(?:file|data|blob):/.test(request.url())) complaints.push(request.url());
      });
      await page.goto(pathToFileURL(file).href);
      const seen = await look(page);
      expect(complaints).toEqual([]);
      return seen;
    } finally {
      await context.close();
    }
  }

  it("speedscope opens from the disk with the profile in it, whatever the folder is called", async () => {
    writeSpeedscope(samplesOf("poll", "wake"), "echo, single+epoll", join(folder, "speedscope"));
    await open(join(folder, "speedscope", "index.html"), async (page) => {
      await page.waitForFunction(() => document.title.includes("echo, single+epoll"));
      await page.keyboard.press("3");
      await page.getByText("poll", { exact: true }).first().waitFor();
      expect(await page.getByText("wake", { exact: true }).count()).toBeGreaterThan(0);
    });
  });

  it.each([
    ["flamegraph", flamePage("Flamegraph", { name: "it", samples: samplesOf("poll", "wake") }), 3],
    [
      "difference",
      differencePage(
        "Difference",
        { name: "one", samples: samplesOf("poll", "wake") },
        { name: "other", samples: samplesOf("poll", "sleep") },
      ),
      4,
    ],
  ])("a %s is drawn, and can be read by all", async (name, html, calls) => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, html);
    await open(file, async (page) => {
      expect(await page.locator("svg.flames rect").count()).toBe(calls);
      expect(await page.locator("tbody tr").count()).toBe(calls);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        // Not addScriptTag, which the page's policy would forbid.
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => window.axe.run());
        expect(violations.map(({ id }) => id)).toEqual([]);
      }
    });
  });

  /** Of tools that are heavy, and no dependency: `bench profile --install` puts them there. */
  const toolbox = Toolbox.ofProcess();
  const drivers = ["single+epoll", "single+uring"];
  const tools: readonly (readonly [tool: ToolName, program: string])[] = [
    ["0x", "0x"],
    ["clinic-flame", "clinic"],
  ];
  for (const [tool, program] of tools) {
    const reason = toolbox.find(program) === undefined ? ` (skipped: ${program} is not installed)` : "";
    it.skipIf(reason !== "").for(drivers)(
      `a page of ${tool} shows this project's functions in the echo scenario on %s${reason}`,
      { timeout: 120_000 },
      async (driver, { skip }) => {
        const scenario = scenarios.find(({ name }) => name === "echo");
        if (scenario === undefined) throw new Error("there is no scenario echo");
        const { cells, skipped } = select([{ scenario, contenders: new Set([driver]), levels: [64] }]);
        const [cell] = cells;
        if (cell === undefined) return skip(skipped[0]?.reason);
        const signal = new AbortController().signal;
        const to = join(mkdtempSync(join(tmpdir(), "pollab-tool-")), "profile");
        try {
          await makeProfile({ cell, tool, times: 1, install: false, toolbox, folder: to, signal });
          await open(join(to, `${tool}.html`), async (page) => {
            await page.waitForTimeout(1000);
            expect(await page.content()).toMatch(/serveEcho|resume|tasks\.js/);
          });
        } finally {
          rmSync(join(to, ".."), { recursive: true });
        }
      },
    );
  }
});
