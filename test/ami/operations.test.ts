import { describe, expect, it } from 'vitest';
import type { AmiLink } from '../../src/ami/link/link.ts';
import { skypeBuddies, skypeBuddy } from '../../src/ami/skype/actions.ts';
import { probeLicences } from '../../src/ami/skype/enquiry.ts';
import { explainRefusal } from '../../src/ami/skype/explain.ts';
import { loginAccount, logoffAccount } from '../../src/ami/skype/operations.ts';
import { checkRights } from '../../src/ami/skype/rights.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { cleaned, pbx, readyLink } from '../helpers/linked.ts';

cleaned();

const bond = nameFromPbx('james_bond');
const austin = nameFromPbx('austin_powers');
const ALL =
  'SkypeBuddies: x\r\nSkypeBuddy: x\r\nSkypeChatSend: x\r\nSkypeAddBuddy: x\r\nSkypeRemoveBuddy: x\r\nSkypeAccountProperty: x\r\nGetvar: x\r\nCommand: x\r\nModuleCheck: x\r\n';
const OK = 'Response: Success\r\nID';
const DENIED = 'Response: Error\r\nIDMessage: Permission denied\r\n';
const NO = 'Response: Error\r\nIDMessage: Something of the driver\r\n';
const status = (value: string) => `${OK}Variable: x\r\nValue: ${value}\r\n`;

/** What the PBX answers to each action, one after the other; the last answer goes on. */
type Script = Readonly<Record<string, string | readonly string[]>>;

async function answering(script: Script): Promise<{ link: AmiLink; asked: string[] }> {
  const server = await pbx();
  const { link } = await readyLink(server);
  const asked: string[] = [];
  const left = new Map(Object.entries(script).map(([name, answers]) => [name, [answers].flat()]));
  void (async () => {
    while (true) {
      const { name, id } = await server.next();
      asked.push(name);
      const answers = left.get(name) ?? [`${NO}`];
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? NO;
      server.write(`${answer.replaceAll('ID', `ActionID: ${id}\r\n`)}\r\n`);
    }
  })();
  return { link, asked };
}

describe('explainRefusal', () => {
  it.each<[string, string, Script]>([
    ['MODULE_ABSENT', 'the module is not loaded', { ListCommands: OK, ModuleCheck: NO }],
    [
      'AMI_PERMISSION_DENIED',
      'it is loaded, but the action is not offered',
      { ListCommands: `${OK}Ping: x\r\n`, ModuleCheck: OK },
    ],
    [
      'ACCOUNT_LOGGED_OUT',
      'the status says so',
      { ListCommands: OK + ALL, ModuleCheck: OK, Getvar: status('Logged Out') },
    ],
    ['ACCOUNT_UNKNOWN', 'it has no status', { ListCommands: OK + ALL, ModuleCheck: OK, Getvar: status('') }],
    ['ACCOUNT_UNKNOWN', 'its status is refused', { ListCommands: OK + ALL, ModuleCheck: OK, Getvar: NO }],
    [
      'PBX_REFUSED',
      'the account is logged in',
      { ListCommands: OK + ALL, ModuleCheck: OK, Getvar: status('Logged In') },
    ],
    ['PBX_REFUSED', 'nobody may look', { ListCommands: DENIED, ModuleCheck: DENIED, Getvar: DENIED }],
    [
      'PBX_REFUSED',
      'there is no proof of the module',
      { ListCommands: OK, ModuleCheck: DENIED, Getvar: status('') },
    ],
    [
      'PBX_REFUSED',
      'the status is one that nobody knows',
      { ListCommands: OK + ALL, ModuleCheck: OK, Getvar: status('Dancing') },
    ],
  ])('%s when %s', async (code, _case, script) => {
    const { link } = await answering({ SkypeBuddies: NO, ...script });
    const refusal = await link.request(skypeBuddies(bond)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'PBX_REFUSED' });
    expect(await explainRefusal(link, refusal, { user: bond })).toMatchObject({
      code,
      details: { pbx: 'main', action: 'SkypeBuddies', reply: 'Something of the driver' },
    });
  });

  it('BUDDY_UNKNOWN when the list does not hold it', async () => {
    const entry = '\r\nEvent: SkypeBuddyEntry\r\nIDBuddy: echo123\r\nStatus: Online\r\n';
    const { link } = await answering({
      ListCommands: OK + ALL,
      ModuleCheck: OK,
      Getvar: status('Logged In'),
      SkypeBuddies: `${OK}${entry}\r\nEvent: SkypeBuddylistComplete\r\nID`,
    });
    const refusal = await link.request(skypeBuddy(bond, austin)).catch((error: unknown) => error);
    expect(await explainRefusal(link, refusal, { user: bond, buddy: austin })).toMatchObject({
      code: 'BUDDY_UNKNOWN',
    });
    expect(await explainRefusal(link, refusal, { user: bond, buddy: nameFromPbx('ECHO123') })).toBe(refusal);
  });

  it('leaves other errors alone, without a question', async () => {
    const { link, asked } = await answering({ SkypeBuddies: DENIED });
    const refusal = await link.request(skypeBuddies(bond)).catch((error: unknown) => error);
    expect(await explainRefusal(link, refusal, { user: bond })).toBe(refusal);
    expect(asked).toEqual(['SkypeBuddies']);
  });
});

