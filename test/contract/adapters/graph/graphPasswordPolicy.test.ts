import { describe, expect, test } from 'vitest';
import { NEVER } from '../../../../shared/domain/signIn/expiry.ts';
import { graphOfTenant } from '../../../support/graph.ts';

describe('the password of the service user', () => {
  const DAY = 86_400_000;

  test.each([
    ['that is exempt never ends', 'DisableStrongPassword, DisablePasswordExpiration', 90, true, 'never'],
    ['ends a period after its last change', '', 90, true, 'in 80 days'],
    ['of a domain without end never ends', '', 2_147_483_647, true, 'never'],
    ['of a domain without period is unknown', '', undefined, true, 'unknown'],
    ['of a domain nobody may see is unknown', '', 90, false, 'unknown'],
  ])('%s', async (_case, policies, period, mayRead, expected) => {
    const { state, policy } = await graphOfTenant();
    const changedAt = Math.floor((Date.now() - 10 * DAY) / 1_000) * 1_000;
    Object.assign(state.serviceUser, { passwordPolicies: policies, lastPasswordChange: changedAt });
    state.passwordPeriodDays = period;
    if (mayRead) state.applicationPermissions = [...state.applicationPermissions, 'Domain.Read.All'];
    const { at } = await policy.passwordExpiry(state.serviceUser.email);
    const meaning = at === 0 ? 'unknown' : at === NEVER ? 'never' : `in ${Math.round((at - Date.now()) / DAY)} days`;
    expect(meaning).toBe(expected);
  });

  test('of somebody the directory does not know is unknown', async () => {
    const { policy } = await graphOfTenant();
    expect(await policy.passwordExpiry('nobody@elsewhere.com')).toEqual({ at: 0, source: '' });
  });
});
