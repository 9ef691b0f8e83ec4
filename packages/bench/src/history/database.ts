// The file of a history: an SQLite database that says of itself whose it is. What is of another program, of a newer version of this one or
// damaged is refused by name before anything is written, and what is written is written whole or not at all.
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** "Poll" in ASCII: SQLite keeps this number in the file's head for whoever made it (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x506f6c6c;
const VERSION = 1;
const MAGIC = "SQLite format 3\0";

const TABLES = `
  CREATE TABLE machines (
    id INTEGER PRIMARY KEY,
    environment TEXT NOT NULL
  ) STRICT;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    started_at TEXT NOT NULL,
    commit_hash TEXT,
    dirty INTEGER NOT NULL,
    machine INTEGER NOT NULL REFERENCES machines (id),
    record BLOB NOT NULL
  ) STRICT;
  CREATE TABLE points (
    run TEXT NOT NULL REFERENCES runs (id),
    scenario TEXT NOT NULL,
    contender TEXT NOT NULL,
    level REAL NOT NULL,
    metric TEXT NOT NULL,
    place TEXT NOT NULL,
    label TEXT NOT NULL,
    unit TEXT NOT NULL,
    better TEXT NOT NULL,
    value REAL NOT NULL,
    low REAL NOT NULL,
    high REAL NOT NULL,
    rounds INTEGER NOT NULL,
    PRIMARY KEY (run, scenario, contender, level, metric)
  ) STRICT, WITHOUT ROWID;
`;

/** A file that is no history, or cannot be read as one; the message names it. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
}

/** Opens the history, and makes it where there is none. @throws HistoryError; a file that is there is not touched then */
export function openHistory(path: string): DatabaseSync {
  if (existsSync(path)) refuseForeign(path);
  else make(path);
  const database = open(path, false);
  database.exec("PRAGMA foreign_keys = ON");
  return database;
}

/** Opens a history that is there already, to read it. @throws HistoryError */
export function readHistory(path: string): DatabaseSync {
  if (!existsSync(path))
    throw new HistoryError(`there is no history at ${path}: make it with "pnpm bench history add"`);
  refuseForeign(path);
  return open(path, true);
}

/** Runs `work` so that either all of it is in the file, or nothing. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function make(path: string): void {
  const database = open(path, false);
  try {
    inTransaction(database, () => {
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}; ${TABLES}`);
    });
  } finally {
    database.close();
  }
}

function open(path: string, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly, timeout: 10_000 });
  } catch (error) {
    throw new HistoryError(`${path} cannot be opened: ${reason(error)}`);
  }
}

function refuseForeign(path: string): void {
  if (statSync(path).isDirectory()) throw new HistoryError(`${path} is a folder, and a history is a file`);
  if (!beginsAsDatabase(path)) throw new HistoryError(`${path} is no history: it is not an SQLite database`);
  const database = open(path, true);
  try {
    const application = pragma(database, "application_id");
    if (application !== APPLICATION_ID) {
      throw new HistoryError(`${path} is no history: it is an SQLite database of another program`);
    }
    const version = pragma(database, "user_version");
    if (version !== VERSION) {
      throw new HistoryError(
        `${path} is a history of version ${String(version)}, and this program knows version ${VERSION}: use the program that wrote it`,
      );
    }
    const found = pragma(database, "quick_check");
    if (found !== "ok") throw new HistoryError(`${path} is damaged: ${String(found)}`);
  } catch (error) {
    if (error instanceof HistoryError) throw error;
    throw new HistoryError(`${path} is damaged: ${reason(error)}`);
  } finally {
    database.close();
  }
}

function beginsAsDatabase(path: string): boolean {
  const head = Buffer.alloc(MAGIC.length);
  const file = openSync(path, "r");
  try {
    return readSync(file, head, 0, head.length, 0) === head.length && head.toString("latin1") === MAGIC;
  } finally {
    closeSync(file);
  }
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
