/** What services log through; pino's loggers fit. Facts are ids and counts, never bodies or secrets. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** For tests and commands that print for themselves. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
