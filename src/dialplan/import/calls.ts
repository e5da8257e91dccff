import { DEFAULT_TRANSFER_CONTEXT } from '../../config/model/routes.ts';
import { DEFAULT_HINTS_CONTEXT, incomingContext } from '../../config/model/schema.ts';
import { type Context, type Contexts, type Step, splitArguments } from '../conf/dialplan.ts';
import { TRANSFER_STEPS } from '../extensions.ts';
import { type Draft, type DraftMapping, mappingOf } from './draft.ts';

/** Takes the hints of Skype and the extensions that call to and from Skype over. */
export function importCalls(contexts: Contexts, draft: Draft): void {
  const users = new Set(Object.keys(mappingAt(draft.root, 'users')));
  const calls = new Calls(contexts, draft, users);
  for (const context of contexts.values()) {
    for (const steps of extensionsOf(context)) calls.extension(context, steps);
  }
  calls.finish();
}

/** The steps of a context, one list for each extension, in the order of the file. */
function extensionsOf({ steps }: Context): Step[][] {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const key = `${step.priority === 'hint' ? 'hint ' : ''}${step.exten}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()];
}

class Calls {
  readonly #contexts: Contexts;
  readonly #draft: Draft;
  readonly #users: ReadonlySet<string>;
  readonly #hints: DraftMapping[] = [];
  readonly #incoming: DraftMapping[] = [];
  readonly #outgoing: DraftMapping[] = [];
  readonly #routed = new Set<string>();
  #hintsContext: string | null = null;
  #transfer: string | null = null;

  constructor(contexts: Contexts, draft: Draft, users: ReadonlySet<string>) {
    this.#contexts = contexts;
    this.#draft = draft;
    this.#users = users;
  }

  extension(context: Context, steps: readonly Step[]): void {
    const [first] = steps;
    if (first === undefined) return;
    if (first.priority === 'hint') {
      for (const step of steps) this.#hint(context, step);
    } else if (isTransfer(steps)) {
      this.#transfer = context.name;
      this.#draft.note('moved', first, `the context [${context.name}] for transfers is generated`);
    } else if (!this.#outgoingRoute(context, steps)) this.#incomingRoute(context, steps);
  }

  finish(): void {
    const root = this.#draft.root;
    if (this.#hints.length > 0) {
      const named = this.#hintsContext ?? DEFAULT_HINTS_CONTEXT;
      root['hints'] = mappingOf({
        ...(named === DEFAULT_HINTS_CONTEXT ? {} : { context: named }),
        extra: this.#hints,
      });
    }
    const applications = this.#incoming.some((route) => route['app'] !== undefined);
    const transfer = this.#transfer;
    const said = transfer === null ? applications : !applications || transfer !== DEFAULT_TRANSFER_CONTEXT;
    const routes = mappingOf({
      ...(this.#incoming.length === 0 ? {} : { incoming: this.#incoming }),
      ...(this.#outgoing.length === 0 ? {} : { outgoing: this.#outgoing }),
      ...(said ? { transfer: transfer === null ? 'no' : mappingOf({ context: transfer }) } : {}),
    });
    if (Object.keys(routes).length > 0) root['routes'] = routes;
  }

  #hint(context: Context, step: Step): void {
    const { application: device, exten } = step;
    if (!/skype[:/]/i.test(device)) return;
    const match = /^Skype:([^@,&]+)@([^,&]+)$/i.exec(device);
    if (match?.[1] === undefined || match[2] === undefined) {
      this.#draft.note('lost', step, `hint ${device}: the model has hints of the form Skype:user@buddy`);
      return;
    }
    const user = this.#account(match[1]);
    if (user === null) {
      this.#draft.note('lost', step, `hint ${device}: there is no account ${match[1]}`);
      return;
    }
    this.#hintsContext ??= context.name;
    const hint = mappingOf({ exten, user, buddy: match[2] });
    if (context.name !== this.#hintsContext) hint['context'] = context.name;
    this.#draft.from(['hints', 'extra', this.#hints.length], step);
    this.#hints.push(hint);
    this.#draft.note('moved', step, `the hint of ${exten} is generated in [${context.name}]`);
  }

  /** True when the extension calls Skype, whether the model can say how or not. */
  #outgoingRoute(context: Context, steps: readonly Step[]): boolean {
    const dial = steps.find((step) => isDial(step) && /skype\//i.test(step.data));
    if (dial === undefined) return false;
    const route = this.#readOutgoing(context, steps, dial);
    if (typeof route === 'string') {
      this.#draft.note('kept', dial, `Dial(${dial.data}) of ${dial.exten} in [${context.name}]: ${route}`);
      return true;
    }
    this.#draft.from(['routes', 'outgoing', this.#outgoing.length], dial);
    this.#outgoing.push(route);
    this.#draft.note('moved', dial, `the steps of ${dial.exten} are generated in [${context.name}]`);
    return true;
  }

  /** The route, or why there is none. */
  #readOutgoing(context: Context, steps: readonly Step[], dial: Step): DraftMapping | string {
    const properties = mappingOf();
    for (const step of steps) {
      if (step === dial || isHangup(step)) continue;
      const match = /^SKYPE_CALL_PROPERTY\((topic|token)\)=(.*)$/is.exec(step.data);
      if (step.application.toLowerCase() !== 'set' || match?.[1] === undefined) {
        return `the model has no ${step.application}() in such an extension`;
      }
      properties[match[1].toLowerCase()] = match[2] ?? '';
    }
    const [device = '', ...more] = splitArguments(dial.data);
    if (more.length > 0) return 'the model has no timeout and options for calls to Skype';
    const match = /^Skype\/(?:([^@/]+)@)?(.+)$/is.exec(device);
    if (match?.[2] === undefined || device.includes('&')) return 'the model calls one Skype name or number';
    const fallback = mappingAt(this.#draft.root, 'general')['default_user'];
    const originator = this.#account(match[1] ?? (typeof fallback === 'string' ? fallback : ''));
    if (originator === null) return `there is no account ${match[1] ?? 'that default_user names'}`;
    const route = mappingOf({ context: context.name, exten: dial.exten, originator });
    // Filtered or not before: what is generated lets digits through alone.
    const dialled = /^\+\$\{(?:FILTER\(0-9\+?,\$\{EXTEN(?::(\d+))?\}\)|EXTEN(?::(\d+))?)\}$/.exec(match[2]);
    if (dialled !== null) route['strip'] = dialled[1] ?? dialled[2] ?? '0';
    else if (match[2].includes('${')) return 'the model calls a name, a number, or what was dialled';
    else route['to'] = match[2];
    return Object.assign(route, properties);
  }

  #incomingRoute(context: Context, steps: readonly Step[]): void {
    const [first] = steps;
    if (first === undefined) return;
    for (const name of this.#users) {
      const account = mappingAt(mappingAt(this.#draft.root, 'users'), name);
      const own = textOf(account['context']) ?? 'default';
      const exten = textOf(account['exten']) ?? name;
      if (this.#routed.has(name) || exten !== first.exten || !this.#reaches(own, context.name)) continue;
      const route = readIncoming(steps, name, exten);
      if (route === null) continue;
      if (context.name !== incomingContext(own, undefined)) route['context'] = context.name;
      this.#routed.add(name);
      this.#draft.from(['routes', 'incoming', this.#incoming.length], first);
      this.#incoming.push(route);
      this.#draft.note('moved', first, `the steps of ${exten} are generated in [${context.name}]`);
      return;
    }
  }

  /** Whether calls for a context come to another one: by its includes, or by the name that we give. */
  #reaches(from: string, to: string, seen = new Set<string>()): boolean {
    if (from === to || incomingContext(from, undefined) === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    const includes = this.#contexts.get(from)?.includes ?? [];
    return includes.some(({ context }) => this.#reaches(context, to, seen));
  }

  /** The account of a name, in its own spelling: Skype names have no case. */
  #account(name: string): string | null {
    return [...this.#users].find((user) => user.toLowerCase() === name.toLowerCase()) ?? null;
  }
}

/** Stasis, Dial, and then Hangup or Goto, each at most once and in this order; null for anything else. */
function readIncoming(steps: readonly Step[], user: string, exten: string): DraftMapping | null {
  const route = mappingOf({ user });
  const rest = [...steps];
  if (rest[0]?.application.toLowerCase() === 'stasis') {
    const [app = '', ...more] = splitArguments(rest.shift()?.data ?? '');
    if (more.join(',') !== `incoming,${user}`) return null;
    route['app'] = app;
  }
  const dial = rest[0];
  if (dial !== undefined && isDial(dial)) {
    rest.shift();
    const [devices = '', timeout, ...more] = splitArguments(dial.data);
    if (more.length > 0 || devices.includes('${') || devices === '') return null;
    route['dial'] = devices.split('&');
    if (timeout !== undefined && timeout !== '') route['timeout'] = timeout;
  }
  const last = rest.shift();
  if (last !== undefined && last.application.toLowerCase() === 'goto') {
    const [context = '', target = '', priority, ...more] = splitArguments(last.data);
    if (priority !== '1' || more.length > 0) return null;
    route['continue'] = mappingOf({
      context,
      ...(target === exten || target === '${EXTEN}' ? {} : { exten: target }),
    });
  } else if (last !== undefined && !isHangup(last)) return null;
  if (rest.length > 0 || Object.keys(route).length === 1) return null;
  return route;
}

function isTransfer(steps: readonly Step[]): boolean {
  const written = steps.map(({ exten, application, data }) => `${exten} ${application}(${data})`);
  const generated = TRANSFER_STEPS.map(({ value }) => value.replace(/^(\w+),\w+,/, '$1 '));
  return written.join('\n') === generated.join('\n');
}

function isDial(step: Step): boolean {
  return step.application.toLowerCase() === 'dial';
}

function isHangup(step: Step): boolean {
  return step.application.toLowerCase() === 'hangup' && step.data === '';
}

function mappingAt(mapping: DraftMapping, key: string): DraftMapping {
  const value = mapping[key];
  return typeof value === 'object' && !Array.isArray(value) ? value : mappingOf();
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
