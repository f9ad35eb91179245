import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { visibleText } from '../../lib/cleanText.ts';
import { beginnings, pemBlocks, withoutEscapes } from './pemBlocks.ts';

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
type ReadCertificate = { readonly certificate: ClientCertificate } | { readonly problem: string };

const QUOTE = '"';
const DAMAGED = 'is cut or damaged; store the whole PEM file';
/** Base64 and nothing else, as some vaults and pipelines carry files; also that of addresses. */
const BASE64 = /^[A-Za-z0-9+/=_\s-]{100,}$/;
const HEX = /^(?:[0-9a-f]{2}\s*){50,}$/i;
/** What stands around base64: the beginning of a `data:` address, or JSON of a vault. */
const WRAPPED = /^data:[^,]{0,100};base64,|^\{.{0,100}\bdata:/s;
/** A PKCS#12 file begins with a sequence and the version 3. */
const PKCS12 = /^30(?:80|81..|82....|83......)020103/;
/** What the version becomes where the bytes were taken for text. */
const VERSION_AS_TEXT = '\u0002\u0001\u0003';
const PRIVATE_KEY = /^(RSA |EC )?PRIVATE KEY$/;
const CERTIFICATE = /^(?:TRUSTED )?CERTIFICATE$/;

/** Whether base64 is that of a PKCS#12 file. */
function isPkcs12(base64: string): boolean {
  return PKCS12.test(Buffer.from(base64.slice(0, 24), 'base64').toString('hex'));
}

/** A file as base64 that was stored as hexadecimal digits, as base64, or wrapped; empty for anything else. */
function fileAsBase64(stored: string): string {
  const bare = withoutEscapes(visibleText(stored)).replaceAll(QUOTE, '').trim();
  if (HEX.test(bare)) return Buffer.from(bare.replace(/\s/g, ''), 'hex').toString('base64');
  const [content = ''] = bare.replace(WRAPPED, '').split(/[,}]/, 1);
  return BASE64.test(content) ? content.trim() : '';
}

/** The text of a file, if it is that of a PEM file; that of PowerShell has two bytes a character. */
function decodedPem(base64: string): string | undefined {
  const decoded = Buffer.from(base64, 'base64').toString('latin1').replaceAll('\0', '');
  return beginnings(decoded) > 0 ? decoded : undefined;
}

function parsed<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    // It looks like PEM and is not: the caller says which part.
    return undefined;
  }
}

function withKey(keys: readonly KeyObject[], certificates: readonly X509Certificate[]): ReadCertificate {
  // Entra takes assertions that are signed with RSA only.
  const rsa = keys.filter(({ asymmetricKeyType }) => asymmetricKeyType === 'rsa');
  if (rsa.length === 0) return { problem: 'holds a key that is not RSA; Entra takes RSA only' };
  // An authority's certificate and key may stand in the file as well.
  const pairs = certificates.flatMap(certificate =>
    rsa.filter(key => certificate.checkPrivateKey(key)).map(key => ({ key, own: certificate })),
  );
  const [{ key, own } = {}] = pairs.toSorted((a, b) => Number(a.own.ca) - Number(b.own.ca));
  if (key === undefined || own === undefined) {
    return { problem: 'holds a private key that is not that of its certificate' };
  }
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
  const base64 = fileAsBase64(stored);
  const text = visibleText((decodedPem(base64) ?? stored).replace(/[\r\n]+/g, '\n'));
  const blocks = pemBlocks(text);
  // What `certutil -encode` makes of a PFX looks like a certificate.
  if (
    isPkcs12(base64) ||
    stored.slice(0, 10).includes(VERSION_AS_TEXT) ||
    blocks.some(block => block.label === 'PKCS12' || isPkcs12(block.base64))
  ) {
    return { problem: 'is a PFX file; store the certificate and its key as PEM' };
  }
  if (blocks.length === 0 && base64.startsWith('MI')) {
    return {
      problem: 'lacks the lines "-----BEGIN …" and "-----END …"; store the whole PEM file, with the private key',
    };
  }
  if (beginnings(text) > blocks.length) {
    return { problem: DAMAGED };
  }
  if (blocks.some(({ isEncrypted }) => isEncrypted)) {
    return { problem: 'holds an encrypted private key; store it without a passphrase, the vault protects it' };
  }
  const pems = blocks.filter(({ label }) => CERTIFICATE.test(label));
  const keys = blocks.filter(({ label }) => PRIVATE_KEY.test(label));
  if (pems.length === 0 && blocks.some(({ label }) => /^PKCS ?#?7|^CMS/.test(label))) {
    return { problem: 'holds its certificate as PKCS#7 (.p7b); store the certificate and its key as PEM' };
  }
  if (pems.length === 0 && keys.length === 0) {
    return { problem: 'is not PEM with an RSA certificate and its private key' };
  }
  if (pems.length === 0) return { problem: 'holds a private key and no certificate' };
  if (keys.length === 0) return { problem: 'holds a certificate and no private key' };
  const certificates = pems.map(({ pem }) => parsed(() => new X509Certificate(pem))).filter(read => read !== undefined);
  const privateKeys = keys.map(({ pem }) => parsed(() => createPrivateKey(pem))).filter(read => read !== undefined);
  const isDamaged = privateKeys.length < keys.length;
  if (privateKeys.length === 0 || certificates.length < pems.length) return { problem: DAMAGED };
  const read = withKey(privateKeys, certificates);
  return 'problem' in read && isDamaged ? { problem: DAMAGED } : read;
}
