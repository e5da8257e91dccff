import type { KeyPath } from '../diagnostic.ts';
import type { RawValue } from '../yaml/document.ts';
import { isMapping, list, mapping } from './findings.ts';

/**
 * What `lint: { ignore: [...] }` silences: in the model as a whole, or for everything below the mapping
 * that it stands in.
 */
export function ignoredCodes(raw: RawValue): (code: string, path: KeyPath) => boolean {
  return (code, path) => {
    let value: RawValue | undefined = raw;
    for (const step of [null, ...path]) {
      if (step !== null) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
        value = Reflect.get(value, step) as RawValue;
      }
      if (isMapping(value) && list(mapping(value['lint'])['ignore']).includes(code)) return true;
    }
    return false;
  };
}
