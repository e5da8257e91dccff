/** Samples a second of telephony. */
const RATE = 8000;

/** The strongest frequency in a sound file, to 10 Hz. */
export function strongestHertz(wav: Buffer): number {
  const samples = samplesOf(wav);
  let best = { hertz: 0, power: 0 };
  for (let hertz = 100; hertz < 2000; hertz += 10) {
    const power = powerAt(samples, hertz);
    if (power > best.power) best = { hertz, power };
  }
  return best.hertz;
}

/** Which of some frequencies are heard in a sound file: a good part of the strongest one among them. */
export function tonesIn(wav: Buffer, frequencies: readonly number[]): number[] {
  const samples = samplesOf(wav);
  const powers = frequencies.map((hertz) => powerAt(samples, hertz));
  // A wrong tone stands 40 dB and more below the right one; two that are mixed differ by their volume alone.
  return frequencies.filter((_, index) => (powers[index] ?? 0) > Math.max(...powers) / 1000);
}

/** The last second of a WAV file of 16-bit samples at 8 kHz, when everybody is there. */
function samplesOf(wav: Buffer): number[] {
  const pcm = wav.subarray(44);
  const count = Math.min(RATE, pcm.length >> 1);
  const begin = (pcm.length >> 1) - count;
  return Array.from({ length: count }, (_, index) => pcm.readInt16LE((begin + index) * 2));
}

/** Goertzel's filter. */
function powerAt(samples: readonly number[], hertz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + turn * last - before];
  return before ** 2 + last ** 2 - turn * before * last;
}
