import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { isSafe } from 'redos-detector';
import { expect, test } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..', '..');
/** What the detector cannot promise by itself, and what keeps each of them fast. */
const BOUNDED: Readonly<Record<string, string>> = {
  '/;\\s*charset\\s*=\\s*["\']?([\\w.:-]{1,40})/i': 'the platform takes headers of 32 KB at most',
  '/-----BEGIN ?([A-Z0-9 ]+?)-----([\\s\\S]+?)-----END ?\\1-----/g': 'a secret of Key Vault has 25 KB at most',
  '/^(?!\')[^\\s@<>",;:\\\\]+@[^\\s@<>",;:\\\\]+\\.[^\\s@<>",;:\\\\]+(?<!\')$/':
    'a user name is looked at up to 320 characters',
  '/Proc-Type:\\s*4,\\s*ENCRYPTED/': 'a secret of Key Vault has 25 KB at most',
  '/^[+-]?\\d+([.,]\\d+)?E[+-]?\\d+$|^\\d+[.,]0+$/i': 'a row has 20,000 characters at most; anchored at both ends',
  '/\\p{M}{31}/u': 'no character is read more than 31 times',
  '/"[^"]*"/g': 'a match ends where the next can begin: no character is read twice',
  '/^\\(?\\+?[\\d ()/.-]*$/': 'a number is looked at up to 60 characters',
  '/(?:;\\s*|[,;]?\\s*(?:extension|extensi[oó]n|extn|ext|durchwahl|nebenstelle|klappe|kl|apparat|app|dw|nst|intern[oa]?|int|poste|toestel|tst|wew|anexo|x|#)\\s*[.:=]*\\s*)[(-]?(\\d{1,7})\\)?$/i':
    'a number is looked at up to 60 characters',
  '/;\\s*(?!ext)[a-z-]+(?:=[^;]*|(?=;|$))/gi': 'a number is looked at up to 60 characters',
  '/;\\s*phone-context=\\+([\\d().-]+)/i': 'a number is looked at up to 60 characters',
  '/^[1-9]\\d*[.,]\\d$|^[1-9]\\d{3,}[.,]\\d\\d$/': 'a number is looked at up to 60 characters',
  '/^\\(?[1-9]\\d{3}\\)?(?:[ .()-]+\\(?[1-9]\\d{3}\\)?)+$|^[1-9]\\d\\d(?:\\/[1-9]\\d\\d){2,}$/':
    'a number is looked at up to 60 characters',
  '/^[09][ .-]+\\(?[+0]|^9[ .-]+\\(?1[ .(-]/': 'a number is looked at up to 60 characters',
  '/\\d\\D{0,5}\\((?:\\d\\d-\\d\\d|\\d{3}-\\d{3}|\\d{4}-\\d{4})\\)$|\\.\\./':
    'a number is looked at up to 60 characters',
};

/** Every regular expression that stands in the code as it is deployed. */
function regularExpressions(): Map<string, RegExp> {
  const found = new Map<string, RegExp>();
  for (const file of globSync('{functions,shared}/**/*.ts', { cwd: PROJECT })) {
    const code = stripTypeScriptTypes(readFileSync(path.join(PROJECT, file), 'utf8'));
    simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
      Literal({ raw = '', regex }) {
        if (regex) found.set(raw, new RegExp(regex.pattern, regex.flags));
      },
    });
  }
  return found;
}

test('no regular expression takes long for hostile input, or something else bounds it', () => {
  const all = regularExpressions();
  expect(all.size).toBeGreaterThan(50);
  const isSure = ([raw, expression]: [string, RegExp]) => {
    // Of those that something else bounds it is enough to see that the detector does not promise them soon.
    const maxSteps = raw in BOUNDED ? 500 : 5_000;
    return isSafe(expression, { maxScore: 50, maxSteps, timeout: Number.POSITIVE_INFINITY }).safe;
  };
  const doubtful = [...all].filter(one => !isSure(one)).map(([raw]) => raw);
  expect(doubtful.sort()).toEqual(Object.keys(BOUNDED).sort());
});
