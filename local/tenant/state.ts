import { randomBytes, randomUUID } from 'node:crypto';
import { bestNamed } from '../../shared/lib/nameForms.ts';
import { type Shown, scriptedPresence, shownFor } from './day.ts';
import { createGroups, createPeople, type Group, type Person } from './people.ts';

export interface TenantOptions {
  readonly people: number;
  readonly seed: number;
  /** Minutes of the simulated day per minute of ours; 0 stands still. */
  readonly speed: number;
  /** Our clock, milliseconds. */
  readonly clock: () => number;
}

interface VaultSecret {
  value: string;
  version: string;
  /** Milliseconds since 1970. */
  expiresAt?: number | undefined;
  enabled?: boolean;
}

interface ServiceUser {
  email: string;
  password: string;
  /** The AADSTS number every sign-in of the user is answered with; 0 lets it in. */
  refuse: number;
  /** Wrong passwords since the last right one; ten of them lock the account. */
  wrongPasswords: number;
  passwordPolicies: string;
  lastPasswordChange: number;
}

/** What the app registration accepts as proof, besides its secret. */
interface Registration {
  /** PEM of a certificate. */
  certificate: string;
  /** Principal of the managed identity that is a federated credential. */
  federatedSubject: string;
  /** The AADSTS number every sign-in of the application is answered with; 0 lets it in. */
  refuse: number;
}

/** Something that goes wrong on purpose. */
export interface Fault {
  readonly service: 'graph' | 'entra' | 'vault' | 'identity';
  /** Only requests whose path contains this. */
  readonly path?: string;
  /** Answer with this status instead of serving; 0 closes the connection without an answer. */
  readonly status?: number;
  readonly body?: string;
  /** The connection stays open after the body, and nothing more comes. */
  readonly stalls?: boolean;
  /** A longer body is announced, and the connection closed behind what there is of it. */
  readonly cuts?: boolean;
  /** The body comes a character at a time. */
  readonly dribbles?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Wait before answering, milliseconds. */
  readonly delayMs?: number;
  /** How many requests it hits; without it all. */
  times?: number;
  /** Called when it hits a request. */
  readonly hit?: () => void;
  /** The service is out as a whole, until it is brought back. */
  readonly isOutage?: boolean;
}

/** What can be taken away as a whole. */
export const OUTAGES = ['graph', 'entra', 'vault', 'tables'] as const;
type Outage = (typeof OUTAGES)[number];

const NINE_O_CLOCK = 9 * 60;
const DAY_MS = 86_400_000;

/** Everything the simulated tenant knows. The services read it; tests and the control endpoint change it. */
export class TenantState {
  readonly options: TenantOptions;
  readonly people: Person[];
  readonly groups: readonly Group[];
  readonly tenantId = randomUUID();
  readonly clientId = randomUUID();
  readonly identityClientId = randomUUID();
  /** Long, whatever Entra’s tokens for the app last: a day, as in Azure. */
  identityLifetimeSeconds = 86_400;
  readonly identitySecret = randomUUID();
  /** The secret the app registration accepts, and when it ends. */
  clientSecret = { value: `sim~${randomBytes(18).toString('base64url')}`, expiresAt: Number.POSITIVE_INFINITY };
  readonly registration: Registration = { certificate: '', federatedSubject: '', refuse: 0 };
  readonly serviceUser: ServiceUser;
  /** Days a password lasts in the user's domain; undefined when nobody set it. */
  passwordPeriodDays: number | undefined;
  delegatedPermissions = ['Presence.Read.All'];
  applicationPermissions = ['Presence.Read.All', 'User.Read.All'];
  tokenLifetimeSeconds = 3_600;
  readonly secrets = new Map<string, VaultSecret>();
  faults: Fault[] = [];
  #areTablesOut = false;
  /** Takes the tables away and brings them back; whoever starts the storage sets it. */
  setTablesOutage: (isOut: boolean) => void = () => undefined;
  /** Object ids that Graph leaves out of its answers, and those it answers 400 for. */
  readonly leftOut = new Set<string>();
  readonly rejected = new Set<string>();
  /** When the newest request came to each address, by the last part of its path; milliseconds since 1970. */
  readonly arrivedAt = new Map<string, number>();
  /** Tokens that Graph refuses although they have not ended, as after a revocation or before a consent. */
  readonly refusedTokens = new Map<string, 401 | 403>();
  /** Every secret and token there ever was: what must never be seen anywhere else. */
  readonly confidential = new Set<string>();
  /** Requests served, by what they asked for. */
  readonly counts = new Map<string, number>();

  readonly #startedAt: number;
  readonly #byId = new Map<string, Person>();
  #byAddress: Map<string, (readonly [string, Person])[]> | undefined;
  readonly #moved = new Map<string, Shown>();
  #sequence = 0;

  constructor(options: TenantOptions) {
    this.options = options;
    this.people = createPeople(options.people, options.seed);
    this.#startedAt = options.clock();
    for (const person of this.people) this.#byId.set(person.id, person);
    this.groups = createGroups(this.people, options.seed);
    this.serviceUser = {
      email: 'presence-reader@contoso.com',
      password: `pw [<>?#&] ${randomUUID()}`,
      refuse: 0,
      wrongPasswords: 0,
      passwordPolicies: 'DisablePasswordExpiration',
      lastPasswordChange: options.clock() - 10 * DAY_MS,
    };
    this.storeSecret('teams-tenant-id', this.tenantId);
    this.storeSecret('teams-client-id', this.clientId);
    this.storeSecret('teams-client-secret', this.clientSecret.value, options.clock() + 180 * DAY_MS);
    this.storeSecret('teams-user-email', this.serviceUser.email);
    this.storeSecret('teams-user-password', this.serviceUser.password);
  }

