import { createHash } from 'node:crypto';
import {
  type ActionContext,
  failure,
  type ManagerAction,
  type ManagerUser,
  type ManagerWorld,
  success,
  successWith,
} from '../action.ts';
import { CORE_SOURCE } from '../dialect.ts';
import { eventMask, rightMask } from '../rights.ts';
import { tellSecurity } from '../security-events.ts';

const SYSTEM = rightMask(['system']);

/** Actions that open, keep and close a session (texts and order of Asterisk 22; of 1.4 by its public manager.c). */
export const SESSION_ACTIONS: readonly ManagerAction[] = [
  { name: 'Login', synopsis: 'Login Manager.', rights: [], beforeLogin: true, run: login },
  {
    name: 'Challenge',
    synopsis: 'Generate Challenge for MD5 Auth.',
    rights: [],
    beforeLogin: true,
    run: challenge,
  },
  {
    name: 'Logoff',
    synopsis: 'Logoff Manager.',
    rights: [],
    beforeLogin: true,
    run(context) {
      context.session.close();
      const { dialect } = context.world;
      return dialect.answer('Goodbye', context.actionId, [['Message', 'Thanks for all the fish.']]);
    },
  },
  {
    name: 'Ping',
    synopsis: 'Keepalive command.',
    rights: [],
    run(context) {
      const { clock, dialect, variation } = context.world;
      if (variation.era === '1.4') return dialect.answer('Pong', context.actionId, []);
      const now = clock.now();
      const timestamp = `${Math.floor(now / 1000)}.${String(now % 1000).padStart(3, '0')}000`;
      return successWith(context, [
        ['Ping', 'Pong'],
        ['Timestamp', timestamp],
      ]);
    },
  },
  { name: 'Events', synopsis: 'Control Event Flow.', rights: [], run: events },
];

function login(context: ActionContext): string | Promise<string> {
  const { request, session, world } = context;
  if (session.user) return success(context, 'Already authenticated');
  const username = request.text('Username');
  const user = world.users.find((candidate) => candidate.username === username);
  if (!user || !secretFits(context, user)) return refuseLogin(context, user ?? null);
  session.user = user;
  session.writes = rightMask(user.write);
  session.events = rightMask(user.read) & (eventMask(request.text('Events')) ?? rightMask(user.read));
  tellSecurity(world, session, 'SuccessfulAuth', { fields: [['UsingPassword', '0']] });
  const accepted = success(context, 'Authentication accepted');
  return world.variation.era === '22' && session.events & SYSTEM ? accepted + fullyBooted(world) : accepted;
}

/** Asterisk sleeps a second before it says no (seen), and then hangs up. */
function refuseLogin(context: ActionContext, user: ManagerUser | null): Promise<string> {
  const { request, session, world } = context;
  if (!user) {
    tellSecurity(world, session, 'InvalidAccountID', { account: request.text('Username') });
  } else if (request.text('AuthType').toLowerCase() !== 'md5') {
    tellSecurity(world, session, 'InvalidPassword', { account: user.username });
  } else {
    const challenge = session.challenge ?? '';
    const fields = [
      ['Challenge', challenge],
      ['Response', request.text('Key')],
      ['ExpectedResponse', session.challenge === null ? '' : keyOf(challenge, user)],
    ] as const;
    tellSecurity(world, session, 'ChallengeResponseFailed', { account: '', fields });
  }
  session.close();
  return new Promise((resolve) => {
    world.scheduler.after(world.variation.loginRefusalPause, () =>
      resolve(failure(context, 'Authentication failed')),
    );
  });
}

/** Comes directly behind the answer to Login, for users who see class system (Asterisk 22 seen; 1.4 has none). */
function fullyBooted({ clock, lifetime, dialect }: ManagerWorld): string {
  const since = (time: number) => Math.max(0, Math.floor((clock.now() - time) / 1000));
  const head = dialect.eventHead('FullyBooted', 'system', CORE_SOURCE);
  const { startedAt, reloadedAt } = lifetime;
  return `${head}Uptime: ${since(startedAt)}\r\nLastReload: ${since(reloadedAt)}\r\nStatus: Fully Booted\r\n\r\n`;
}

function secretFits({ request, session }: ActionContext, user: ManagerUser): boolean {
  if (request.text('AuthType').toLowerCase() !== 'md5') return request.text('Secret') === user.secret;
  if (session.challenge === null) return false;
  return request.text('Key') === keyOf(session.challenge, user);
}

function keyOf(challenge: string, { secret }: ManagerUser): string {
  return createHash('md5').update(challenge).update(secret).digest('hex');
}

function challenge(context: ActionContext): string {
  if (context.request.text('AuthType').toLowerCase() !== 'md5')
    return failure(context, 'Must specify AuthType');
  context.session.challenge ??= context.world.challenge();
  return successWith(context, [['Challenge', context.session.challenge]]);
}

function events(context: ActionContext): string {
  const { request, session } = context;
  const mask = eventMask(request.text('EventMask'));
  if (mask === null) return failure(context, 'Invalid event mask');
  session.events = rightMask(session.user?.read ?? []) & mask;
  const { dialect, variation } = context.world;
  const state = mask === 0 ? 'Off' : 'On';
  if (variation.era === '1.4') return dialect.answer(`Events ${state}`, context.actionId, []);
  return successWith(context, [['Events', state]]);
}
