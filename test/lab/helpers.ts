import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { facts, type LabFacts } from '../../lab/asterisk.ts';
import { PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import { command } from '../../src/ami/skype/actions.ts';
import type { AmiMessage } from '../../src/ami/wire/message.ts';
import { type Service, startService } from '../../src/app.ts';
import { systemClock } from '../../src/model/clock.ts';
import type { KnownAccount } from '../../src/services/directory.ts';
import { until } from '../helpers/until.ts';

export async function lab(): Promise<LabFacts> {
  const running = await facts();
  if (running === null) throw new Error('the laboratory does not run');
  return running;
}

/** Waits for a fact that only asking again can tell; a breath between two questions spares the PBX. */
export async function eventually<Value>(ask: () => Promise<Value | null | false>): Promise<Value> {
  while (true) {
    const found = await ask();
    if (found !== null && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/**
 * Somebody outside writes to an account; base64 carries what the CLI cannot. Over AMI, since the remote
 * console cuts long lines: a text of 700 bytes fits, the longest chat of all does not.
 */
export async function chatFromOutside(from: string, user: string, text: string): Promise<void> {
  const watcher = await watch();
  try {
    await watcher.link.request(
      command(`skype lab chat64 ${from} ${user} ${Buffer.from(text).toString('base64')}`),
    );
  } finally {
    await watcher.stop();
  }
}

/** A second, watching manager session with all events. */
export async function watch(): Promise<{ link: PbxLink; messages: AmiMessage[]; stop(): Promise<void> }> {
  const { ami } = await lab();
  const link = new PbxLink(socketTransport(ami), { ...ami, pbx: 'watch', eventMask: 'on' }, systemClock);
  const messages: AmiMessage[] = [];
  const reading = (async () => {
    for await (const batch of link.items()) {
      for (const item of batch) if (item.kind === 'message') messages.push(item.message);
    }
  })();
  link.start();
  await until(() => link.state === 'ready');
  return {
    link,
    messages,
    async stop() {
      await link.stop();
      await reading;
    },
  };
}

export interface LabService {
  readonly service: Service;
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  stop(): Promise<void>;
}

/** A service beside the laboratory's Asterisk. */
export async function serviceBesideLab(accounts: readonly KnownAccount[]): Promise<LabService> {
  const { ami, ari } = await lab();
  const stateDir = mkdtempSync(join(tmpdir(), 'sfa-lab-'));
  const service = await startService(
    {
      listen: { host: '127.0.0.1', port: 0 },
      stateDir,
      version: 'test',
      pbxs: [
        {
          name: 'lab',
          accounts,
          ami: { ...ami, link: 'socket', tls: null },
          ari: { ...ari, app: 'sfa' },
          dial: 'Skype/{originator}@{destination}',
          calls: { agents: ['Local/wait@test'] },
        },
      ],
    },
    pino({ level: 'silent' }),
  );
  const token = await service.createToken('test');
  const call: LabService['call'] = async (method, path, body) => {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    service,
    call,
    async stop() {
      await service.stop();
      rmSync(stateDir, { recursive: true });
    },
  };
}

export function itemsOf({ body }: { body: Record<string, unknown> }): Record<string, unknown>[] {
  return body['items'] as Record<string, unknown>[];
}