describe('checkRights', () => {
  it.each<[string, Script, object]>([
    ['all', { ListCommands: OK + ALL, ModuleCheck: OK }, { driver: 'loaded', denied: [] }],
    [
      'system alone, as seen on Asterisk 22',
      { ListCommands: `${OK}${ALL.replace(/(?:Getvar|Command): x\r\n/g, '')}`, ModuleCheck: OK },
      {
        driver: 'loaded',
        denied: [
          { action: 'Getvar', right: 'call' },
          { action: 'Command', right: 'command' },
        ],
      },
    ],
    [
      'no driver',
      { ListCommands: `${OK}Getvar: x\r\nCommand: x\r\nModuleCheck: x\r\n`, ModuleCheck: NO },
      { driver: 'absent', denied: [] },
    ],
    ['nothing', { ListCommands: DENIED, ModuleCheck: DENIED }, { driver: 'unknown', denied: [] }],
  ])('%s', async (_name, script, expected) => {
    const { link } = await answering(script);
    expect(await checkRights(link)).toEqual(expected);
  });
});

describe('loginAccount', () => {
  it('is done when the status says so, whatever the command printed', async () => {
    const { link, asked } = await answering({
      Command: `${OK}Output: whatever\r\n`,
      Getvar: [status('Logged Out'), status('Logging In'), status('Logged In')],
    });
    expect(await loginAccount(link, bond, { pollMs: 1 })).toBe('Logged In');
    expect(asked).toEqual(['Command', 'Getvar', 'Getvar', 'Getvar']);
  });

  it('is done when an event says so, where the status may not be read', async () => {
    const { link } = await answering({ Command: OK, Getvar: DENIED });
    let listener: ((status: string) => void) | null = null;
    const onStatus = (added: (status: string) => void) => {
      listener = added;
      queueMicrotask(() => added('Logged In'));
      return () => {
        listener = null;
      };
    };
    expect(await loginAccount(link, bond, { onStatus })).toBe('Logged In');
    expect(listener).toBeNull();
  });

  it('says that it cannot see', async () => {
    const { link } = await answering({ Command: OK, Getvar: DENIED });
    await expect(loginAccount(link, bond)).rejects.toMatchObject({ code: 'AMI_PERMISSION_DENIED' });
  });

  it('says how far it came', async () => {
    const { link } = await answering({ Command: OK, Getvar: status('Connecting to Server') });
    await expect(loginAccount(link, bond, { timeoutMs: 500, pollMs: 5 })).rejects.toMatchObject({
      code: 'AMI_TIMEOUT',
      details: { user: 'james_bond', status: 'Connecting to Server' },
    });
  });

  it('knows an account that is not there', async () => {
    const { link } = await answering({
      Command: NO,
      ListCommands: OK + ALL,
      ModuleCheck: OK,
      Getvar: status(''),
    });
    await expect(loginAccount(link, bond)).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
  });

  it('is refused because it is done already', async () => {
    const { link } = await answering({
      Command: NO,
      ListCommands: OK + ALL,
      ModuleCheck: OK,
      Getvar: status('Logged In'),
    });
    expect(await loginAccount(link, bond)).toBe('Logged In');
  });

  it('logs off, saved password or not', async () => {
    const { link } = await answering({
      Command: OK,
      Getvar: [status('Logging Out'), status('Logged Out and Password Saved')],
    });
    expect(await logoffAccount(link, bond, { pollMs: 1 })).toBe('Logged Out and Password Saved');
  });
});

describe('probeLicences', () => {
  it('is null where the driver knows nothing of it, and asks no further', async () => {
    const { link, asked } = await answering({ ListCommands: OK + ALL });
    expect(await probeLicences(link)).toBeNull();
    expect(asked).toEqual(['ListCommands']);
  });

  it('reads what a patched driver tells', async () => {
    const { link } = await answering({
      ListCommands: `${OK}SkypeLicenseList: x\r\nSkypeLicenseStatus: x\r\n`,
      SkypeLicenseList: `${OK}\r\nEvent: SkypeLicense\r\nIDKey: S4A\r\nChannels: 2\r\n\r\nEvent: SkypeLicenseListComplete\r\nID`,
      SkypeLicenseStatus: `${OK}CallsLicensed: 2\r\n`,
    });
    expect(await probeLicences(link)).toMatchObject({ licences: [{ key: 'S4A' }], callsLicensed: 2 });
  });
});
