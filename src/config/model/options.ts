import { z } from 'zod';
import { secretRef } from '../secrets.ts';
import { confText, flag, integer, listOf, oneOf } from '../yaml/scalars.ts';
import { authPolicies } from './auth-policy.ts';
import {
  accountName,
  codec,
  contextName,
  date,
  extension,
  hostPort,
  ipAddress,
  musicClass,
  path,
} from './names.ts';

/** One option of `chan_skype.conf`: the single source of the schema, the printer and the documentation. */
export interface ConfOption<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** What the driver takes when the option is not there, in the manual's words; null where it is "none". */
  readonly default: string | null;
  /** The default where it depends on the account. */
  readonly defaultOf?: (account: string) => string;
  /** The first sentence of its documentation, after manual 3.1. */
  readonly doc: string;
  /** A reload does not change it: the module has to be unloaded and loaded (manual 3.1, last paragraph). */
  readonly loadOnly?: true;
  /** Holds a {@link SecretRef}: never shown, resolved before printing. */
  readonly secret?: true;
}

type OptionTable = Readonly<Record<string, ConfOption>>;

const codecs = () => listOf(codec(), 'a list of codecs, such as [ulaw, alaw]');

const buddyAutoadd = () =>
  z
    .preprocess(
      // A switched-off option reads better than a list of one `no`; the other booleans have no meaning here.
      (value) => (typeof value === 'string' && /^(?:no|false|off)$/i.test(value) ? ['no'] : value),
      z.union(
        [z.tuple([z.literal('no')]), listOf(oneOf(['hints', 'buddies']), 'no, or a list of hints, buddies')],
        {
          error: 'no, or a list of hints, buddies',
        },
      ),
    )
    .meta({
      json: {
        anyOf: [
          { enum: ['no', false, 'off'] },
          { type: 'array', items: { enum: ['hints', 'buddies', 'no'] }, minItems: 1, uniqueItems: true },
        ],
      },
    });

/** `[general]`, in the order of manual 3.1. */
export const GENERAL_OPTIONS = {
  engine_directory: {
    schema: path(),
    default: '/tmp',
    loadOnly: true,
    doc: 'Directory of the Skype engine and its database; files in it must be executable.',
  },
  default_user: {
    schema: accountName(),
    default: null,
    doc: 'Account that places outgoing calls which name no originator.',
  },
  debug: { schema: flag(), default: 'no', doc: 'Debug messages of the driver (very verbose).' },
  bind_address: { schema: ipAddress(), default: '0.0.0.0', doc: 'IP address of the Skype engine.' },
  rtp_address: {
    schema: ipAddress(),
    default: '127.0.0.1',
    loadOnly: true,
    doc: 'IP address for RTP media between engine and driver.',
  },
  bind_port: {
    schema: integer(0, 65_535),
    default: '0',
    doc: 'TCP port of the Skype engine, 0 for a random one; only a suggestion to the engine.',
  },
  disable_tcpauto: {
    schema: flag(),
    default: 'no',
    loadOnly: true,
    doc: 'Keep the engine from listening on ports 80 and 443.',
  },
  disable_udp: { schema: flag(), default: 'no', loadOnly: true, doc: 'Keep the engine from using UDP.' },
  https_proxy: { schema: hostPort(), default: null, doc: 'HTTPS proxy, host[:port].' },
  https_proxy_user: {
    schema: confText({ reserved: 'https_proxy_user = '.length }),
    default: null,
    doc: 'Username at the HTTPS proxy.',
  },
  https_proxy_password: {
    schema: secretRef,
    default: null,
    secret: true,
    doc: 'Password at the HTTPS proxy.',
  },
  socks5_proxy: { schema: hostPort(), default: null, doc: 'SOCKS5 proxy, host[:port].' },
  socks5_proxy_user: {
    schema: confText({ reserved: 'socks5_proxy_user = '.length }),
    default: null,
    doc: 'Username at the SOCKS5 proxy.',
  },
  socks5_proxy_password: {
    schema: secretRef,
    default: null,
    secret: true,
    doc: 'Password at the SOCKS5 proxy.',
  },
} as const satisfies OptionTable;

