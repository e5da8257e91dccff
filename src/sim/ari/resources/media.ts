import type { Bridge, Channel } from '../../calls/channel.ts';
import { type Arguments, AriError, type AriWorld, type Operation, path, query } from '../operation.ts';

/** Media that ARI can play, by the scheme in front of the colon. */
const SCHEMES = ['sound', 'recording', 'number', 'digits', 'characters', 'tone'];

/** What can be played to and recorded. */
interface Target {
  readonly resource: 'channels' | 'bridges';
  readonly idName: 'channelId' | 'bridgeId';
  find(args: Arguments, world: AriWorld): Channel | Bridge;
}

const PLAY = [query('media!'), query('lang'), query('offsetms', 'int'), query('skipms', 'int')];
const FORMATS = ['wav', 'ulaw', 'alaw', 'gsm', 'slin'];

/** `play`, `playWithId` and `record` of a channel or a bridge (parameters and refusals of Asterisk 22). */
export function mediaOperations(target: Target): readonly Operation[] {
  const id = path(target.idName);
  const base = `/${target.resource}/{${target.idName}}`;
  const uri = (args: Arguments, world: AriWorld) =>
    `${target.resource === 'channels' ? 'channel' : 'bridge'}:${target.find(args, world).id}`;
  const play = (args: Arguments, world: AriWorld) => {
    const target_uri = uri(args, world);
    const [media] = args.list('media');
    if (media === undefined) throw new AriError(400, 'Missing parameter media');
    if (!SCHEMES.includes(media.split(':')[0] ?? '')) throw new AriError(400, 'Unsupported media URI');
    const language = args.optional('lang') ?? 'en';
    const playback = world.media.play(target_uri, media, language, args.optional('playbackId'));
    if (!playback) throw new AriError(409, 'Playback with that id already exists');
    return { ...playback };
  };
  const record = (args: Arguments, world: AriWorld) => {
    const target_uri = uri(args, world);
    const name = args.text('name');
    const format = args.text('format');
    if (name === '') throw new AriError(400, 'Recording name is required');
    if (!FORMATS.includes(format)) throw new AriError(422, 'specified format is unknown on this system');
    const overwrite = args.text('ifExists') === 'overwrite';
    const seconds = Number(args.text('maxDurationSeconds')) || 0;
    const recording = world.media.record({ target: target_uri, name, format, overwrite, seconds });
    if (!recording) throw new AriError(409, 'Recording already exists or is in progress');
    return { ...recording };
  };
  return [
    operation('play', 'POST', `${base}/play`, 'Playback', [id, ...PLAY, query('playbackId')], play),
    operation(
      'playWithId',
      'POST',
      `${base}/play/{playbackId}`,
      'Playback',
      [id, path('playbackId'), ...PLAY],
      play,
    ),
    operation(
      'record',
      'POST',
      `${base}/record`,
      'LiveRecording',
      [
        id,
        query('name!'),
        query('format!'),
        query('maxDurationSeconds', 'int'),
        query('maxSilenceSeconds', 'int'),
        query('ifExists'),
        query('beep', 'boolean'),
        query('terminateOn'),
      ],
      record,
    ),
  ];
}

function operation(
  nickname: string,
  method: Operation['method'],
  where: string,
  returns: string,
  parameters: Operation['parameters'],
  run: Operation['run'],
): Operation {
  return { nickname, method, path: where, returns, parameters, run };
}
