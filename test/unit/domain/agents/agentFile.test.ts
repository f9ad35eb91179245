import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { EMPTY_ENTRY } from '../../../../shared/domain/agents/agent.ts';
import { exportedCsv, exportedEntries } from '../../../../shared/domain/agents/agentExport.ts';
import { type AgentFile, readAgentFile, readAgentObject } from '../../../../shared/domain/agents/agentFile.ts';
import { lookupKey } from '../../../../shared/domain/agents/lookupKey.ts';
import { AgentsChangeRefused } from '../../../../shared/errors/errors.ts';
import { delimiterIn } from '../../../../shared/lib/csv.ts';
import { agent } from '../../../support/builders.ts';
import { turnsDuring } from '../../../support/turnsDuring.ts';

const csv = (text: string) => readAgentFile(new TextEncoder().encode(text), 'csv');
const json = (value: unknown) => readAgentFile(new TextEncoder().encode(JSON.stringify(value)), 'json');
const entries = (file: AgentFile) => file.entries.map(({ entry }) => entry);

async function faultsOf(read: () => unknown): Promise<readonly string[]> {
  try {
    await read();
  } catch (error) {
    if (error instanceof AgentsChangeRefused) return error.faults;
    throw error;
  }
  return [];
}

const ANNA = {
  ...EMPTY_ENTRY,
  agentId: '1001',
  email: 'anna@contoso.com',
  number: '+49 89 1',
  displayName: 'Anna "Änne" Beck, Dr.',
  group: 'support',
};

