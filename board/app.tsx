import { render } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { BoardPage } from './boardPage.tsx';
import { KeyForm } from './keyForm.tsx';
import { type Language, sayIn } from './words.ts';

/** What a page keeps where the browser lets it: with site data blocked even asking is an error. */
function kept(storage: () => Storage) {
  const tried = <T,>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(storage());
    } catch {
      // Then it is kept in memory alone, as long as the page is open.
      return undefined;
    }
  };
  return {
    read: (name: string) => tried(place => place.getItem(name)) ?? '',
    write: (name: string, value: string) =>
      tried(place => (value === '' ? place.removeItem(name) : place.setItem(name, value))),
  };
}
const ofSession = kept(() => sessionStorage);
const ofBrowser = kept(() => localStorage);

const KEY = 'presence-key';
const LANGUAGE = 'presence-language';

/** What was chosen last, else what the browser prefers. */
function firstLanguage(): Language {
  const chosen = ofBrowser.read(LANGUAGE);
  if (chosen === 'de' || chosen === 'en') return chosen;
  return navigator.language.startsWith('de') ? 'de' : 'en';
}

function App() {
  const [key, setKey] = useState(ofSession.read(KEY));
  const [refused, setRefused] = useState(false);
  const [language, setLanguage] = useState(firstLanguage);
  const say = useMemo(() => sayIn(language), [language]);
  // With the words: a screen reader must not read the new ones with the old voice.
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.title = say('title');
  }, [language]);
  const keep = (value: string, isRefused = false) => {
    ofSession.write(KEY, value);
    setRefused(isRefused);
    setKey(value);
  };
  const other = language === 'de' ? 'en' : 'de';
  const switchLanguage = () => {
    ofBrowser.write(LANGUAGE, other);
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
