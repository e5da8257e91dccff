import { basename } from 'node:path';
import { type CaptureSource, captureFromStream, openCaptureFile } from '../../ami/capture/open.ts';
import { leadingTime } from '../../ami/capture/timestamps.ts';
import { CompanionError } from '../../model/errors.ts';

/** Help for the argument that names a capture. */
export const CAPTURE_ARGUMENT =
  'file with captured AMI traffic (plain, gzip or zstd), or - for standard input';

/** @throws CompanionError `NOT_FOUND` with the system's reason when the file cannot be read. */
export async function openCapture(capture: string): Promise<CaptureSource> {
  if (capture !== '-') return openCaptureFile(capture);
  return captureFromStream(process.stdin, 'standard input', new Date().getUTCFullYear());
}

/** The name of a capture's PBX where nobody gives one. */
export function pbxOfCapture(capture: string): string {
  return capture === '-' ? 'stdin' : basename(capture);
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/**
 * Reads a time of an option: RFC 3339, `2026-11-21 02:39`, a date, or seconds since the epoch.
 *
 * @throws CompanionError `REQUEST_INVALID`
 */
export function parseTime(option: string, text: string): number {
  const short = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?$/.exec(text);
  const long = short === null ? text : `${short[1]}T${short[2] ?? '00:00'}:00Z`;
  const time = leadingTime(long, 1970);
  if (time !== null && time.length === long.length) return time.at;
  throw new CompanionError(
    'REQUEST_INVALID',
    `${option}: "${text}" is no time; use for example 2026-11-21T02:39:06Z (times without a zone are UTC)`,
  );
}
