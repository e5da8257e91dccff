import { quote } from '../../config/diagnostic.ts';
import type { ModelUser, ProvisioningModel } from '../../config/model/schema.ts';
import { nameKey } from '../../model/skype-name.ts';
import { patternOf } from '../conf/patterns.ts';
import type { Finding, Rule } from './rule.ts';

// Rules that look at the model alone.

/** SFA206: the driver calls the extension of the account's name, and `_` begins a pattern there. */
export const namesAreNoPatterns: Rule = ({ model }) =>
  model.users.flatMap((user): Finding[] => {
    if (!user.name.startsWith('_') || user.exten !== undefined || user.direction === 'outgoing') return [];
    const message = `found an account whose name ${quote(user.name)} is a pattern where its extension should be; give it exten`;
    return [{ code: 'SFA206', path: ['users', user.name], message }];
  });

/** SFA207: `,` ends a device in a hint and a destination in Dial (Asterisk 22 seen). */
export const namesFitTheDialplan: Rule = ({ model }) => {
  const found = (path: Finding['path'], name: string): Finding[] =>
    name.includes(',')
      ? [
          {
            code: 'SFA207',
            path,
            message: `found a comma in ${quote(name)}: no hint can watch it and no extension can dial it`,
          },
        ]
      : [];
  return model.users.flatMap((user) => [
    ...found(['users', user.name], user.name),
    ...(user.buddies ?? []).flatMap(({ name }) => found(['users', user.name, 'buddies', name], name)),
  ]);
};

/** SFA208: nobody sees the presence of somebody who is not on the list and has not agreed (manual 3.4). */
export const hintsWatchBuddies: Rule = ({ model }) => {
  const users = usersOf(model);
  return model.hints.extra.flatMap(({ user: name, buddy }, index): Finding[] => {
    const user = users.get(name);
    if (user === undefined || user.buddy_autoadd?.includes('hints' as never) === true) return [];
    if (user.buddies?.some((entry) => nameKey(entry.name) === nameKey(buddy)) === true) return [];
    const message = `found ${quote(buddy)}, who is no buddy of ${quote(name)}; add him to its buddies, or set buddy_autoadd: [hints]`;
    return [{ code: 'SFA208', path: ['hints', 'extra', index, 'buddy'], message }];
  });
};

/** SFA209: without presence of buddies every hint of the account stays where it is (manual 3.1). */
export const hintsHavePresence: Rule = ({ model }) => {
  const users = usersOf(model);
  const message = (name: string) =>
    `found a hint of ${quote(name)}, whose buddy_presence is no; switch that on, or remove the hint`;
  const ofBuddies = model.users.flatMap((user) =>
    (user.buddies ?? []).flatMap((buddy): Finding[] => {
      if (buddy.hint === undefined || user.buddy_presence !== false) return [];
      const path = ['users', user.name, 'buddies', buddy.name, 'hint'];
      return [{ code: 'SFA209', path, message: message(user.name) }];
    }),
  );
  const extra = model.hints.extra.flatMap(({ user: name }, index): Finding[] =>
    users.get(name)?.buddy_presence === false
      ? [{ code: 'SFA209', path: ['hints', 'extra', index, 'user'], message: message(name) }]
      : [],
  );
  return [...ofBuddies, ...extra];
};

/** SFA210: calls that the account's `direction` forbids. */
export const directionsFit: Rule = ({ model }) => {
  const users = usersOf(model);
  const against = (name: string | undefined, forbidden: string, path: Finding['path']): Finding[] => {
    if (name === undefined || users.get(name)?.direction !== forbidden) return [];
    const message = `found ${quote(name)}, whose direction is ${forbidden}; set both, or take another account`;
    return [{ code: 'SFA210', path, message }];
  };
  return [
    ...against(model.general.default_user, 'incoming', ['general', 'default_user']),
    ...model.routes.incoming.flatMap(({ user }, index) =>
      against(user, 'outgoing', ['routes', 'incoming', index, 'user']),
    ),
    ...model.routes.outgoing.flatMap(({ originator }, index) =>
      against(originator, 'incoming', ['routes', 'outgoing', index, 'originator']),
    ),
  ];
};

/** SFA211: two accounts that both answer by themselves would answer each other's answers. */
export const repliesEnd: Rule = ({ model }) => {
  const replying = model.users.filter(({ autoreply }) => autoreply !== undefined);
  const [first, ...others] = replying;
  if (first === undefined) return [];
  return others.map((user): Finding => {
    const message = `found autoreply of ${quote(user.name)} beside that of ${quote(first.name)}: one message between them would be answered without end; keep one`;
    return { code: 'SFA211', path: ['users', user.name, 'autoreply'], message };
  });
};

/** SFA212: the driver passes no G.729 through; it takes codec_g729a and a licence for each call (manual 3). */
export const codecsAreThere: Rule = ({ model }) =>
  model.users.flatMap((user): Finding[] => {
    const index = user.allow?.findIndex((codec) => codec === 'g729' || codec === 'all') ?? -1;
    if (index === -1) return [];
    const message =
      'found g729, which takes the module codec_g729a and a licence for each call; allow ulaw and alaw alone, or silence this rule where both are there';
    return [{ code: 'SFA212', path: ['users', user.name, 'allow', index], message }];
  });

/** Emergency numbers of many countries. */
const EMERGENCY =
  '112 911 999 000 101 102 103 110 111 113 115 117 118 119 122 123 133 144 190 191 192 193 997 998'.split(
    ' ',
  );

/** SFA213: Skype takes no emergency calls (EULA 4), so no route may catch one. */
export const emergenciesPass: Rule = ({ model }) =>
  model.routes.outgoing.flatMap(({ exten, strip }, index): Finding[] => {
    const pattern = patternOf(exten);
    // One digit to cut off is the way to an outside line; more of them are the way abroad.
    const prefix = strip === 1 ? firstDigit(exten) : '';
    const number = EMERGENCY.find((each) => pattern.matches(each) || pattern.matches(prefix + each));
    if (number === undefined) return [];
    const message = `found ${quote(exten)}, which takes calls to ${number}: Skype carries no emergency calls; narrow the pattern`;
    return [{ code: 'SFA213', path: ['routes', 'outgoing', index, 'exten'], message }];
  });

/** One way to dial the first digit of a pattern. */
function firstDigit(exten: string): string {
  const first = (exten.startsWith('_') ? exten.slice(1) : exten).replace(/^\[/, '').charAt(0);
  return /[XZN.!]/i.test(first) ? '2' : first;
}

function usersOf(model: ProvisioningModel): ReadonlyMap<string, ModelUser> {
  return new Map<string, ModelUser>(model.users.map((user) => [user.name, user]));
}
