import type {} from 'vitest';
import type { EventFields } from './matchers.ts';

/** The types of the matchers, for test files that call `expect.extend(matchers)`. */
declare module 'vitest' {
  // The type parameters must be those of vitest's own declaration, which this one extends.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    toHaveEvent(fields: EventFields): R;
    toHaveEventsInOrder(list: readonly EventFields[]): R;
    toHaveEvents(list: readonly EventFields[]): R;
    toHaveEventCount(fields: EventFields, count: number): R;
  }
}
