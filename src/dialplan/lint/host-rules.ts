import { quote } from '../../config/diagnostic.ts';
import { GENERAL_OPTIONS } from '../../config/model/options.ts';
import type { Finding, Rule } from './rule.ts';

// Rules about the machine of the PBX. Elsewhere they cannot know, and say so.

/** SFA215: the driver shows a JPEG of 96x96 pixels (manual 3.1). */
export const avatarsFit: Rule = ({ model, host }) =>
  model.users.flatMap((user): Finding[] => {
    if (user.avatar === undefined) return [];
    const bytes = host.readFile(user.avatar);
    const size = bytes === null ? null : jpegSize(bytes);
    const fits = size?.width === 96 && size.height === 96;
    if (fits) return [];
    const found =
      bytes === null
        ? `no file ${quote(user.avatar)} that can be read on this machine`
        : size === null
          ? 'a file that is no JPEG'
          : `a JPEG of ${size.width}x${size.height} pixels`;
    const message = `found ${found}; the driver shows a JPEG of 96x96 pixels that lies on the PBX`;
    return [{ code: 'SFA215', path: ['users', user.name, 'avatar'], message }];
  });

/** SFA216: the engine is a program that the driver unpacks into its directory and runs there (manual 3.1). */
export const engineRuns: Rule = ({ model, host }) => {
  if (model.users.length === 0) return [];
  const own = model.general.engine_directory;
  const directory = own ?? GENERAL_OPTIONS.engine_directory.default;
  const path = own === undefined ? ['general'] : ['general', 'engine_directory'];
  if (!host.isDirectory(directory)) {
    const message = `found no directory ${quote(directory)} on this machine; make it on the PBX, writable and on a file system that runs programs`;
    return [{ code: 'SFA216', path, message }];
  }
  const mount = mountOf(directory, host.mounts() ?? '');
  if (mount === null || !mount.options.includes('noexec')) return [];
  const message = `found ${quote(directory)} on ${quote(mount.point)}, which is mounted noexec, so the engine cannot run; name a directory elsewhere`;
  return [{ code: 'SFA216', path, message }];
};

interface Mount {
  readonly point: string;
  readonly options: readonly string[];
}

/** The file system that holds a directory, out of `/proc/self/mounts`; the last of equal points counts. */
function mountOf(directory: string, mounts: string): Mount | null {
  let best: Mount | null = null;
  for (const line of mounts.split('\n')) {
    const [, escaped, , options] = line.split(' ');
    if (escaped === undefined || options === undefined) continue;
    const point = escaped.replace(/\\(\d{3})/g, (_all, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const below = point === '/' || directory === point || directory.startsWith(`${point}/`);
    if (below && point.length >= (best?.point.length ?? 0)) best = { point, options: options.split(',') };
  }
  return best;
}

/** Width and height of a JPEG out of its frame header (ITU T.81, B.2.2); null for anything else. */
function jpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
