import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { useAll } from '../live/store.js';
import { FailureNotice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { commandsFor, type Command, type Place } from './commands.js';
import { matching, placeOf } from './matching.js';
import './palette.css';

const most = 12;

/** One field to go anywhere: to a page, a service, a node, or to make something new. */
export function Palette({ at, onClose }: { at?: Place; onClose: () => void }) {
  return (
    <ModalOverlay className="overlay top" isDismissable isOpen onOpenChange={onClose}>
      <Modal className="modal palette"><Dialog aria-label="Go to"><Choice at={at} onClose={onClose} /></Dialog></Modal>
    </ModalOverlay>
  );
}

function Choice({ at, onClose }: { at?: Place; onClose: () => void }) {
  const navigate = useNavigate();
  const [services, templates, nodes] = [useAll('services'), useAll('templates'), useAll('nodes')];
  const [words, setWords] = useState('');
  const commands = useMemo(() => commandsFor({ services: services ?? [], templates: templates ?? [], nodes: nodes ?? [], at }), [services, templates, nodes, at]);
  const found = useMemo(() => matching(commands, words, most), [commands, words]);
  const [chosen, setChosen] = useState(found[0]?.id);
  const now = placeOf(found, chosen);
  const go = (place: number) => setChosen(found.at(place)?.id);
  const { run, busy, error } = useAction(async (command: Command) => {
    await command.run(navigate);
    onClose();
  });
  const choose = (command: Command | undefined) => void (command && !busy && run(command));
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') choose(found[now]);
    else if (event.key === 'ArrowDown') go((now + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') go(Math.max(0, now) - 1);
    else return;
    event.preventDefault();
  };
  const type = (next: string) => {
    setWords(next);
    setChosen(matching(commands, next, most)[0]?.id);
  };
  return (
    <div className="stack">
      <input
        autoFocus
        className="search"
        role="combobox"
        aria-label="Go to"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={now >= 0 ? `palette-${now}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="A service, a template, a page …"
        value={words}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKey}
      />
      <ul id="palette-list" role="listbox" aria-label="Where to">
        {found.map((command, place) => (
          <li key={command.id} id={`palette-${place}`} role="option" aria-selected={place === now} onMouseMove={() => go(place)} onClick={() => choose(command)}>
            <span>{command.label}</span><span className="quiet">{command.hint}</span>
          </li>
        ))}
      </ul>
      {error !== undefined && <FailureNotice error={error} title="That did not work" />}
      {found.length === 0 && <p className="quiet" role="status">Nothing is called that.</p>}
    </div>
  );
}
