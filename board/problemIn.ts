import type { Say } from './words.ts';

/** What the connector says of rows, in German. */
const GERMAN: Readonly<Record<string, string>> = {
  'no-key': 'Die Zeile hat nichts, womit sich jemand finden lässt: Ergänzen Sie eine E-Mail.',
  'not-found': 'Niemand im Mandanten hat diese Objekt-ID, E-Mail oder Rufnummer.',
  'email-unknown': 'Niemand im Mandanten hat diese E-Mail.',
  'email-of-other': 'Objekt-ID und E-Mail gehören zwei Personen: Berichtigen Sie eine davon.',
  ambiguous: 'Mehrere Personen haben diese Adresse oder Nummer: Geben Sie die Objekt-ID an.',
  'account-disabled': 'Das Konto ist in Entra deaktiviert.',
  pending: 'Noch nicht gesucht; der nächste Abgleich tut es.',
  'other-person': 'Die ID stand vorher für eine andere Person.',
  renamed: 'Die E-Mail hat niemand mehr; die Person ist über die Objekt-ID bekannt. Berichtigen Sie die E-Mail.',
  'duplicate-email': 'Ein anderer Agent hat dieselbe E-Mail.',
  'duplicate-person': 'Ein anderer Agent steht für dieselbe Person.',
  'duplicate-number': 'Ein anderer Agent hat dieselbe Nummer.',
  'number-unusable': 'Eine der Nummern lässt sich nicht wählen; über sie wird niemand gefunden.',
  'number-differs': 'Das Verzeichnis hat andere Nummern dieser Person.',
};

/** A row that needs a look. */
export interface Finding {
  readonly line: number;
  readonly agentId: string;
  readonly problem: string;
  readonly message: string;
  /** Whom the number of the row would find; empty when that is not the question. */
  readonly numberOf: string;
}

/** What is wrong with a row, in the language of the page. */
export function problemIn({ problem, message, numberOf }: Finding, say: Say): string {
  if (say.language === 'en') return message;
  const words = GERMAN[problem] ?? message;
  return numberOf === '' ? words : `${words} Die Nummer gehört zu ${numberOf}.`;
}
