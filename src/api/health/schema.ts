import { z } from 'zod';

const pbxSchema = z.object({
  pbx: z.string(),
  ami: z.string().describe('State of the manager connection; "ready" when usable'),
  ari: z.boolean().nullable().describe('Whether ARI is connected; null when the PBX has none'),
});

/** How the service and its PBXs are; shown without a token, so it names no address and no user. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  pbxs: z.array(pbxSchema),
});

export type Health = z.infer<typeof healthSchema>;
