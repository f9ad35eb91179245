import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Say } from './words.ts';

/** What may stand in a header: neither a typographic quote nor an ellipsis. */
const POSSIBLE = /^[\x21-\x7e]+$/;

interface KeyFormProps {
  readonly say: Say;
  /** The key that was tried last is not taken. */
  readonly refused: boolean;
  readonly onKey: (key: string) => void;
}

export function KeyForm({ say, refused, onKey }: KeyFormProps) {
  const field = useRef<HTMLInputElement>(null);
  const [impossible, setImpossible] = useState(false);
  const isWrong = refused || impossible;
  useLayoutEffect(() => field.current?.focus(), []);
  return (
    <form
      class="key"
      onSubmit={event => {
        event.preventDefault();
        const key = field.current?.value.trim() ?? '';
        // A browser refuses to send such a key, which would look like a connector that does not answer.
        setImpossible(!POSSIBLE.test(key));
        if (POSSIBLE.test(key)) onKey(key);
      }}
    >
      <h1>{say('title')}</h1>
      <label>
        {say('key')}
        <input
          ref={field}
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          aria-invalid={isWrong}
          aria-describedby={isWrong ? 'wrong-key' : 'key-help'}
        />
      </label>
      <p id="key-help">{say('keyHelp')}</p>
      {isWrong && (
        <p id="wrong-key" class="warning" role="alert">
          {say('wrongKey')}
        </p>
      )}
      <button type="submit">{say('open')}</button>
    </form>
  );
}
