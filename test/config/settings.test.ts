import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceOptions } from '../../src/cli/serve/options.ts';
import { amiEndpoint } from '../../src/cli/settings.ts';
import { formatDiagnostic } from '../../src/config/diagnostic.ts';
import { loadSettings } from '../../src/config/settings/load.ts';
import { showSettings } from '../../src/config/settings/show.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sfa-settings-'));
  writeFileSync(
    join(directory, 'model.yaml'),
    'version: 1\nusers:\n  james_bond: { secret: { env: NOT_HERE } }\n',
  );
  writeFileSync(
    join(directory, 'routed.yaml'),
    'version: 1\nusers:\n  james_bond: { secret: { env: NOT_HERE } }\nroutes: { transfer: { context: hand-over } }\n',
  );
  writeFileSync(join(directory, 'ari.secret'), 'from a file\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

function load(text: string, env: Record<string, string> = { AMI_SECRET: '1e5' }) {
  const file = join(directory, 'sfa.yaml');
  writeFileSync(file, text);
  const { settings, problems } = loadSettings(file, env);
  return {
    settings,
    problems: problems.map((problem) => formatDiagnostic({ ...problem, file: 'sfa.yaml' })),
  };
}

describe('loadSettings', () => {
  it('fills in defaults and fetches secrets', () => {
    const { settings, problems } = load(
      'pbxs:\n  main:\n    model: model.yaml\n    ami: { username: sfa, secret: { env: AMI_SECRET } }\n',
    );
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      listen: { host: '127.0.0.1', port: 8480 },
      stateDir: join(directory, 'state'),
      policy: { tls: null, presence: {}, balance: null, webhooks: [] },
      pbxs: [
        {
          name: 'main',
          model: expect.objectContaining({ users: [expect.objectContaining({ name: 'james_bond' })] }),
          ami: {
            host: '127.0.0.1',
            port: 5038,
            username: 'sfa',
            secret: '1e5',
            link: 'socket',
            tls: null,
            tuning: {},
          },
          ari: null,
          dial: 'Skype/{originator}@{destination}',
          calls: {
            agents: ['PJSIP/*', 'SIP/*', 'IAX2/*'],
            emergency: expect.arrayContaining(['112', '911']),
            first: 'agent',
            ringSeconds: 30,
            transferContexts: ['default'],
            skypeTransferContext: null,
            channels: null,
            incoming: { agents: new Map(), fallback: null },
          },
          etc: null,
          loaded: expect.objectContaining({ files: [join(directory, 'model.yaml')] }),
        },
      ],
    });
  });

  it('takes everything that names.md pins', () => {
    const { settings, problems } = load(`
listen: "[::1]:9000"
state_dir: /var/lib/sfa
pbxs:
  box-1:
    model: model.yaml
    ami: { host: pbx.example.com, port: 5040, username: sfa, secret: plain, link: socket, tls: { servername: pbx } }
    ari: { url: "https://pbx.example.com:8089", username: a, password: { file: ari.secret }, app: desk }
    dial: PJSIP/{destination}@skype-gateway
    etc: etc/asterisk
`);
    expect(problems).toEqual([
      'sfa.yaml:7:70: pbxs.box-1.ami.secret: warning: found a secret as plain text, better: { env: NAME } or { file: PATH }',
    ]);
    expect(settings).toMatchObject({
      listen: { host: '::1', port: 9000 },
      stateDir: '/var/lib/sfa',
      pbxs: [
        {
          ami: { port: 5040, secret: 'plain', tls: { servername: 'pbx' } },
          ari: { url: 'https://pbx.example.com:8089', password: 'from a file', app: 'desk' },
          dial: 'PJSIP/{destination}@skype-gateway',
          etc: join(directory, 'etc/asterisk'),
        },
      ],
    });
  });

  it('takes what calls may do, and hands it to the service', () => {
    const { settings, problems } = load(`
pbxs:
  main:
    model: routed.yaml
    ami: { username: sfa, secret: { env: AMI_SECRET } }
    calls:
      agents: [PJSIP/*, "Local/*@agents"]
      emergency: [112, 08]
      first: skype
      ring_seconds: 20
      transfer_contexts: [from-skype, default]
      channels: 4
      incoming:
        agents: { James_Bond: PJSIP/shoe-phone }
        continue: { context: queues, exten: 007 }
`);
    expect(problems).toEqual([]);
    const calls = {
      agents: ['PJSIP/*', 'Local/*@agents'],
      emergency: expect.arrayContaining(['000', '112', '911', '08']),
      first: 'skype',
      ringSeconds: 20,
      transferContexts: ['from-skype', 'default'],
      skypeTransferContext: 'hand-over',
      channels: 4,
      incoming: {
        agents: new Map([['james_bond', 'PJSIP/shoe-phone']]),
        fallback: { context: 'queues', extension: '007' },
      },
    };
    expect(settings?.pbxs[0]?.calls).toEqual(calls);
    expect(settings && serviceOptions(settings).pbxs[0]?.calls).toEqual(calls);
  });

  it.each([
    [
      'agents: []',
      '6:15: pbxs.main.calls.agents: found an empty list, allowed: a list of dial strings such as PJSIP/*',
    ],
    [
      'agents: [PJSIP/a&PJSIP/b]',
      '6:16: pbxs.main.calls.agents[0]: found "PJSIP/a&PJSIP/b", allowed: a dial string',
    ],
    ['first: both', '6:14: pbxs.main.calls.first: found "both", allowed: agent, skype'],
    ['channels: many', '6:17: pbxs.main.calls.channels: found "many", allowed: a whole number'],
    [
      'emergency: [help]',
      '6:19: pbxs.main.calls.emergency[0]: found "help", allowed: a number of 2 to 15 digits',
    ],
    ['agent: [PJSIP/*]', '6:7: pbxs.main.calls.agent'],
    [
      'incoming: { agents: { blofeld: PJSIP/x } }',
      '6:38: pbxs.main.calls.incoming.agents.blofeld: found blofeld, allowed: an account of the model',
    ],
    [
      'incoming: { agents: { james_bond: Local/x@y } }',
      '6:41: pbxs.main.calls.incoming.agents.james_bond: found Local/x@y, allowed: what calls.agents allows',
    ],
  ])('refuses calls of { %s } with its place', (calls, problem) => {
    const { settings, problems } = load(
      `pbxs:\n  main:\n    model: model.yaml\n    ami: { username: sfa, secret: { env: AMI_SECRET } }\n    calls:\n      ${calls}\n`,
    );
    expect(settings).toBeNull();
    expect(problems[0]).toContain(problem);
  });

  it('takes what the service keeps to', () => {
    const { settings, problems } = load(
      `
chat: { ttl: 3600 }
retention: { days: 30 }
rate_limit: { per_minute: 600 }
events: { heartbeat: 5, slow: 10 }
presence: { Invisible: away, Online: chat }
balance: { below: 500, every: 10 }
reconcile: { prune: yes }
webhooks:
  crm: { url: "https://crm.example.com/sfa", secret: { env: HOOK }, types: [chat, call], accounts: [james_bond] }
pbxs:
  main: { model: model.yaml, ami: { username: sfa, secret: { env: AMI_SECRET } } }
`,
      { AMI_SECRET: 'a', HOOK: 'whsec' },
    );
    expect(problems).toEqual([]);
    expect(settings?.policy).toEqual({
      tls: null,
      chatTtl: 3600,
      retentionDays: 30,
      requestsPerMinute: 600,
      heartbeat: 5,
      slowSubscriber: 10,
      presence: { Invisible: 'away', Online: 'chat' },
      balance: { below: 500, everyMinutes: 10 },
      prune: true,
      webhooks: [
        {
          name: 'crm',
          url: 'https://crm.example.com/sfa',
          secret: 'whsec',
          types: ['chat', 'call'],
          accounts: ['james_bond'],
        },
      ],
    });
  });

  it('takes how a link behaves', () => {
    const { settings, problems } = load(`
pbxs:
  main:
    model: model.yaml
    ami:
      username: sfa
      secret: { env: AMI_SECRET }
      timeout: 20
      ping: 5
      in_flight: 8
      reconnect: 60
      read_limits: { line_bytes: 4096, headers: 100, message_bytes: 65536 }
      write_limits: { line_bytes: 4095, headers: 64 }
`);
    expect(problems).toEqual([]);
    const [pbx] = settings?.pbxs ?? [];
    expect(pbx && amiEndpoint(pbx.ami)).toMatchObject({
      timeoutMs: 20_000,
      pingMs: 5_000,
      maxInFlight: 8,
      backoff: { firstMs: 250, maxMs: 60_000 },
      frameLimits: { lineBytes: 4096, headers: 100, messageBytes: 65536 },
      actionLimits: { lineBytes: 4095, headers: 64 },
    });
  });

  it('shows the defaults that are in force', () => {
    const text =
      'pbxs:\n  main: { model: model.yaml, ami: { username: sfa, secret: { env: AMI_SECRET } } }\n';
    const { settings } = load(text);
    const [pbx] = settings?.pbxs ?? [];
    const shown = showSettings(join(directory, 'sfa.yaml'))
      .filter(({ key, origin }) => origin === 'default' && key.startsWith('pbxs.main.ami.'))
      .map(({ key, value }) => [key.slice('pbxs.main.ami.'.length), value]);
    const inForce = pbx && amiEndpoint(pbx.ami);
    expect(Object.fromEntries(shown)).toEqual({
      host: inForce?.host,
      port: String(inForce?.port),
      link: inForce?.link,
      timeout: String((inForce?.timeoutMs ?? 0) / 1000),
      ping: String((inForce?.pingMs ?? 0) / 1000),
      in_flight: String(inForce?.maxInFlight),
      reconnect: String((inForce?.backoff?.maxMs ?? 0) / 1000),
      'read_limits.line_bytes': String(inForce?.frameLimits?.lineBytes),
      'read_limits.headers': String(inForce?.frameLimits?.headers),
      'read_limits.message_bytes': String(inForce?.frameLimits?.messageBytes),
      'write_limits.line_bytes': String(inForce?.actionLimits?.lineBytes),
      'write_limits.headers': String(inForce?.actionLimits?.headers),
    });
  });

  it.each([
    ['presence: { Invisible: hidden }', 'presence.Invisible'],
    ['retention: { days: 1 }', 'retention.days'],
    ['webhooks: { crm: { url: "ftp://x", secret: x } }', 'webhooks.crm.url'],
    ['tls: { cert: none.pem, key: none.pem }', 'tls.cert'],
  ])('refuses %s', (text, key) => {
    const { settings, problems } = load(
      `${text}\npbxs:\n  main: { model: model.yaml, ami: { username: sfa, secret: { env: AMI_SECRET } } }\n`,
    );
    expect(settings).toBeNull();
    expect(problems.join('\n')).toContain(`${key}: `);
  });

  it('reports every mistake with its place, and no secret', () => {
    const { settings, problems } = load(`
listen: 8480
pbxs:
  main:
    model: none.yaml
    ami: { username: "a\\nb", secret: { env: MISSING }, port: 70000, hots: x }
    dial: Skype/{originator}@{destination}&PJSIP/x
`);
    expect(settings).toBeNull();
    const all = problems.join('\n');
    for (const part of [
      'sfa.yaml:2:9: listen:',
      'pbxs.main.ami.username:',
      'pbxs.main.ami.port:',
      "did you mean 'host'",
      'pbxs.main.dial:',
    ]) {
      expect(all).toContain(part);
    }
  });

  it('says which secret is missing and which model cannot be read', () => {
    const { settings, problems } = load(
      'pbxs:\n  main:\n    model: none.yaml\n    ami: { username: sfa, secret: { env: MISSING } }\n',
    );
    expect(settings).toBeNull();
    expect(problems.join('\n')).toMatch(
      /pbxs\.main\.ami\.secret: found environment variable MISSING, which is not set/,
    );
    expect(problems.join('\n')).toMatch(/found no file that can be read/);
  });
});
