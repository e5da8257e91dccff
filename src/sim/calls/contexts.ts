import type { DialplanConf } from '../conf/dialplan-conf.ts';

/** One line of `ShowDialPlan`: a step, a hint, or the name of an included context. */
export type ContextEntry =
  | {
      readonly exten: string;
      readonly priority: string;
      readonly application: string;
      readonly data: string;
    }
  | { readonly include: string };

/** The contexts that the PBX has in memory, as its last reading of the dialplan left them. */
export class Contexts {
  #contexts: ReadonlyMap<string, readonly ContextEntry[]> = new Map();

  constructor(conf: DialplanConf) {
    this.replace(conf);
  }

  replace(conf: DialplanConf): void {
    const contexts = new Map<string, ContextEntry[]>();
    const of = (name: string) => {
      const entries = contexts.get(name) ?? [];
      contexts.set(name, entries);
      return entries;
    };
    for (const { name, extensions, includes } of conf.dialplan) {
      for (const { exten, steps } of extensions) {
        for (const [priority, step] of steps) of(name).push({ exten, priority: String(priority), ...step });
      }
      of(name).push(...includes.map((include) => ({ include })));
    }
    for (const { exten, context, device } of conf.hints) {
      of(context).push({ exten, priority: 'hint', application: device, data: '' });
    }
    this.#contexts = contexts;
  }

  /** What stands in a context; null when there is none of that name. */
  entries(context: string): readonly ContextEntry[] | null {
    return this.#contexts.get(context) ?? null;
  }
}
