import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { usePreference } from '../ui/use-preference.js';
import { toService, type Place } from './commands.js';

export type Opened = 'palette' | 'help';

const tabOf: Record<string, string | undefined> = { d: undefined, l: 'logs', y: 'yaml' };

/** Keys of the whole dashboard. Gives the service of the page, if it is one's. */
export function useKeys(open: (what: Opened) => void): Place | undefined {
  const [on] = usePreference('keys', true);
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const at = useMemo(() => placeIn(path), [path]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('[role=dialog], [role=alertdialog]')) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        return open('palette');
      }
      if (event.key === 'Escape' && isTyping(event.target)) return (event.target as HTMLElement).blur();
      if (!on || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const done = single(event.key);
      if (done) event.preventDefault();
    };
    const single = (key: string): boolean => {
      if (key === '?') open('help');
      else if (key === ':') open('palette');
      else if (key === '/') return focusFilter() || (open('palette'), true);
      else if (Object.hasOwn(tabOf, key)) {
        const service = focused() ?? at;
        if (!service) return false;
        void toService(service, tabOf[key])(navigate);
      } else return false;
      return true;
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [on, at, navigate, open]);
  return at;
}

function placeIn(path: string): Place | undefined {
  const [, namespace, name] = /^(?:\/ui)?\/services\/([^/]+)\/([^/]+)\/?$/.exec(path) ?? [];
  return namespace && name ? { namespace: decodeURIComponent(namespace), name: decodeURIComponent(name) } : undefined;
}

/** The service of the list whose row has the focus. */
function focused(): Place | undefined {
  const [namespace, name] = document.activeElement?.closest<HTMLElement>('[data-service]')?.dataset['service']?.split('/') ?? [];
  return namespace && name ? { namespace, name } : undefined;
}

function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>('main [data-filter]');
  filter?.focus();
  filter?.select();
  return filter !== null;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT' || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type));
}
