import { globSync, readFileSync, statSync } from 'node:fs';

/** The files that a reader of configuration may see; tests and simulators bring their own. */
export interface ConfFiles {
  /** The bytes of a regular file, null when there is none that can be read. */
  read(path: string): Uint8Array | null;
  /** The files that fit a pattern with `*`, `?`, `[...]` or `{a,b}`, in alphabetical order. */
  glob(pattern: string): readonly string[];
}

/** The files of this machine. */
export const diskFiles: ConfFiles = {
  read(path) {
    try {
      return statSync(path).isFile() ? readFileSync(path) : null;
    } catch {
      return null;
    }
  },
  glob: (pattern) => globSync(pattern).toSorted(),
};

/** Files that are there as text, by their absolute path. */
export function textFiles(files: Readonly<Record<string, string | Uint8Array>>): ConfFiles {
  return {
    read(path) {
      const found = Object.hasOwn(files, path) ? files[path] : undefined;
      return typeof found === 'string' ? Buffer.from(found, 'utf8') : (found ?? null);
    },
    glob(pattern) {
      const fits = globPattern(pattern);
      return Object.keys(files)
        .filter((path) => fits.test(path))
        .toSorted();
    },
  };
}

/** Whether a path of an `#include` is a pattern. */
export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path);
}

function globPattern(pattern: string): RegExp {
  const source = pattern.replace(/\{([^{}]*)\}|\[[^\]]*\]|[*?]|[^*?[{]/g, (part, choices?: string) => {
    if (choices !== undefined) return `(?:${choices.split(',').map(escapeRegExp).join('|')})`;
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.length > 1 ? part.replace(/^\[!/, '[^') : escapeRegExp(part);
  });
  return new RegExp(`^${source}$`);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
