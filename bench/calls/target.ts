/** A PBX that calls are measured on, and whom to call there. */
export interface Target {
  readonly name: string;
  readonly ami: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly secret: string;
  };
  readonly ari: { readonly url: string; readonly username: string; readonly password: string };
  readonly account: string;
  readonly peer: string;
  /** Dial string of an agent who answers at once. */
  readonly agent: string;
  /** Patterns that allow the agent. */
  readonly agents: readonly string[];
}

export const SIMULATED = {
  account: 'james_bond',
  peer: 'austin_powers',
  agent: 'PJSIP/shoe-phone',
  agents: ['PJSIP/*'],
};

/** The laboratory's dialplan and community (lab/etc/extensions.conf). */
export const LABORATORY = {
  account: 'james_bond',
  peer: 'echo123',
  agent: 'Local/wait@test',
  agents: ['Local/*@test'],
};
