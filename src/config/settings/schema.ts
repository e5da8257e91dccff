import { z } from 'zod';
import { EVENT_TYPES } from '../../model/events.ts';
import { PRESENCE_STATES, PRESENCE_WORDS } from '../../model/presence.ts';
import { secretRef } from '../secrets.ts';
import { confText, flag, integer, listOf, matching, oneOf, orEmptyMapping } from '../yaml/scalars.ts';
import { callsSchema } from './calls.ts';

const NAME_RULE = 'a name of letters, digits, - and _';
const pbxName = () => matching(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, NAME_RULE);

/** `127.0.0.1:8480`, `[::1]:8480`, `localhost:8480`. */
const LISTEN = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/;

const listen = () =>
  matching((text) => portOf(text) !== null, 'HOST:PORT, for example 127.0.0.1:8480').transform((text) => {
    const match = LISTEN.exec(text);
    return { host: match?.[1] ?? match?.[2] ?? '', port: portOf(text) ?? 0 };
  });

function portOf(text: string): number | null {
  const port = Number(LISTEN.exec(text)?.[3] ?? Number.NaN);
  return port <= 65_535 ? port : null;
}

const bytes = (least: number) => integer(least, 1 << 30);

/** How a link behaves; what it does where nothing is said is the link's own. */
const tuning = {
  timeout: integer(1, 3_600).optional().describe('Seconds from an action to its answer; 10 when absent.'),
  ping: integer(1, 3_600)
    .optional()
    .describe('Seconds between two pings; silence after one ends the connection. 15 when absent.'),
  in_flight: integer(1, 10_000)
    .optional()
    .describe('Actions that may wait for their answer at once; 64 when absent.'),
  reconnect: integer(1, 3_600)
    .optional()
    .describe('Longest pause in seconds between two attempts to connect; 30 when absent.'),
  read_limits: z
    .strictObject({
      line_bytes: bytes(1_024).optional().describe('1048576 when absent.'),
      headers: bytes(16).optional().describe('1000000 when absent.'),
      message_bytes: bytes(1_024).optional().describe('67108864 when absent.'),
    })
    .optional()
    .describe('A message of the PBX beyond one of these is reported and skipped.'),
  write_limits: z
    .strictObject({
      line_bytes: integer(64, 65_536)
        .optional()
        .describe(
          'Longest line that the PBX takes; 1022, as Asterisk 22 does, when absent. Chats depend on it.',
        ),
      headers: integer(8, 10_000).optional().describe('128, as Asterisk 22 takes, when absent.'),
    })
    .optional()
    .describe('An action beyond one of these is refused before anything is written.'),
};

const ami = z.strictObject({
  host: confText().optional().describe('Host of the manager interface; 127.0.0.1 when absent.'),
  port: integer(1, 65_535).optional().describe('5038 when absent, 5039 with tls.'),
  username: confText(),
  secret: secretRef,
  link: oneOf(['socket', 'asterisk-manager'])
    .optional()
    .describe('The transport: our own, or the library asterisk-manager (no TLS).'),
  tls: orEmptyMapping(
    z.strictObject({
      ca: confText().optional().describe('PEM file with the authorities to trust instead of the system’s.'),
      servername: confText().optional().describe('The name in the certificate where it is not the host’s.'),
    }),
  ).optional(),
  ...tuning,
});

const ari = z.strictObject({
  url: matching(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'an http or https URL without /ari, for example http://127.0.0.1:8088',
  ),
  username: confText(),
  password: secretRef,
  app: matching(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, NAME_RULE)
    .optional()
    .describe('The Stasis application; sfa when absent.'),
});

/** Holds `{destination}`, and nothing that Dial would read as a second destination or an option. */
const dial = () =>
  matching(
    (text) => text.includes('{destination}') && /^[A-Za-z0-9]+\/[A-Za-z0-9_.:@+{}/-]+$/.test(text),
    'a dial string with {destination} and maybe {originator}, for example Skype/{originator}@{destination}',
  );

