import { parseArgs, styleText } from 'node:util';
import type * as z from 'zod';
import { explanationSchema } from '../../shared/http/contract/schemas/rules.ts';
import type { Command } from '../command.ts';
import { askAccepted, DEPLOYED_OPTIONS, DEPLOYED_USAGE, deployedBy } from './deployed.ts';

const USAGE = `npm run explain -- WHO --url https://APP.azurewebsites.net --key KEY
  WHO   part of a name, an agentId, an e-mail or a number
${DEPLOYED_USAGE}`;

function verdictOf({ known, reachable }: z.infer<typeof explanationSchema>): string {
  if (known === 0) return styleText('yellow', 'gets calls as without Teams, which tells nothing usable');
  return reachable === 1 ? styleText('green', 'gets calls') : styleText('red', 'gets no calls');
}

/** `npm run explain -- anna`: why somebody gets calls, or none. */
export const explain: Command = async (words, { print }) => {
  // A finger's width of words and values, as the doctor prints them.
  const line = (name: string, value: string) => {
    if (value !== '') print(`  ${name.padEnd(14)} ${value}`);
  };
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { ...DEPLOYED_OPTIONS, help: { type: 'boolean' } },
  });
  const asked = positionals.join(' ');
  if (values.help || asked === '') {
    print(USAGE);
    return values.help ? 0 : 1;
  }
  const answer = await askAccepted(
    await deployedBy(values, positionals),
    `/api/v1/explain?key=${encodeURIComponent(asked)}`,
  );
  const said = explanationSchema.parse(await answer.json());
  const simulated = values.url === undefined ? ' of the simulated tenant' : '';
  const who = `${styleText('bold', said.displayName || said.agentId)} (${said.agentId})${simulated}`;
  print(`\n${who} ${verdictOf(said)}: ${said.why}.`);
  line('rule', `${said.rule} (${said.rules} rules)`);
  line(
    'Teams',
    [said.teamsAvailability, said.teamsActivity].filter(text => text !== '').join(' / ') || 'nothing known',
  );
  line('changed', said.changedAt);
  line('read', said.checkedAt && `${said.checkedAt}, ${said.ageSeconds} s ago, ${said.signIn || 'no sign-in'}`);
  line(
    'account',
    `${said.account}${said.userPrincipalName && `, ${said.userPrincipalName}`}${said.resolvedBy && `, found by ${said.resolvedBy}`}`,
  );
  for (const { rule, why } of said.skipped) line('not', `${rule}: ${why}`);
  if (said.cause !== '') print(styleText('yellow', `\n  ${said.cause}`));
  if (said.hint !== '') print(styleText('yellow', `\n  ${said.hint}`));
  return 0;
};
