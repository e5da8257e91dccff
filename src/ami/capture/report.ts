import type { Layout } from './layout.ts';

/** A span of bytes that is neither a header nor the known work of a tool. */
export interface UnknownSpan {
  /** Where it begins in the capture, after decompression. */
  readonly offset: number;
  readonly length: number;
}

/** What was found while a capture was read; counted up as it goes. */
export interface CaptureReport {
  layout: Layout['kind'] | null;
  bytes: number;
  /** Messages from the PBX and to it. In a quick reading only those that were looked at: null then. */
  messages: number | null;
  /** Those of them that went to the PBX. */
  actions: number;
  /** Lines of telnet and other tools, prompts and banners. */
  noiseLines: number;
  /** All unknown bytes, and where the first of them stand. */
  unknownBytes: number;
  readonly unknown: UnknownSpan[];
  /** Messages that hold bytes which are no UTF-8; they are read all the same. */
  notUtf8: number;
  /** Blocks beyond the limits of size. */
  readonly skipped: { readonly offset: number; readonly length: number; readonly limit: string }[];
  skippedBlocks: number;
  /** Whether the end is cut off in the middle of a message, or of its compression. */
  cut: boolean;
}

/** No more than this many places are kept one by one. */
export const MAX_PLACES = 1000;

export function emptyReport(): CaptureReport {
  return {
    layout: null,
    bytes: 0,
    messages: 0,
    actions: 0,
    noiseLines: 0,
    unknownBytes: 0,
    unknown: [],
    notUtf8: 0,
    skipped: [],
    skippedBlocks: 0,
    cut: false,
  };
}

/** Counts unknown bytes; neighbouring ones become one place. */
export function addUnknown(report: CaptureReport, offset: number, length: number): void {
  report.unknownBytes += length;
  const last = report.unknown.at(-1);
  if (last !== undefined && last.offset + last.length === offset) {
    report.unknown[report.unknown.length - 1] = { offset: last.offset, length: last.length + length };
  } else if (report.unknown.length < MAX_PLACES) {
    report.unknown.push({ offset, length });
  }
}
