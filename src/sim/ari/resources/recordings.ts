import type { LiveRecording, StoredRecording } from '../media/shelf.ts';
import {
  type Arguments,
  AriError,
  type AriWorld,
  type Operation,
  path,
  query,
  type Resource,
} from '../operation.ts';

const NAME = path('recordingName');

/** `/recordings`: kept ones, and those under way. */
export const RECORDINGS: Resource = {
  name: 'recordings',
  operations: [
    {
      nickname: 'listStored',
      method: 'GET',
      path: '/recordings/stored',
      returns: 'List[StoredRecording]',
      parameters: [],
      run: (_, { media }) => [...media.stored.values()].map(json),
    },
    stored('getStored', 'GET', '', 'StoredRecording', json),
    stored('deleteStored', 'DELETE', '', 'void', ({ name }, { media }) => void media.stored.delete(name)),
    stored('getStoredFile', 'GET', '/file', 'binary', (recording, { media }) => media.file(recording)),
    {
      nickname: 'copyStored',
      method: 'POST',
      path: '/recordings/stored/{recordingName}/copy',
      returns: 'StoredRecording',
      parameters: [NAME, query('destinationRecordingName!')],
      run(args, world) {
        const name = args.text('destinationRecordingName');
        if (world.media.stored.has(name)) throw new AriError(409, 'Recording already exists');
        const copy = { ...kept(args, world), name };
        world.media.stored.set(name, copy);
        return json(copy);
      },
    },
    live('getLive', 'GET', '', 'LiveRecording', (recording) => ({ ...recording })),
    live('cancel', 'DELETE', '', 'void', ({ name }, { media }) => media.finishRecording(name, 'canceled')),
    live('stop', 'POST', '/stop', 'void', ({ name }, { media }) => media.finishRecording(name, 'done')),
    live('pause', 'POST', '/pause', 'void', (recording) => {
      recording.state = 'paused';
    }),
    live('unpause', 'DELETE', '/pause', 'void', (recording) => {
      recording.state = 'recording';
    }),
    live('mute', 'POST', '/mute', 'void', () => {}),
    live('unmute', 'DELETE', '/mute', 'void', () => {}),
  ],
};

function json({ name, format }: StoredRecording) {
  return { name, format };
}

function kept(args: Arguments, { media }: AriWorld): StoredRecording {
  const recording = media.stored.get(args.text('recordingName'));
  if (!recording) throw new AriError(404, 'Recording not found');
  return recording;
}

function stored(
  nickname: string,
  method: Operation['method'],
  suffix: string,
  returns: string,
  run: (recording: StoredRecording, world: AriWorld) => unknown,
): Operation {
  const where = `/recordings/stored/{recordingName}${suffix}`;
  return {
    nickname,
    method,
    path: where,
    returns,
    parameters: [NAME],
    run: (args, world) => run(kept(args, world), world),
  };
}

function live(
  nickname: string,
  method: Operation['method'],
  suffix: string,
  returns: string,
  run: (recording: LiveRecording, world: AriWorld) => unknown,
): Operation {
  return {
    nickname,
    method,
    path: `/recordings/live/{recordingName}${suffix}`,
    returns,
    parameters: [NAME],
    run(args, world) {
      const recording = world.media.recording(args.text('recordingName'));
      if (!recording) throw new AriError(404, 'Recording not found');
      return run(recording, world);
    },
  };
}
