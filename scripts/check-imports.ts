// Imports between packages go down only. This reads the imports that the sources and tests really have and holds them
// against one table; it relies on nothing but the layout `packages/*`, `apps/*` and `examples` with `@pollab/<folder>` as names.
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** What each package may import. Apps and the examples may import every package but bench, and bench every package. */
const allowed: ReadonlyMap<string, readonly string[]> = new Map([
  ["runtime-core", []],
  ["io-sys", []],
  ["interleave", []],
  ["executor-single", ["runtime-core"]],
  // interleave: its tests check models of the scheduler.
  ["executor-stealing", ["runtime-core", "interleave"]],
  ["blocking-pool", ["runtime-core"]],
  ["io-epoll", ["runtime-core", "io-sys"]],
  ["io-uring-native", ["runtime-core", "io-sys"]],
]);

/** The model runs in any engine: its sources import nothing, not even what Node.js brings. */
const pure = "runtime-core";

const scope = "@pollab/";

/** One line for each import below `root` that the table forbids: where it is, and what would be allowed. */
export function findForbiddenImports(root: string): string[] {
  const apps = foldersIn(join(root, "apps"));
  const packages = foldersIn(join(root, "packages"));
  const programs = [...apps.map((name) => `apps/${name}`), ...(isPackage(join(root, "examples")) ? ["examples"] : [])];
  const rules = new Map(allowed);
  rules.set("bench", packages);
  for (const program of programs)
    rules.set(
      basename(program),
      packages.filter((name) => name !== "bench"),
    );

  return [...packages.map((name) => `packages/${name}`), ...programs].flatMap((folder) => {
    const name = basename(folder);
    const mayImport = rules.get(name);
    if (mayImport === undefined) {
      return [`${folder}: says nowhere what it may import. Give it a line in the table of scripts/check-imports.ts.`];
    }
    return globSync("{src,test}/**/*.{ts,js,mts,mjs}", { cwd: join(root, folder) })
      .sort()
      .flatMap((file) => forbiddenIn({ root, folder, name, file, mayImport }));
  });
}

interface Source {
  root: string;
  /** The package's folder, relative to the root. */
  folder: string;
  /** The package's name without the scope. */
  name: string;
  /** Relative to the package's folder. */
  file: string;
  mayImport: readonly string[];
}

function forbiddenIn(source: Source): string[] {
  const path = join(source.root, source.folder, source.file);
  const text = readFileSync(path, "utf8");
  return importsOf(path, text).flatMap((found) => {
    const why = whyForbidden(found, source);
    const line = text.slice(0, found.start).split("\n").length;
    return why === undefined ? [] : [`${source.folder}/${source.file}:${line}: "${found.specifier}": ${why}`];
  });
}

function whyForbidden({ specifier, isTyped }: Import, source: Source): string | undefined {
  const { root, folder, name, file, mayImport } = source;
  const isSource = file.startsWith(`src${sep}`);
  if (specifier.startsWith(".")) {
    const target = relative(join(root, folder), resolve(root, folder, dirname(file), specifier));
    if (target.startsWith("..")) return "leaves its package; import another package by its name.";
    if (isTyped && target.startsWith(`dist${sep}`)) return "is not there when types are checked; name it by URL.";
    return isSource && target.startsWith("test") ? "is test code." : undefined;
  }
  if (name === pure && isSource) return `${name} imports nothing, so that it runs in any engine.`;
  if (!specifier.startsWith(scope)) return undefined;

  const target = specifier.slice(scope.length).split("/", 1)[0] ?? "";
  if (target === name) return isSource ? "is the package itself; use a relative path." : undefined;
  if (!mayImport.includes(target)) {
    return `${name} may import ${mayImport.length === 0 ? "no other package" : mayImport.join(", ")}.`;
  }
  const entries = entryPoints(join(root, "packages", target));
  const entry = `.${specifier.slice(scope.length + target.length)}`;
  return entries.includes(entry) ? undefined : `is no entry point of ${target}, which has ${entries.join(", ")}.`;
}

function entryPoints(folder: string): string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const hasExports = typeof manifest === "object" && manifest !== null && "exports" in manifest;
  return hasExports && typeof manifest.exports === "object" ? Object.keys(manifest.exports ?? {}) : ["."];
}

interface Import {
  specifier: string;
  /** Whether the compiler reads what is imported. */
  isTyped: boolean;
  /** Where the import begins, in UTF-16 units from the start of the text. */
  start: number;
}

/** Every way a module names another one: import, export from, import(), a type's import(), require, a URL beside it. */
function importsOf(path: string, text: string): Import[] {
  const { program, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path} cannot be parsed: ${errors[0].message}`);
  const imports: Import[] = [];
  const add = (
    { start }: { start: number },
    source: { type: string; value?: unknown } | null | undefined,
    isTyped = true,
  ): void => {
    if (source?.type === "Literal" && typeof source.value === "string")
      imports.push({ specifier: source.value, isTyped, start });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source),
    ExportNamedDeclaration: (node) => add(node, node.source),
    ExportAllDeclaration: (node) => add(node, node.source),
    ImportExpression: (node) => add(node, node.source),
    TSImportType: (node) => add(node, node.source),
    CallExpression(node) {
      if (node.callee.type === "Identifier" && node.callee.name === "require") add(node, node.arguments[0]);
    },
    NewExpression(node) {
      const isUrl = node.callee.type === "Identifier" && node.callee.name === "URL";
      if (isUrl && isModule(node.arguments[0])) add(node, node.arguments[0], false);
    },
  }).visit(program);
  return imports;
}

/** A URL to a module runs it (as a worker, say); one to a folder or to data does not. */
function isModule(argument: { type: string; value?: unknown } | undefined): boolean {
  return typeof argument?.value === "string" && /\.[cm]?[jt]s$/.test(argument.value);
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => isPackage(join(path, name)))
    .sort();
}

function isPackage(path: string): boolean {
  return existsSync(join(path, "package.json"));
}

if (import.meta.main) {
  const forbidden = findForbiddenImports(resolve(import.meta.dirname, ".."));
  for (const line of forbidden) console.error(line);
  if (forbidden.length > 0) process.exitCode = 1;
}
