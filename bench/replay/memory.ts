/** Reads one file in a process of its own and prints its peak memory and time: `node bench/replay/memory.ts READER FILE`. */
import { everyHeader, quick, thorough, timeline } from './ours.ts';

const READERS = { everyHeader, quick, thorough, timeline };
const [name, path] = process.argv.slice(2);
const reader = Object.entries(READERS).find(([known]) => known === name)?.[1];
if (reader === undefined || path === undefined)
  throw new Error(`usage: memory.ts ${Object.keys(READERS).join('|')} FILE`);
const begun = performance.now();
const count = await reader(path);
const ms = performance.now() - begun;
process.stdout.write(`${JSON.stringify({ count, ms, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`);
