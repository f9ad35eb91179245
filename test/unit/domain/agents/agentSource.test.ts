import { expect, test } from 'vitest';
import { readAgentSource, sourceText } from '../../../../shared/domain/agents/agentSource.ts';
import { guid } from '../../../support/builders.ts';

test.each([
  ['list', 'list'],
  [' tenant ', 'tenant'],
  [`group:${guid(2)}, ${guid(1).toUpperCase()},${guid(1)}`, `group:${guid(1)},${guid(2)}`],
])('%j is %j', (text, source) => {
  const read = readAgentSource(text);
  expect(read && sourceText(read)).toBe(source);
});

test.each(['', 'List', 'group:', 'group:sales', `group:${guid(1)},`, 'groups', `group:${guid(1)};${guid(2)}`])(
  '%j is none',
  text => {
    expect(readAgentSource(text)).toBeUndefined();
  },
);
