import { HOST_ID, licenses } from '../../skype/licenses.ts';
import type { Account } from '../../skype/members.ts';
import type { Refusal } from '../../skype/notices.ts';
import type { ManagerWorld } from '../action.ts';
import { type CliCommand, type CliResult, done, failed } from './command.ts';

/** The thirteen commands of manual 4.2; layouts are the variation's, since the manual shows none. */
export const SKYPE_COMMANDS: readonly CliCommand[] = [
  ofUser(['skype', 'login', 'user'], (world, account) => {
    const refusal = world.community.login(account);
    const { texts } = world.variation;
    return refusal === null ? done([texts.loggingIn(account.name)]) : refused(world, refusal, account.name);
  }),
  ofUser(['skype', 'logoff', 'user'], (world, account) => {
    const refusal = world.community.logoff(account);
    const { texts } = world.variation;
    return refusal === null ? done([texts.loggedOff(account.name)]) : refused(world, refusal, account.name);
  }),
  ofUser(['skype', 'show', 'buddies'], ({ community, variation }, account) => {
    const rows = [...account.buddies].map((buddy) => [
      buddy.name,
      buddy.authorised ? (community.member(buddy.name).profile.get('fullname') ?? '') : '',
      community.buddyStatus(buddy),
    ]);
    return done(variation.cli.table(['Buddy', 'Full Name', 'Status'], rows, 'buddies'));
  }),
  {
    words: ['skype', 'show', 'users'],
    takes: [0],
    run({ community, variation }) {
      const rows = [...community.accounts].map((account) => [
        account.name,
        account.loggedIn ? 'Logged In' : 'Logged Out',
        account.loggedIn ? account.availability : 'Offline',
        String(account.buddies.size),
      ]);
      const heading = ['Skype User', 'Status', 'Availability', 'Buddies'];
      return done(variation.cli.table(heading, rows, 'Skype users'));
    },
  },
  ofUser(['skype', 'show', 'user'], ({ variation }, account) =>
    done(variation.cli.facts(`Skype User: ${account.name}`, userFacts(account))),
  ),
  {
    words: ['skype', 'show', 'settings'],
    takes: [0],
    run: ({ settings, calls, variation }) =>
      done(
        variation.cli.facts('Skype for Asterisk global settings:', [
          ...settings.map(([name, value]) => [name, shown(name, value)] as const),
          ['active calls', `${calls.book.skypeChannels} of ${calls.licensedChannels} licensed`],
        ]),
      ),
  },
  {
    words: ['skype', 'show', 'licenses'],
    takes: [0],
    run({ calls, variation }) {
      const rows = licenses(calls.licensedChannels).map(({ key, expires, channels }) => [
        key,
        expires,
        String(channels),
        'OK',
      ]);
      return done(variation.cli.table(['Key', 'Expires', 'Channels', 'Status'], rows, 'licenses'));
    },
  },
  {
    words: ['skype', 'show', 'hostid'],
    takes: [0],
    run: () => done([`Skype for Asterisk Host-ID: ${HOST_ID}`]),
  },
  {
    words: ['skype', 'show', 'version'],
    takes: [0],
    run: () => done(['Skype for Asterisk Version 1.1.4-simulated (chan_skype.so)']),
  },
  ...['on', 'off'].flatMap((state): readonly CliCommand[] => [
    // `set debug on`, `set debug on user U` and, as manual 4.2 writes it, `set debug on U`.
    { words: ['skype', 'set', 'debug', state], takes: [0, 1, 2], run: setDebug },
    // The list of commands takes the name alone, the FAQ writes `on user U`.
    { words: ['skype', 'set', 'vedebug', state], takes: [1, 2], run: setDebug },
  ]),
];

/** There is nothing to debug here: only the account is looked up. */
function setDebug(world: ManagerWorld, args: readonly string[]): CliResult {
  const user = args.at(-1);
  if (args.length === 2 && args[0]?.toLowerCase() !== 'user')
    return failed(['Usage: ... [user] [<username>]']);
  if (user !== undefined && !world.community.account(user)) return noSuchUser(world, user);
  return done([user === undefined ? 'Skype debugging set' : `Skype debugging set for user '${user}'`]);
}

function ofUser(
  words: readonly string[],
  run: (world: ManagerWorld, account: Account) => CliResult,
): CliCommand {
  return {
    words,
    takes: [1],
    run(world, [user = '']) {
      const account = world.community.account(user);
      return account ? run(world, account) : noSuchUser(world, user);
    },
  };
}

function noSuchUser({ variation }: ManagerWorld, user: string): CliResult {
  return failed([variation.texts.refusal('user-unknown', user, '')]);
}

function refused({ variation }: ManagerWorld, refusal: Refusal, user: string): CliResult {
  const lines = [variation.texts.refusal(refusal, user, '')];
  return variation.cliRefusal === 'Success' ? done(lines) : failed(lines);
}

/** What `skype show user` tells: state, options of manual 3.1, profile; the secret never. */
function userFacts(account: Account): readonly (readonly [string, string])[] {
  const { setup, credit } = account;
  return [
    ['Status', account.loggedIn ? 'Logged In' : 'Logged Out'],
    ['Availability', account.loggedIn ? account.availability : 'Offline'],
    ['Secret', account.secret === null ? '<Not set>' : '<Set>'],
    ['Context', account.context],
    ['Extension', account.exten],
    ['Codecs', (setup.allow ?? ['ulaw', 'alaw', 'g729']).join(',')],
    ['Direction', account.direction],
    ['Auth Policy', (setup.auth_policy ?? ['accept']).join(',')],
    ['Buddy Autoadd', setup.buddy_autoadd?.join(',') ?? 'no'],
    ['Buddy Presence', account.showsPresence ? 'yes' : 'no'],
    ['Autoreply', account.autoreply ?? ''],
    ['Skype Credit', `${(credit.cents / 100).toFixed(2)} ${credit.currency}`],
    ...account.profile,
    ...(setup.setvar ?? []).map((assignment) => ['setvar', assignment] as const),
  ];
}

function shown(name: string, value: string): string {
  if (!name.endsWith('_password')) return value;
  return value === '' ? '<Not set>' : '<Set>';
}
