import type { AmiLink } from '../ami/link/link.ts';
import { CompanionError } from '../model/errors.ts';

/** The manager connections of a service, by the name of their PBX. */
export class Links {
  readonly #links: ReadonlyMap<string, AmiLink>;

  constructor(links: Iterable<AmiLink>) {
    this.#links = new Map([...links].map((link) => [link.pbx, link]));
  }

  all(): readonly AmiLink[] {
    return [...this.#links.values()];
  }

  /** @throws CompanionError `PBX_UNKNOWN` */
  get(pbx: string): AmiLink {
    const link = this.#links.get(pbx);
    if (link === undefined) {
      throw new CompanionError('PBX_UNKNOWN', `the settings name no PBX "${pbx}"`, { pbx });
    }
    return link;
  }

  /** The connection to the PBX that something lives on. */
  of({ pbx }: { readonly pbx: string }): AmiLink {
    return this.get(pbx);
  }
}
