import type { CountryCode } from 'libphonenumber-js/min';
import {
  type AccountState,
  AGENT_ID,
  type Agent,
  type AgentEntry,
  agentEntry,
  byAgentId,
  EMPTY_ENTRY,
  type Origin,
  unresolvedAgent,
} from '../../domain/agents/agent.ts';
import type { AgentSource } from '../../domain/agents/agentSource.ts';
import type { ListRow } from '../../domain/agents/listEdit.ts';
import { numberReadings } from '../../domain/agents/phoneNumber.ts';
import { mapInSlices } from '../../lib/mapInSlices.ts';
import type { Directory, DirectoryField, DirectoryUser } from '../../ports/directory.ts';
import { matchDirectory, outsideNumbers } from './matchDirectory.ts';
import { peopleAmong } from './peopleAmong.ts';
import { NOBODY, PENDING, type Resolution } from './resolution.ts';

export interface BuildAgentsDeps {
  readonly directory: Directory;
  readonly source: AgentSource;
  readonly defaultCountry: CountryCode;
}

/** How the directory is asked. */
interface Asking {
  readonly signal: AbortSignal;
  /** Also about rows that did not change. */
  readonly again: boolean;
  /** List everybody also for numbers that nobody had the last time. */
  readonly relist: boolean;
}

/** An extension is nobody's number outside the house. */
const outsideNumber = (key: string) => (key.startsWith('+') ? key : '');

function accountOf({ user, pending }: Resolution): AccountState {
  if (pending) return 'pending';
  if (user === undefined) return 'not-in-directory';
  return user.accountEnabled ? 'mapped' : 'account-disabled';
}

function resolvedAgent(
  entry: AgentEntry,
  resolution: Resolution,
  own: { origin: Origin; line: number },
  country: CountryCode,
): Agent {
  const { user, resolvedBy, ambiguous, foundByNumber, emailOwner } = resolution;
  const directoryNumbers = [...new Set(outsideNumbers(user?.numbers ?? [], country))];
  // Where a number may be read in two ways (Excel drops the zero at its head), what the directory says of the person decides.
  const numbers = [entry.number, entry.number2, entry.number3].map(number => {
    const readings = numberReadings(number, country);
    return readings.find(reading => directoryNumbers.includes(reading)) ?? readings[0] ?? '';
  });
  const first = numbers.find(number => number !== '') ?? '';
  const hasOwn = first !== '' || entry.number !== '';
  return {
    ...unresolvedAgent(entry, { ...own, account: accountOf(resolution) }),
    resolvedBy,
    ambiguous,
    foundByNumber,
    emailOwner,
    objectId: user?.id ?? '',
    userPrincipalName: user?.userPrincipalName ?? '',
    mail: user?.mail ?? '',
    directoryName: user?.displayName ?? '',
    aliases: user?.aliases ?? [],
    directoryNumbers,
    numberE164: hasOwn ? outsideNumber(first) : (directoryNumbers[0] ?? ''),
    numberKeys: numbers.filter(key => key !== ''),
  };
}

/** Somebody of the source whom no row of the list stands for. */
function sourceAgent(user: DirectoryUser, taken: ReadonlySet<string>, country: CountryCode): Agent {
  const { id, userPrincipalName, displayName } = user;
  // Not every address can be an agentId; an object id always can.
  const agentId = AGENT_ID.test(userPrincipalName) && !taken.has(userPrincipalName) ? userPrincipalName : id;
  const entry = { ...EMPTY_ENTRY, agentId, email: userPrincipalName, userId: id, displayName };
  const resolution: Resolution = { ...NOBODY, user, resolvedBy: 'directory' };
  return resolvedAgent(entry, resolution, { origin: 'directory', line: 0 }, country);
}

/** The agents of a list. */
async function listAgents(
  { directory, defaultCountry }: BuildAgentsDeps,
  rows: readonly ListRow[],
  { signal, again, relist }: Asking,
): Promise<Agent[]> {
  // Who is pending and not part of the change is looked up by the sync: a removal must not need Graph.
  const stands = ({ line, known }: ListRow) =>
    !again && line === 0 && known !== undefined && known.account !== 'not-in-source';
  const asked = rows.filter(row => !stands(row));
  const people = {
    findUsers: (field: DirectoryField, values: readonly string[]) => directory.findUsers(field, values, signal),
    listUsers: () => directory.listUsers(signal),
  };
  const found = await matchDirectory(asked, people, { country: defaultCountry, signal, relist });
  const resolutions = new Map(asked.map((row, index) => [row, found[index]]));
  return mapInSlices(rows, row => {
    const resolution = resolutions.get(row);
    const { known } = row;
    // What nobody asked about, or there was no time to ask again, stays as it was.
    const stays =
      known !== undefined && known.account !== 'not-in-source' && (resolution === undefined || resolution.pending);
    if (stays) return { ...known, ...agentEntry(row.entry), line: row.line };
    return resolvedAgent(row.entry, resolution ?? PENDING, { origin: 'list', line: row.line }, defaultCountry);
  });
}

/** The agents of groups or of the tenant; rows of the list say who of them has which agentId. */
async function sourceAgents(
  { directory, source, defaultCountry }: BuildAgentsDeps,
  rows: readonly ListRow[],
  { signal }: Asking,
): Promise<Agent[]> {
  const members =
    source.kind === 'group'
      ? await directory.listGroupMembers(source.groupIds, signal)
      : await directory.listUsers(signal);
  const matching = { country: defaultCountry, signal: new AbortController().signal, relist: true };
  const resolutions = await matchDirectory(rows, peopleAmong(members), matching);
  const listed = await mapInSlices(rows, ({ entry, line }, index): Agent => {
    const resolution = resolutions[index];
    if (resolution?.user === undefined)
      return unresolvedAgent(entry, { account: 'not-in-source', origin: 'list', line });
    return resolvedAgent(entry, resolution, { origin: 'list', line }, defaultCountry);
  });
  const stoodFor = new Set(listed.map(({ objectId }) => objectId));
  const taken = new Set(rows.map(({ entry }) => entry.agentId));
  const others = members.filter(({ id, accountEnabled }) => accountEnabled && !stoodFor.has(id));
  return [...listed, ...(await mapInSlices(others, user => sourceAgent(user, taken, defaultCountry)))];
}

/** Everybody who is an agent by the list and the source, looked up. */
export async function buildAgents(deps: BuildAgentsDeps, rows: readonly ListRow[], asking: Asking): Promise<Agent[]> {
  const build = deps.source.kind === 'list' ? listAgents : sourceAgents;
  return (await build(deps, rows, asking)).sort(byAgentId);
}
