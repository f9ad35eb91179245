import type { ShardStatus } from '../../domain/snapshot/head.ts';
import { LAST_MOMENT } from '../../lib/clock.ts';
import { isCredible, isKey, LAST_REVISION } from './bounds.ts';

const BASE = 36;
const SIGN_INS = ['delegated', 'app-only', ''] as const;

/** Shard statuses as short text: hundreds of them stand in the head row, which every reader reads. */
export function encodeStatuses(statuses: readonly ShardStatus[]): string {
  return statuses
    .map(({ revision, checkedAt, attemptedAt, notBefore, signIn, document, previous, requestId, fault }) => {
      const numbers = [revision, checkedAt, attemptedAt, notBefore].map(value => value.toString(BASE));
      return [...numbers, signIn.slice(0, 1), document, previous, requestId, fault].join(',');
    })
    .join(';');
}

export function decodeStatuses(text: string): ShardStatus[] {
  if (text === '') return [];
  const number = (value: string, last: number) => {
    const read = Number.parseInt(value, BASE);
    return isCredible(read, last) ? read : 0;
  };
  return text.split(';').map(status => {
    const [revision = '', checkedAt = '', attemptedAt = '', notBefore = '', ...texts] = status.split(',');
    const [letter = '', document = '', previous = '', requestId = '', fault = ''] = texts;
    return {
      document: isKey(document) ? document : '',
      previous: isKey(previous) ? previous : '',
      requestId,
      fault,
      revision: number(revision, LAST_REVISION),
      checkedAt: number(checkedAt, LAST_MOMENT),
      attemptedAt: number(attemptedAt, LAST_MOMENT),
      notBefore: number(notBefore, LAST_MOMENT),
      signIn: SIGN_INS.find(name => name !== '' && name.startsWith(letter || '?')) ?? '',
    };
  });
}
