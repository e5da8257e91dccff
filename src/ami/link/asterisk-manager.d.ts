/** What this project uses of asterisk-manager 0.2.0, which ships no types. */
declare module 'asterisk-manager' {
  interface Manager {
    on(event: string, listener: (...args: unknown[]) => void): void;
    emit(event: string, ...args: unknown[]): boolean;
    listeners(event: string): unknown[];
    removeAllListeners(event: string): void;
    connect(port: number, host: string, connected: () => void): void;
    login(done: (refusal?: unknown) => void): void;
    action(action: Record<string, string | Record<string, string>>): string;
    disconnect(): void;
  }
  /** With `port` null it does not connect by itself. */
  export default function create(
    port: null,
    host: string,
    username: string,
    password: string,
    events: boolean,
  ): Manager;
}
