import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSfa } from '../../src/cli/commands.ts';
import { connectLink } from '../../src/endpoint.ts';
import type { Finding } from '../../src/services/doctor/findings.ts';
import type { ManagerUser } from '../../src/sim/ami/action.ts';
import { readDialplanConf } from '../../src/sim/conf/dialplan-conf.ts';
import { readDriverConf } from '../../src/sim/conf/driver-conf.ts';
import { type SimulatedPbx, type SimulatedPbxOptions, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

const MODEL = `version: 1
users: { james_bond: { secret: { env: JAMES }, context: demo, buddies: { echo123: { hint: 6001 } } } }
routes: { incoming: [{ user: james_bond, dial: PJSIP/7 }] }
manager: { script: { secret: { env: JAMES } } }
`;
const EXTENSIONS =
  '[demo]\ninclude => all\n[all]\ninclude => skype-in-demo\ninclude => skype-hints\n#include "extensions_skype.conf"\n';
const USER: ManagerUser = { username: 'sfa', secret: 'x', read: ['all'], write: ['all'] };

describe('sfa doctor', () => {
  let directory: string;
  let etc: string;
  let pbx: SimulatedPbx;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sfa-doctor-'));
    etc = join(directory, 'etc');
    mkdirSync(etc);
    write('extensions.conf', EXTENSIONS);
    write('manager.conf', '[general]\n#include "manager_skype.conf"\n');
    write('modules.conf', '[modules]\nautoload = yes\n');
    writeFileSync(join(directory, 'model.yaml'), MODEL);
    writeFileSync(join(directory, 'model.env'), '');
    await sfa('generate', join(directory, 'model.yaml'), '--out', etc);
    await start();
  });
  afterEach(async () => {
    await pbx.stop();
    rmSync(directory, { recursive: true });
  });

  const write = (name: string, text: string) => writeFileSync(join(etc, name), text);
  const deployed = (name: string) => readFileSync(join(etc, name), 'utf8');
  async function sfa(...args: string[]) {
    const terminal = recordingTerminal({ JAMES: 'hunter2', PBX: 'x' });
    const code = await runSfa(args, terminal);
    return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
  }
  async function start(over: Partial<SimulatedPbxOptions> = {}) {
    const files = readDialplanConf(join(etc, 'extensions.conf'));
    pbx = await startSimulatedPbx({
      accounts: readDriverConf(join(etc, 'chan_skype.conf')).accounts,
      managers: [USER],
      ari: { username: 'sfa', password: 'x' },
      ...files,
      ...over,
    });
    settings();
  }
  async function restart(over: Partial<SimulatedPbxOptions>) {
    await pbx.stop();
    await start(over);
  }
  const settings = (secret = '{ env: PBX }', more = '') =>
    writeFileSync(
      join(directory, 'sfa.yaml'),
      `pbxs:
  main:
    model: model.yaml
    etc: etc
    ami: { port: ${pbx.ami.port}, username: sfa, secret: ${secret} }
    ari: { url: "${pbx.ari.url}", username: sfa, password: { env: PBX } }
${more}`,
    );
  async function doctor(...more: string[]): Promise<{ code: number; ok: boolean; findings: Finding[] }> {
    const { code, stdout } = await sfa('doctor', '--config', join(directory, 'sfa.yaml'), '--json', ...more);
    return { code, ...(JSON.parse(stdout) as { ok: boolean; findings: Finding[] }) };
  }
  /** Everything that is not well, in short. */
  async function troubles() {
    const { code, findings } = await doctor();
    const wrong = findings.filter(({ severity }) => severity !== 'ok');
    for (const finding of wrong) expect(finding.remedy, finding.code).not.toBeNull();
    return { code, wrong: wrong.map(({ code: id, severity, message }) => `${severity} ${id} ${message}`) };
  }

  it('finds a good installation good, but for the service that is not started', async () => {
    expect(await troubles()).toEqual({
      code: 0,
      wrong: ['warning SFA342 nobody has registered the application sfa'],
    });
    const { findings, ok } = await doctor();
    expect(ok).toBe(true);
    expect(new Set(findings.map(({ code }) => code)).size).toBeGreaterThan(18);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  it('prints a line for each, and remedies below', async () => {
    write('extensions.conf', '[demo]\n');
    const { code, stdout, stderr } = await sfa('doctor', '--config', join(directory, 'sfa.yaml'));
    expect(code).toBe(1);
    expect(stdout).toContain('ok   SFA310 the state directory can be written\n');
    expect(stdout).toContain(`FAIL SFA321 main: extensions.conf does not include extensions_skype.conf
            -> write "#tryinclude extensions_skype.conf" at the end of ${join(etc, 'extensions.conf')}, then reload
`);
    expect(stderr).toContain('the service could not work');
  });

  it('sees what is wrong with files', async () => {
    write('chan_skype.conf', `${deployed('chan_skype.conf')}[extra]\n`);
    chmodSync(join(etc, 'chan_skype.conf'), 0o644);
    rmSync(join(etc, 'manager_skype.conf'));
    write(
      'modules.conf',
      '[modules]\nautoload = no\nload => chan_skype.so\nload => res_skypeforasterisk.so\n',
    );
    const { code, wrong } = await troubles();
    expect(code).toBe(1);
    expect(wrong).toEqual([
      'error SFA320 not there: manager_skype.conf',
      'warning SFA322 changed by hand: chan_skype.conf',
      'warning SFA323 not what the model generates: chan_skype.conf',
      "warning SFA325 everybody on the PBX's host reads passwords in chan_skype.conf (0644)",
      'warning SFA326 modules.conf loads chan_skype.so before res_skypeforasterisk.so',
      expect.stringContaining('SFA342'),
    ]);
  });

  it("sees operator's files that are missing, or that Asterisk would refuse", async () => {
    write('extensions.conf', '[demo\n');
    rmSync(join(etc, 'manager.conf'));
    const { code, wrong } = await troubles();
    expect(code).toBe(1);
    expect(wrong.filter((line) => line.includes('SFA321'))).toEqual([
      expect.stringMatching(/^error SFA321 Asterisk would refuse extensions\.conf: .*extensions\.conf:1: /),
      expect.stringMatching(/^error SFA321 .*manager\.conf is not there, or cannot be read$/),
    ]);
  });

  it.each([
    ['noload => chan_skype.so\nautoload = yes', 'modules.conf has noload for chan_skype'],
    ['autoload = no', 'modules.conf has autoload off and no line for chan_skype.so'],
    ['autoload = no\nload => res_skypeforasterisk.so\nload = chan_skype.so', null],
  ])('reads modules.conf: %j', async (text, message) => {
    write('modules.conf', `[modules]\n${text}\n`);
    const found = (await doctor()).findings.find(({ code }) => code === 'SFA326');
    expect(found).toMatchObject(message === null ? { severity: 'ok' } : { severity: 'warning', message });
  });

  it("takes somebody else's file for what it is, and a run that ended half-way", async () => {
    write('chan_skype.conf', '[general]\n');
    mkdirSync(join(etc, '.sfa'));
    write('.sfa/deployment.json', JSON.stringify({ id: 'x', phase: 'written', files: [] }));
    const { wrong } = await troubles();
    expect(wrong).toContain("error SFA320 somebody else's: chan_skype.conf");
    expect(wrong).toContain('error SFA324 an apply ended before the PBX had taken the files');
  });

  it('sees what is wrong with the running PBX', async () => {
    await restart({ accounts: [], extensions: {}, hints: [], dialplan: [], licensedChannels: 0 });
    expect((await troubles()).wrong).toEqual([
      'warning SFA339 0 of 0 licensed channels in use',
      'error SFA334 1 account not in the running driver: james_bond',
      'error SFA336 1 hint not registered: 6001@skype-hints',
      'error SFA337 2 generated contexts not in the running dialplan: skype-hints, skype-in-demo',
      'warning SFA338 there is no context demo, so calls from Skype end there',
      expect.stringContaining('SFA342'),
    ]);
  });

  it('sees accounts that are out, and a clock that is wrong', async () => {
    const accounts = [{ user: 'james_bond', secret: 'x', loggedIn: false }];
    await restart({ accounts, clock: { now: () => Date.now() - 60_000 } });
    expect((await troubles()).wrong).toEqual([
      expect.stringMatching(/^warning SFA333 the PBX's clock is (59\.9|60\.\d) s behind ours$/),
      'warning SFA335 1 account not logged in: james_bond (Logged Out)',
      expect.stringContaining('SFA342'),
    ]);
  });

  it('sees a missing driver, and does not ask for its accounts then', async () => {
    const { findings } = await doctor();
    expect(findings.map(({ code }) => code)).toContain('SFA334');
    const link = await connectLink('main', { ...pbx.ami, ...USER, link: 'socket', tls: null });
    await link.request({
      name: 'ModuleLoad',
      headers: [
        ['Module', 'chan_skype.so'],
        ['LoadType', 'unload'],
      ],
      reply: 'response',
    });
    await link.stop();
    const { code, wrong } = await troubles();
    expect([code, wrong[0]]).toEqual([1, 'error SFA331 chan_skype is not loaded']);
    expect(wrong.join()).not.toContain('SFA334');
  });

  it.each([
    [['system'] as const, ['warning SFA332', 'warning SFA332', 'unknown SFA334', 'unknown SFA336']],
    [['call'] as const, ['error SFA331', 'warning SFA332']],
  ])('says which rights a manager user with %j lacks', async (write_, wanted) => {
    await restart({ managers: [{ ...USER, read: [...write_], write: [...write_] }] });
    const short = (await troubles()).wrong.map((line) => line.split(' ').slice(0, 2).join(' '));
    for (const line of wanted) expect(short).toContain(line);
  });

  it('sees a refused login on both sides', async () => {
    settings('wrong');
    const { code, wrong } = await troubles();
    expect(code).toBe(1);
    expect(wrong).toContainEqual(expect.stringMatching(/^error SFA330 .*main/));
    await restart({ ari: { username: 'sfa', password: 'other' } });
    expect((await troubles()).wrong).toContainEqual(
      expect.stringMatching(/^error SFA340 .*refuses the user/),
    );
  });

  it('lists mistakes of the settings, and ends there', async () => {
    settings('{ env: NOWHERE }', 'listn: 1\n');
    const { code, findings } = await doctor();
    expect(code).toBe(1);
    expect(new Set(findings.map(({ code: id }) => id))).toEqual(new Set(['SFA301']));
    expect(findings.map(({ message }) => message).join()).toContain("unknown key 'listn'");
  });

  it('looks at the state directory', async () => {
    mkdirSync(join(directory, 'state'));
    chmodSync(join(directory, 'state'), 0o755);
    expect((await troubles()).wrong[0]).toContain('warning SFA311');
    writeFileSync(join(directory, 'file'), '');
    settings('{ env: PBX }', 'state_dir: file\n');
    expect((await troubles()).wrong[0]).toContain('error SFA310');
    settings('{ env: PBX }', 'state_dir: none/state\n');
    expect((await troubles()).wrong[0]).toContain('error SFA310');
  });
});
