import type { Playback } from '../media/shelf.ts';
import { type Arguments, AriError, type AriWorld, path, query, type Resource } from '../operation.ts';

const ID = path('playbackId');

/** `/playbacks`: what is being played now. */
export const PLAYBACKS: Resource = {
  name: 'playbacks',
  operations: [
    {
      nickname: 'get',
      method: 'GET',
      path: '/playbacks/{playbackId}',
      returns: 'Playback',
      parameters: [ID],
      run: (args, world) => ({ ...existing(args, world) }),
    },
    {
      nickname: 'stop',
      method: 'DELETE',
      path: '/playbacks/{playbackId}',
      returns: 'void',
      parameters: [ID],
      run: (args, world) => world.media.finishPlayback(existing(args, world)),
    },
    {
      nickname: 'control',
      method: 'POST',
      path: '/playbacks/{playbackId}/control',
      returns: 'void',
      parameters: [ID, query('operation!')],
      run(args, world) {
        const playback = existing(args, world);
        const word = args.text('operation');
        if (!['restart', 'pause', 'unpause', 'reverse', 'forward'].includes(word)) {
          throw new AriError(400, 'Invalid playback operation');
        }
        if (word === 'pause' || word === 'unpause') world.media.pause(playback, word === 'pause');
      },
    },
  ],
};

function existing(args: Arguments, { media }: AriWorld): Playback {
  const playback = media.playback(args.text('playbackId'));
  if (!playback) throw new AriError(404, 'Playback not found');
  return playback;
}
