import { createPrivateKey, X509Certificate } from 'node:crypto';

/** A certificate with its key, as it proves who the application is. */
export interface ClientCertificate {
  /** The certificates, PEM. */
  readonly chain: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  /** SHA-256 of the first certificate, hex. */
  readonly thumbprintSha256: string;
  readonly expiresAt: number;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA |EC )?PRIVATE KEY-----/;

/** Reads a PEM file that holds a certificate and its private key; undefined when it is anything else. */
export function readCertificate(pem: string): ClientCertificate | undefined {
  const certificates = pem.match(CERTIFICATE);
  const key = PRIVATE_KEY.exec(pem)?.[0];
  if (certificates === null || key === undefined) return undefined;
  try {
    const certificate = new X509Certificate(certificates[0]);
    const privateKey = createPrivateKey(key);
    // Entra takes assertions that are signed with RSA only.
    if (privateKey.asymmetricKeyType !== 'rsa' || !certificate.checkPrivateKey(privateKey)) return undefined;
    return {
      chain: certificates.join('\n'),
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
      expiresAt: Date.parse(certificate.validTo),
    };
  } catch {
    // The parts look like PEM and are not: the caller names the secret.
    return undefined;
  }
}
