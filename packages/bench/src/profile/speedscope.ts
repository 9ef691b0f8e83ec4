// speedscope, the viewer of profiles, as a folder that opens from the disk without a network: the viewer's own files, and beside them the
// profile in speedscope's format (its file-format-schema.json), as a script that the viewer loads, and for pages that are served as JSON.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Frame, Samples } from "./samples.ts";

/** What the page of the viewer is built of. The others are examples and what reads the formats of other languages. */
const VIEWER_FILES = /\.(?:css|ico|png|woff2|md)$|^(?:speedscope|favicon)-.*\.js$|^release\.txt$/;
const JSON_NAME = "profile.speedscope.json";
const SCRIPT_NAME = "profile.js";

/** In speedscope's format: one profile for each thread. */
export function speedscopeProfile({ unit, threads }: Samples, name: string): object {
  const numbers = new Map<Frame, number>();
  const numberOf = (frame: Frame): number => {
    const number = numbers.get(frame) ?? numbers.size;
    numbers.set(frame, number);
    return number;
  };
  const profiles = threads.map((thread) => ({
    type: "sampled",
    name: thread.name,
    unit: unit === "microseconds" ? "microseconds" : "none",
    startValue: 0,
    endValue: thread.samples.reduce((sum, { weight }) => sum + weight, 0),
    samples: thread.samples.map(({ stack }) => stack.map(numberOf)),
    weights: thread.samples.map(({ weight }) => weight),
  }));
  const frames = [...numbers.keys()].map(({ name: frame, file, line }) => ({
    name: frame,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  }));
  return {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    name,
    exporter: "pollab",
    activeProfileIndex: 0,
    shared: { frames },
    profiles,
  };
}

/** Makes the folder; its index.html is the page. */
export function writeSpeedscope(samples: Samples, name: string, folder: string): void {
  const release = fileURLToPath(new URL("dist/release/", import.meta.resolve("speedscope/package.json")));
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(release).filter((each) => VIEWER_FILES.test(each))) {
    copyFileSync(join(release, file), join(folder, file));
  }
  const profile = JSON.stringify(speedscopeProfile(samples, name));
  const base64 = JSON.stringify(Buffer.from(profile).toString("base64"));
  writeFileSync(join(folder, JSON_NAME), profile);
  writeFileSync(join(folder, SCRIPT_NAME), `speedscope.loadFileFromBase64(${JSON.stringify(JSON_NAME)}, ${base64});\n`);
  const page = readFileSync(join(release, "index.html"), "utf8");
  writeFileSync(
    join(folder, "index.html"),
    page.replace("<script ", `<script>${CHOOSE_PROFILE}</script>\n    <script `),
  );
}

/** The viewer reads what to show from the address: from the disk a script by its path, from a server an address. */
const CHOOSE_PROFILE = `
      if (location.hash === "") {
        const profile = (name) => new URL(name, location.href);
        const chosen = location.protocol === "file:"
          ? "localProfilePath=" + encodeURIComponent(profile("${SCRIPT_NAME}").pathname.replace(/^\\/+/, ""))
          : "profileURL=" + encodeURIComponent(profile("${JSON_NAME}").href);
        history.replaceState(null, "", "#" + chosen);
      }
    `;
