import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';

// Skeletons are part of the package, beside `src` and `dist` alike. Values come out of the printer and
// are final: no escaping, and no newline taken away.
const eta = new Eta({
  views: fileURLToPath(new URL('../../conf-templates/', import.meta.url)),
  autoEscape: false,
  autoTrim: false,
  cache: true,
});

/** Fills a skeleton of `conf-templates/` with parts that are printed already. */
export function renderTemplate(name: string, parts: Readonly<Record<string, string>>): string {
  return eta.render(`./${name}.eta`, parts);
}
