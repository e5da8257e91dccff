import { type AnswerFault, FAULT, type FaultOrder, type FaultyServer } from './fault.ts';

/** What can fail. */
export interface FaultTargets {
  readonly ami: FaultyServer & { order(fault: AnswerFault): void };
  readonly ari: FaultyServer & { order(fault: AnswerFault): void };
  /** Forgets calls and logs the accounts in anew. */
  restart(): void;
}

/** Takes orders for faults. @returns what carries one out and resolves when it has begun. */
export function faultDesk({ ami, ari, restart }: FaultTargets): (order: FaultOrder) => Promise<void> {
  const both = [ami, ari];
  const servers = (where: 'ami' | 'ari' | 'both') =>
    where === 'both' ? both : [where === 'ami' ? ami : ari];
  return async (order) => {
    const fault = FAULT.parse(order);
    switch (fault.kind) {
      case 'drop':
        for (const server of servers(fault.where)) server.drop();
        break;
      case 'stall':
        for (const server of servers(fault.where)) server.stall(fault.millis);
        break;
      case 'half-close':
        for (const server of servers(fault.where)) server.halfClose();
        break;
      case 'slow-reader':
        for (const server of servers(fault.where)) server.pauseReading(fault.millis);
        break;
      case 'garbage':
        for (const server of servers(fault.where)) server.garbage(fault.text);
        break;
      case 'refuse':
        await Promise.all(servers(fault.where).map((server) => server.refuse(fault.millis)));
        break;
      case 'restart':
        await Promise.all(both.map((server) => server.refuse(fault.millis)));
        for (const server of both) server.drop();
        restart();
        break;
      case 'late':
      case 'twice':
      case 'lost':
      case 'swallow':
      case 'wrong-action-id':
        for (const server of servers(fault.where)) server.order(fault);
        break;
    }
  };
}
