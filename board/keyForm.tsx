import { useRef } from 'preact/hooks';
import type { Say } from './words.ts';

interface KeyFormProps {
  readonly say: Say;
  /** The key that was tried last is not taken. */
  readonly refused: boolean;
  readonly onKey: (key: string) => void;
}

export function KeyForm({ say, refused, onKey }: KeyFormProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <form
      class="key"
      onSubmit={event => {
        event.preventDefault();
        onKey(field.current?.value.trim() ?? '');
      }}
    >
      <h1>{say('title')}</h1>
      <label>
        {say('key')}
        <input ref={field} type="password" autocomplete="off" spellcheck={false} required />
      </label>
      <p>{say('keyHelp')}</p>
      {refused && (
        <p class="warning" role="alert">
          {say('wrongKey')}
        </p>
      )}
      <button type="submit">{say('open')}</button>
    </form>
  );
}
