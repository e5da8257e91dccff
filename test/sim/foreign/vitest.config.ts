import { defineConfig } from 'vitest/config';

/** Clients in other languages, which a machine has to have installed: `npm run test:foreign`. */
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.foreign.ts'], testTimeout: 30_000 },
});
