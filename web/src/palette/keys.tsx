import { Suspense, useCallback, useState } from 'react';
import { late } from '../ui/late.js';
import { Button } from '../ui/parts.js';
import { useKeys, type Opened } from './use-keys.js';

const Palette = late(() => import('./palette.js').then((module) => module.Palette));
const KeyHelp = late(() => import('./key-help.js').then((module) => module.KeyHelp));

/** The palette and the help of the keys, by key and by button. */
export function Keys() {
  const [opened, setOpened] = useState<Opened>();
  const close = useCallback(() => setOpened(undefined), []);
  const at = useKeys(setOpened);
  return (
    <>
      <div className="row">
        <Button onPress={() => setOpened('palette')}>Go to … <kbd>Ctrl K</kbd></Button>
        <Button aria-label="Keys" onPress={() => setOpened('help')}>?</Button>
      </div>
      <Suspense fallback={null}>
        {opened === 'palette' && <Palette at={at} onClose={close} />}
        {opened === 'help' && <KeyHelp onClose={close} />}
      </Suspense>
    </>
  );
}
