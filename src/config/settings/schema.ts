import { z } from 'zod';
import { secretRef } from '../secrets.ts';
import { confText, integer, matching, oneOf, orEmptyMapping } from '../yaml/scalars.ts';

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
  ari: ari.optional().describe('Without it calls cannot be controlled.'),
  dial: dial().optional().describe('Template of the Skype leg of a call.'),
});

/** The settings of the service, for a document that was read without types. */
export const settingsSchema = z
  .strictObject({
    listen: listen().optional().describe('Address of the REST API; 127.0.0.1:8480 when absent.'),
    state_dir: confText()
      .optional()
      .describe('Where the database lies; ./state beside this file when absent.'),
    pbxs: z.record(pbxName(), pbx),
  })
  .transform(({ listen: address, state_dir, pbxs }) => ({
    listen: address ?? { host: '127.0.0.1', port: 8480 },
    stateDir: state_dir ?? 'state',
    pbxs: Object.entries(pbxs).map(([name, rest]) => ({ name, ...rest })),
  }));

export type RawSettings = z.output<typeof settingsSchema>;