const pbx = z.strictObject({
  model: confText().describe('The provisioning model of this PBX; a relative path starts at this file.'),
  ami,
  ari: ari.optional().describe('Without it calls are controlled over AMI, in a reduced form.'),
  dial: dial().optional().describe('Template of the Skype leg of a call.'),
  calls: orEmptyMapping(callsSchema).optional().describe('What calls may do.'),
  etc: confText()
    .optional()
    .describe("The PBX's configuration directory, where the service runs on the PBX's own host."),
});

const seconds = (most: number) => integer(1, most);

const webhook = z.strictObject({
  url: matching(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'an http or https URL',
  ).describe('Where events are posted.'),
  secret: secretRef.describe('Key of the signature in `webhook-signature`.'),
  types: listOf(oneOf(EVENT_TYPES), `a list of ${EVENT_TYPES.join(', ')}`)
    .optional()
    .describe('Only these; all when absent.'),
  accounts: listOf(confText(), 'a list of account names')
    .optional()
    .describe('Only of these; all when absent.'),
});

const policy = {
  tls: z
    .strictObject({ cert: confText(), key: confText() })
    .optional()
    .describe('PEM files: the REST API is served over TLS.'),
  chat: z
    .strictObject({
      ttl: seconds(30 * 86_400)
        .optional()
        .describe('Seconds until a queued chat expires; 86400 when absent.'),
    })
    .optional(),
  retention: z
    .strictObject({ days: integer(8, 36_500).optional().describe('180 when absent.') })
    .optional()
    .describe('How long history is kept; idempotency keys live as long.'),
  rate_limit: z
    .strictObject({
      per_minute: integer(1, 1_000_000_000).optional().describe('Requests of one token; 120000 when absent.'),
    })
    .optional(),
  events: z
    .strictObject({
      heartbeat: seconds(3_600)
        .optional()
        .describe('Seconds between signs of life of a stream; 15 when absent.'),
      slow: seconds(3_600)
        .optional()
        .describe('Seconds after which a subscriber that takes nothing is cut; 30 when absent.'),
    })
    .optional(),
  presence: z
    .partialRecord(oneOf(PRESENCE_WORDS), oneOf(PRESENCE_STATES))
    .optional()
    .describe("Skype's words for presence to the PBX's, over the default table."),
  balance: z
    .strictObject({
      below: integer(0, 1_000_000_000).describe('Hundredths of the currency: less becomes an event.'),
      every: integer(1, 10_080).optional().describe('Minutes between two looks; 60 when absent.'),
    })
    .optional()
    .describe('Watches the SkypeOut credit of the accounts; not watched when absent.'),
  reconcile: z
    .strictObject({
      prune: flag().optional().describe('Remove buddies that the model does not name; no when absent.'),
    })
    .optional()
    .describe('How live accounts are brought to the model.'),
  webhooks: z.record(pbxName(), webhook).optional().describe('Receivers of events, by a name of your own.'),
};

/** The settings of the service, for a document that was read without types. */
export const settingsSchema = z
  .strictObject({
    listen: listen().optional().describe('Address of the REST API; 127.0.0.1:8480 when absent.'),
    state_dir: confText()
      .optional()
      .describe('Where the database lies; ./state beside this file when absent.'),
    ...policy,
    pbxs: z.record(pbxName(), pbx),
  })
  .transform(({ listen: address, state_dir, pbxs, webhooks, ...rest }) => ({
    ...rest,
    listen: address ?? { host: '127.0.0.1', port: 8480 },
    stateDir: state_dir ?? 'state',
    webhooks: Object.entries(webhooks ?? {}).map(([name, hook]) => ({ name, ...hook })),
    pbxs: Object.entries(pbxs).map(([name, rest]) => ({ name, ...rest })),
  }));

export type RawSettings = z.output<typeof settingsSchema>;