describe('a CSV file', () => {
  test.each([
    [
      'comma',
      'agentId,email,number,displayName,group\n1001,anna@contoso.com,+49 89 1,"Anna ""Änne"" Beck, Dr.",support\n',
    ],
    [
      'semicolon',
      'agentId;email;number;displayName;group\r\n1001;anna@contoso.com;+49 89 1;"Anna ""Änne"" Beck, Dr.";support\r\n',
    ],
    [
      'BOM',
      '\uFEFFagentId;email;number;displayName;group\r\n1001;anna@contoso.com;+49 89 1;"Anna ""Änne"" Beck, Dr.";support',
    ],
    [
      'sep= line',
      'sep=;\r\nagentId;email;number;displayName;group\r\n1001;anna@contoso.com;+49 89 1;"Anna ""Änne"" Beck, Dr.";support\r\n',
    ],
    [
      'German header',
      'Agenten-ID;E-Mail;Rufnummer;Anzeigename;Gruppe\n1001;anna@contoso.com;+49 89 1;"Anna ""Änne"" Beck, Dr.";support\n',
    ],
    [
      'blank lines',
      'agentId;email;number;displayName;group\n\n1001 ; anna@contoso.com;+49 89 1;"Anna ""Änne"" Beck, Dr.";support\n;;;;\n',
    ],
  ])('with %s', async (_case, text) => {
    const file = await csv(text);
    expect(entries(file)).toEqual([ANNA]);
    expect(file.encoding).toBe('utf-8');
  });

  test('in the code page of Windows is read and reported', async () => {
    const file = await readAgentFile(Buffer.from('agentId;displayName\n1;J\xf6rg Gro\xdf\n', 'latin1'), 'csv');
    expect(entries(file)[0]?.displayName).toBe('Jörg Groß');
    expect(file.encoding).toBe('windows-1252');
  });

  test('as Unicode text of a spreadsheet is read and reported', async () => {
    const file = await readAgentFile(Buffer.from('\uFEFFagentId\tdisplayName\r\n1\tJörg\r\n', 'utf16le'), 'csv');
    expect(entries(file)[0]).toMatchObject({ agentId: '1', displayName: 'Jörg' });
    expect(file.encoding).toBe('utf-16le');
  });

  test('names the columns that mean nothing', async () => {
    expect((await csv('agentId;Kostenstelle\n1;4711\n')).ignoredColumns).toEqual(['Kostenstelle']);
  });

  test.each([
    ['beside a number', 'agentId,Username,Phone\n1,anna@contoso.com,+49891234567\n2,ben@contoso.com,\n'],
    ['where one cell is none', 'agentId,Login,Phone\n1,a@b.de,+49891234567\n2,c@b.de,\n3,-,\n'],
    ['where two rows share one', 'agentId,Login,Phone\n1,a@b.de,+49891234567\n2,c@b.de,\n3,a@b.de,\n'],
    ['beside a column that is empty', 'agentId,Login,Mail,Phone\n1,a@b.de,,+49891234567\n2,c@b.de,,\n'],
    ['as an address of SIP', 'agentId,Login,Phone\n1,sip:anna@contoso.com,+49891234567\n'],
  ])('with addresses in a column that nobody understands, %s, is refused', async (_case, text) => {
    expect((await faultsOf(() => csv(text)))[0]).toMatch(/^line 1: no column says who the people are/);
  });

  test.each(['Mailadresse', 'E-Mail geschäftlich', 'Courriel', 'E-mailadres'])(
    'with addresses as %s is read',
    async name => {
      expect(entries(await csv(`agentId;${name}\n1;anna@contoso.com\n`))).toMatchObject([
        { email: 'anna@contoso.com' },
      ]);
    },
  );

  test('with a main number beside the same with an extension has the extension', async () => {
    const text =
      'agentId;UPN;PhoneNumber;LineURI\n1;a@b.de;+49891234567;"tel:+49891234567;ext=12"\n2;b@b.de;+4989123;\n';
    expect(entries(await csv(text)).map(({ number }) => number)).toEqual(['tel:+49891234567;ext=12', '+4989123']);
  });

  test.each([
    ['a picture', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0xe4, 0xf6]],
    ['a document', [0x25, 0x50, 0x44, 0x46, 0x2d, 0xe2, 0xe3]],
    ['an archive', [0x1f, 0x8b, 0x08, 0xe2, 0xe3]],
    ['zeros', [0x61, 0x62, 0x00, 0xe4, 0xf6, 0x61]],
  ])('that is %s is no text', async (_case, begin) => {
    expect((await faultsOf(() => readAgentFile(Uint8Array.from(begin), 'csv')))[0]).toContain('the file is not text');
  });

  test.each([
    ['semicolons', ';'.repeat(2_000_000)],
    ['line ends', '\n'.repeat(2_000_000)],
    ['quotes on lines', `agentId;email\n${'"\n'.repeat(1_000_000)}`],
    ['invisible lines', `agentId;email\r${'\u200b\n'.repeat(1_000_000)}`],
  ])('of nothing but %s is refused', async (_case, text) => {
    expect(await faultsOf(() => csv(text))).toHaveLength(1);
  });

  test('in UTF-16 without a byte-order mark, as it is stated, is text', async () => {
    const bytes = new Uint8Array(Buffer.from('agentId;displayName\n1;Ānna Ελένη\n', 'utf16le'));
    expect(entries(await readAgentFile(bytes, 'csv', 'utf-16le'))).toMatchObject([{ displayName: 'Ānna Ελένη' }]);
  });

  test('whose addresses stand further down than others that nobody understands is taken', async () => {
    const rows = Array.from({ length: 30 }, (_, index) =>
      index < 25 ? `${index};;+4989123456${index};lead${index}@b.de` : `${index};a${index}@b.de;;`,
    );
    expect(entries(await csv(`agentId;email;number;Vorgesetzter\n${rows.join('\n')}\n`))).toHaveLength(30);
  });

  test('with the address of their leader in such a column is taken', async () => {
    const text = 'agentId,Leader,Phone\n1,anna@contoso.com,+49891234567\n2,anna@contoso.com,+49891234568\n';
    expect(entries(await csv(text))).toHaveLength(2);
  });

  test('with a column twice that says the same, or nothing, is taken', async () => {
    const text = 'agentId;MobilePhone;mobile;email;mail\n1;0171 1;0171 1;Anna@b.c;anna@b.c\n2;;0171 2;;b@b.c\n';
    expect(entries(await csv(text))).toMatchObject([
      { email: 'Anna@b.c', number2: '0171 1' },
      { email: 'b@b.c', number2: '0171 2' },
    ]);
  });

  test('with breaks inside of cells counts lines as an editor does', async () => {
    const text = 'agentId;Street;email\r\n1;"a\r\nb";x@y.de\r\n2;b;nobody\r\n3;"x\r\ny";nobody\r\n';
    const found = ['line 4: email is not an e-mail address', 'line 5: email is not an e-mail address'];
    expect(await faultsOf(() => csv(text))).toEqual(found);
    expect(await faultsOf(() => csv('agentId;name\n1;a\n2;"open\n3;c\n4;d\n'))).toEqual([
      'line 3: the quotes do not match',
    ]);
  });

  test.each([
    ['h\u2011h@contoso.com', 'h-h@contoso.com'],
    ['h\u2013h@contoso.com', 'h-h@contoso.com'],
    ['o\u2019brien@contoso.com', "o'brien@contoso.com"],
  ])('reads %j as a keyboard writes it', async (written, email) => {
    expect(entries(await csv(`agentId;email\n1;${written}\n`))[0]?.email).toBe(email);
    expect(lookupKey(written, 'DE')).toContainEqual({ kind: 'email', value: email });
  });

  test('with two ids that differ is refused', async () => {
    const faults = await faultsOf(() => csv('Agent;Agent-Nr;E-Mail\nAnna;1001;anna@contoso.com\n'));
    expect(faults).toEqual([
      'line 1: there are two columns for agentId that differ: "Agent" and "Agent-Nr". Leave one out',
    ]);
    expect(entries(await csv('Agent;Agent-Nr;E-Mail\n1001;1001;anna@contoso.com\n2;;b@c.de\n'))).toHaveLength(2);
  });

  test.each([
    ['agentId;email;telephoneNumber;businessPhones', '1;a@b.de;+49 89 1234567;089 1234567'],
    ['agentId;email;Phone;Telefon', '1;a@b.de;089/1234567;0049 89 1234567'],
    ['agentId;email;mail', '1;mailto:a@b.de;A@B.de'],
    ['agentId;email;Phone;Telefon', '1;a@b.de;+49 89 1234567;49891234567'],
    ['agentId;email;Phone;Telefon', '1;a@b.de;089 1234567;49891234567'],
    ['agentId;email;Phone;Telefon', '1;a@b.de;089 1234567;891234567'],
    ['agentId;email;Phone;Telefon', '1;a@b.de;+1 415 555 2671;1-415-555-2671'],
    ['agentId;email;Phone;Telefon', '1;a@b.de;+55 11 3123-4567;011 3123-4567'],
    ['agentId;email;Phone;Telefon', '1;a@b.de;089 1234567 ext. 11;+49 89 1234567;ext=11'.replace(';ext=', 'x')],
  ])('with two columns that say the same in two ways is read: %s', async (header, row) => {
    expect(entries(await csv(`${header}\n${row}\n`))).toHaveLength(1);
  });

  test('whose columns say one number in two ways keeps the one with its country', async () => {
    const [row] = entries(await csv('agentId;email;Phone;Telefon\n1;a@b.de;01 5134567;+43 1 5134567\n'));
    expect(row).toMatchObject({ number: '+43 1 5134567' });
    const three = 'agentId;email;Phone;Telefon;Rufnummer\n1;a@b.de;089 1234567;+49 89 1234567;+49 30 1234567\n';
    expect((await faultsOf(() => csv(three)))[0]).toContain('differ');
  });

  test.each([
    ['telephoneNumber', 'businessPhones', '+49 89 1234567', '089 1234568'],
    ['Phone', 'Telefon', '4711', '089 1234711'],
    ['Phone', 'Telefon', '1234567', '+49 89 1234567'],
    ['Phone', 'Telefon', '01234567', '089 1234567'],
    ['Phone', 'Telefon', '0123 4567890', '0170 1234567890'],
    ['Phone', 'Telefon', '089 1234567 ext. 11', '089 1234567'],
  ])('with %s and %s that differ is refused', async (one, other, first, second) => {
    const faults = await faultsOf(() => csv(`agentId;email;${one};${other}\n1;a@b.de;${first};${second}\n`));
    expect(faults[0]).toContain(`"${one}" and "${other}"`);
  });

  test.each([
    ['UPN;E-Mail;Mail', ';anna@contoso.com;jorg@contoso.com', '"E-Mail" and "Mail"'],
    ['number;Phone;Telefon', ';089 1234567;089 7654321', '"Phone" and "Telefon"'],
    ['number;Phone;Telefon;businessPhones;telephoneNumber', ';;;089 1234567;089 7654321', '"businessPhones" and'],
  ])('with columns that differ where a better one is empty is refused: %s', async (header, cells, names) => {
    expect((await faultsOf(() => csv(`agentId;${header}\n1;${cells}\n`)))[0]).toContain(`that differ: ${names}`);
  });

  test('with columns that differ beside a better one that says something is read', async () => {
    const [row] = entries(await csv('agentId;UPN;E-Mail;Mail\n1;a@b.de;anna@contoso.com;jorg@contoso.com\n'));
    expect(row).toMatchObject({ email: 'a@b.de' });
  });

  test.each([
    'agentId;email;Name (Nachname, Vorname, Titel, Zusatz)\n1;a@b.de;Beck, Anna\n',
    'agentId\temail\tName, Vorname, Titel\n1\ta@b.de\tBeck, Anna\n',
    'agentId,email,Name; Vorname; Titel; x\n1,a@b.de,Beck\n',
    '"agentId";"email";"Name, Vorname, Titel"\n"1";"a@b.de";"Beck, Anna"\n',
  ])('whose header has other delimiters within its names is read: %j', async text => {
    expect(entries(await csv(text))[0]).toMatchObject({ agentId: '1', email: 'a@b.de' });
  });

  test.each(['mailto:anna@contoso.com', 'SMTP:anna@contoso.com', 'sip:anna@contoso.com'])(
    'with %s has the address',
    async cell => {
      expect(entries(await csv(`agentId,email\n1,${cell}\n`))[0]?.email).toBe('anna@contoso.com');
      expect(lookupKey(cell, 'DE')).toContainEqual({ kind: 'email', value: 'anna@contoso.com' });
    },
  );

  test('of mobile numbers and extensions by their German names is read', async () => {
    const [row] = entries(await csv('agentId;Telefon;Mobiltelefon;Durchwahl\n1;089 1234567;0171 1234567;4711\n'));
    expect(row).toMatchObject({ number: '089 1234567', number2: '0171 1234567', number3: '4711' });
  });

  test('with a header alone is refused: an empty list on purpose is JSON', async () => {
    expect(await faultsOf(() => csv('agentId,email\n'))).toEqual([expect.stringContaining('no row')]);
    expect(entries(await json([]))).toEqual([]);
  });

  test.each([
    [
      'no column agentId',
      'email\na@b.c\n',
      [expect.stringContaining('line 1: there is no column agentId. Name it agentId')],
    ],
    [
      'a column twice',
      'agentId;email;mail\n1;a@b.c;d@e.f\n',
      ['line 1: there are two columns for email that differ: "email" and "mail". Leave one out'],
    ],
    ['no agentId', 'agentId,email\n1,a@b.c\n,d@e.f\n', ['line 3: agentId is missing']],
    ['a bad agentId', 'agentId\na b\n', ['line 2: agentId may only hold letters, digits and . _ @ -']],
    ['a bad e-mail', 'agentId,email\n1,nobody\n', ['line 2: email is not an e-mail address']],
    ['a bad object id', 'agentId,userId\n1,42\n', ['line 2: userId is not an object id (a GUID)']],
    ['an agentId twice', 'agentId\n1\n2\n1\n', ['line 4: agentId 1 stands on line 2 already']],
    [
      'a rounded number',
      'agentId;number\n1;4,98912E+11\n',
      ['line 2: number is a rounded number; format the column as text and export again'],
    ],
    ['a number with words', 'agentId,number\n1,call me\n', ['line 2: number is not a phone number']],
    ['too many cells', 'agentId,email\n1,a@b.c,d\n', ['line 2: there are more cells than columns']],
    ['a row without end', `agentId\n${'1'.repeat(20_010)}\n`, ['line 2: the row is too long']],
    ['an open quote', 'agentId,displayName\n1,"Anna\n', ['line 2: the quotes do not match']],
    [
      'a control character',
      'agentId,displayName\n1,An\u0007na\n',
      ['line 2: displayName contains a control character'],
    ],
  ])('with %s is refused', async (_case, text, faults) => {
    expect(await faultsOf(() => csv(text))).toEqual(faults);
  });

  test('names every fault, up to twenty', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `${index},nobody`).join('\n');
    expect(await faultsOf(() => csv(`agentId,email\n${rows}\n`))).toHaveLength(20);
  });

  test('with a column for every day of the year is refused at once', async () => {
    const header = ['agentId', ...Array.from({ length: 365 }, (_, day) => `day${day}`)].join(',');
    await expect(csv(`${header}\n1001\n`)).rejects.toThrow('more than 200 columns');
  });

  test.each([
    ['of today', [0x50, 0x4b, 0x03, 0x04, 0x14, 0x00]],
    ['from before 2007, or with a password', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]],
  ])('that is a workbook %s is refused in words', async (_what, bytes) => {
    await expect(readAgentFile(new Uint8Array(bytes), 'csv')).rejects.toThrow('is a workbook; save it as CSV');
  });

  test.each([
    ['some bytes', [0, 1, 2, 255]],
    ['a picture', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x22, 0x49, 0x48]],
    ['a program', [0x7f, 0x45, 0x4c, 0x46, 0x02, 0x01, 0x01, 0x00, 0x22, 0x00, 0x00, 0x0a, 0x22, 0x61]],
  ])('that is no text but %s is refused in words', async (_what, bytes) => {
    const file = new Uint8Array(bytes);
    for (const kind of ['csv', 'json'] as const) await expect(readAgentFile(file, kind)).rejects.toThrow('is not text');
  });

  test.each([
    ...[';;;;', '"";"";""', 'sep=;;;;;', '"sep=;";;;', ' ; ', 'sep=;'],
    ...[
      '\ufeff\ufeffsep=;',
      '\u200bsep=;',
      ' sep=;',
      '\ufeff\ufeff#TYPE System.Object',
      ' #TYPE System.Object',
      '\u200b',
    ],
  ])('with %j before the header is read', async line => {
    expect(entries(await csv(`${line}\nagentId;email\n1001;anna@contoso.com\n`))[0]).toMatchObject({ agentId: '1001' });
  });

  test.each(['PrimarySmtpAddress', 'WindowsEmailAddress', 'UPN'])('has the e-mail in %s', async name => {
    expect(entries(await csv(`Agent-Nr.,${name}\n1001,anna@contoso.com\n`))[0]).toMatchObject({
      email: 'anna@contoso.com',
    });
  });

  test('in which no column says who the people are is refused, with the names that would do', async () => {
    const [fault] = await faultsOf(() => csv('agentId,Adresse,Bemerkung\n1001,anna@contoso.com,x\n'));
    expect(fault).toMatch(/no column says who the people are.*email.*"Adresse", "Bemerkung"/);
  });

  test.each([
    'agentId;Email;PrimarySmtpAddress',
    'agentId;Mail;WindowsEmailAddress',
    'agentId;Telefonnummer;LineURI',
    'agentId;Agentnr;Email',
  ])('may have a column twice under other names: %s', async header => {
    expect(entries(await csv(`${header}\n1001;;\n`))).toHaveLength(1);
  });

  test('may speak of an address in a remark', async () => {
    expect(entries(await csv('agentId;Bemerkung\n1001;Rückfragen an hr@b.de\n'))).toHaveLength(1);
  });

  test('may have addresses for agentIds, and nothing else', async () => {
    expect(entries(await csv('agentId,Raum\nanna@contoso.com,12\n'))[0]).toMatchObject({ agentId: 'anna@contoso.com' });
  });

  test.each([1, 60, 3_000])('whose line ends were lost on the way says so: %i rows', async count => {
    const rows = Array.from({ length: count }, (_, index) => `${1001 + index};a${index}@contoso.com`);
    const lost = ['agentId;email', ...rows].join('');
    const faults = await faultsOf(() => csv(lost));
    expect(faults[0]).toContain('--data-binary');
    expect(faults.join(' ')).not.toContain('replaceAll');
  });
});

