import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const LIFETIME_MS = 30 * 86_400_000;
/** Certificates begin a little in the past, for clocks that differ. */
const LEEWAY_MS = 86_400_000;

export interface TlsFiles {
  /** Certificate of the authority, PEM: what a client has to trust. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate for the names, with an authority of its own that is forgotten as soon as it has signed. */
export async function createCertificate(hosts: readonly string[]): Promise<TlsFiles> {
  const authority = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const server = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const validity = { notBefore: new Date(Date.now() - LEEWAY_MS), notAfter: new Date(Date.now() + LIFETIME_MS) };
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Simulated tenant authority',
    keys: authority,
    signingAlgorithm: ALGORITHM,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(authority.publicKey, false),
    ],
  });
  const names = hosts.map(host => ({ type: /^[\d.]+$/.test(host) ? ('ip' as const) : ('dns' as const), value: host }));
  const leaf = await X509CertificateGenerator.create({
    subject: 'CN=Simulated tenant',
    issuer: ca.subject,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    ...validity,
    extensions: [
      new SubjectAlternativeNameExtension(names),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey, false),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', server.privateKey);
  return { ca: ca.toString('pem'), cert: leaf.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
}
