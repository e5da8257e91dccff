import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditLog } from '../../services/audit-log.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Notes every request that may change something, refused ones too: who, what, and the outcome. */
export function auditChanges(server: FastifyInstance, audit: Pick<AuditLog, 'note'>): void {
  server.addHook('onResponse', (request, reply, done) => {
    if (!READS.has(request.method) && request.grant.name !== '') {
      audit.note({
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
