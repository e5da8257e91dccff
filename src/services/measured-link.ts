import type { AmiLink } from '../ami/link/link.ts';
import { CompanionError } from '../model/errors.ts';
import type { Metrics } from './metrics.ts';

/** A link whose actions are counted. */
export function measuredLink(link: AmiLink, metrics: Pick<Metrics, 'action'>): AmiLink {
  return {
    pbx: link.pbx,
    get state() {
      return link.state;
    },
    get reason() {
      return link.reason;
    },
    get code() {
      return link.code;
    },
    limits: link.limits,
    items: () => link.items(),
    async request(action, options) {
      const begun = performance.now();
      const done = (outcome: string) =>
        metrics.action({ pbx: link.pbx, action: action.name, outcome }, (performance.now() - begun) / 1000);
      try {
        const reply = await link.request(action, options);
        done('ok');
        return reply;
      } catch (thrown) {
        done(thrown instanceof CompanionError ? thrown.code : 'INTERNAL');
        throw thrown;
      }
    },
  };
}
