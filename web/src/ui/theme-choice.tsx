import { useEffect, useState } from 'react';

const themes = ['system', 'light', 'dark'] as const;
const key = 'spawnit.theme';

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  const [theme, setTheme] = useState(() => localStorage.getItem(key) ?? 'system');
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem(key, theme);
  }, [theme]);
  return (
    <span className="field">
      <label htmlFor="theme">Theme</label>
      <select id="theme" value={theme} onChange={(event) => setTheme(event.target.value)}>
        {themes.map((each) => <option key={each} value={each}>{each}</option>)}
      </select>
    </span>
  );
}
