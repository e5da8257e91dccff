import type { AriOperations } from '../../../ari/operations.ts';
import type { CallerProfile } from '../../../model/call.ts';
import { RO_CALL_PROPERTIES } from '../../../model/call-properties.ts';

/** The properties that say who calls; whom is read apart. */
const PROFILE = RO_CALL_PROPERTIES.filter((name) => name !== 'target_identity');

/** What the driver tells about an incoming call besides its caller's number. */
export interface CallerFacts {
  readonly caller: CallerProfile;
  readonly targetIdentity: string | null;
  readonly topic: string | null;
}

/** Reads caller, `target_identity` and topic of an incoming Skype channel; what cannot be read is left out. */
export async function readCaller(
  ari: AriOperations,
  channel: string,
  known: { readonly number: string; readonly name: string },
): Promise<CallerFacts> {
  const read = (name: string) =>
    ari.getVariable(channel, `SKYPE_CALL_PROPERTY(${name})`).then(
      (value) => value || null,
      () => null,
    );
  const [targetIdentity, topic, ...values] = await Promise.all([
    read('target_identity'),
    read('topic'),
    ...PROFILE.map(read),
  ]);
  const properties = PROFILE.flatMap((name, index) => {
    const value = values[index];
    return value ? [[name, value] as const] : [];
  });
  return {
    caller: { ...known, properties: Object.fromEntries(properties) },
    targetIdentity: targetIdentity ?? null,
    topic: topic ?? null,
  };
}