describe('a text', () => {
  const nameOf = async (name: string, kind: 'csv' | 'json' = 'json') =>
    entries(
      kind === 'json'
        ? await json([{ agentId: '1001', displayName: name }])
        : await csv(`agentId;name\n1001;${name}\n`),
    )[0]?.displayName;

  test.each(['J\ufffdrg', 'a\ud800b', 'a\u0000b', 'J\u0094rg', 'M\u0081ller', 'a\nb'])(
    'that nobody can read is a fault: %j',
    async name => {
      await expect(nameOf(name)).rejects.toThrow(/displayName contains a (control )?character/);
    },
  );

  test.each([" '+x", "'+x", "\u200b'+x", "''+x", "\u00a0'=1"])(
    '%j comes back unchanged, however it was written',
    async name => {
      const stored = (await nameOf(name)) ?? '';
      expect(stored).not.toContain("'");
      expect(await nameOf(stored)).toBe(stored);
      expect(await nameOf(`'${stored}`, 'csv')).toBe(stored);
    },
  );
});

test('a byte-order mark says more than what is stated', async () => {
  const bytes = new TextEncoder().encode('\ufeffagentId;name\n1001;Jörg\n');
  const file = await readAgentFile(bytes, 'csv', 'windows-1252');
  expect([file.encoding, file.entries[0]?.entry.displayName]).toEqual(['utf-8', 'Jörg']);
});

