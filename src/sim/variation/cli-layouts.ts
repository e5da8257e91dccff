/** How the driver prints tables and lists of facts on the console. */
export interface CliLayout {
  /** Rows below a heading, and a line that counts them. */
  table(heading: readonly string[], rows: readonly (readonly string[])[], noun: string): readonly string[];
  /** Named values below a title. */
  facts(title: string, facts: readonly (readonly [name: string, value: string])[]): readonly string[];
}

const WIDTHS = [32, 30, 16];

/** Columns of blanks, a count below: what the stand-in driver prints. */
const COLUMNS: CliLayout = {
  table: (heading, rows, noun) => [
    ...[heading, ...rows].map((row) =>
      row
        .map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0))
        .join(' ')
        .trimEnd(),
    ),
    `${rows.length} ${noun}`,
  ],
  facts: (title, facts) => [title, ...facts.map(([name, value]) => `  ${name.padEnd(20)}: ${value}`)],
};

/** Bars and dashes, a count above. */
const BARS: CliLayout = {
  table: (heading, rows, noun) => [
    `${noun}: ${rows.length}`,
    `| ${heading.join(' | ')} |`,
    `|${heading.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ],
  facts: (title, facts) => ['', `--- ${title} ---`, ...facts.map(([name, value]) => `${name}=${value}`), ''],
};

/** One value a line, no heading and no count. */
const LINES: CliLayout = {
  table: (_, rows) => rows.map((row) => row.join(', ')),
  facts: (_, facts) => facts.map(([name, value]) => `${name.toUpperCase()}\t${value}`),
};

export const CLI_LAYOUTS = [COLUMNS, BARS, LINES] as const;
