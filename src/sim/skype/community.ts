import { isSkypeName, nameKey } from '../../model/skype-name.ts';
import type { Availability, BuddyStatus } from '../../model/status.ts';
import { Listeners } from '../listeners.ts';
import type { Scheduler } from '../scheduler.ts';
import { AccountBook } from './account-book.ts';
import { type AuthDecision, decide } from './auth-policy.ts';
import type { Buddy } from './buddy-list.ts';
import { Chats } from './chats.ts';
import type { CommunitySetup } from './community-setup.ts';
import {
  type Account,
  type AccountSetup,
  ECHO,
  isNobody,
  isPhoneNumber,
  type Member,
  makeAccount,
  makePerson,
  type Person,
  visibleStatus,
} from './members.ts';
import type { Refusal, SkypeNotice } from './notices.ts';
import { type PropertyProblem, propertyProblem } from './properties.ts';

/**
 * The Skype community as the driver sees it: accounts of the PBX, people outside, buddy lists with
 * authorisation, presence and chats. Every change is told to the listeners at once and in order; what
 * happens by itself (an authorisation, a reply) goes through the scheduler, so the same calls on the same
 * clock give the same notices.
 *
 * People outside come into being when somebody names them: they are online, authorise everybody and answer.
 */
export class Community {
  readonly #accounts = new AccountBook();
  readonly #people = new Map<string, Person>();
  readonly #listeners = new Listeners<SkypeNotice>();
  readonly #scheduler: Scheduler;
  readonly #authorisePause: number;
  readonly #announcesAtLogin: boolean;
  readonly #chats: Chats;

