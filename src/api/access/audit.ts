import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditRow } from '../../store/port.ts';

/** Stores an entry of the audit log. */
export type Audit = (entry: Omit<AuditRow, 'n' | 'at'>) => void;

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Notes every request that may change something, refused ones too: who, what, and the outcome. */
export function auditChanges(server: FastifyInstance, audit: Audit): void {
  server.addHook('onResponse', (request, reply, done) => {
    if (!READS.has(request.method) && request.grant.name !== '') {
      audit({
        actor: request.grant.name,
        action: `${request.method} ${request.routeOptions.url ?? ''}`,
        target: targetOf(request),
        status: reply.statusCode,
        requestId: request.id,
      });
    }
    done();
  });
}

/** The parameters of the path: accounts, buddies, ids; never a body. */
function targetOf({ params }: FastifyRequest): string {
  return typeof params === 'object' && params !== null ? Object.values(params).join(' ') : '';
}
