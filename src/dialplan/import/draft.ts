import type { KeyPath } from '../../config/diagnostic.ts';
import { printPath } from '../../config/diagnostic.ts';

/** A line of the configuration that is read. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** What the operator should know about a line of the old configuration. */
export interface ImportNote extends Place {
  /**
   * `lost`: the model cannot say it; `moved`: the generated configuration says it now, so that it has to be
   * removed where it stands; `kept`: it stays where it stands and works as before.
   */
  readonly kind: 'lost' | 'moved' | 'kept';
  readonly message: string;
}

/** A secret that was found, under the name of its environment variable. */
export interface ImportedSecret {
  readonly name: string;
  readonly value: string;
}

/** A value of the model while it is built; what `yaml` prints. */
export type DraftValue = string | DraftValue[] | DraftMapping;
export interface DraftMapping {
  [key: string]: DraftValue;
}

/** The model while it is built, with where its parts came from. */
export class Draft {
  readonly root: DraftMapping = mappingOf();
  readonly notes: ImportNote[] = [];
  readonly #places = new Map<string, Place>();
  readonly #secrets = new Map<string, string>();

  get secrets(): ImportedSecret[] {
    return [...this.#secrets].map(([name, value]) => ({ name, value }));
  }

  /** Remembers where the value at a path came from. */
  from(path: KeyPath, { file, line }: Place): void {
    this.#places.set(printPath(path), { file, line });
  }

  /** Where the value at a path, or what holds it, came from. */
  placeOf(path: KeyPath): Place {
    for (let length = path.length; length > 0; length--) {
      const place = this.#places.get(printPath(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return { file: '', line: 0 };
  }

  note(kind: ImportNote['kind'], { file, line }: Place, message: string): void {
    this.notes.push({ kind, file, line, message });
  }

  /** Puts a secret aside and gives the reference that takes its place. */
  secret(words: readonly string[], value: string): DraftMapping {
    const base = ['SFA', ...words]
      .join('_')
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '_');
    let name = base;
    for (let count = 2; this.#secrets.has(name); count++) name = `${base}_${count}`;
    this.#secrets.set(name, value);
    return mappingOf({ env: name });
  }
}

/** A mapping without a prototype, because its keys come out of files. */
export function mappingOf(values: Readonly<Record<string, DraftValue>> = {}): DraftMapping {
  return Object.assign(Object.create(null), values);
}
