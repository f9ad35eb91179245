import { expect, test } from 'vitest';
import { aadstsNumber, isOfUser, refusal, refusalReason } from '../../../../shared/domain/signIn/aadsts.ts';

test.each([
  ['AADSTS50126: Error validating credentials.', 50126],
  ['AADSTS70002: Error validating credentials. AADSTS50126: Invalid username or password.', 50126],
  ['AADSTS70002: Error validating credentials. AADSTS50053: You have tried too many times.', 50053],
  ['AADSTS50053: Locked. AADSTS50126: Invalid username or password.', 50126],
  ['AADSTS7000222: The provided client secret keys are expired.', 7000222],
  ['Something else.', 7],
])('%s is the refusal that needs the most care', (errorMessage, number) => {
  expect(aadstsNumber({ errorMessage, errorNo: '7' })).toBe(number);
});

test.each([80003, 80010, 80013])(
  '%i of a password check in the company’s own directory counts as the user’s',
  number => {
    expect(isOfUser(refusalReason(number))).toBe(true);
  },
);

test.each([5000224, 50087, 90024, 90006, 90012])('%i passes by itself, and says so', number => {
  const refused = refusal(number);
  expect(refused.isOutage).toBe(true);
  expect(refused.reason).toBe('application');
  expect(refused.message).toContain('The connector tries again by itself');
});

test.each([700024, 1000502, 50105, 501051, 50072, 50074, 7000229])('AADSTS%i has a sentence of its own', aadsts => {
  expect(refusal(aadsts).message).not.toContain('Look the code up');
});

test('an application without a service principal is none that the tenant knows', () => {
  expect(refusalReason(7000229)).toBe('wrong-application');
});
