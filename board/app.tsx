import { render } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { BoardPage } from './boardPage.tsx';
import { KeyForm } from './keyForm.tsx';
import { type Language, sayIn } from './words.ts';

const KEY = 'presence-key';
const LANGUAGE = 'presence-language';

/** What was chosen last, else what the browser prefers. */
function firstLanguage(): Language {
  const chosen = localStorage.getItem(LANGUAGE);
  if (chosen === 'de' || chosen === 'en') return chosen;
  return navigator.language.startsWith('de') ? 'de' : 'en';
}

function App() {
  const [key, setKey] = useState(sessionStorage.getItem(KEY) ?? '');
  const [refused, setRefused] = useState(false);
  const [language, setLanguage] = useState(firstLanguage);
  const say = useMemo(() => sayIn(language), [language]);
  // With the words: a screen reader must not read the new ones with the old voice.
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.title = say('title');
  }, [language]);
  const keep = (value: string, isRefused = false) => {
    if (value === '') sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, value);
    setRefused(isRefused);
    setKey(value);
  };
  const other = language === 'de' ? 'en' : 'de';
  const switchLanguage = () => {
    localStorage.setItem(LANGUAGE, other);
    setLanguage(other);
  };
  return (
    <>
      <button type="button" class="language" lang={other} onClick={switchLanguage}>
        {say('language')}
      </button>
      <main>
        {key === '' ? (
          <KeyForm say={say} refused={refused} onKey={keep} />
        ) : (
          <BoardPage storedKey={key} say={say} onClose={() => keep('')} onRefused={() => keep('', true)} />
        )}
      </main>
    </>
  );
}

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