  constructor(setup: CommunitySetup) {
    this.#scheduler = setup.scheduler;
    this.#authorisePause = setup.pace?.authorise ?? 0;
    this.#announcesAtLogin = setup.announcesAtLogin ?? true;
    this.#chats = new Chats({
      member: (name) => this.member(name),
      emit: (notice) => this.#listeners.emit(notice),
      scheduler: setup.scheduler,
      replyPause: setup.pace?.reply ?? 0,
    });
    for (const account of setup.accounts) this.#accounts.add(makeAccount(account));
    for (const person of [ECHO, ...(setup.people ?? [])]) {
      this.#people.set(nameKey(person.name), makePerson(person));
    }
  }

  /** Hears every notice from now on. @returns a function that ends it. */
  listen(listener: (notice: SkypeNotice) => void): () => void {
    return this.#listeners.add(listener);
  }

  get accounts(): Iterable<Account> {
    return this.#accounts.all;
  }

  account(name: string): Account | undefined {
    return this.#accounts.get(name);
  }

  /** Somebody outside, made on demand. */
  person(name: string): Person {
    const present = this.#people.get(nameKey(name));
    if (present) return present;
    const person = makePerson({ name });
    this.#people.set(nameKey(name), person);
    return person;
  }

  /** An account of the PBX, or else somebody outside. */
  member(name: string): Member {
    return this.account(name) ?? this.person(name);
  }

  /** Logs an account in: its own list is announced to it, then it to those who watch it. */
  login(account: Account): Refusal | null {
    if (account.loggedIn) return 'already-logged-in';
    if (account.secret === null) return 'no-secret';
    account.loggedIn = true;
    this.#listeners.emit({ type: 'account-status', user: account.name, status: 'Logged In' });
    if (this.#announcesAtLogin) for (const buddy of account.buddies) this.#announce(account, buddy);
    this.#announceToWatchers(account.name);
    this.#chats.deliverHeld(account);
    return null;
  }

  /** Logs an account off; those who watch it see it go offline. */
  logoff(account: Account): Refusal | null {
    if (!account.loggedIn) return 'user-logged-out';
    account.loggedIn = false;
    this.#listeners.emit({ type: 'account-status', user: account.name, status: 'Logged Out' });
    this.#announceToWatchers(account.name);
    return null;
  }

  /** Sets an account property (manual 3.3.4); `availability` and `status` have their consequences. */
  setProperty(account: Account, name: string, value: string): PropertyProblem | null {
    const problem = propertyProblem(name, value);
    if (problem !== null) return problem;
    if (name === 'status') {
      if (value === 'Logged In') this.login(account);
      else this.logoff(account);
    } else if (name === 'availability') this.#setAvailability(account, value);
    else if (value === '') account.profile.delete(name);
    else account.profile.set(name, value);
    return null;
  }

  /** Reads an account property; null when there is no such property. Unset ones are empty. */
  property(account: Account, name: string): string | null {
    switch (name) {
      case 'status':
        return account.loggedIn ? 'Logged In' : 'Logged Out';
      case 'availability':
        return account.loggedIn ? account.availability : 'Offline';
      case 'skypeout_currency':
        return account.credit.currency;
      case 'skypeout_balance':
        return String(account.credit.cents);
      default:
        return propertyProblem(name, '') === null ? (account.profile.get(name) ?? '') : null;
    }
  }

  /** Puts a buddy on the list and asks for its authorisation, with a message (manual 3.5.2). */
  addBuddy(account: Account, name: string, message: string): Refusal | null {
    if (!account.loggedIn) return 'user-logged-out';
    if (!isSkypeName(name) || isNobody(name)) return 'buddy-invalid';
    if (account.buddies.get(name)) return 'buddy-present';
    const buddy = account.buddies.add(name);
    this.#accounts.watches(account, name);
    this.#announce(account, buddy);
    if (!isPhoneNumber(name)) {
      this.#scheduler.after(this.#authorisePause, () => this.#answerRequest(account, buddy, message));
    }
    return null;
  }

  /** Takes a buddy off the list (manual 3.5.3). */
  removeBuddy(account: Account, name: string): Refusal | null {
    if (!account.loggedIn) return 'user-logged-out';
    if (!account.buddies.remove(name)) return 'buddy-unknown';
    this.#accounts.watchesNoMore(account, name);
    return null;
  }

  /** What an account sees of one of its buddies (manual 4.1.2). */
  buddyStatus(buddy: Buddy): BuddyStatus {
    if (isPhoneNumber(buddy.name)) return buddy.blocked ? 'Blocked Skypeout' : 'Skypeout';
    if (buddy.blocked) return 'Blocked';
    return buddy.authorised ? visibleStatus(this.member(buddy.name)) : 'Waiting for Authorization';
  }

  /** Sends a chat from an account (manual 3.5.6): the echo is told at once, the arrival right after it. */
  sendChat(account: Account, to: string, text: string): Refusal | null {
    if (!account.loggedIn) return 'user-logged-out';
    if (isNobody(to)) return 'buddy-invalid';
    this.#chats.send(account, to, text);
    return null;
  }

  /** Waits for a chat from somebody to an account (manual 3.3.6). */
  receiveChat(to: string, from: string, millis: number): Promise<string> {
    return this.#chats.receive(to, from, millis);
  }

  /** A hint asks for somebody's presence: `buddy_autoadd=hints` puts them on the list (manual 3.4). */
  presenceAsked(user: string, buddy: string): void {
    const account = this.account(user);
    if (account?.addsHinted) this.addBuddy(account, buddy, '');
  }

  /** Logs in every account that may, as loading the driver does. */
  loginAll(): void {
    for (const account of this.#accounts.all) {
      if (account.setup.loggedIn ?? true) this.login(account);
    }
  }

  /** Logs every account off, as unloading the driver does. */
  logoffAll(): void {
    for (const account of this.#accounts.all) this.logoff(account);
  }

  /** Logs every account in anew, as a PBX that comes up does; buddy lists live at Skype and stay. */
  restart(): void {
    for (const account of this.#accounts.all) account.loggedIn = false;
    this.loginAll();
  }

  /**
   * Takes a new set of accounts, as a reload does: new ones log in, missing ones log off and go, the others keep
   * their lists, profiles and logins.
   */
  configure(setups: readonly AccountSetup[]): void {
    const kept = new Set(setups.map(({ user }) => nameKey(user)));
    for (const account of this.#accounts.all) {
      if (kept.has(nameKey(account.name))) continue;
      this.logoff(account);
      this.#accounts.remove(account);
    }
    for (const setup of setups) {
      const before = this.account(setup.user);
      if (before) this.#accounts.replace(before, setup);
      else {
        const account = makeAccount({ ...setup, loggedIn: false });
        this.#accounts.add(account);
        this.login(account);
      }
    }
  }

  // What happens outside, driven by tests, scripts and load.

  /** Somebody outside writes to an account; kept until it logs in. */
  writeTo(user: string, from: string, text: string): Refusal | null {
    const account = this.account(user);
    if (!account) return 'user-unknown';
    this.#chats.deliver(account, this.member(from), text);
    return null;
  }

  /** Somebody outside changes what others see of them. */
  setPresence(name: string, status: BuddyStatus): void {
    this.person(name).status = status;
    this.#announceToWatchers(name);
  }

  /** The account's owner blocks somebody in another client, or takes that back. */
  setBlocked(user: string, buddy: string, blocked: boolean): Refusal | null {
    const account = this.account(user);
    if (!account) return 'user-unknown';
    const entry = account.buddies.get(buddy);
    if (!entry) return 'buddy-unknown';
    entry.blocked = blocked;
    if (account.loggedIn) this.#announce(account, entry);
    return null;
  }

  /**
   * Somebody outside asks an account to be added; its `auth_policy` decides in order.
   * There is no manager event for it (manual 4.1), only its consequences can be seen.
   */
  requestAuthorisation(user: string, from: string, message = ''): AuthDecision | Refusal {
    const account = this.account(user);
    if (!account) return 'user-unknown';
    if (!account.loggedIn) return 'user-logged-out';
    const decision = decide(account.authPolicy, message);
    // buddy_autoadd=buddies: who may see the account is added to its own list, too (manual 3.4).
    if (decision === 'accept' && account.addsBuddies) this.addBuddy(account, from, '');
    return decision;
  }

  #answerRequest(account: Account, buddy: Buddy, message: string): void {
    // Gone from the list meanwhile: nobody waits for the answer.
    if (account.buddies.get(buddy.name) !== buddy) return;
    const asked = this.member(buddy.name);
    buddy.authorised =
      asked.kind === 'person'
        ? asked.authorises
        : this.requestAuthorisation(asked.name, account.name, message) === 'accept';
    if (buddy.authorised && account.loggedIn) this.#announce(account, buddy);
  }

  #setAvailability(account: Account, availability: Availability): void {
    const before = visibleStatus(account);
    account.availability = availability;
    if (visibleStatus(account) !== before) this.#announceToWatchers(account.name);
  }

  #announceToWatchers(name: string): void {
    for (const watcher of this.#accounts.watchersOf(name)) {
      const buddy = watcher.buddies.get(name);
      if (buddy?.authorised && watcher.loggedIn) this.#announce(watcher, buddy);
    }
  }

  #announce(account: Account, buddy: Buddy): void {
    if (!account.showsPresence) return;
    this.#listeners.emit({
      type: 'buddy-status',
      user: account.name,
      buddy: buddy.name,
      status: this.buddyStatus(buddy),
    });
  }
}
