import type { ShardStatus } from '../../domain/snapshot/head.ts';

const BASE = 36;
const SIGN_INS = ['delegated', 'app-only', ''] as const;

/** Shard statuses as short text: hundreds of them stand in the head row, which every reader reads. */
export function encodeStatuses(statuses: readonly ShardStatus[]): string {
  return statuses
    .map(({ revision, checkedAt, attemptedAt, notBefore, signIn, document, previous, requestId }) => {
      const numbers = [revision, checkedAt, attemptedAt, notBefore].map(value => value.toString(BASE));
      return [...numbers, signIn.slice(0, 1), document, previous, requestId].join(',');
    })
    .join(';');
}

export function decodeStatuses(text: string): ShardStatus[] {
  if (text === '') return [];
  const number = (value: string) => Number.parseInt(value, BASE) || 0;
  return text.split(';').map(status => {
    const [revision = '', checkedAt = '', attemptedAt = '', notBefore = '', ...texts] = status.split(',');
    const [letter = '', document = '', previous = '', requestId = ''] = texts;
    return {
      document,
      previous,
      requestId,
      revision: number(revision),
      checkedAt: number(checkedAt),
      attemptedAt: number(attemptedAt),
      notBefore: number(notBefore),
      signIn: SIGN_INS.find(name => name !== '' && name.startsWith(letter || '?')) ?? '',
    };
  });
}
