/** How bad a finding is; `unknown` means that it could not be looked at. */
export const SEVERITIES = ['ok', 'unknown', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * Everything that is looked at, by its stable code: what should be, how bad it is when it is not, and what
 * to do then. `docs/doctor.md` describes each; a test fails when the two disagree.
 */
export const CHECKS = {
  SFA301: {
    title: 'the settings and models hold no mistakes',
    severity: 'error',
    remedy: 'mend the places that are listed; sfa check shows them with their lines',
  },
  SFA302: {
    title: 'the model fits the dialplan',
    severity: 'warning',
    remedy: 'see docs/lint.md for the code; sfa check MODEL --dialplan extensions.conf repeats it',
  },
  SFA310: {
    title: 'the state directory can be written',
    severity: 'error',
    remedy: 'create it, and give it to the user that runs sfa serve',
  },
  SFA311: {
    title: 'nobody else reads the state directory',
    severity: 'warning',
    remedy: 'chmod 0700 on the directory: the database holds chats',
  },
  SFA312: {
    title: 'there is room on the disk',
    severity: 'warning',
    remedy: 'make room, or shorten retention.days',
  },
  SFA320: {
    title: 'the generated files are deployed',
    severity: 'error',
    remedy: 'sfa apply MODEL --target DIR',
  },
  SFA321: {
    title: "the operator's files include ours",
    severity: 'error',
    remedy: 'write the line at the end of the file, then reload',
  },
  SFA322: {
    title: 'nobody changed the generated files by hand',
    severity: 'warning',
    remedy: 'move the change to the model or to a ..._local.conf, then sfa apply --overwrite',
  },
  SFA323: {
    title: 'the deployed files are what the model generates',
    severity: 'warning',
    remedy: 'sfa plan shows the difference, sfa apply deploys it',
  },
  SFA324: {
    title: 'no apply ended half-way',
    severity: 'error',
    remedy: 'run sfa apply again: it finishes or undoes what was begun',
  },
  SFA325: {
    title: 'only owner and group read files with passwords',
    severity: 'warning',
    remedy: 'chmod 0640 on the file',
  },
  SFA326: {
    title: "modules.conf loads the driver's modules",
    severity: 'warning',
    remedy: 'load => res_skypeforasterisk.so, then load => chan_skype.so; remove noload lines for them',
  },
  SFA330: {
    title: 'the manager interface takes us in',
    severity: 'error',
    remedy: 'compare ami in the settings with manager.conf, and look whether Asterisk runs',
  },
  SFA331: {
    title: 'chan_skype is loaded',
    severity: 'error',
    remedy: "module load chan_skype.so on the PBX; the PBX's log says why it refuses",
  },
  SFA332: {
    title: 'the manager user has its rights',
    severity: 'error',
    remedy: 'add the right to write (and read) of the user in manager.conf, then manager reload',
  },
  SFA333: {
    title: "the PBX's clock agrees with ours",
    severity: 'warning',
    remedy: 'run NTP on both hosts: times of events and calls are off by that much',
  },
  SFA334: {
    title: 'the running driver has the accounts',
    severity: 'error',
    remedy: 'sfa plan --live shows what differs, sfa apply deploys the accounts',
  },
  SFA335: {
    title: 'the accounts are logged in',
    severity: 'warning',
    remedy: "look at the password and at the PBX's log; sfa accounts login NAME tries again",
  },
  SFA336: {
    title: 'the hints are registered',
    severity: 'error',
    remedy: '#tryinclude extensions_skype.conf in extensions.conf, then dialplan reload',
  },
  SFA337: {
    title: 'the contexts are in the running dialplan',
    severity: 'error',
    remedy: '#tryinclude extensions_skype.conf in extensions.conf, then dialplan reload',
  },
  SFA338: {
    title: 'calls reach the generated contexts',
    severity: 'warning',
    remedy: 'write the include line in the context, then dialplan reload',
  },
  SFA339: {
    title: 'a licensed channel is free',
    severity: 'warning',
    remedy: 'wait for a call to end, or license more channels',
  },
  SFA340: {
    title: 'ARI takes us in',
    severity: 'error',
    remedy: 'compare ari in the settings with ari.conf and http.conf',
  },
  SFA341: {
    title: 'the ARI user may control calls',
    severity: 'error',
    remedy: 'read_only = no for the user in ari.conf, then reload res_ari',
  },
  SFA342: {
    title: 'a service answers for the ARI application',
    severity: 'warning',
    remedy: 'start sfa serve: calls that the dialplan hands to the application end until then',
  },
} as const satisfies Record<string, { title: string; severity: Severity; remedy: string }>;

export type CheckCode = keyof typeof CHECKS;

/** What was found about one thing. */
export interface Finding {
  readonly code: CheckCode;
  readonly severity: Severity;
  /** The PBX that it is about; null for the service itself. */
  readonly pbx: string | null;
  readonly message: string;
  /** What to do; null where all is well. */
  readonly remedy: string | null;
  /** The names that a message about several shortens. */
  readonly items?: readonly string[];
}

interface Over {
  readonly severity?: Severity;
  readonly remedy?: string;
  readonly items?: readonly string[];
}

/** Something is not as it should be. */
export function wrong(code: CheckCode, pbx: string | null, message: string, over: Over = {}): Finding {
  const { severity, remedy } = CHECKS[code];
  return { code, severity, pbx, message, remedy, ...over };
}

/** All is well. */
export function fine(code: CheckCode, pbx: string | null, message: string = CHECKS[code].title): Finding {
  return { code, severity: 'ok', pbx, message, remedy: null };
}

/** It could not be looked at. */
export function unknown(code: CheckCode, pbx: string | null, message: string, remedy: string): Finding {
  return { code, severity: 'unknown', pbx, message, remedy };
}

const SHOWN = 10;

/** `a, b, c and 7 more`. */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

/** `1 account`, `3 accounts`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Whether the service could not work with this. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}
