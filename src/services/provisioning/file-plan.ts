import { createTwoFilesPatch } from 'diff';
import type { Mask } from './mask.ts';

/** A file as it should be. */
export interface DesiredFile {
  readonly name: string;
  readonly text: string;
}

/** What becomes of a file; null takes it away. */
export interface FileChange {
  readonly name: string;
  readonly text: string | null;
}

/**
 * How a deployed file stands to us: written by us and untouched, written by us and edited since, or
 * somebody else's.
 */
export type Ownership = 'intact' | 'edited' | 'foreign';

/** Reads from a file's text whose it is. */
export type OwnershipOf = (text: string) => Ownership;

export type FileAction = 'create' | 'replace' | 'keep';

/** What would become of one file. */
export interface FilePlan {
  readonly name: string;
  readonly action: FileAction;
  /** Null for a file that is not there yet. */
  readonly ownership: Ownership | null;
  /** Whether Asterisk would read anything new: false when only comments differ, as the model's digest does. */
  readonly effective: boolean;
  /** A unified diff from what is deployed to what would be written, secrets masked; empty for `keep`. */
  readonly diff: string;
}

/**
 * Compares what is deployed with what should be.
 *
 * @param deployed the text of a deployed file, or null where there is none.
 */
export function planFiles(
  desired: readonly DesiredFile[],
  deployed: (name: string) => string | null,
  ownershipOf: OwnershipOf,
  mask: Mask,
): FilePlan[] {
  return desired.map(({ name, text }) => {
    const before = deployed(name);
    if (before === text) {
      return { name, action: 'keep', ownership: ownershipOf(before), effective: false, diff: '' };
    }
    const ownership = before === null ? null : ownershipOf(before);
    const diff = createTwoFilesPatch(
      before === null ? '/dev/null' : `deployed/${name}`,
      `generated/${name}`,
      mask(before ?? ''),
      mask(text),
      undefined,
      undefined,
      { context: 3 },
    );
    return {
      name,
      action: before === null ? 'create' : 'replace',
      ownership,
      effective: isEffective(before, text, ownershipOf),
      // The library's rule of equals signs says nothing.
      diff: diff.replace(/^=+\n/, ''),
    };
  });
}

/** Whether Asterisk reads anything else when one text takes the place of the other. */
export function isEffective(before: string | null, after: string | null, ownershipOf: OwnershipOf): boolean {
  if (before === null || after === null) return before !== after;
  // What somebody else wrote may hold comments over many lines.
  return ownershipOf(before) !== 'intact' || bare(before) !== bare(after);
}

/** A text of ours without its comments. */
function bare(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .join('\n');
}

/** Why a plan may not be applied as it stands; empty when it may. */
export function obstacles(plan: readonly FilePlan[], overwrite: boolean): string[] {
  return plan.flatMap(({ name, action, ownership }) => {
    if (action === 'keep') return [];
    if (ownership === 'foreign') {
      return [`${name}: found a file that sfa did not write; move it away, or import it first`];
    }
    if (ownership === 'edited' && !overwrite) {
      return [`${name}: found changes made by hand since it was written; see the diff, then --overwrite`];
    }
    return [];
  });
}