describe('a JSON file', () => {
  test('takes numbers as text, and absent fields as empty', async () => {
    expect(entries(await json([{ agentId: 1001, number: 4711 }]))[0]).toMatchObject({
      agentId: '1001',
      number: '4711',
      email: '',
    });
  });

  test.each([
    ['no array', { agents: [] }, 'the body is not a JSON array of agents'],
    ['an unknown field', [{ agentId: '1', mail: 'x' }], 'item 1: unknown field mail'],
    ['no object', [1], 'item 1: not an object'],
    ['a rounded id', [{ agentId: 2 ** 60 }], 'item 1: agentId is not text or a whole number'],
    ['a fraction', [{ agentId: 1.5 }], 'item 1: agentId is not text or a whole number'],
    ['an endless name', [{ ['x'.repeat(1_000)]: 1 }], `item 1: unknown field ${'x'.repeat(64)}`],
    ['too many agents', Array.from({ length: 200_001 }, () => ({})), 'there are more than 200000 agents'],
    ['too many of nothing', Array.from({ length: 200_001 }, () => 1), 'the body is not a JSON array of agents'],
    [
      'too many fields',
      [Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [index, 1]))],
      'the body is not a JSON array of agents',
    ],
    [
      'marks without end',
      [{ agentId: '1', displayName: `a${'\u0315\u0300'.repeat(100_000)}` }],
      'item 1: displayName is longer than 256 characters',
    ],
    [
      'an error of a spreadsheet',
      [{ agentId: '1', group: '#REF!' }],
      'item 1: group is an error of the spreadsheet; mend the formula and export again',
    ],
    ['null', [{ agentId: null }], 'item 1: agentId is not text or a whole number'],
    ['a list', [{ agentId: '1', group: ['a'] }], 'item 1: group is not text or a whole number'],
  ])('with %s is refused', async (_case, value, fault) => {
    expect((await faultsOf(() => json(value)))[0]).toBe(fault);
  });

  test('with brackets and commas in the names of many people is read', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => ({
      ...{ agentId: `${index}`, displayName: 'Beck, Anna [ext] [DE]', group: '[DE] Support' },
    }));
    expect(entries(await json(many))).toHaveLength(1_200);
  });

  test('as PowerShell writes it, with null for nothing and an object for a list of one, is read', async () => {
    expect(entries(await json({ agentId: '1', email: 'anna@contoso.com', number: null }))).toEqual([
      expect.objectContaining({ agentId: '1', email: 'anna@contoso.com', number: '' }),
    ]);
  });

  test.each(['4.98912e11', '1e3', '1001.0', '-1234607'])('with the number %s is refused', async number => {
    const body = `[{"agentId":"1","number":${number}}]`;
    const faults = await faultsOf(() => readAgentFile(new TextEncoder().encode(body), 'json'));
    expect(faults[0]).toMatch(/^item 1: number is (a rounded number|not a phone number)/);
  });

  const one = (body: string | Uint8Array, charset?: string) =>
    readAgentObject(typeof body === 'string' ? new TextEncoder().encode(body) : body, '1', charset);

  test('of one agent says how it was read', async () => {
    const latin = Uint8Array.from('{"displayName":"J\xf6rg"}', character => character.charCodeAt(0));
    expect(await one(latin)).toMatchObject({ encoding: 'windows-1252', entries: [{ entry: { displayName: 'Jörg' } }] });
    expect((await one('{"displayName":"Jörg"}')).encoding).toBe('utf-8');
  });

  test.each(['4.98912E+11', '4989123456000.0', '1E5', '-1234607'])(
    'of one agent with the number %s is refused',
    async number => {
      expect((await faultsOf(() => one(`{"number":${number}}`)))[0]).toMatch(
        /number is (a rounded number|not a phone number)/,
      );
    },
  );

  test.each([
    ['[]', 'not one agent as JSON object'],
    ['null', 'not one agent as JSON object'],
    ['{', 'not JSON'],
    ['{"agentId":"2"}', 'not that of the path'],
    [`{"email":[${'0,'.repeat(40_000)}0]}`, 'at most 64 KB'],
  ])('of one agent that is %s is refused', async (body, fault) => {
    expect(await faultsOf(() => one(body))).toEqual([expect.stringContaining(fault)]);
  });

  test.each([
    ['of small values', `["${'{'.repeat(5_000)}",${'0,'.repeat(50_000)}0]`],
    ['of lists', `[{"agentId":"1"},${'[],'.repeat(5_000)}[]]`],
    ['of agents who hold many values', `[${'{},'.repeat(1_000)}{"email":[${'0,'.repeat(50_000)}0]}]`],
  ])('%s is refused before it is parsed', async (_case, body) => {
    const parse = vi.spyOn(JSON, 'parse');
    expect(await faultsOf(() => readAgentFile(new TextEncoder().encode(body), 'json'))).toEqual([
      'the body is not a JSON array of agents',
    ]);
    expect(parse).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test('whose names are full of brackets, commas and quotes is read', async () => {
    const displayName = '[{,"\\,"}]'.repeat(4);
    const list = Array.from({ length: 300 }, (_, index) => ({ agentId: String(index), displayName }));
    expect(entries(await json(list))[299]).toMatchObject({ displayName });
  });

  test('that is not JSON is refused', async () => {
    expect(await faultsOf(() => readAgentFile(Buffer.from('{'), 'json'))).toEqual(['the body is not JSON']);
  });
});

