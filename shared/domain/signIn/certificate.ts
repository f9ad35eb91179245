import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { visibleText } from '../../lib/cleanText.ts';

/** A certificate with its key, as it proves who the application is. */
export interface ClientCertificate {
  /** The certificates, PEM, the application's own one first. */
  readonly chain: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  /** SHA-256 of the first certificate, hex. */
  readonly thumbprintSha256: string;
  readonly expiresAt: number;
}

/** The certificate, or what is wrong with what stands in its place. */
export type ReadCertificate = { readonly certificate: ClientCertificate } | { readonly problem: string };

const BLOCK = /-----BEGIN ([A-Z0-9 ]+?)-----([\s\S]+?)-----END \1-----/g;
const BEGINNING = '-----BEGIN ';
/** A line end that was escaped, be it more than once. */
const ESCAPED_LINE_END = /\\{1,4}[rn]/g;
const QUOTE = '"';
/** What other programs call a certificate. */
const CERTIFICATE = /^(?:X509 )?CERTIFICATE$/;
/** Base64 and nothing else, as some vaults and pipelines carry files. */
const BASE64 = /^[A-Za-z0-9+/=\s]{100,}$/;
/** A PKCS#12 file begins with a sequence and the version 3. */
const PKCS12 = /^30(?:80|81..|82....|83......)020103/;
const PRIVATE_KEY = /^(RSA |EC )?PRIVATE KEY$/;
const LINE_LENGTH = /.{1,64}/g;

interface Block {
  readonly label: string;
  readonly base64: string;
  readonly pem: string;
  readonly isEncrypted: boolean;
}

/** The blocks of a PEM file, also where line ends became blanks or `\n`, or lines are indented. */
function blocksOf(text: string): Block[] {
  return [...text.matchAll(BLOCK)].map(([, written = '', body = '']) => {
    const label = CERTIFICATE.test(written) ? 'CERTIFICATE' : written;
    const isEncrypted = label.startsWith('ENCRYPTED') || /Proc-Type:\s*4,\s*ENCRYPTED/.test(body);
    const base64 = body.replace(ESCAPED_LINE_END, '').replace(/\s/g, '');
    const lines = base64.match(LINE_LENGTH) ?? [];
    return {
      label,
      base64,
      isEncrypted,
      pem: [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n'),
    };
  });
}

/** Whether base64 is that of a PKCS#12 file. */
function isPkcs12(base64: string): boolean {
  return PKCS12.test(Buffer.from(base64.slice(0, 24), 'base64').toString('hex'));
}

/** The text that base64 stands for, if it is that of a PEM file. */
function decodedPem(base64: string): string | undefined {
  const decoded = Buffer.from(base64, 'base64').toString('latin1');
  return decoded.includes(BEGINNING) ? decoded : undefined;
}

function parsed<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    // It looks like PEM and is not: the caller says which part.
    return undefined;
  }
}

function withKey(key: KeyObject, certificates: readonly X509Certificate[]): ReadCertificate {
  // Entra takes assertions that are signed with RSA only.
  if (key.asymmetricKeyType !== 'rsa') return { problem: 'holds a key that is not RSA; Entra takes RSA only' };
  const own = certificates.find(certificate => certificate.checkPrivateKey(key));
  if (own === undefined) return { problem: 'holds a private key that is not that of its certificate' };
  const chain = [own, ...certificates.filter(certificate => certificate !== own)];
  return {
    certificate: {
      chain: chain.map(certificate => certificate.toString()).join(''),
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      thumbprintSha256: own.fingerprint256.replaceAll(':', ''),
      expiresAt: Date.parse(own.validTo),
    },
  };
}

/** Reads a PEM file that holds a certificate and its private key, however it was transported. */
export function readCertificate(stored: string): ReadCertificate {
  const bare = visibleText(stored).replace(ESCAPED_LINE_END, '').replaceAll(QUOTE, '').trim();
  const base64 = BASE64.test(bare) ? bare : '';
  const text = visibleText((decodedPem(base64) ?? stored).replace(/[\r\n]+/g, '\n'));
  const blocks = blocksOf(text);
  // What `certutil -encode` makes of a PFX looks like a certificate.
  if (isPkcs12(base64) || blocks.some(block => block.label === 'PKCS12' || isPkcs12(block.base64))) {
    return { problem: 'is a PFX file; store the certificate and its key as PEM' };
  }
  if (blocks.length === 0 && base64.startsWith('MI')) {
    return {
      problem: 'lacks the lines "-----BEGIN …" and "-----END …"; store the whole PEM file, with the private key',
    };
  }
  if (text.split(BEGINNING).length - 1 > blocks.length) {
    return { problem: 'is cut or damaged; store the whole PEM file' };
  }
  if (blocks.some(({ isEncrypted }) => isEncrypted)) {
    return { problem: 'holds an encrypted private key; store it without a passphrase, the vault protects it' };
  }
  const pems = blocks.filter(({ label }) => label === 'CERTIFICATE');
  const certificates = pems.map(({ pem }) => parsed(() => new X509Certificate(pem)));
  const key = blocks.find(({ label }) => PRIVATE_KEY.test(label));
  if (pems.length === 0 && key === undefined) {
    return { problem: 'is not PEM with an RSA certificate and its private key' };
  }
  if (pems.length === 0) return { problem: 'holds a private key and no certificate' };
  if (key === undefined) return { problem: 'holds a certificate and no private key' };
  const privateKey = parsed(() => createPrivateKey(key.pem));
  const readable = certificates.filter(certificate => certificate !== undefined);
  if (privateKey === undefined || readable.length < certificates.length) {
    return { problem: 'is cut or damaged; store the whole PEM file' };
  }
  return withKey(privateKey, readable);
}
