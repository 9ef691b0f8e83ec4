import { defineConfig } from "vitest/config";

// For the repository's own scripts; each package runs its tests from its own folder.
export default defineConfig({ test: { include: ["scripts/test/*.test.ts"], testTimeout: 60_000 } });