  storeSecret(name: string, value: string, expiresAt?: number): void {
    this.secrets.set(name, { value, expiresAt, version: randomUUID().replaceAll('-', '') });
    if (/secret|password|certificate/.test(name)) this.confidential.add(value);
  }

  count(what: string): void {
    this.counts.set(what, this.counted(what) + 1);
  }

  counted(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  person(id: string): Person | undefined {
    return this.#byId.get(id.toLowerCase());
  }

  /** Everybody who has the address, by UPN, mail or alias. */
  addressed(address: string, fields: readonly ('userPrincipalName' | 'mail' | 'aliases')[]): Person[] {
    if (this.#byAddress === undefined) {
      const pairs = this.people.flatMap(person =>
        [person.userPrincipalName, person.mail, ...person.aliases].map(text => [text.toLowerCase(), person] as const),
      );
      this.#byAddress = Map.groupBy(pairs, ([text]) => text);
    }
    const found = (this.#byAddress.get(address.toLowerCase()) ?? []).map(([, person]) => person);
    const has = (person: Person) =>
      fields.some(field => [person[field]].flat().some(text => text.toLowerCase() === address.toLowerCase()));
    return [...new Set(found)].filter(has);
  }

  /** What the directory says of somebody becomes different. */
  change(id: string, changes: Partial<Omit<Person, 'id'>>): void {
    const person = this.person(id);
    if (person === undefined) throw new Error('There is no such person.');
    Object.assign(person, changes);
    this.#byAddress = undefined;
  }

  /** Somebody leaves: the account is deleted. */
  leave(id: string): void {
    const index = this.people.findIndex(person => person.id === id);
    if (index >= 0) this.people.splice(index, 1);
    this.#byId.delete(id);
    this.#byAddress = undefined;
    for (const group of this.groups) group.memberIds.delete(id);
  }

  /** Takes over which agent stands for whom, from the agents that are uploaded. */
  assignAgents(agents: readonly { agentId: string; email: string; userId: string }[]): void {
    const byKey = new Map(
      agents.flatMap(({ agentId, email, userId }) => [
        [email.toLowerCase(), agentId],
        [userId, agentId],
      ]),
    );
    for (const person of this.people) person.agentId = byKey.get(person.id) ?? byKey.get(person.mail) ?? '';
  }

  /** People whose name, address or agentId is or begins with the words. */
  search(words: string): Person[] {
    const wanted = words.toLowerCase();
    const keys = (person: Person) => [person.agentId, person.id, person.mail, person.displayName.toLowerCase()];
    const exact = this.people.filter(person => keys(person).includes(wanted));
    const byMail = this.people.filter(({ mail }) => wanted !== '' && mail.startsWith(`${wanted}@`));
    const [best = []] = [exact, byMail].filter(found => found.length > 0);
    if (best.length > 0) return best;
    const named = bestNamed(this.people, ({ displayName }) => displayName, words);
    return named.length > 0 ? named : this.people.filter(({ mail }) => mail.startsWith(wanted));
  }

  /** Moves a person out of the day's script; undefined gives them back to it. */
  move(id: string, shown: Shown | undefined): void {
    this.#sequence += 1;
    if (shown === undefined) this.#moved.delete(id);
    else this.#moved.set(id, shown);
  }

  moveTo(id: string, activity: string): void {
    this.move(id, shownFor(activity));
  }

  /** Minute of the simulated day. */
  minute(): number {
    const minutes = (this.options.clock() - this.#startedAt) / 60_000;
    return NINE_O_CLOCK + minutes * this.options.speed;
  }

  shown(id: string): Shown {
    return this.#moved.get(id) ?? scriptedPresence(this.options.seed, id, this.minute());
  }

  /** Microsoft's version stamp: sorts as text, grows with every change. */
  sequence(): string {
    const stamp = Math.floor(this.minute() * 100) + this.#sequence;
    return String(stamp).padStart(16, '0');
  }

  /** The services that were taken away as a whole. */
  get outages(): readonly Outage[] {
    const isOut = (service: Outage) => this.faults.some(fault => fault.service === service && fault.isOutage);
    return OUTAGES.filter(service => (service === 'tables' ? this.#areTablesOut : isOut(service)));
  }

  /** Takes a service away as a whole, or brings it back. */
  setOutage(service: Outage, isOut: boolean): void {
    if (service === 'tables') {
      this.#areTablesOut = isOut;
      this.setTablesOutage(isOut);
      return;
    }
    this.faults = this.faults.filter(fault => !(fault.service === service && fault.isOutage));
    if (isOut) this.faults.unshift({ service, status: 503, body: '<html>down</html>', isOutage: true });
  }

  /** The fault that hits a request, if any; a limited one is used up. */
  takeFault(service: Fault['service'], path: string): Fault | undefined {
    this.arrivedAt.set(new URL(path, 'http://localhost').pathname.split('/').at(-1) ?? '', this.options.clock());
    const fault = this.faults.find(candidate => candidate.service === service && path.includes(candidate.path ?? ''));
    if (fault !== undefined) this.count(`fault.${service}`);
    fault?.hit?.();
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) this.faults = this.faults.filter(candidate => candidate !== fault);
    }
    return fault;
  }
}
