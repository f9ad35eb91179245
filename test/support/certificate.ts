import 'reflect-metadata';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';

/** A self-signed certificate as an administrator would upload it: the public part, and the PEM for the vault. */
export async function clientCertificate(notAfter: Date): Promise<{ certificate: string; pem: string }> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const notBefore = new Date(notAfter.getTime() - 365 * 86_400_000);
  const name = 'CN=presence connector';
  const created = await X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: algorithm,
    notBefore,
    notAfter,
  });
  const certificate = created.toString('pem');
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { certificate, pem: `${key}\n${certificate}\n` };
}
