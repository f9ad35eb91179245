import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readCertificate } from '../../../../shared/domain/signIn/readCertificate.ts';
import { clientCertificate } from '../../../support/certificate.ts';

const own = await clientCertificate(new Date('2027-01-01T00:00:00Z'));
const other = await clientCertificate(new Date('2028-01-01T00:00:00Z'));
const [key = ''] = own.pem.split(/(?<=-----END PRIVATE KEY-----)/);
const [otherKey = ''] = other.pem.split(/(?<=-----END PRIVATE KEY-----)/);
const rsa = createPrivateKey(key);
const thumbprint = (pem: string) => {
  const read = readCertificate(pem);
  return 'certificate' in read ? read.certificate.thumbprintSha256 : read.problem;
};
const expected = thumbprint(own.pem);

describe('a PEM file', () => {
  test('is a certificate with its key, and says when it ends', () => {
    expect(expected).toMatch(/^[0-9A-F]{64}$/);
    expect(readCertificate(own.pem)).toMatchObject({ certificate: { expiresAt: Date.parse('2027-01-01T00:00:00Z') } });
  });

  test.each([
    ['with CRLF', (pem: string) => pem.replaceAll('\n', '\r\n')],
    ['with CR only', (pem: string) => pem.replaceAll('\n', '\r')],
    ['with blanks for line ends', (pem: string) => pem.replaceAll('\n', ' ')],
    ['with \\n for line ends', (pem: string) => pem.replaceAll('\n', '\\n')],
    ['with \\r\\n for line ends', (pem: string) => pem.replaceAll('\n', '\\r\\n')],
    ['indented', (pem: string) => pem.replaceAll(/^/gm, '    ')],
    ['with trailing blanks', (pem: string) => pem.replaceAll('\n', '  \n')],
    ['with lines in between', (pem: string) => `Bag Attributes\n    localKeyID: 01\n${pem}`],
    ['certificate first', (pem: string) => `${own.certificate}\n${pem.slice(0, key.length)}`],
    ['with another certificate first', (pem: string) => `${other.certificate}\n${pem}`],
    ['with a byte-order mark', (pem: string) => `\uFEFF${pem}`],
    ['with line ends that were escaped twice', (pem: string) => pem.replaceAll('\n', '\\\\n')],
    ['with blanks of a web page', (pem: string) => pem.replaceAll(' ', '\u00a0').replaceAll('\n', '\u00a0\n')],
    ['with invisible characters', (pem: string) => pem.replaceAll('\n', '\u200b\n')],
    ['as base64 of the file', (pem: string) => Buffer.from(pem).toString('base64')],
    ['by its older name', (pem: string) => pem.replaceAll(' CERTIFICATE-', ' X509 CERTIFICATE-')],
    ['with `n of PowerShell', (pem: string) => pem.replaceAll('\n', '`r`n')],
    ['with \\u000a for line ends', (pem: string) => pem.replaceAll('\n', '\\u000a')],
    ['with &#10; for line ends', (pem: string) => pem.replaceAll('\n', '&#10;')],
    ['with the line ends of a mainframe', (pem: string) => pem.replaceAll('\n', '\u0085')],
    ['quoted in a mail', (pem: string) => pem.replaceAll(/^/gm, '> ')],
    ['without any blank', (pem: string) => pem.replaceAll(/\s/g, '')],
    ['as base64 of PowerShell', (pem: string) => Buffer.from(pem, 'utf16le').toString('base64')],
    ['as base64 of an address', (pem: string) => `data:text/plain;base64,${Buffer.from(pem).toString('base64url')}`],
    ['with a key of somebody else first', (pem: string) => `${otherKey}\n${pem}`],
    ['with an RSA key', () => `${rsa.export({ type: 'pkcs1', format: 'pem' })}${own.certificate}`],
  ])('is read %s', (_case, transport) => {
    expect(thumbprint(transport(own.pem))).toBe(expected);
  });

  test.each([
    ['as openssl writes it', (pem: string) => `Bag Attributes\n    localKeyID: 01\n${pem}`],
    ['with a byte-order mark', (pem: string) => `\ufeff${pem}`],
    ['after a line break', (pem: string) => `\n${pem}`],
  ])('is read from base64 of a file %s', (_case, write) => {
    expect(thumbprint(Buffer.from(write(own.pem)).toString('base64'))).toBe(expected);
  });

  test('begins its chain with the certificate of the key', () => {
    const read = readCertificate(`${other.certificate}\n${own.pem}`);
    if (!('certificate' in read)) throw new Error(read.problem);
    expect(read.certificate.chain.replace(/\s/g, '').startsWith(own.certificate.replace(/\s/g, ''))).toBe(true);
  });
});

const PFX = Buffer.concat([Buffer.from('30820900020103', 'hex'), Buffer.alloc(200, 7)]).toString('base64');
const block = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const encrypted = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
const legacy =
  '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n';

test.each([
  ['a PFX file', PFX, 'is a PFX file'],
  ['a certificate as DER', own.certificate.replace(/-----.*-----/g, '').trim(), 'lacks the lines "-----BEGIN'],
  ['a PEM that lost its first and last lines', key.replace(/-----.*-----/g, ''), 'lacks the lines "-----BEGIN'],
  ['a PFX file in quotes', `"${PFX}"`, 'is a PFX file'],
  ['a PFX file in one line with escaped ends', PFX.replaceAll(/.{64}/g, '$&\\n'), 'is a PFX file'],
  ['a PFX file in hexadecimal', Buffer.from(PFX, 'base64').toString('hex'), 'is a PFX file'],
  ['a PFX file in base64 of addresses', Buffer.from(PFX, 'base64').toString('base64url'), 'is a PFX file'],
  ['a PFX file as an address', `data:application/x-pkcs12;base64,${PFX}`, 'is a PFX file'],
  ['a PFX file as JSON', JSON.stringify({ data: PFX, dataType: 'pfx', password: 'x' }), 'is a PFX file'],
  ['a PFX file as JSON that says its type first', JSON.stringify({ dataType: 'pfx', data: PFX }), 'is a PFX file'],
  ['a PFX file whose bytes became text', Buffer.from(PFX, 'base64').toString('utf8'), 'is a PFX file'],
  ['a certificate as PKCS#7', `${key}\n${block('PKCS7', 'AAAA')}`, 'as PKCS#7'],
  ['a PFX file as certutil writes it', block('CERTIFICATE', PFX), 'is a PFX file'],
  ['a PFX file under its own label', block('PKCS12', PFX), 'is a PFX file'],
  ['a key that is cut', `${key.slice(0, -60)}\n${own.certificate}`, 'cut or damaged'],
  ['a certificate that is cut', own.pem.slice(0, -60), 'cut or damaged'],
  ['an encrypted key', `${encrypted}${own.certificate}`, 'encrypted private key'],
  ['a key that is encrypted the old way', `${legacy}${own.certificate}`, 'encrypted private key'],
  ['no key', own.certificate, 'no private key'],
  ['no certificate', key, 'no certificate'],
  ['the key of another', `${key}\n${other.certificate}`, 'not that of its certificate'],
  ['a key that is not RSA', `${ec}${own.certificate}`, 'not RSA'],
  ['half a certificate', own.pem.slice(0, -200) + own.pem.slice(-27), 'cut or damaged'],
  ['anything else', 'secret', 'is not PEM'],
  ['nothing', '', 'is not PEM'],
])('%s is named as such', (_case, pem, problem) => {
  expect(readCertificate(pem)).toEqual({ problem: expect.stringContaining(problem) });
});