describe('a list as programs write it', () => {
  const LATIN = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));
  const UTF8 = (text: string) => new TextEncoder().encode(text);
  const UTF16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));

  test.each([
    [
      'Excel, German, "CSV (Trennzeichen-getrennt)"',
      LATIN('Agenten-ID;E-Mail;Telefon;Anzeigename\r\n1001;joerg@contoso.com;+49 89 1;J\xf6rg M\xfcller\r\n'),
      'windows-1252',
    ],
    [
      'Excel, German, "CSV UTF-8"',
      UTF8('\ufeffAgenten-ID;E-Mail;Telefon;Anzeigename\r\n1001;joerg@contoso.com;+49 89 1;Jörg Müller\r\n'),
      'utf-8',
    ],
    [
      'Excel, English, "CSV UTF-8"',
      UTF8('\ufeffAgent ID,Email,Phone number,Display name\r\n1001,joerg@contoso.com,+49 89 1,Jörg Müller\r\n'),
      'utf-8',
    ],
    [
      'Excel, with sep=',
      UTF8('sep=;\r\nagentId;email;number;name\r\n1001;joerg@contoso.com;+49 89 1;Jörg Müller\r\n'),
      'utf-8',
    ],
    [
      'Excel, "Unicode Text"',
      UTF16('agentId\temail\tnumber\tname\r\n1001\tjoerg@contoso.com\t+49 89 1\tJörg Müller\r\n'),
      'utf-16le',
    ],
    [
      'LibreOffice, all text quoted',
      UTF8(
        '"Benutzer-ID","E-Mail-Adresse","Rufnummer 1","Name"\n"1001","joerg@contoso.com","+49 89 1","Jörg Müller"\n',
      ),
      'utf-8',
    ],
    ['Google Sheets', UTF8('agentId,email,number,displayName\n1001,joerg@contoso.com,+49 89 1,Jörg Müller'), 'utf-8'],
    [
      'an export of an ACD, with more columns',
      UTF8(
        '"UsersID";"Name";"E-Mail";"Telefon 1";"Status"\r\n"1001";"Jörg Müller";"joerg@contoso.com";"+49 89 1";"1"\r\n',
      ),
      'utf-8',
    ],
    [
      'trailing empty rows and columns',
      UTF8('agentId;email;number;name;;\r\n1001;joerg@contoso.com;+49 89 1;Jörg Müller;;\r\n;;;;;\r\n\r\n'),
      'utf-8',
    ],
  ] as const)('%s', async (_program, bytes, encoding) => {
    const file = await readAgentFile(bytes, 'csv');
    expect(file.encoding).toBe(encoding);
    expect(entries(file)).toMatchObject([
      { agentId: '1001', email: 'joerg@contoso.com', number: '+49 89 1', displayName: 'Jörg Müller' },
    ]);
  });

  test.each(['DE', 'US', 'CH', 'GB', 'FR'])(
    'what we export for %s comes back unchanged, whatever a cell begins with',
    async country => {
      const word = fc.oneof(
        fc.string({ maxLength: 30 }),
        fc.constantFrom('=1+1', '+49 89 1', '-1', '@a', "'x", '1,5', 'a;b', '"', "'=x"),
      );
      const visible = (text: string) =>
        [...text].filter(character => character >= ' ' && character !== '\x7f').join('');
      const clean = word.map(text =>
        visible(text)
          .trim()
          .replace(/^'(?=[=+\-@＝＋－＠])/, ''),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 20 }),
          clean,
          clean,
          async (ids, displayName, group) => {
            const agents = ids.map(id => agent(id, { displayName, group, number: '+49 89 1' }));
            const text = exportedCsv(agents, country);
            const cells = (parse(text, { bom: true, delimiter: delimiterIn(country) }) as string[][]).flat();
            expect(cells.filter(cell => /^[=+\-@]/.test(cell))).toEqual([]);
            expect(entries(await csv(text))).toEqual(exportedEntries(agents));
          },
        ),
      );
    },
  );

  test.each(['csv', 'json'] as const)('a long list as %s lets others have their turn', async kind => {
    const rows = Array.from({ length: 5_000 }, (_, index) => ({ agentId: String(index), email: `a${index}@b.de` }));
    const lines = ['agentId;email', ...rows.map(row => Object.values(row).join(';'))];
    expect(await turnsDuring(kind === 'json' ? json(rows) : csv(lines.join('\n')))).toBeGreaterThan(15);
  });

  test('a decimal comma makes the semicolon', () => {
    expect(['DE', 'AT', 'CH', 'FR', 'US', 'GB'].map(delimiterIn)).toEqual([';', ';', ';', ';', ',', ',']);
  });
});
