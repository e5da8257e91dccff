import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/lab/**'],
    testTimeout: 20_000,
    hookTimeout: 10_000,
    restoreMocks: true,
  },
});
