/**
 * The ids of what is ours on a PBX: `sfa-APP.CALL.ROLE` for channels, `sfa-APP.CALL` for bridges. They are
 * chosen before anything exists, so that no event comes too early; the application's name keeps two services
 * on one PBX from taking each other's channels for orphans (it holds no full stop).
 */
export const LEG_ROLES = ['agent', 'skype', 'consult'] as const;
export type LegRole = (typeof LEG_ROLES)[number];

export function ownPrefix(app: string): string {
  return `sfa-${app}.`;
}

export function bridgeId(app: string, call: string): string {
  return `${ownPrefix(app)}${call}`;
}

/** @param turn counts the consultations of a call, each of which has a channel of its own. */
export function channelId(app: string, call: string, role: LegRole, turn = 0): string {
  return `${ownPrefix(app)}${call}.${role}${turn === 0 ? '' : turn}`;
}

/** The call that one of our ids belongs to; null for an id that is not ours. */
export function callOfId(app: string, id: string): string | null {
  const prefix = ownPrefix(app);
  return id.startsWith(prefix) ? (id.slice(prefix.length).split('.')[0] ?? null) : null;
}
