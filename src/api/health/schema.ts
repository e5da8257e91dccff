import { z } from 'zod';

export const pbxSchema = z.object({
  pbx: z.string(),
  ami: z.string().describe('State of the manager connection; "ready" when usable'),
  ari: z.boolean().nullable().describe('Whether ARI is connected; null when the PBX has none'),
});

/** How the service and its PBXs are; shown without a token, so it names no address and no user. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  store: z.boolean().describe('Whether the last write to the store succeeded'),
  lagMs: z
    .number()
    .describe('Milliseconds that the event loop was late within the last two minutes; 99 of 100 times less'),
  pbxs: z.array(pbxSchema),
});

export type Health = z.infer<typeof healthSchema>;

/** A PBX with the reasons why it, or something on it, cannot be used. */
export type PbxHealth = z.infer<typeof pbxSchema> & {
  readonly reason: string | null;
  readonly code: string | null;
  readonly ariReason: string | null;
  readonly driver: 'loaded' | 'absent' | 'unknown' | null;
  readonly denied: { action: string; right: string }[];
};
