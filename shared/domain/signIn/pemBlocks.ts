/** One block of a PEM file. */
interface PemBlock {
  readonly label: string;
  readonly base64: string;
  readonly pem: string;
  readonly isEncrypted: boolean;
}

const BLOCK = /-----BEGIN ?([A-Z0-9 ]+?)-----([\s\S]+?)-----END ?\1-----/g;
const BEGINNING = '-----BEGIN';
/** A line end that was escaped, be it more than once: by JSON, a shell of Windows, or a page. */
const ESCAPED_LINE_END = /\\{1,4}(?:[rn]|u000[ad])|`[rn]|&#(?:x0?[ad]|1[03]);|\u0085/gi;
/** The names that blocks have, also where a program took the blanks out of them. */
const LABELS = [
  'CERTIFICATE',
  'TRUSTED CERTIFICATE',
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
];
const compact = (label: string) => label.replaceAll(' ', '');
const LABEL_OF = new Map([...LABELS, 'X509 CERTIFICATE'].map(label => [compact(label), label.replace('X509 ', '')]));
const LINE_LENGTH = /.{1,64}/g;

/** A text without line ends that were escaped. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPED_LINE_END, '');
}

/** How many blocks begin in a text, complete or not. */
export function beginnings(text: string): number {
  return text.split(BEGINNING).length - 1;
}

/** The blocks of a PEM file, also where line ends became blanks or `\n`, or lines are indented or quoted. */
export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([, written = '', body = '']) => {
    const label = LABEL_OF.get(compact(written)) ?? written;
    const isEncrypted = label.startsWith('ENCRYPTED') || /Proc-Type:\s*4,\s*ENCRYPTED/.test(body);
    const base64 = withoutEscapes(body).replace(/[\s>]/g, '');
    const lines = base64.match(LINE_LENGTH) ?? [];
    return {
      label,
      base64,
      isEncrypted,
      pem: [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n'),
    };
  });
}