/** A user's section, in the order of manual 3.1; `setvar` is beside it, because it repeats. */
export const USER_OPTIONS = {
  secret: { schema: secretRef, default: null, secret: true, doc: "The account's password." },
  context: {
    schema: contextName(),
    default: 'default',
    doc: 'Context of the dialplan that takes incoming calls.',
  },
  exten: {
    schema: extension(),
    default: "the account's name",
    defaultOf: (account) => account,
    doc: 'Extension in that context that takes incoming calls.',
  },
  disallow: { schema: codecs(), default: 'all', doc: 'Codecs that calls of this account may not use.' },
  allow: {
    schema: codecs(),
    default: 'ulaw,alaw,g729',
    doc: 'Codecs that calls of this account may use; g729 takes codec_g729a and licences.',
  },
  direction: {
    schema: oneOf(['incoming', 'outgoing', 'both']),
    default: 'both',
    doc: 'Directions in which calls are allowed.',
  },
  auth_policy: {
    schema: authPolicies(),
    default: 'accept',
    doc: 'Answers to people who ask for authorization; the first that fits is given.',
  },
  buddy_autoadd: {
    schema: buddyAutoadd(),
    default: 'no',
    doc: 'Who is put on the buddy list by himself: who is watched by hints, who was authorized, or both.',
  },
  buddy_presence: {
    schema: flag(),
    default: 'yes',
    doc: 'Fetch the presence of buddies; switch it off for huge lists that nobody looks at.',
  },
  mohinterpret: {
    schema: musicClass(),
    default: 'default',
    doc: 'Class of music for this channel when it is put on hold, or passthrough.',
  },
  mohsuggest: {
    schema: musicClass(),
    default: null,
    doc: 'Class of music that is suggested to a peer put on hold.',
  },
  autoreply: {
    schema: confText({ reserved: 'autoreply = '.length }),
    default: null,
    doc: 'Text that answers every chat message.',
  },
  webpresence: { schema: flag(), default: 'no', doc: 'Show presence in Skype web buttons.' },
  birthday: { schema: date(), default: null, doc: "The user's birthday, yyyymmdd." },
  country: { schema: confText({ reserved: 'country = '.length }), default: null, doc: "The user's country." },
  homepage: {
    schema: confText({ reserved: 'homepage = '.length }),
    default: null,
    doc: "The user's homepage.",
  },
  avatar: { schema: path(), default: null, doc: 'Path of a JPEG of 96x96 pixels on the PBX.' },
  gender: { schema: oneOf(['1', '2']), default: null, doc: '1 is male, 2 is female.' },
} as const satisfies OptionTable;

/** Options that a reload does not change (manual 3.1): the module has to be unloaded and loaded. */
export const LOAD_ONLY_OPTIONS: readonly string[] = Object.entries<ConfOption>(GENERAL_OPTIONS).flatMap(
  ([key, option]) => (option.loadOnly ? [key] : []),
);

/** The shape for a mapping that may hold every option of a table. */
export function shapeOf<T extends OptionTable>(table: T): { [K in keyof T]: z.ZodOptional<T[K]['schema']> } {
  const entries = Object.entries(table).map(([key, option]) => [
    key,
    option.schema.optional().meta(documentation(option)),
  ]);
  // Object.fromEntries forgets which key has which schema.
  return Object.fromEntries(entries) as { [K in keyof T]: z.ZodOptional<T[K]['schema']> };
}

/** What an editor shows: one line of what the option does, its default, and whether a reload is enough. */
function documentation({
  doc,
  default: value,
  loadOnly,
  defaultOf,
}: ConfOption): Readonly<Record<string, string>> {
  const parts = [doc, value === null ? 'Default: none.' : `Default: ${value}.`];
  if (loadOnly) parts.push('Changes take a full unload and load of the module.');
  const shown = value === null || defaultOf !== undefined ? {} : { default: value };
  return { description: parts.join(' '), ...shown };
}

/** The keys of a table whose values are secrets. */
export function secretKeys(table: OptionTable): string[] {
  return Object.entries(table).flatMap(([key, option]) => (option.secret ? [key] : []));
}
