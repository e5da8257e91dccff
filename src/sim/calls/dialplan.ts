/** One step of an extension: `Stasis(sfa,in)` is application `Stasis` with data `sfa,in`. */
export interface DialplanStep {
  readonly application: string;
  readonly data: string;
}

/** Extensions as options name them: `exten@context` and its steps in order. */
export type ExtensionTable = Readonly<Record<string, readonly string[]>>;

/**
 * A small dialplan: exact extensions and, behind them, patterns (`_X.`, `_+Z!`) in the order of the table, as
 * extensions.conf knows them.
 */
export class Dialplan {
  readonly #exact = new Map<string, readonly DialplanStep[]>();
  readonly #patterns: { context: string; pattern: RegExp; steps: readonly DialplanStep[] }[] = [];

  /** @throws TypeError for a key without context or a step that is no application. */
  constructor(table: ExtensionTable) {
    for (const [key, texts] of Object.entries(table)) {
      const at = key.lastIndexOf('@');
      if (at < 1) throw new TypeError(`"${key}" is not exten@context`);
      const exten = key.slice(0, at);
      const context = key.slice(at + 1);
      const steps = texts.map(parseStep);
      if (exten.startsWith('_')) this.#patterns.push({ context, pattern: patternOf(exten), steps });
      else this.#exact.set(`${exten}@${context}`, steps);
    }
  }

  /** The steps of an extension, or null when nothing matches. */
  steps(context: string, exten: string): readonly DialplanStep[] | null {
    return (
      this.#exact.get(`${exten}@${context}`) ??
      this.#patterns.find((candidate) => candidate.context === context && candidate.pattern.test(exten))
        ?.steps ??
      null
    );
  }
}

function parseStep(text: string): DialplanStep {
  const match = /^\s*([A-Za-z]\w*)\s*(?:\((.*)\))?\s*$/s.exec(text);
  if (match?.[1] === undefined) throw new TypeError(`"${text}" is no application`);
  return { application: match[1], data: match[2] ?? '' };
}

/** The letters of Asterisk's patterns; everything else stands for itself. */
function patternOf(exten: string): RegExp {
  const body = exten
    .slice(1)
    .replace(/[\\^$*+?()|{}]/g, '\\$&')
    .replace(/[XZN]|[.!]$/g, (letter) => LETTERS[letter] ?? letter);
  return new RegExp(`^${body}$`, 's');
}

const LETTERS: Readonly<Record<string, string>> = {
  X: '[0-9]',
  Z: '[1-9]',
  N: '[2-9]',
  '.': '.+',
  '!': '.*',
};
